/** Textbook formulas over whole arrays, slow and obvious: what the streaming indicators are checked against in tests. */

export function naiveSma(values: readonly number[], period: number): (number | null)[] {
  return values.map((_, i) => (i + 1 < period ? null : mean(values.slice(i + 1 - period, i + 1))));
}

/** Seeded with the simple mean of the first `period` values, then smoothed by `weight`. */
function naiveSmoothed(values: readonly number[], period: number, weight: number): (number | null)[] {
  let average: number | null = null;
  return values.map((value, i) => {
    if (i + 1 < period) return null;
    average = average === null ? mean(values.slice(0, period)) : average * (1 - weight) + value * weight;
    return average;
  });
}

export function naiveEma(values: readonly number[], period: number): (number | null)[] {
  return naiveSmoothed(values, period, 2 / (period + 1));
}

export function naiveRsi(values: readonly number[], period: number): (number | null)[] {
  const changes = values.slice(1).map((value, i) => value - values[i]!);
  const gains = naiveSmoothed(
    changes.map((change) => Math.max(change, 0)),
    period,
    1 / period,
  );
  const losses = naiveSmoothed(
    changes.map((change) => Math.max(-change, 0)),
    period,
    1 / period,
  );
  return [null, ...gains.map((gain, i) => (gain === null ? null : 100 - 100 / (1 + gain / losses[i]!)))];
}

export function naiveHistogram(
  values: readonly number[],
  fast: number,
  slow: number,
  signal: number,
): (number | null)[] {
  const fastLine = naiveEma(values, fast);
  const macd = naiveEma(values, slow).flatMap((average, i) =>
    average === null ? [] : [fastLine[i]! - average],
  );
  const signalLine = naiveEma(macd, signal);
  const histogram = macd.map((value, i) => (signalLine[i] === null ? null : value - signalLine[i]!));
  return [...Array<null>(slow - 1).fill(null), ...histogram];
}

/** Upper band: mean plus population standard deviations. */
export function naiveUpperBand(
  values: readonly number[],
  period: number,
  deviations: number,
): (number | null)[] {
  return naiveSma(values, period).map((middle, i) => {
    if (middle === null) return null;
    const squares = values.slice(i + 1 - period, i + 1).map((value) => (value - middle) ** 2);
    return middle + deviations * Math.sqrt(mean(squares));
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
