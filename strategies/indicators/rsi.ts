import type { Indicator } from './indicator.js';

/** Below this share of the price the smoothed moves are rounding noise, and their ratio says nothing. */
const NOISE = 1e-15;

/**
 * Relative strength index (Wilder 1978), unrounded: both averages start as the simple mean of the first `period`
 * changes and are smoothed by 1/period from there, so the first value stands at kline `period + 1`, as in TA-Lib.
 * A price that does not move is neutral, 50. Our own because `technicalindicators` rounds it to two decimals and
 * calls a flat price 100, and `trading-signals` needs 200 ns for it where this needs 5.
 */
export class Rsi implements Indicator {
  /** NaN before the first price. */
  private previous = NaN;
  private changes = 0;
  private gain = 0;
  private loss = 0;
  /** Of `nextWhile`. */
  last = NaN;

  constructor(private readonly period: number) {}

  update(price: number): number | null {
    const value = Number.isFinite(price) ? this.next(price) : NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Of a finite price; NaN until it is defined. */
  next(price: number): number {
    const change = price - this.previous;
    this.previous = price;
    if (Number.isNaN(change)) return NaN;
    // While the averages are seeded, dividing by the count so far makes them the simple mean.
    if (this.changes < this.period) this.changes += 1;
    const weight = this.changes;
    const gain = (this.gain += ((change > 0 ? change : 0) - this.gain) / weight);
    const loss = (this.loss += ((change < 0 ? -change : 0) - this.loss) / weight);
    if (weight < this.period) return NaN;
    return strength(gain, loss, price);
  }

  /**
   * As `next` for prices from number `from` on, as long as the index stays from `low` to `high`; answers the number of
   * the first where it does not (which is taken in), of one that is not finite (which is not), or `end`. Only once it is
   * defined; before that it takes none in. `last` is the index at the last one taken in, NaN for none.
   */
  nextWhile(prices: Float64Array, from: number, end: number, low: number, high: number): number {
    this.last = NaN;
    const { period } = this;
    if (this.changes < period) return from;
    let { previous, gain, loss, last } = this;
    let index = from;
    for (; index < end; index += 1) {
      const price = prices[index]!;
      if (!Number.isFinite(price)) break;
      const change = price - previous;
      previous = price;
      gain += ((change > 0 ? change : 0) - gain) / period;
      loss += ((change < 0 ? -change : 0) - loss) / period;
      last = strength(gain, loss, price);
      if (last < low || last > high) break;
    }
    this.previous = previous;
    this.gain = gain;
    this.loss = loss;
    this.last = last;
    return index;
  }
}

function strength(gain: number, loss: number, price: number): number {
  const moved = gain + loss;
  return moved <= Math.abs(price) * NOISE ? 50 : (100 * gain) / moved;
}
