import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { configOf, type BotConfig } from '../config.js';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import { syntheticMarket } from '../../exchange/paper/market/synthetic.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { backtest, type Backtest } from './run.js';

const golden = fileURLToPath(new URL('../../../shared/golden/WALKUSDT-1m-500k.csv.gz', import.meta.url));
const START = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

function bot(changes: object = {}): BotConfig {
  return configOf(
    {
      id: 'test',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi', period: 7, buyBelow: 40, sellAbove: 60 },
      plan: { name: 'single' },
      ...changes,
    },
    'test',
  );
}

/** A made-up market that ends. */
function market(days: number, seed = 7, symbols = ['BTCUSDT']): MarketSource {
  const source = syntheticMarket({ seed, start: START, symbols, interval: '1m' });
  const end = START + days * DAY;
  source.extendTo(end);
  return {
    symbols: source.symbols,
    start: START,
    end,
    notes: [],
    extendTo: (time) => time <= end,
    series: (symbol) => {
      const made = source.series(symbol);
      const series = new KlineSeries(symbol);
      for (let index = 0; index < made.indexAt(end); index += 1)
        series.pushKline(made.interval(index), made.kline(index));
      return series;
    },
  };
}

/** Steps that are met, and stops that are met. */
const LADDER = { name: 'ladder', steps: '50@0.2, 50@0.5', stopLossPercent: 0.6 };

/** All that a user sees of it. */
function outcome(run: Backtest) {
  const { trades, open, finalEquity, fees, klines, curve } = run;
  const books = run.members.map(({ state }) => ({ ...state.books, phase: state.phase, cycle: state.cycle }));
  return { trades, open, finalEquity, fees, klines, books, days: curve.days, fall: curve.maxDrawdown };
}

t.test(
  'the golden job gives exactly its trades and equity',
  { skip: existsSync(golden) ? false : '../shared/golden is not there' },
  async (t) => {
    const config = bot({
      symbol: 'WALKUSDT',
      interval: '1m',
      budget: '1000000000',
      signal: { name: 'rsi', period: 14, buyBelow: 30, sellAbove: 70 },
      plan: { name: 'single', quantity: '1' },
    });
    const source = recordedMarket({ files: [golden] });
    const run = backtest({ bots: [config], market: source, fee: '0.001', feeAsset: 'quote', tick: '0.0001' });
    const by = (reason: string) => run.trades.filter((trade) => trade.reason === reason).length;
    t.equal(run.klines, 500_000);
    t.equal(run.trades.length, 2_129);
    t.equal(by('signal'), 1_724);
    t.equal(by('stop-loss'), 405);
    t.equal(by('take-profit'), 0);
    t.equal(run.trades.filter(({ pnl }) => Number(pnl) > 0).length, 1_149);
    t.equal(run.open.length, 1);
    t.equal(Number(run.finalEquity).toFixed(2), '999921286.53');
    t.equal(Number(run.fees).toFixed(2), '72607.89');
  },
);

t.test('klines on which nothing can happen may be skipped: walking them all changes nothing', async (t) => {
  const cases: [string, object, number?][] = [
    ['a resting stop and target', {}],
    ['tight ones', { plan: { name: 'single', stopLossPercent: 0.4, takeProfitPercent: 0.6 } }],
    ['a watched trailing stop', { plan: { name: 'single', trailingStopPercent: 0.5 } }],
    [
      'a trailing stop at the klines of the data',
      { plan: { name: 'single', trailingStopPercent: 0.5 }, interval: '1m' },
    ],
    ['batches in steps', { plan: LADDER }, 2],
    ['batches that leave at a fall', { plan: { ...LADDER, trigger: 'drop', exitOnSignal: false } }, 2],
    [
      'batches with trailing stops',
      { plan: { name: 'ladder', multiStep: false, trailingStopPercent: 0.4 } },
      2,
    ],
    ['more stops than find room', { plan: { ...LADDER, maxBatches: 10, exitOnSignal: false } }, 2],
    ['a daily loss limit', { risk: { maxDailyLossPercent: 0.5 } }],
    ['a drawdown limit', { risk: { maxDrawdownPercent: 4 } }],
    ['few entries an hour', { risk: { maxOrdersPerHour: 1 } }],
    ['the klines of the data', { interval: '1m' }],
    ['three indicators', { signal: { name: 'rsi-macd-bollinger' }, interval: '1m' }],
  ];
  for (const [name, changes, days = 6] of cases) {
    const options = { bots: [bot(changes)], market: market(days), fee: '0.001' };
    const skipped = backtest(options);
    t.ok(skipped.trades.length > 3, `${name}: it trades (${skipped.trades.length} times)`);
    t.same(outcome(skipped), outcome(backtest({ ...options, walkAll: true })), name);
  }
});

