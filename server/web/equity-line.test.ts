import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { seal } from '../../bot/files/entry.js';
import type { Kline } from '../../core/kline.js';
import { folderOf } from '../../test/folder.js';
import { sampleBot } from '../../test/sample-bots.js';
import { equityLine } from './equity-line.js';

const MINUTE = 60_000;

const kline = (at: number, close: number): Kline => ({
  ...{ openTime: at * MINUTE, closeTime: (at + 1) * MINUTE - 1, open: close, high: close, low: close, close },
  ...{ volume: 1, quoteVolume: 1, trades: 1 },
});

const trade = (seq: number, minute: number, more: object) => ({
  ...{ tradeId: String(seq), orderId: '1', clientOrderId: 'x', time: minute * MINUTE + 5, pnl: null, seq },
  ...more,
});

t.test(
  'equity follows each fill and price, fees and adoptions too, beside buying once and holding',
  async (t) => {
    const data = folderOf(t);
    mkdirSync(join(data, 'bots', 'btc-dip'), { recursive: true });
    const lines = [
      trade(1, 10, { side: 'BUY', price: '100', quantity: '5', fee: '0.005', feeAsset: 'BTC' }),
      trade(2, 12, { side: 'SELL', price: '120', quantity: '2', fee: '1', feeAsset: 'USDT' }),
      { kind: 'closed', closedAt: 12 * MINUTE, seq: 2 },
      {
        kind: 'adjustment',
        uuid: 'u',
        time: 13 * MINUTE,
        quantity: '0.995',
        cost: '99.5',
        cash: '0',
        seq: 3,
      },
    ];
    writeFileSync(join(data, 'bots', 'btc-dip', 'trades.ndjson'), lines.map(seal).join('') + 'torn');
    const asked: unknown[] = [];
    const markets = {
      klines: (...question: unknown[]) => {
        asked.push(question);
        return Promise.resolve([9, 10, 11, 12, 13].map((at) => kline(at, at * 10)));
      },
    };
    const bot = sampleBot({
      ...{ id: 'btc-dip', budget: '1000', interval: '1m', lastKline: 13 * MINUTE, price: '140' },
      ...{
        equity: '1049.5',
        adjustments: [{ uuid: 'u', time: 0, quantity: '0.995', cost: '99.5', cash: '0' }],
      },
    });
    const line = await equityLine(data, bot, markets);
    t.same(asked, [['paper', 'BTCUSDT', '1m', 6]], 'klines of its life, and no more');
    t.equal(line?.since, 10 * MINUTE + 5);
    // What was adopted away was never put to work, for the one line as for the other: 900.50 remain.
    const held = 900.5 / 100;
    const expected = [
      { time: 10 * MINUTE, equity: 900.5, hold: 900.5 },
      { time: 11 * MINUTE - 1, equity: 900.5 - 500 + 4.995 * 100, hold: held * 100 },
      { time: 12 * MINUTE - 1, equity: 900.5 - 500 + 4.995 * 110, hold: held * 110 },
      { time: 13 * MINUTE - 1, equity: 900.5 - 261 + 2.995 * 120, hold: held * 120 },
      { time: 14 * MINUTE - 1, equity: 1049.5, hold: held * 140 },
    ];
    t.equal(line?.points.length, expected.length);
    for (const [index, { time, equity, hold }] of expected.entries()) {
      const point = line!.points[index]!;
      t.equal(point.time, time);
      t.ok(Math.abs(point.equity - equity) < 1e-6, `${point.equity} is ${equity}`);
      t.ok(Math.abs(point.hold - hold) < 1e-6, `${point.hold} is ${hold}`);
    }
  },
);

t.test('without a trade there is no line, and a long life is told in longer klines', async (t) => {
  const data = folderOf(t);
  const folder = join(data, 'bots', 'btc-dip');
  mkdirSync(folder, { recursive: true });
  const asked: unknown[][] = [];
  const markets = { klines: (...question: unknown[]) => (asked.push(question), Promise.resolve([])) };
  const bot = sampleBot({ id: 'btc-dip', interval: '1m', lastKline: 365 * 1440 * MINUTE });
  t.equal(await equityLine(data, bot, markets), null);
  const first = trade(1, 0, { side: 'BUY', price: '1', quantity: '1', fee: '0', feeAsset: 'BNB' });
  writeFileSync(join(folder, 'trades.ndjson'), seal(first));
  t.same((await equityLine(data, bot, markets))?.points, []);
  t.same(asked, [['paper', 'BTCUSDT', '1d', 368]]);
});
