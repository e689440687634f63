/** Changes below a billionth of the price are rounding, not movement. */
const NOISE = 1e-9;

/**
 * When a line turns. It turns up at the value that rises above the one before after it had fallen, and down at the
 * one that falls after it had risen; equal values in between change nothing. So each turn is told once, at the
 * first kline that shows it.
 */
export class Turn {
  private previous = NaN;
  private direction: 'up' | 'down' | null = null;

  /** `scale`: the price, to tell movement from rounding noise. */
  update(value: number, scale: number): 'up' | 'down' | null {
    const change = value - this.previous;
    this.previous = value;
    // Nor is there any at the first value.
    if (!(Math.abs(change) > Math.abs(scale) * NOISE)) return null;
    const before = this.direction;
    this.direction = change > 0 ? 'up' : 'down';
    return before === null || before === this.direction ? null : this.direction;
  }
}