t.test('a sale says what it was made for', async (t) => {
  const reasons = (plan: object) =>
    new Set(backtest({ bots: [bot({ plan })], market: market(6) }).trades.map(({ reason }) => reason));
  t.same([...reasons({ name: 'single', stopLossPercent: 0.4, takeProfitPercent: 0.6 })].sort(), [
    'signal',
    'stop-loss',
    'take-profit',
  ]);
  t.ok(reasons({ name: 'single', trailingStopPercent: 0.5 }).has('trailing-stop'));
});

t.test('an exit of a batch stands beside the entry of that batch, and says which step it was', async (t) => {
  const ladder = { ...LADDER, exitOnSignal: true };
  for (const trigger of ['touch', 'drop']) {
    const options = { bots: [bot({ plan: { ...ladder, trigger } })], market: market(2), keepFills: true };
    const { trades, ledgers, open, finalEquity } = backtest(options);
    const entries = new Map<string, { price: string; time: number }>();
    const slots: string[] = [];
    for (const { clientOrderId, side, price, time } of ledgers[0]!.fills!) {
      const slot = clientOrderId.split('-')[2]!;
      if (side === 'BUY') entries.set(slot.split('_')[0]!, { price, time });
      else slots.push(slot);
    }
    t.equal(slots.length, trades.length, 'each exit is filled at once');
    let told = 0;
    for (const [index, trade] of trades.entries()) {
      const { entryTime, entryPrice, exitPrice, pnl, quantity, fees, reason } = trade;
      const slot = slots[index]!;
      if (slot === 'exit') continue;
      told += 1;
      const entry = entries.get(slot.split('_')[0]!)!;
      t.same([entryTime, entryPrice], [entry.time, entry.price]);
      const step = /_s(\d)/.exec(slot)?.[1];
      t.match(reason, slot.endsWith('_sl') || step === undefined ? 'stop-loss' : `step ${step} at `);
      // Dust of earlier batches may go along, whose commission was told with them.
      const worked = (Number(exitPrice) - Number(entryPrice)) * Number(quantity) - Number(fees);
      t.ok(Math.abs(Number(pnl) - worked) < 0.01, `${pnl} is about ${worked}`);
    }
    t.ok(told > 10, `${trigger}: ${told} exits of single batches`);
    const results = [...trades.map(({ pnl }) => pnl), ...open.map(({ unrealizedPnl }) => unrealizedPnl)];
    const sum = results.reduce((total, each) => total + Number(each), 1_000);
    t.ok(Math.abs(sum - Number(finalEquity)) < 0.02, `${sum} is ${finalEquity}, dust apart`);
  }
});

t.test('several bots on several symbols share an account, and each trades as if alone', async (t) => {
  const symbols = ['BTCUSDT', 'ETHUSDT'];
  const bots = [
    bot({ id: 'a' }),
    bot({ id: 'b', symbol: 'ETHUSDT', interval: '1m' }),
    bot({ id: 'c', interval: '15m', signal: { name: 'rsi', period: 5, buyBelow: 45, sellAbove: 55 } }),
  ];
  const together = backtest({ bots, market: market(4, 3, symbols) });
  for (const each of bots) {
    const alone = backtest({ bots: [each], market: market(4, 3, symbols) });
    t.ok(alone.trades.length > 0, `${each.id} trades`);
    t.same(
      together.trades.filter(({ bot }) => bot === each.id),
      alone.trades,
    );
  }
});

t.test('what is decided on a part of the data is decided so on all of it', async (t) => {
  const whole = backtest({ bots: [bot()], market: market(6) }).trades;
  for (const days of [1, 2, 4]) {
    const end = START + days * DAY;
    const part = backtest({ bots: [bot()], market: market(days) }).trades;
    // At the data's end a taker executes at the last close: what follows it there has no counterpart.
    const settled = part.filter(({ exitTime }) => exitTime < end - 3_600_000);
    t.ok(settled.length > 0);
    t.same(settled, whole.slice(0, settled.length), `${days} days`);
  }
});

t.test('the same run twice is the same run', async (t) => {
  const run = () => outcome(backtest({ bots: [bot()], market: market(3) }));
  t.equal(JSON.stringify(run()), JSON.stringify(run()));
});

t.test('how far it is is told often enough for a plan that takes its time', async (t) => {
  const symbols = ['BTCUSDT', 'ETHUSDT'];
  const pair = [bot({ interval: '1m' }), bot({ id: 'b', symbol: 'ETHUSDT', interval: '1m' })];
  for (const bots of [[bot()], pair]) {
    const told: number[] = [];
    const run = backtest({ bots, market: market(4, 3, symbols), progress: (done) => told.push(done) });
    const steps = [...told, run.klines].map((done, index) => done - (told[index - 1] ?? 0));
    t.ok(Math.max(...steps) <= 2_048, `${told.length} times, at most ${Math.max(...steps)} klines apart`);
    t.same(
      told,
      [...new Set(told)].sort((a, b) => a - b),
      'each further than the one before',
    );
  }
});
