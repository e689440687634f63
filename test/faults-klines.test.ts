/** Klines as markets really send them (FAULTS.md R16 and §6), from the stream to the decision. */
import t from 'tap';
import { Feed } from '../bot/feed.js';
import type { Kline } from '../core/kline.js';
import type { Verdict } from '../core/strategy.js';
import { marketEvent } from '../exchange/binance/market-messages.js';
import type { Exchange } from '../exchange/port.js';
import { signals } from '../strategies/registry.js';
import { flatKline } from './bot-kit.js';

const usual = Array.from({ length: 700 }, (_, index) => flatKline(index, 100 + Math.sin(index / 9) * 5));

/** A feed over what REST shows of `klines` once the first `closed` of them have closed. */
function feedOver(klines: Kline[], closed: () => number) {
  const told: { kline: Kline; verdict: Verdict; late: boolean }[] = [];
  const notes: string[] = [];
  const exchange = {
    klines: async ({ startTime = -Infinity, endTime = Infinity, limit = 500 }) => {
      const seen = klines
        .slice(0, closed() + 1)
        .filter(({ openTime }) => openTime >= startTime && openTime <= endTime);
      return Number.isFinite(startTime) ? seen.slice(0, limit) : seen.slice(-limit);
    },
    marketTime: async () => klines[closed()]!.openTime,
  } as unknown as Exchange;
  const feed = new Feed({
    exchange,
    config: {
      symbol: 'BTCUSDT',
      interval: '5m',
      signal: { name: 'rsi', period: 14, buyBelow: 30, sellAbove: 70 },
    },
    decided: (kline, verdict, late) => told.push({ kline, verdict, late }),
    note: (message) => notes.push(message),
    retryMs: 1,
  });
  return { feed, told, notes };
}

t.test('a kline that is still running is heard as running, whatever it says', async (t) => {
  const body = {
    t: 0,
    T: 59_999,
    s: 'BTCUSDT',
    i: '1m',
    o: '1',
    h: '2',
    l: '1',
    c: '2',
    v: '1',
    q: '1',
    n: 1,
  };
  for (const [x, closed] of [
    [true, true],
    [false, false],
    [undefined, false],
    ['true', false],
  ] as const)
    t.match(
      marketEvent({ e: 'kline', E: 1, s: 'BTCUSDT', k: { ...body, x } }),
      { type: 'kline', closed },
      String(x),
    );
});

t.test(
  'a closed kline that is revised later was decided on as it closed; a restart learns the revision',
  async (t) => {
    const klines = [...usual];
    let closed = 600;
    const { feed, told } = feedOver(klines, () => closed);
    await feed.start(null);
    feed.hear(usual[600]!);
    const revised = { ...usual[600]!, close: 250, high: 250 };
    feed.hear(revised);
    klines[600] = revised;
    closed = 602;
    feed.hear(usual[601]!);
    t.same(
      told.map(({ kline }) => kline.close),
      [usual[600]!.close, usual[601]!.close],
      'neither twice, nor back in time',
    );
    const again = feedOver(klines, () => closed);
    await again.feed.start(usual[600]!.openTime);
    t.not(again.told[0]!.verdict.indicators['rsi'], told[1]!.verdict.indicators['rsi']);
  },
);

t.test('where REST and stream overlap, each kline counts once and in order', async (t) => {
  let closed = 600;
  const { feed, told } = feedOver(usual, () => closed);
  const starting = feed.start(usual[596]!.openTime);
  // The stream tells of the same closes while REST is being asked, and of one more.
  for (const index of [598, 599, 600, 599]) feed.hear(usual[index]!);
  await starting;
  closed = 604;
  feed.hear(usual[603]!);
  feed.hear(usual[602]!);
  await feed.idle();
  feed.hear(usual[603]!);
  t.same(
    told.map(({ kline }) => usual.indexOf(kline)),
    [597, 598, 599, 600, 601, 602, 603],
  );
});

/** Markets that are rare, but real. */
const STRANGE: Readonly<Record<string, (kline: Kline, index: number) => Kline>> = {
  'without volume': (kline) => ({ ...kline, volume: 0, quoteVolume: 0, trades: 0 }),
  'at one price': (kline) => ({ ...kline, open: 7, high: 7, low: 7, close: 7 }),
  'at 1e-8': (kline, index) => scaled(kline, index % 2 === 0 ? 1e-10 : 1.1e-10),
  'at 1e8': (kline) => scaled(kline, 1e6),
  'with a spike of a thousand times': (kline, index) => (index === 650 ? scaled(kline, 1_000) : kline),
  'that fall to almost nothing': (kline, index) => (index >= 650 ? scaled(kline, 1e-8) : kline),
};

function scaled(kline: Kline, by: number): Kline {
  const { open, high, low, close } = kline;
  return { ...kline, open: open * by, high: high * by, low: low * by, close: close * by };
}

for (const [name, change] of Object.entries(STRANGE))
  t.test(`klines ${name}: once defined, every indicator stays a finite number`, async (t) => {
    for (const definition of signals.values()) {
      const signal = definition.create(definition.parameters.parse({}), { interval: '5m' });
      const defined = new Set<string>();
      const broken: string[] = [];
      for (const [index, kline] of usual.map(change).entries()) {
        const { indicators, action, reasons } = signal.update(Object.freeze(kline));
        for (const [indicator, value] of Object.entries(indicators)) {
          if (value !== null) defined.add(indicator);
          if (value === null ? defined.has(indicator) : !Number.isFinite(value))
            broken.push(`${definition.name} ${indicator} at ${index}: ${value}`);
        }
        if (!['enter', 'exit', 'hold'].includes(action))
          broken.push(`${definition.name} says ${String(action)}`);
        for (const reason of reasons) {
          const words = definition.words(reason);
          if (/NaN|undefined|Infinity/.test(words)) broken.push(`${definition.name}: ${words}`);
        }
      }
      t.same(broken.slice(0, 3), [], definition.name);
    }
  });

t.test(
  'an impossible kline is told to no signal: the exchange is asked for it, until it tells a possible one',
  async (t) => {
    const good = usual[600]!;
    const flaws: Record<string, Partial<Kline>> = {
      'an empty price': { open: 0 },
      'no number': { close: NaN },
      'a price without end': { high: Infinity },
      'a negative price': { low: -1 },
      'high below low': { high: good.low - 1 },
      'a close outside of its range': { close: good.high + 1 },
      'negative volume': { volume: -1 },
      'a time in seconds': { openTime: good.openTime / 1_000 },
      'a time in microseconds': { openTime: good.openTime * 1_000 + 1 },
      'a time between two klines': { openTime: good.openTime + 1 },
    };
    for (const [name, flaw] of Object.entries(flaws)) {
      const klines = [...usual];
      let closed = 600;
      const { feed, told, notes } = feedOver(klines, () => closed);
      await feed.start(null);
      feed.hear({ ...good, ...flaw });
      t.same(told, [], name);
      t.match(notes, [/The stream told an impossible kline \(its /], name);
      await feed.idle();
      klines[600] = { ...good, ...flaw, openTime: good.openTime + (flaw.openTime === undefined ? 0 : 1) };
      closed = 602;
      feed.hear(usual[601]!);
      await new Promise((resolve) => setTimeout(resolve, 10));
      t.same(told, [], `${name}: nothing is decided while REST tells it too`);
      klines[600] = good;
      await feed.idle();
      t.same(
        told.map(({ kline }) => kline.openTime),
        [good.openTime, usual[601]!.openTime],
        `${name}: once it is mended`,
      );
      feed.close();
    }
  },
);
