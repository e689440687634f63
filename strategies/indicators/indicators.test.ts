import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { EMA, MACD } from 'technicalindicators';
import { walk } from '../testing/generated.js';
import { Bollinger } from './bollinger.js';
import { Ema } from './ema.js';
import { unrounded } from './indicator.js';
import { Macd } from './macd.js';
import { naiveEma, naiveHistogram, naiveRsi, naiveSma, naiveUpperBand } from '../testing/naive.js';
import { Rsi } from './rsi.js';
import { Sma } from './sma.js';
import { Turn } from './turn.js';

type Series = readonly (number | null)[];

/** Same values to `tolerance`, defined from the same kline on (or, where seeds differ, from `from` on). */
function agree(
  test: Test,
  name: string,
  actual: Series,
  expected: Series,
  tolerance: number,
  from = 0,
): void {
  const wrong = actual.findIndex((value, i) => {
    const other = expected[i] ?? null;
    if (i < from) return false;
    if (value === null || other === null) return value !== other;
    return !(Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(other)));
  });
  test.equal(actual.length, expected.length, `${name}: as many values as klines`);
  test.equal(
    wrong < 0 ? 'agrees' : `${actual[wrong]} at ${wrong}, expected ${expected[wrong]}`,
    'agrees',
    name,
  );
}

const closes = walk(2_000, 7).map(({ close }) => close);
const through = <T>(indicator: { update(value: T): number | null }, values: readonly T[]) =>
  values.map((value) => indicator.update(value));

t.test(
  'every indicator equals its textbook formula on a generated market, from the same kline on',
  async (t) => {
    for (const period of [2, 9, 14, 50]) {
      agree(t, `SMA ${period}`, through(new Sma(period), closes), naiveSma(closes, period), 1e-11);
      agree(t, `EMA ${period}`, through(new Ema(period), closes), naiveEma(closes, period), 1e-12);
      agree(t, `RSI ${period}`, through(new Rsi(period), closes), naiveRsi(closes, period), 1e-11);
      const bands = new Bollinger(period, 2);
      const upper = closes.map((close) => bands.update(close)?.upper ?? null);
      agree(t, `Bollinger ${period}`, upper, naiveUpperBand(closes, period, 2), 1e-12);
    }
    const macd = new Macd(12, 26, 9);
    const histogram = closes.map((close) => macd.update(close)?.histogram ?? null);
    agree(t, 'MACD', histogram, naiveHistogram(closes, 12, 26, 9), 1e-12);
  },
);

t.test('averages and MACD are those of technicalindicators, to the last bit', async (t) => {
  for (const period of [2, 9, 26]) {
    const theirs = EMA.calculate({ period, values: [...closes], format: unrounded });
    t.same(through(new Ema(period), closes).slice(period - 1), theirs);
  }
  const periods = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
  const kinds = { SimpleMAOscillator: false, SimpleMASignal: false };
  const theirs = MACD.calculate({ ...periods, ...kinds, values: [...closes], format: unrounded });
  const macd = new Macd(12, 26, 9);
  const ours = closes.map((close) => macd.update(close)?.histogram);
  t.same(
    ours.slice(33),
    theirs.slice(8).map(({ histogram }) => histogram),
  );
});

t.test('a price that does not move is neutral: RSI 50, bands without width, MACD zero', async (t) => {
  const prices = Array<number>(100).fill(0.1);
  const [bands, macd] = [new Bollinger(20, 2), new Macd(12, 26, 9)];
  t.equal(through(new Rsi(14), prices).at(-1), 50);
  t.same(prices.map((price) => bands.update(price)).at(-1), { upper: 0.1, middle: 0.1, lower: 0.1 });
  const { macd: line, histogram } = prices.map((price) => macd.update(price)).at(-1)!;
  t.ok(Math.abs(line) + Math.abs(histogram) < 1e-15);
});

t.test(
  'a price that falls asleep keeps its last RSI until the moves have faded into rounding, then is neutral',
  async (t) => {
    const rsi = new Rsi(14);
    for (const close of closes.slice(0, 100)) rsi.update(close);
    const last = rsi.update(closes[99]!)!;
    t.ok(Math.abs(rsi.update(closes[99]!)! - last) < 1e-9);
    for (let i = 0; i < 10_000; i++) rsi.update(closes[99]!);
    t.equal(rsi.update(closes[99]!), 50);
  },
);

