/** All sets of settings that could be tried, and which of them are, in which order. */
import { permutation } from './permutation.js';
import { isAxis, type Axis } from './axis.js';
import { BacktestRefused } from '../backtest/refused.js';

/** A grid is walked whole: beyond this it is refused. */
export const MOST_SETS = 1_000_000;
/** Further than this a set cannot be numbered exactly. */
const MOST_COMBINATIONS = 2 ** 50;

export type Method =
  { readonly name: 'grid' } | { readonly name: 'random'; readonly samples: number; readonly seed: string };

export interface Space {
  /** Those with several values, as given. */
  readonly axes: readonly Axis[];
  /** How many sets are tried. */
  readonly count: number;
  /** How many there would be. */
  readonly combinations: number;
  /** The values of set `index` as indexes into `axes`. */
  indexes(index: number): readonly number[];
  /** As pairs for `--set`, the settings with one value included. */
  pairs(index: number): readonly string[];
}

/** Errors: `BacktestRefused` where there are too many. */
export function spaceOf(all: readonly Axis[], method: Method): Space {
  const axes = all.filter(isAxis);
  const fixed = all.filter((axis) => !isAxis(axis)).map(({ path, at }) => `${path}=${at(0)}`);
  const combinations = axes.reduce((product, { count }) => product * count, 1);
  refuseTooMany(axes, combinations, method);
  const samples = method.name === 'random' ? Math.min(method.samples, combinations) : combinations;
  const drawn =
    method.name === 'random' && samples < combinations
      ? permutation(combinations, method.seed)
      : (index: number) => index;
  const indexes = (index: number): number[] => unpacked(drawn(index), axes);
  return {
    axes,
    count: samples,
    combinations,
    indexes,
    pairs: (index) => [
      ...fixed,
      ...indexes(index).map((value, axis) => `${axes[axis]!.path}=${axes[axis]!.at(value)}`),
    ],
  };
}

/** The last axis turns fastest. */
function unpacked(index: number, axes: readonly Axis[]): number[] {
  const indexes: number[] = [];
  let rest = index;
  for (const { count } of axes.toReversed()) {
    indexes.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return indexes;
}

function refuseTooMany(axes: readonly Axis[], combinations: number, method: Method): void {
  const most = method.name === 'grid' ? MOST_SETS : MOST_COMBINATIONS;
  const tried = method.name === 'random' ? Math.min(method.samples, combinations) : combinations;
  if (combinations <= most && tried <= MOST_SETS) return;
  const product = axes.map(({ path, count }) => `${spaced(count)} of ${path}`).join(' × ');
  const wayOut =
    method.name === 'grid'
      ? 'Take wider steps or fewer settings, or try some of them: --method random --samples 1000.'
      : tried > MOST_SETS
        ? `Give --samples ${spaced(MOST_SETS)} at most.`
        : 'Take wider steps or fewer settings.';
  throw new BacktestRefused(
    `There are ${spaced(combinations)} combinations (${product}); at most ${spaced(most)} can be ${method.name === 'grid' ? 'tried' : 'numbered'}. ${wayOut}`,
  );
}

/** `1,000,000,000`, the same in every language. */
export function spaced(value: number): string {
  if (value >= 1e21) return value.toExponential(2);
  return BigInt(Math.round(value))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
