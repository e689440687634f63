/** The follower alone: what it hears, asks for, writes down and shows. The wire is in live.test.ts. */
import t, { type Test } from 'tap';
import type { Interval, Kline } from '../../../core/kline.js';
import { ExchangeError } from '../../port.js';
import { Follower } from './follower.js';
import type { LiveMarket } from './market.js';
import type { Recorder, Rows } from './recorder.js';
import { flat } from './rows.js';
import { until } from './testing.js';
import type { KlineAsk, LiveVenue } from './venue.js';

const START = Date.UTC(2024, 2, 1, 12);
const second = (number: number): number => START + number * 1_000;
const kline = (number: number, price = 100): Kline => ({
  ...flat(second(number), '1s', price),
  volume: 1,
  quoteVolume: price,
  trades: 1,
});

interface Scene {
  readonly follower: Follower;
  /** What was done, in order: `write BTC 0`, `show BTC 0`. */
  readonly done: string[];
  readonly asked: KlineAsk[];
  readonly notes: string[];
  readonly failures: Error[];
  hear(symbol: string, number: number, price?: number): void;
  gap(): void;
  /** The klines that REST answers; an error is thrown. */
  answers: (ask: KlineAsk) => Kline[];
  append: () => Promise<void>;
  marketTime: number;
}

function follow(t: Test, symbols: readonly string[] = ['BTC', 'ETH']): Scene {
  let hear: (symbol: string, kline: Kline) => void = () => undefined;
  let gap: () => void = () => undefined;
  const note = (word: string, rows: Rows): void => {
    for (const [symbol, klines] of rows)
      for (const { openTime } of klines) scene.done.push(`${word} ${symbol} ${(openTime - START) / 1_000}`);
  };
  const venue: LiveVenue = {
    host: 'there',
    symbols: async () => [],
    async klines(ask) {
      scene.asked.push(ask);
      return scene.answers(ask);
    },
    marketTime: async () => scene.marketTime,
    follow: (_symbols, heard, gapped) => ([hear, gap] = [heard, gapped]),
    busy: () => false,
    close: async () => undefined,
  };
  const market = {
    symbols: symbols.map((symbol) => ({ symbol })),
    startOf: () => START,
    lastClose: () => 99,
    take: (_interval: Interval, rows: Rows) => note('show', rows),
    untoldBefore: -Infinity,
    status: () => ({}),
  };
  const recorder = {
    async append(_interval: Interval, rows: Rows) {
      await scene.append();
      note('write', rows);
    },
    close: async () => undefined,
  };
  const scene: Scene = {
    ...{ done: [], asked: [], notes: [], failures: [] },
    follower: undefined as unknown as Follower,
    hear: (symbol, number, price) => hear(symbol, kline(number, price)),
    gap: () => gap(),
    answers: () => [],
    append: async () => undefined,
    // Nothing was missed: the second before has just closed.
    marketTime: second(1),
  };
  const follower = new Follower({
    ...{ venue, market: market as unknown as LiveMarket, recorder: recorder as unknown as Recorder },
    knownTo: START,
    note: (message) => void scene.notes.push(message),
    onFailure: (error) => void scene.failures.push(error),
  });
  t.teardown(() => follower.close());
  return Object.assign(scene, { follower });
}

const shown = ({ done }: Scene): string[] => done.filter((what) => what.startsWith('show'));

t.test('a second is written down before it is shown, and shown once all have told it', async (t) => {
  const scene = follow(t);
  await scene.follower.firstRound();
  scene.hear('BTC', 0);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(scene.done, []);
  scene.hear('ETH', 0);
  await until(async () => shown(scene).length === 2);
  t.same(scene.done, ['write BTC 0', 'write ETH 0', 'show BTC 0', 'show ETH 0']);
});

t.test('late news are not news, and nonsense is not heard', async (t) => {
  const scene = follow(t, ['BTC']);
  await scene.follower.firstRound();
  scene.hear('BTC', 0);
  await until(async () => shown(scene).length === 1);
  scene.hear('BTC', 0, 500);
  scene.hear('BTC', 1, NaN);
  scene.hear('BTC', 1, -3);
  scene.hear('BTC', 1);
  await until(async () => shown(scene).length === 2);
  t.same(shown(scene), ['show BTC 0', 'show BTC 1']);
});

t.test('a second that nobody heard of is asked for, and shown in its place', async (t) => {
  const scene = follow(t, ['BTC']);
  await scene.follower.firstRound();
  scene.answers = ({ startTime, endTime }) =>
    [0, 1, 2]
      .map((number) => kline(number))
      .filter((each) => each.openTime >= startTime && each.closeTime <= endTime);
  scene.hear('BTC', 2);
  await until(async () => shown(scene).length === 3);
  t.same(shown(scene), ['show BTC 0', 'show BTC 1', 'show BTC 2']);
  t.match(scene.asked, [{ symbol: 'BTC', interval: '1s', startTime: second(0), endTime: second(2) - 1 }]);
});

t.test(
  'after a gap it asks from where it knew on; what was long missed is asked by the minute',
  async (t) => {
    const scene = follow(t, ['BTC']);
    await scene.follower.firstRound();
    scene.marketTime = second(4 * 3_600);
    scene.gap();
    await until(async () => scene.asked.some(({ endTime }) => endTime === second(4 * 3_600 - 1) - 1));
    const intervals = scene.asked.map(
      ({ interval, startTime }) => `${interval} ${(startTime - START) / 60_000}`,
    );
    t.same(
      intervals,
      ['1m 0', '1s 0'],
      'nothing came of the minutes, so the seconds are asked for from there',
    );
  },
);

t.test('while it cannot ask it says so once, and tries again', async (t) => {
  const scene = follow(t, ['BTC']);
  await scene.follower.firstRound();
  let failing = 2;
  scene.answers = () => {
    if (failing-- > 0) throw new ExchangeError('no way', { kind: 'network', execution: 'none' });
    return [kline(0)];
  };
  scene.marketTime = second(2);
  scene.gap();
  await until(async () => shown(scene).length === 1);
  t.same(scene.notes, ['Prices cannot be fetched: no way']);
  t.equal(scene.asked.length, 3);
});

t.test('what cannot be written down is shown to nobody', async (t) => {
  const scene = follow(t, ['BTC']);
  await scene.follower.firstRound();
  scene.append = () => Promise.reject(new Error('the disk is full'));
  scene.hear('BTC', 0);
  await until(async () => scene.failures.length === 1);
  t.match(scene.failures, [{ message: 'the disk is full' }]);
  t.same(scene.done, []);
});

t.test('once closed nothing is shown any more', async (t) => {
  const scene = follow(t, ['BTC']);
  await scene.follower.firstRound();
  await scene.follower.close();
  scene.hear('BTC', 0);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(scene.done, []);
});
