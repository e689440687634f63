import t from 'tap';
import { configOf } from '../../bot/config.js';
import type { Kline } from '../../core/kline.js';
import { signals } from '../../strategies/registry.js';
import { sampleBot } from '../../test/sample-bots.js';
import { CONFIG } from '../testing.js';
import { chartOf, klinesFor } from './chart.js';

const kline = (at: number): Kline => {
  const close = 100 + 10 * Math.sin(at / 5) + at / 50;
  const times = { openTime: at * 300_000, closeTime: (at + 1) * 300_000 - 1 };
  return { ...times, open: close, high: close, low: close, close, volume: 1, quoteVolume: 1, trades: 1 };
};
const config = configOf(
  { ...CONFIG, venue: 'paper', signal: { name: 'rsi-macd-bollinger', buyBelow: 33 } },
  'test',
);

t.test(
  'a chart has what its signal looks at, worked out by the signal itself, and nothing of a kline that runs',
  async (t) => {
    const klines = Array.from({ length: klinesFor(50, config) }, (_, at) => kline(at));
    t.equal(klines.length, 50 + 20 * 35, 'as many as make the first ones right');
    const last = klines[klines.length - 2]!;
    const bot = sampleBot({ lastKline: last.openTime });
    const chart = chartOf(bot, klines, { config, limit: 50 });
    t.equal(chart.klines.length, 50);
    t.same(
      chart.plots.map(({ name, pane, look, levels }) => [name, pane, look, levels]),
      [
        ['upper', 'price', 'line', undefined],
        ['lower', 'price', 'line', undefined],
        ['rsi', 'RSI', 'line', [33, 70]],
        ['histogram', 'MACD', 'columns', undefined],
      ],
    );
    const own = signals.get('rsi-macd-bollinger')!.create(config.signal, { interval: '5m' });
    const seen = klines.slice(0, -1).map((each) => own.update(each).indicators);
    for (const { name, values } of chart.plots) {
      t.same(
        values.slice(0, -1),
        seen.slice(-49).map((each) => each[name]),
        name,
      );
      t.equal(values.at(-1), null, 'the running one has no value yet');
    }
    t.same(
      chartOf(bot, klines, { config: null, limit: 50 }).plots,
      [],
      'settings that cannot be read have none',
    );
  },
);

t.test('each plot of each signal is one of its indicators', async (t) => {
  for (const signal of signals.values()) {
    const parameters = signal.parameters.parse({});
    const verdict = signal.create(parameters, { interval: '5m' }).update(kline(1));
    for (const { name } of signal.plots?.(parameters) ?? [])
      t.ok(name in verdict.indicators, `${signal.name}: ${name}`);
  }
});

t.test('lines say what they are: batches and their steps, levels, one stop for several orders', async (t) => {
  const order = { clientOrderId: 'x', type: 'LIMIT', quantity: '1', filled: '0', status: 'open' };
  const sell = { ...order, side: 'SELL' as const };
  const lines = chartOf(
    sampleBot({
      position: { quantity: '1', averagePrice: '100', cost: '100', unrealizedPnl: '0' },
      openOrders: [
        { ...sell, slot: 'b2_s1', price: '102', stopPrice: null },
        { ...sell, slot: 'b2_s1', price: null, stopPrice: '85.0' },
        { ...sell, slot: 'b2_s2', price: null, stopPrice: '85' },
        { ...order, side: 'BUY', slot: 'so3', price: '94', stopPrice: null },
      ],
      progress: [
        {
          name: 'Batch 1',
          lot: 1,
          price: '99',
          cost: '1',
          quantity: '1',
          remaining: '1',
          stop: '84',
          steps: [],
        },
        {
          name: 'Batch 2',
          lot: 2,
          price: '99',
          cost: '1',
          quantity: '1',
          remaining: '1',
          stop: '85.004',
          steps: [],
        },
      ],
    }),
    [],
    { config: null, limit: 10 },
  ).lines;
  t.same(lines, [
    { price: '100', title: 'average', kind: 'average' },
    { price: '102', title: 'batch 2 step 1', kind: 'target' },
    { price: '85.0', title: 'batch 2 stop', kind: 'stop' },
    { price: '94', title: 'buy level 3', kind: 'entry' },
    { price: '84', title: 'batch 1 stop', kind: 'stop' },
  ]);
});
