import { MACD } from 'technicalindicators';
import { unrounded, type Indicator } from './indicator.js';

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
 * simple mean of its own first values; TA-Lib starts the fast one later, together with the slow one, so that the
 * two differ at first and agree once the seeds have faded.
 */
export class Macd implements Indicator<number, MacdValue> {
  private readonly macd: MACD;

  constructor(fastPeriod: number, slowPeriod: number, signalPeriod: number) {
    this.macd = new MACD({
      fastPeriod,
      slowPeriod,
      signalPeriod,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
      values: [],
      format: unrounded,
    });
  }

  update(value: number): MacdValue | null {
    if (!Number.isFinite(value)) return null;
    const { MACD: macd, histogram } = this.macd.nextValue(value) ?? {};
    if (macd === undefined || histogram === undefined) return null;
    // The library leaves its signal line out where it is exactly zero.
    return { macd, signal: macd - histogram, histogram };
  }
}
