import t from 'tap';
import type { Kline } from '../core/kline.js';
import type { Exchange } from '../exchange/port.js';
import { flatKline, START } from '../test/bot-kit.js';
import type { BotConfig } from './config.js';
import { Feed } from './feed.js';

const MINUTES_5 = 300_000;
const all = Array.from({ length: 2_000 }, (_, index) => flatKline(index, 100 + Math.sin(index / 7) * 5));

/** An exchange whose market stands at the open of kline `now`: REST shows what has closed, and the running one. */
function exchangeAt(now: () => number, asked: number[] = []): Exchange {
  const klines: Exchange['klines'] = async ({ startTime = -Infinity, endTime = Infinity, limit = 500 }) => {
    asked.push(limit);
    const seen = all
      .slice(0, now() + 1)
      .filter((kline) => kline.openTime >= startTime && kline.openTime <= endTime);
    return Number.isFinite(startTime) ? seen.slice(0, limit) : seen.slice(-limit);
  };
  return { klines, marketTime: async () => START + now() * MINUTES_5 } as unknown as Exchange;
}

interface Told {
  readonly index: number;
  readonly late: boolean;
  readonly rsi: number;
}

function feedAt(
  now: () => number,
  asked?: number[],
  signal: BotConfig['signal'] = { name: 'rsi', period: 14, buyBelow: 30, sellAbove: 70 },
): { feed: Feed; told: Told[]; notes: string[] } {
  const told: Told[] = [];
  const notes: string[] = [];
  const feed = new Feed({
    exchange: exchangeAt(now, asked),
    config: {
      symbol: 'BTCUSDT',
      interval: '5m',
      signal,
    },
    decided: (kline, verdict, late) =>
      told.push({ index: all.indexOf(kline as Kline), late, rsi: verdict.indicators['rsi'] ?? NaN }),
    note: (message) => notes.push(message),
  });
  return { feed, told, notes };
}

t.test('a new bot decides from the next close on, warmed up by what came before', async (t) => {
  const { feed, told } = feedAt(() => 500);
  await feed.start(null);
  t.same(told, []);
  feed.hear(all[500]!);
  t.equal(told.length, 1);
  t.ok(Number.isFinite(told[0]!.rsi));
});

t.test('a signal without a warm-up is not told the history of the market', async (t) => {
  let now = 500;
  const { feed, told } = feedAt(() => now, [], { name: 'manual' });
  await feed.start(null);
  await feed.catchUp();
  t.same(told, []);
  now = 502;
  await feed.catchUp();
  t.same(
    told.map(({ index }) => index),
    [500, 501],
  );
});

t.test('a bot that was away hears what it missed: the newest in time, the others late', async (t) => {
  const { feed, told } = feedAt(() => 500);
  await feed.start(all[496]!.openTime);
  t.same(
    told.map(({ index, late }) => ({ index, late })),
    [
      { index: 497, late: true },
      { index: 498, late: true },
      { index: 499, late: false },
    ],
  );
});

t.test('a restart changes no decision', async (t) => {
  const through = feedAt(() => 400);
  await through.feed.start(null);
  for (let index = 400; index < 900; index += 1) through.feed.hear(all[index]!);
  const again = feedAt(() => 899);
  await again.feed.start(all[897]!.openTime);
  again.feed.hear(all[899]!);
  t.ok(Math.abs(again.told.at(-1)!.rsi - through.told.at(-1)!.rsi) < 1e-6);
});

t.test('the running kline counts only once it has closed', async (t) => {
  const { feed, told } = feedAt(() => 500);
  await feed.start(all[499]!.openTime);
  t.same(told, []);
});

t.test('a close told twice counts once', async (t) => {
  const { feed, told } = feedAt(() => 500);
  await feed.start(null);
  feed.hear(all[500]!);
  feed.hear(all[500]!);
  feed.hear(all[499]!);
  t.equal(told.length, 1);
});

t.test('a hole in the stream is filled from REST, in order', async (t) => {
  let now = 500;
  const { feed, told } = feedAt(() => now);
  await feed.start(null);
  feed.hear(all[500]!);
  now = 505;
  feed.hear(all[504]!);
  t.ok(feed.busy);
  await feed.catchUp();
  t.same(
    told.map(({ index, late }) => ({ index, late })),
    [
      { index: 500, late: false },
      { index: 501, late: true },
      { index: 502, late: true },
      { index: 503, late: true },
      { index: 504, late: false },
    ],
  );
});

t.test('klines that close during the warm-up wait for it', async (t) => {
  const { feed, told } = feedAt(() => 500);
  const started = feed.start(null);
  feed.hear(all[500]!);
  t.same(told, []);
  await started;
  t.same(
    told.map(({ index }) => index),
    [500],
  );
});

t.test('klines that close before the warm-up begins are not told to a cold signal', async (t) => {
  const { feed, told } = feedAt(() => 500);
  feed.hear(all[499]!);
  feed.hear(all[500]!);
  await feed.catchUp();
  t.same(told, []);
  await feed.start(null);
  t.same(
    told.map(({ index }) => index),
    [500],
    'the one that history has not got',
  );
  t.ok(Number.isFinite(told[0]!.rsi));
});

t.test('an outage of the market is a gap in the klines, not a wait for ever', async (t) => {
  const { feed, told } = feedAt(() => 500);
  await feed.start(null);
  feed.hear(all[500]!);
  const later = {
    ...all[500]!,
    openTime: all[500]!.openTime + 10 * MINUTES_5,
    closeTime: all[500]!.closeTime + 10 * MINUTES_5,
  };
  feed.hear(later);
  await feed.catchUp();
  t.equal(told.length, 2);
});

t.test('while REST fails it waits, for a hole in the klines would make wrong decisions', async (t) => {
  let down = true;
  let now = 505;
  const { feed, told, notes } = feedAt(() => now);
  await feed.start(null);
  Object.assign(feed['options'], { retryMs: 1 });
  const { marketTime } = feed['options'].exchange;
  Object.assign(feed['options'].exchange, {
    marketTime: (symbol: string) => (down ? Promise.reject(new Error('no answer')) : marketTime(symbol)),
  });
  feed.hear(all[506]!);
  feed.hear(all[508]!);
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.same(told, [], 'nothing is decided on a hole');
  t.match(notes, ['Missed klines cannot be fetched yet: no answer']);
  down = false;
  now = 508;
  await feed.idle();
  t.same(
    told.map(({ index }) => index),
    [505, 506, 507, 508],
  );
  feed.close();
});

t.test(
  'a warm-up that fails tells nothing to the cold signal, and one that is tried again does',
  async (t) => {
    const { feed, told, notes } = feedAt(() => 500);
    Object.assign(feed['options'], { retryMs: 1 });
    const { exchange } = feed['options'];
    const { marketTime } = exchange;
    let failures = 2;
    Object.assign(exchange, {
      marketTime: (symbol: string) =>
        failures-- > 0 ? Promise.reject(new Error('no answer')) : marketTime(symbol),
    });
    const failed = t.rejects(feed.start(all[497]!.openTime), /no answer/);
    feed.hear(all[500]!);
    await failed;
    t.same(told, [], 'the kline that closed meanwhile waits');
    await feed.startUntilDone(all[497]!.openTime);
    t.match(notes, ['The signal cannot be warmed up yet: no answer']);
    t.same(
      told.map(({ index, late }) => ({ index, late })),
      [
        { index: 498, late: true },
        { index: 499, late: false },
        { index: 500, late: false },
      ],
    );
    t.ok(told.every(({ rsi }) => Number.isFinite(rsi)));
  },
);
