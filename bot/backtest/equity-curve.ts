/** The fleet's equity over a backtest: its worst fall exactly, its shape in as many points as an eye can tell apart. */

import type { KlineSpan } from '../../core/kline.js';

const POINTS = 2_000;
const DAY_MS = 86_400_000;

export interface CurvePoint {
  readonly time: number;
  readonly equity: number;
}

export class EquityCurve {
  /** The points in columns: as objects they would outlive young memory by the thousand. */
  private readonly times = new Float64Array(2 * POINTS);
  private readonly equities = new Float64Array(2 * POINTS);
  private kept = 0;
  /** The last equity of each UTC day. */
  readonly days: CurvePoint[] = [];
  /** The deepest fall below the highest equity before it, as a fraction, and how long equity stayed below one (ms). */
  maxDrawdown = 0;
  longestDrawdownMs = 0;
  // A field without a value would begin as undefined: numbers in it are boxed from then on, one for each kline.
  last = 0;
  private peak = 0;
  private peakTime = 0;
  /** The lowest since the peak: only below it a fall is deeper. */
  private trough = 0;
  private stride = 1;
  private skipped = 0;
  private day = -Infinity;
  private dayTime = 0;

  /** `equity` in quote, at `time` (ms). */
  constructor(time: number, equity: number) {
    this.last = equity;
    this.peak = equity;
    this.peakTime = time;
    this.trough = equity;
    this.point(time, equity);
  }

  get points(): CurvePoint[] {
    const { times, equities, kept } = this;
    return Array.from({ length: kept }, (_, index) => ({ time: times[index]!, equity: equities[index]! }));
  }

  /** One kline later; `time` is its open time. */
  add(time: number, equity: number): void {
    if (equity >= this.peak) {
      if (time - this.peakTime > this.longestDrawdownMs) this.longestDrawdownMs = time - this.peakTime;
      this.peak = equity;
      this.peakTime = time;
      this.trough = equity;
    } else if (equity < this.trough) {
      this.trough = equity;
      const fall = 1 - equity / this.peak;
      if (fall > this.maxDrawdown) this.maxDrawdown = fall;
    }
    if (time >= this.day) this.turn(time);
    this.last = equity;
    this.dayTime = time;
    this.skipped += 1;
    if (this.skipped >= this.stride) this.keep(time, equity);
  }

  /** Klines `from` to `end` (exclusive), over which what is held stays the same. */
  addSpan({ openTime, close }: KlineSpan, from: number, end: number, cash: number, quantity: number): void {
    for (let index = from; index < end;) {
      const stop = Math.min(end, index + this.stride - this.skipped);
      this.measure(openTime, close, index, stop, cash, quantity);
      this.skipped += stop - index;
      if (this.skipped >= this.stride) this.keep(this.dayTime, this.last);
      index = stop;
    }
  }

  /** As `add` for each of them, in a loop that makes nothing; no point is kept. */
  private measure(
    openTime: KlineSpan['openTime'],
    close: KlineSpan['close'],
    from: number,
    end: number,
    cash: number,
    quantity: number,
  ): void {
    let { peak, peakTime, trough, day, longestDrawdownMs: longest, last, dayTime } = this;
    for (let index = from; index < end; index += 1) {
      const time = openTime[index]!;
      const equity = cash + (quantity === 0 ? 0 : quantity * close[index]!);
      if (equity >= peak) {
        if (time - peakTime > longest) longest = time - peakTime;
        peak = trough = equity;
        peakTime = time;
      } else if (equity < trough) {
        trough = equity;
        const fall = 1 - equity / peak;
        if (fall > this.maxDrawdown) this.maxDrawdown = fall;
      }
      if (time >= day) {
        this.last = last;
        this.dayTime = dayTime;
        this.turn(time);
        day = this.day;
      }
      last = equity;
      dayTime = time;
    }
    this.peak = peak;
    this.peakTime = peakTime;
    this.trough = trough;
    this.longestDrawdownMs = longest;
    this.last = last;
    this.dayTime = dayTime;
  }

  finish(): void {
    if (this.day !== -Infinity) this.days.push({ time: this.dayTime, equity: this.last });
    this.longestDrawdownMs = Math.max(this.longestDrawdownMs, this.dayTime - this.peakTime);
    if (this.times[this.kept - 1] !== this.dayTime) this.point(this.dayTime, this.last);
  }

  private turn(time: number): void {
    if (this.day !== -Infinity) this.days.push({ time: this.dayTime, equity: this.last });
    this.day = (Math.floor(time / DAY_MS) + 1) * DAY_MS;
  }

  /** At twice the points every second one goes, so the work and the memory stay bounded. */
  private keep(time: number, equity: number): void {
    this.skipped = 0;
    this.point(time, equity);
    const { times, equities } = this;
    if (this.kept < times.length) return;
    this.kept /= 2;
    this.stride *= 2;
    for (let index = 0; index < this.kept; index += 1) {
      times[index] = times[2 * index]!;
      equities[index] = equities[2 * index]!;
    }
  }

  private point(time: number, equity: number): void {
    this.times[this.kept] = time;
    this.equities[this.kept] = equity;
    this.kept += 1;
  }
}
