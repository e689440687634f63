/**
 * Live bots begin with heavy requests (open orders, fills, klines): at most so many start in any minute, so that a
 * fleet coming back after a reboot stays under the exchange's weight limit (design §7).
 */
export class Pace {
  readonly #perMinute: number;
  #starts: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** How long to wait (ms) before the next start, which is then taken as done. `now`: monotonic ms. */
  next(now: number): number {
    this.#starts = this.#starts.filter((start) => start > now - 60_000);
    const oldest = this.#starts[this.#starts.length - this.#perMinute];
    const start = oldest === undefined ? now : Math.max(now, oldest + 60_000);
    this.#starts.push(start);
    return start - now;
  }
}
