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
  /** So many of the first `period` changes have been seen. */
  private changes = 0;
  private firstGain = 0;
  private firstLoss = 0;
  /** NaN until they are defined. */
  private gain = NaN;
  private loss = NaN;
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
    if (this.changes < this.period) this.seed(change);
    else {
      this.gain += (rise(change) - this.gain) / this.period;
      this.loss += (rise(-change) - this.loss) / this.period;
    }
    return strength(this.gain, this.loss, price);
  }

  /** Dividing by the count so far makes the averages the simple mean. Apart from `next`, which stays short enough to be inlined. */
  private seed(change: number): void {
    // There is none before the first price.
    if (Number.isNaN(change)) return;
    this.changes += 1;
    this.firstGain += (rise(change) - this.firstGain) / this.changes;
    this.firstLoss += (rise(-change) - this.firstLoss) / this.changes;
    if (this.changes < this.period) return;
    this.gain = this.firstGain;
    this.loss = this.firstLoss;
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
      gain += (rise(change) - gain) / period;
      loss += (rise(-change) - loss) / period;
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

/** Nothing where it falls. Exact, and without a branch: which way a price goes cannot be predicted, and half of all guesses cost 5 ns. */
function rise(change: number): number {
  return (Math.abs(change) + change) / 2;
}

function strength(gain: number, loss: number, price: number): number {
  const moved = gain + loss;
  return moved <= Math.abs(price) * NOISE ? 50 : (100 * gain) / moved;
}
