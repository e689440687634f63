/** Mean, deviation, skewness and kurtosis of a sample, and the normal distribution: what is needed to judge luck. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** With n − 1 in the denominator. */
  readonly deviation: number;
  /** 0 for a normal distribution, as where nothing varies. */
  readonly skewness: number;
  /** 3 for a normal distribution, as where nothing varies. */
  readonly kurtosis: number;
}

export function moments(values: readonly number[]): Moments {
  const count = values.length;
  const mean = count === 0 ? 0 : sum(values) / count;
  const central = (power: number): number => sum(values.map((value) => (value - mean) ** power)) / count;
  const variance = count < 2 ? 0 : central(2);
  if (!(variance > 0)) return { count, mean, deviation: 0, skewness: 0, kurtosis: 3 };
  return {
    count,
    mean,
    deviation: Math.sqrt((variance * count) / (count - 1)),
    skewness: central(3) / variance ** 1.5,
    kurtosis: central(4) / variance ** 2,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Mean and variance of numbers that come one by one (Welford 1962). */
export class Running {
  count = 0;
  mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const before = value - this.mean;
    this.mean += before / this.count;
    this.squares += before * (value - this.mean);
  }

  get variance(): number {
    return this.count < 2 ? 0 : this.squares / (this.count - 1);
  }
}

/** The normal distribution function, to seven digits (Abramowitz and Stegun 1964, 26.2.17). */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}

/** The z below which a normal number lies with this probability, by halving. */
export function normalQuantile(probability: number): number {
  let [low, high] = [-10, 10];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
