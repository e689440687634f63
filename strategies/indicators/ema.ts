import type { Indicator } from './indicator.js';

/**
 * Exponential moving average, weight 2 / (period + 1), seeded with the simple mean of the first `period` values. Our own:
 * a generator, as `technicalindicators` has it, takes thirty times as long for each value.
 */
export class Ema implements Indicator {
  private readonly weight: number;
  private seen = 0;
  private sum = 0;
  /** NaN until it is defined. */
  private average = NaN;

  constructor(private readonly period: number) {
    this.weight = 2 / (period + 1);
  }

  update(value: number): number | null {
    const average = Number.isFinite(value) ? this.next(value) : NaN;
    return Number.isNaN(average) ? null : average;
  }

  /** Of a finite value; NaN until it is defined. */
  next(value: number): number {
    if (this.seen < this.period) this.seed(value);
    else this.average = (value - this.average) * this.weight + this.average;
    return this.average;
  }

  /** Apart from `next`, which stays short enough to be inlined. */
  private seed(value: number): void {
    this.seen += 1;
    this.sum += value;
    if (this.seen === this.period) this.average = this.sum / this.period;
  }
}