t.test('only rises are RSI 100, only falls RSI 0', async (t) => {
  const rising = through(
    new Rsi(14),
    Array.from({ length: 30 }, (_, i) => 100 + i),
  );
  const falling = through(
    new Rsi(14),
    Array.from({ length: 30 }, (_, i) => 100 - i),
  );
  t.equal(rising.at(-1), 100);
  t.equal(falling.at(-1), 0);
});

t.test('a value that is no number is answered with null and leaves no trace', async (t) => {
  const make = () => [
    new Sma(5),
    new Ema(5),
    new Rsi(5),
    { update: (v: number) => bands.update(v)?.upper ?? null },
    { update: (v: number) => macd.update(v)?.macd ?? null },
  ];
  let bands = new Bollinger(5, 2);
  let macd = new Macd(3, 5, 2);
  const clean = make().map((indicator) => through(indicator, closes.slice(0, 50)).at(-1));
  [bands, macd] = [new Bollinger(5, 2), new Macd(3, 5, 2)];
  const spoiled = make().map((indicator) => {
    const first = through(indicator, closes.slice(0, 25));
    for (const bad of [NaN, Infinity, -Infinity, undefined as unknown as number, null as unknown as number])
      t.equal(indicator.update(bad), null);
    return [...first, ...through(indicator, closes.slice(25, 50))].at(-1);
  });
  t.same(spoiled, clean);
});

t.test('bands depend on their window alone, not on what came before it', async (t) => {
  const [long, short] = [new Bollinger(20, 2), new Bollinger(20, 2)];
  for (const close of closes.slice(0, 1_980)) long.update(close * 1e6);
  const both = closes.slice(1_980).map((close) => [long.update(close), short.update(close)]);
  t.same(both.at(-1)![0], both.at(-1)![1]);
});

t.test(
  'a line turns at the first value against its direction; equal values in between change nothing',
  async (t) => {
    const turn = new Turn();
    const line = [5, 4, 3, 3, 4, 5, 5, 4, 4, 5, 5 + 1e-12, 5];
    t.same(
      line.map((value) => turn.update(value, 1)),
      [null, null, null, null, 'up', null, null, 'down', null, 'up', null, null],
    );
  },
);

t.test('on recorded klines the indicators agree with TA-Lib', async (t) => {
  const input = new URL('../../../shared/klines/BTCUSDT-1h-2023-01.csv.gz', import.meta.url);
  const oracle = new URL('../../../shared/fixtures/oracle-talib-BTCUSDT-1h-2023-01.csv.gz', import.meta.url);
  if (!existsSync(input) || !existsSync(oracle)) {
    t.comment('skipped: the recorded klines and the TA-Lib figures are not on this machine');
    return;
  }
  const bars = table(input);
  const talib = table(oracle);
  const close = bars['close']!.map(Number);
  const column = (name: string): Series => talib[name]!.map((cell) => (cell === '' ? null : Number(cell)));
  const bands = new Bollinger(20, 2);
  const macd = new Macd(12, 26, 9);
  const both = close.map((value) => ({ bands: bands.update(value), macd: macd.update(value) }));

  // The figures are given with eight decimals, so 1e-8 is all the agreement that can be asked.
  agree(t, 'RSI', through(new Rsi(14), close), column('RSI14'), 1e-8);
  agree(t, 'SMA', through(new Sma(20), close), column('SMA20'), 1e-8);
  agree(t, 'EMA 12', through(new Ema(12), close), column('EMA12'), 1e-8);
  agree(t, 'EMA 26', through(new Ema(26), close), column('EMA26'), 1e-8);
  agree(
    t,
    'upper band',
    both.map(({ bands }) => bands?.upper ?? null),
    column('BBupper'),
    1e-8,
  );
  agree(
    t,
    'lower band',
    both.map(({ bands }) => bands?.lower ?? null),
    column('BBlower'),
    1e-8,
  );
  // TA-Lib seeds the fast average later than the library does (see macd.ts): equal once that has faded.
  const faded = 200;
  agree(
    t,
    'MACD',
    both.map(({ macd }) => macd?.macd ?? null),
    column('MACD'),
    1e-8,
    faded,
  );
  agree(
    t,
    'MACD signal',
    both.map(({ macd }) => macd?.signal ?? null),
    column('MACDsignal'),
    1e-8,
    faded,
  );
  agree(
    t,
    'MACD histogram',
    both.map(({ macd }) => macd?.histogram ?? null),
    column('MACDhist'),
    1e-8,
    faded,
  );
});

function table(file: URL): Record<string, string[]> {
  const [header, ...rows] = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((row) => row.trim().split(','));
  return Object.fromEntries(header!.map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
}
