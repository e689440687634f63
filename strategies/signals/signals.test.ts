import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import type { Kline } from '../../core/kline.js';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';
import { signals, signalNamed } from '../registry.js';
import { closing, walk } from '../testing/generated.js';
import { naiveHistogram, naiveRsi, naiveSma, naiveUpperBand } from '../testing/naive.js';
import { rsi } from './rsi.js';
import { rsiMacdBollinger } from './rsi-macd-bollinger.js';
import { simple } from './simple.js';

const context = { interval: '1h' } as const;

function run(definition: SignalDefinition, klines: readonly Kline[], given: object = {}): Verdict[] {
  const signal = definition.create(definition.parameters.parse(given), context);
  return klines.map((kline) => signal.update(kline));
}

const actions = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ action }) => action);
const words = (definition: SignalDefinition, verdict: Verdict): string =>
  verdict.reasons.map((reason) => definition.words(reason)).join('; ');

const market = walk(6_000, 11);
const closes = market.map(({ close }) => close);

t.test('rsi enters below, exits above and holds between its limits', async (t) => {
  const expected = naiveRsi(closes, 14).map((value) =>
    value === null ? 'hold' : value < 30 ? 'enter' : value > 70 ? 'exit' : 'hold',
  );
  const verdicts = run(rsi, market);
  t.same(actions(verdicts), expected);
  for (const action of ['enter', 'exit', 'hold']) t.ok(actions(verdicts).includes(action));
  t.match(words(rsi, verdicts[0]!), /^warming up: 1 of 15 klines$/);
  t.match(
    words(
      rsi,
      verdicts.find(({ action }) => action === 'enter')!,
    ),
    /^RSI [12]?\d\.\d+, below 30$/,
  );
  t.match(
    words(
      rsi,
      verdicts.findLast(({ action }) => action === 'hold')!,
    ),
    /^RSI [3-6]\d\.\d+, needs < 30 to enter or > 70 to exit$/,
  );
  t.equal(
    rsi.words({ code: 'hold', values: { rsi: 30.04, buyBelow: 30, sellAbove: 70 } }),
    'RSI 30.04, needs < 30 to enter or > 70 to exit',
  );
});

t.test('rsi-macd-bollinger enters and exits on two votes of three', async (t) => {
  const upper = naiveUpperBand(closes, 20, 2);
  const middle = naiveSma(closes, 20);
  const line = naiveHistogram(closes, 12, 26, 9);
  const strength = naiveRsi(closes, 14);
  const expected = closes.map((close, i) => {
    const [r, h, u] = [strength[i], line[i], upper[i]];
    if (r == null || h == null || u == null) return 'hold';
    const [before, earlier] = [line[i - 1] ?? h, line[i - 2] ?? line[i - 1] ?? h];
    const up = [r <= 30, close <= 2 * middle[i]! - u, h > before && before < earlier];
    const down = [r >= 70, close >= u, h < before && before > earlier];
    const votes = (list: boolean[]) => list.filter(Boolean).length >= 2;
    return votes(up) ? 'enter' : votes(down) ? 'exit' : 'hold';
  });
  const verdicts = run(rsiMacdBollinger, market);
  t.same(actions(verdicts), expected);
  for (const action of ['enter', 'exit', 'hold'])
    t.ok(actions(verdicts).filter((a) => a === action).length > 20);
  t.equal(words(rsiMacdBollinger, verdicts[32]!), 'warming up: 33 of 34 klines');
  t.match(
    words(rsiMacdBollinger, verdicts[33]!),
    /^0 of 2 votes to enter, \d to exit: RSI .*needs ≤ 30 or ≥ 70; close .*; MACD histogram/,
  );
  t.match(
    words(
      rsiMacdBollinger,
      verdicts.find(({ action }) => action === 'enter')!,
    ),
    /(RSI .* ≤ 30|lower band|turning up).*; /,
  );
});

t.test('rsi-macd-bollinger: a flat price votes for nothing', async (t) => {
  const verdicts = run(rsiMacdBollinger, closing(Array<number>(300).fill(0.1)), { votes: 1 });
  t.ok(actions(verdicts).every((action) => action === 'hold'));
});

