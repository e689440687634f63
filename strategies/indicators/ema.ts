import { EMA } from 'technicalindicators';
import { unrounded, type Indicator } from './indicator.js';

/** Exponential moving average, weight 2 / (period + 1), seeded with the simple mean of the first `period` values. */
export class Ema implements Indicator {
  private readonly ema: EMA;

  constructor(period: number) {
    this.ema = new EMA({ period, values: [], format: unrounded });
  }

  update(value: number): number | null {
    return Number.isFinite(value) ? (this.ema.nextValue(value) ?? null) : null;
  }
}
