/** Changes below a billionth of the price are rounding, not movement. */
const NOISE = 1e-9;

/**
 * When a line turns. It turns up at the value that rises above the one before after it had fallen, and down at the
 * one that falls after it had risen; equal values in between change nothing. So each turn is told once, at the
 * first kline that shows it.
 */
export class Turn {
  private previous = NaN;
  /** The last movement; 0 before the first. */
  private moved = 0;

  /** `scale`: the price, to tell movement from rounding noise. */
  update(value: number, scale: number): 'up' | 'down' | null {
    const change = value - this.previous;
    this.previous = value;
    // Nor is there any at the first value, or before it is defined.
    if (!(Math.abs(change) > Math.abs(scale) * NOISE)) return null;
    const isTurn = change * this.moved < 0;
    this.moved = change;
    if (!isTurn) return null;
    return change > 0 ? 'up' : 'down';
  }
}
