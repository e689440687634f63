import { SMA } from 'technicalindicators';
import { unrounded, type Indicator } from './indicator.js';

/** Simple moving average over the last `period` values; defined from the `period`-th on. */
export class Sma implements Indicator {
  private readonly sma: SMA;

  constructor(period: number) {
    this.sma = new SMA({ period, values: [], format: unrounded });
  }

  update(value: number): number | null {
    return Number.isFinite(value) ? (this.sma.nextValue(value) ?? null) : null;
  }
}
