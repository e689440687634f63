import type { Range } from './ranges.js';

/**
 * Of `moments` the one from which as many symbols have klines for the longest time, up to `last` (ms, exclusive); the first
 * of equal ones. `covered`: of each symbol, the times that its files cover.
 */
export function longestFrom(
  covered: readonly (readonly Range[])[],
  moments: readonly number[],
  last: number,
): number {
  const lengthFrom = (time: number): number => {
    const ends = covered.flatMap((ranges) =>
      ranges.filter(({ from, to }) => from <= time && time < to).map(({ to }) => to),
    );
    return Math.min(last, ...ends) - time;
  };
  return moments.reduce((best, time) => (lengthFrom(time) > lengthFrom(best) ? time : best));
}