t.test(
  'simple enters where the RSI crosses up through its level above the trend, at most every 24 klines',
  async (t) => {
    const strength = naiveRsi(closes, 14);
    const trend = naiveSma(closes, 200);
    let last = -Infinity;
    const expected = closes.map((close, i) => {
      if (
        trend[i] == null ||
        !(strength[i - 1]! < 40 && strength[i]! >= 40 && close > trend[i]!) ||
        i - last < 24
      )
        return 'hold';
      last = i;
      return 'enter';
    });
    const verdicts = run(simple, market);
    t.same(actions(verdicts), expected);
    t.ok(actions(verdicts).filter((action) => action === 'enter').length > 5);
    t.notOk(actions(verdicts).includes('exit'));
    t.match(
      words(
        simple,
        verdicts.find(({ action }) => action === 'enter')!,
      ),
      /^RSI crossed up through 40 .* above SMA/,
    );
    t.match(
      words(
        simple,
        verdicts.find(({ reasons }) => reasons[0]?.code === 'below-trend')!,
      ),
      /^close .*, needs > SMA/,
    );
    const impatient = actions(run(simple, market, { klinesBetweenEntries: 1 })).filter(
      (action) => action === 'enter',
    ).length;
    t.ok(
      impatient > actions(verdicts).filter((action) => action === 'enter').length,
      'the distance between entries holds some back',
    );
  },
);

t.test('manual never signals', async (t) => {
  const verdicts = run(signalNamed('manual'), market.slice(0, 50));
  t.ok(actions(verdicts).every((action) => action === 'hold'));
  t.equal(words(signalNamed('manual'), verdicts[0]!), 'waits for your command');
});

for (const definition of signals.values()) {
  t.test(`${definition.name}: results on a prefix are the prefix of the results`, async (t) => {
    const whole = run(definition, market);
    for (const length of [1, 33, 34, 35, 200, 201, 3_000])
      t.same(run(definition, market.slice(0, length)), whole.slice(0, length));
  });

  t.test(`${definition.name}: after its warm-up the past before it decides nothing`, async (t) => {
    const warmup = definition.warmup(definition.parameters.parse({}));
    for (const seed of [1, 2, 3, 4]) {
      const klines = walk(5_000, seed);
      const whole = actions(run(definition, klines));
      for (const start of [500, 1_777, 3_000])
        t.same(actions(run(definition, klines.slice(start))).slice(warmup), whole.slice(start + warmup));
    }
  });

  t.test(
    `${definition.name}: every kline has reasons in words and indicators that are numbers or null`,
    async (t) => {
      const flat = closing([
        ...Array<number>(300).fill(5),
        ...closes.slice(0, 300),
        ...Array<number>(300).fill(1e-8),
      ]);
      for (const verdict of run(definition, flat)) {
        const text = words(definition, verdict);
        const sane = text.length > 0 && !/NaN|undefined|Infinity|\?|e-/.test(text);
        const numbers = Object.values(verdict.indicators).every(
          (value) => value === null || Number.isFinite(value),
        );
        if (!sane || !numbers) t.fail(`${text} ${JSON.stringify(verdict.indicators)}`);
      }
      t.pass();
    },
  );
}

t.test('on recorded klines, too, the past before the warm-up decides nothing', async (t) => {
  const file = new URL('../../../shared/klines/SOLUSDT-5m-2024-01_04.csv.gz', import.meta.url);
  if (!existsSync(file)) {
    t.comment('skipped: the recorded klines are not on this machine');
    return;
  }
  const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1, 12_001);
  const klines = closing(rows.map((row) => Number(row.split(',')[4])));
  for (const definition of signals.values()) {
    const warmup = definition.warmup(definition.parameters.parse({}));
    const whole = actions(run(definition, klines));
    for (const start of [1_000, 4_321, 8_000])
      t.same(
        actions(run(definition, klines.slice(start))).slice(warmup),
        whole.slice(start + warmup),
        definition.name,
      );
  }
});

t.test('klines judged many at a time are judged as one by one, whatever passes', async (t) => {
  const klines = walk(4_000, 3);
  const column = (of: (kline: Kline) => number) => Float64Array.from(klines, of);
  const span = {
    openTime: column(({ openTime }) => openTime),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
  };
  span.close[1_000] = NaN;
  for (const definition of signals.values()) {
    const make = () =>
      definition.create(definition.parameters.parse({ name: definition.name }), { interval: '1h' }).steps;
    for (const left of ['enter', 'exit', 'hold'] as const) {
      const [single, many] = [make(), make()];
      if (single === undefined || many?.judgeWhile === undefined) continue;
      const passes = { enter: true, exit: true, hold: true, [left]: false };
      const stops: number[] = [];
      const expected: number[] = [];
      for (let index = 0; index < klines.length; index += 1)
        if (single.judge({ ...klines[index]!, close: span.close[index]! }) === left) expected.push(index);
      for (let from = 0; from < klines.length; from = stops.at(-1)! + 1)
        stops.push(many.judgeWhile(span, from, klines.length, passes));
      t.same(
        stops.filter((stop) => stop < klines.length),
        expected,
        `${definition.name}: ${left}`,
      );
      t.same(many.verdict(), single.verdict(), definition.name);
      t.ok(expected.length > 0);
    }
  }
});
