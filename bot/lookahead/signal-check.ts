/** Whether a signal knows what it cannot know: for any prefix of the klines its verdicts are a prefix of its verdicts. */
import { INTERVAL_MS, type Interval } from '../../core/kline.js';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';
import type { KlineSeries } from '../../exchange/paper/market/series.js';
import { KlineView } from '../backtest/kline-view.js';
import { futures } from './futures.js';

const CUTS = 24;
const BEHIND_WARMUP = 1_500;
/** A warm-up is a wish, not a rule: a longer one is not waited for. */
const MOST_WARMUP = 20_000;

/** Sentences about what is wrong; none where nothing is. `parameters` are checked ones. */
export function signalFaults(
  definition: SignalDefinition,
  parameters: never,
  interval: Interval,
  seed = 1,
): string[] {
  const warmup = Math.min(definition.warmup(parameters), MOST_WARMUP);
  const klines = warmup + BEHIND_WARMUP;
  const market = futures(interval, klines, seed);
  const run = (series: KlineSeries): Verdict[] => verdicts(definition, parameters, interval, series);
  const cuts = Array.from({ length: CUTS }, (_, index) => klines - (CUTS - index) * 31);

  // The past alone first: whoever keeps what it saw has seen nothing of what is to come.
  const pasts = new Map<number, Verdict[]>();
  let known: Verdict[] = [];
  for (const cut of cuts) {
    const past = run(market.past(cut));
    const at = firstDifference(known, past);
    if (at !== null) {
      // Who says of the shorter past what was said of it before has seen the longer one through, and did not remember it.
      const isHonest = firstDifference(known, run(market.past(known.length))) === null;
      return [(isHonest ? ahead : remembers)(definition, market.whole, at, known, past)];
    }
    pasts.set(cut, (known = past));
  }
  for (const cut of cuts) {
    const past = pasts.get(cut)!;
    for (const series of [market.whole, market.other(cut)]) {
      const seen = run(series);
      const at = firstDifference(past, seen);
      if (at !== null) return [ahead(definition, market.whole, at, past, seen)];
    }
  }
  const [first, second] = [run(market.whole), run(market.whole)];
  const at = firstDifference(first, second);
  return at === null ? [] : [remembers(definition, market.whole, at, first, second)];
}

/** As a backtest shows klines: one view of all of them, moved on. */
function verdicts(
  definition: SignalDefinition,
  parameters: never,
  interval: Interval,
  series: KlineSeries,
): Verdict[] {
  const signal = definition.create(parameters, { interval });
  const view = new KlineView(series.columns);
  view.length = INTERVAL_MS[interval];
  return Array.from({ length: series.length }, (_, index) => {
    view.index = index;
    return signal.update(view);
  });
}

/** The first kline about which two runs do not say the same; null where they do as far as both reach. */
function firstDifference(some: readonly Verdict[], others: readonly Verdict[]): number | null {
  const shared = Math.min(some.length, others.length);
  for (let index = 0; index < shared; index += 1) if (!isSame(some[index]!, others[index]!)) return index;
  return null;
}

function isSame(a: Verdict, b: Verdict): boolean {
  if (a === b) return true;
  return a.action === b.action && JSON.stringify(a) === JSON.stringify(b);
}

function ahead(
  definition: SignalDefinition,
  series: KlineSeries,
  at: number,
  without: readonly Verdict[],
  knowing: readonly Verdict[],
): string {
  return `${place(definition, series, at)} it says ${saying(knowing[at]!)} when later klines are there, and ${saying(without[at]!)} when they are not or are others: it looks ahead.`;
}

function remembers(
  definition: SignalDefinition,
  series: KlineSeries,
  at: number,
  first: readonly Verdict[],
  second: readonly Verdict[],
): string {
  return `${place(definition, series, at)} it says ${saying(first[at]!)} the first time and ${saying(second[at]!)} the next time, on the same klines: it keeps state outside its instance, or uses chance or the clock. What it remembers of a run is the future of the next.`;
}

function place({ name }: SignalDefinition, series: KlineSeries, at: number): string {
  return `The signal "${name}": at kline ${at + 1} (${new Date(series.openTime(at)).toISOString()})`;
}

function saying({ action, indicators }: Verdict): string {
  const figures = Object.entries(indicators).map(([name, value]) => `${name} ${value ?? '–'}`);
  return figures.length === 0 ? action : `${action} (${figures.join(', ')})`;
}
