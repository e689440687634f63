const POINTS = 240;

/**
 * A line of figures that never grows: when it is full, every second point goes and the next ones are taken half as
 * often, so that it always spans the whole time at an even pace.
 */
export class History {
  #points: number[] = [];
  #every = 1;
  #skipped = 0;

  add(value: number): void {
    this.#skipped++;
    if (this.#skipped < this.#every) return;
    this.#skipped = 0;
    this.#points.push(value);
    if (this.#points.length < POINTS) return;
    this.#points = this.#points.filter((_point, index) => index % 2 === 1);
    this.#every *= 2;
  }

  points(): readonly number[] {
    return this.#points;
  }
}
