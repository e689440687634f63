/** A walk forward: the settings that were best until then, on what came next, window after window. */
import type { Ranked } from './best.js';
import { yearly } from '../backtest/statistics.js';
import type { Figures } from './figures.js';
import type { Stretch } from './job.js';
import type { Window } from './stretches.js';
import { efficiency } from './warnings.js';

export interface WalkStep extends Window {
  /** What was best in `train`; null where no set could be. */
  readonly values: Readonly<Record<string, string>> | null;
  readonly inside: Figures | null;
  readonly outside: Figures | null;
}

export interface Walk {
  readonly windows: readonly WalkStep[];
  /** The tests one after the other, what each made reinvested in the next (per cent). */
  readonly returnPercent: number;
  readonly yearlyPercent: number | null;
  /** Growth a year in the tests as a share of that in the trainings (Pardo's walk-forward efficiency). */
  readonly efficiency: number | null;
  /** Tests that made money. */
  readonly won: number;
}

/** `outside` has one for each of the best that is there. */
export function walked(
  windows: readonly Window[],
  best: readonly (Ranked | null)[],
  outside: readonly (Figures | null)[],
  valuesOf: (set: number) => Readonly<Record<string, string>>,
): Walk {
  const left = [...outside];
  const steps = windows.map((window, index): WalkStep => {
    const ranked = best[index] ?? null;
    if (ranked === null) return { ...window, values: null, inside: null, outside: null };
    const { set, figures } = ranked;
    return { ...window, values: valuesOf(set), inside: figures, outside: left.shift() ?? null };
  });
  const tests = together(steps.map(({ test, outside: figures }) => [test, figures]));
  const trainings = together(steps.map(({ train, inside }) => [train, inside]));
  return {
    windows: steps,
    returnPercent: tests.returnPercent,
    yearlyPercent: tests.yearlyPercent,
    efficiency: efficiency(trainings, tests),
    won: steps.filter(({ outside: figures }) => (figures?.returnPercent ?? 0) > 0).length,
  };
}

/** Stretches as if one followed the other; one without figures earns nothing. */
function together(parts: readonly (readonly [Stretch, Figures | null])[]) {
  const growth = parts.reduce(
    (product, [, figures]) => product * (1 + (figures?.returnPercent ?? 0) / 100),
    1,
  );
  const ms = parts.reduce((sum, [{ start, end }]) => sum + end - start, 0);
  return { returnPercent: 100 * (growth - 1), yearlyPercent: yearly(growth, ms) };
}
