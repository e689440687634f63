import { Ema } from './ema.js';
import type { Indicator } from './indicator.js';

/** Moving average convergence divergence, in units of the price. */
export interface MacdValue {
  /** Fast minus slow average. */
  readonly macd: number;
  readonly signal: number;
  /** MACD minus its signal line. */
  readonly histogram: number;
}

/**
 * MACD (Appel) of exponential averages; defined from value `slow + signal - 1` on. Each average is seeded with the
 * simple mean of its own first values, as in `technicalindicators`; TA-Lib starts the fast one later, together with the
 * slow one, so that the two differ at first and agree once the seeds have faded.
 */
export class Macd implements Indicator<number, MacdValue> {
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly line: Ema;
  private macd = NaN;

  constructor(fastPeriod: number, slowPeriod: number, signalPeriod: number) {
    this.fast = new Ema(fastPeriod);
    this.slow = new Ema(slowPeriod);
    this.line = new Ema(signalPeriod);
  }

  update(value: number): MacdValue | null {
    const histogram = Number.isFinite(value) ? this.next(value) : NaN;
    const { macd } = this;
    return Number.isNaN(histogram) ? null : { macd, signal: macd - histogram, histogram };
  }

  /** The histogram, of a finite value; NaN until it is defined. */
  next(value: number): number {
    const fast = this.fast.next(value);
    const slow = this.slow.next(value);
    this.macd = fast - slow;
    // Fast is defined before slow.
    return Number.isNaN(slow) ? NaN : this.macd - this.line.next(this.macd);
  }
}
