import t from 'tap';
import { configOf } from '../config.js';
import { seriesOf } from '../../exchange/paper/market/series.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { chartOf } from './chart.js';
import { excerptOf } from './excerpt.js';
import { gapsOf } from './gaps.js';
import { reportOf } from './report.js';
import { backtest } from './run.js';

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

/** A price that swings around 100 by ±1 % every two hours, with an outage of ten minutes after the first hundred. */
function swinging(count: number): MarketSource {
  const price = (index: number): number => Number((100 + Math.sin((index * Math.PI) / 60)).toFixed(2));
  const klines = Array.from({ length: count }, (_, index) => {
    const [open, close] = [price(index), price(index + 1)];
    const openTime = START + (index + (index < 100 ? 0 : 10)) * MINUTE;
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return {
      openTime,
      closeTime: openTime + MINUTE - 1,
      open,
      high,
      low,
      close,
      volume: 1,
      quoteVolume: 100,
      trades: 1,
    };
  });
  const end = START + (count + 10) * MINUTE;
  return {
    symbols: [{ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' }],
    start: START,
    end,
    notes: [],
    extendTo: (time) => time <= end,
    series: () => seriesOf('BTCUSDT', '1m', klines),
  };
}

const bot = configOf(
  {
    id: 'swing',
    symbol: 'BTCUSDT',
    interval: '1m',
    budget: '1000',
    signal: { name: 'rsi', period: 7 },
    plan: { name: 'single' },
  },
  'test',
);

function tested(count: number) {
  const market = swinging(count);
  const run = backtest({ bots: [bot], market });
  const report = reportOf(run, [bot], market, { fee: '0.001', feeAsset: 'received', profile: 'touch' });
  return { market, run, report, chart: chartOf(run, [bot], market) };
}

t.test('candles, equity, hold and drawdown share one axis, and every trade is on it', async (t) => {
  const { chart, run, report } = tested(1_000);
  t.equal(chart.interval, '1m');
  t.equal(chart.time.length, 1_000);
  const [symbol] = chart.symbols;
  for (const column of [chart.equity, chart.hold, chart.drawdown, symbol!.open, symbol!.close])
    t.equal(column.length, 1_000);
  t.equal(symbol!.open[0], 100);
  t.equal(symbol!.close.at(-1), lastClose(1_000));
  const exits = symbol!.marks.filter(({ side }) => side === 'exit');
  t.ok(run.trades.length > 3);
  t.equal(
    exits.reduce((sum, { count }) => sum + count, 0),
    run.trades.length,
  );
  const first = run.trades[0]!;
  t.match(
    symbol!.marks.map(({ at, side }) => [side, chart.time[at]]),
    [
      ['entry', first.entryTime],
      ['exit', first.exitTime],
    ],
  );
  t.equal(chart.equity.at(-1)!.toFixed(3), Number(run.finalEquity).toFixed(3));
  t.equal((100 * (chart.hold.at(-1)! / 1_000 - 1)).toFixed(4), report.buyAndHoldPercent.toFixed(4));
  t.equal(Math.min(...chart.drawdown).toFixed(2), (-report.maxDrawdownPercent).toFixed(2));
});

function lastClose(count: number): number {
  return Number((100 + Math.sin((count * Math.PI) / 60)).toFixed(2));
}

t.test('too many klines become longer candles, which reach as high and as low', async (t) => {
  const { chart, run } = tested(20_000);
  t.equal(run.klines, 20_000);
  t.equal(chart.klines, 20_000);
  t.equal(chart.interval, '15m');
  t.ok(chart.time.length > 1_000 && chart.time.length <= 3_000, `${chart.time.length} candles`);
  t.ok(chart.time.every((time) => time % (15 * MINUTE) === 0));
  const highs = chart.symbols[0]!.high.map(Number);
  t.equal(Math.max(...highs), 101);
  t.ok(JSON.stringify(chart).length < 400_000);
});

t.test('an outage is told with its length and place', async (t) => {
  t.equal(
    gapsOf(swinging(1_000), 'BTCUSDT'),
    'BTCUSDT: one gap in the klines, 10 min from 2024-01-01 01:40 UTC: nothing trades in it.',
  );
  t.equal(gapsOf(swinging(90), 'BTCUSDT'), 'BTCUSDT: no gaps in the klines.');
});

t.test('of very many trades the first and the last are kept, and the number is told', async (t) => {
  const { report, run } = tested(1_000);
  const tradeList = Array.from({ length: 2_500 }, (_, index) => ({
    ...run.trades[0]!,
    entryTime: index,
    pnl: String(index - 1_000),
  }));
  const excerpt = excerptOf({ ...report, tradeList }, run, [bot]);
  t.equal(excerpt.tradeList.length, 1_000);
  t.equal(excerpt.leftOut, 1_500);
  t.same([excerpt.tradeList[499]!.entryTime, excerpt.tradeList[500]!.entryTime], [499, 2_000]);
  t.same(
    excerpt.worstTrades.map(({ pnl }) => pnl),
    ['-1000', '-999', '-998', '-997', '-996'],
  );
  t.equal(excerpt.bestTrades[0]!.pnl, '1499');
  t.match(excerpt.bots, [{ id: 'swing', pricePrecision: 2, quantityPrecision: 5, quote: 'USDT' }]);
});
