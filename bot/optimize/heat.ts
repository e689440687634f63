/** The objective over two settings: where good values stand together, and where one stands alone. */
import type { Axis } from './axis.js';

/** More rows or columns than an eye can tell apart are put together. */
const MOST_CELLS = 24;

export interface Heat {
  readonly rows: HeatSide;
  /** Null where only one setting was varied. */
  readonly columns: HeatSide | null;
  /** By row, then column: the mean objective of all sets there; null where none could say. */
  readonly cells: readonly (readonly (number | null)[])[];
}

export interface HeatSide {
  readonly path: string;
  /** The value of each row or column; the first of those put together. */
  readonly values: readonly string[];
}

export class HeatMap {
  private readonly sums: Float64Array;
  private readonly counts: Uint32Array;

  /** `rows` and `columns` are numbers of axes; columns null where there is only one. */
  constructor(
    private readonly axes: readonly Axis[],
    private readonly rows: number,
    private readonly columns: number | null,
  ) {
    const size = this.size(rows) * this.size(columns);
    this.sums = new Float64Array(size);
    this.counts = new Uint32Array(size);
  }

  add(indexes: readonly number[], value: number | null): void {
    if (value === null || !Number.isFinite(value)) return;
    const cell = this.place(indexes, this.rows) * this.size(this.columns) + this.place(indexes, this.columns);
    this.sums[cell]! += value;
    this.counts[cell]! += 1;
  }

  done(): Heat {
    const width = this.size(this.columns);
    const cell = (row: number, column: number): number | null => {
      const at = row * width + column;
      return this.counts[at] === 0 ? null : this.sums[at]! / this.counts[at]!;
    };
    const cells = Array.from({ length: this.size(this.rows) }, (_, row) =>
      Array.from({ length: width }, (_, column) => cell(row, column)),
    );
    return {
      rows: this.side(this.rows),
      columns: this.columns === null ? null : this.side(this.columns),
      cells,
    };
  }

  private side(number: number): HeatSide {
    const { path, count, at } = this.axes[number]!;
    const size = this.size(number);
    return {
      path,
      values: Array.from({ length: size }, (_, place) => at(Math.ceil((place * count) / size))),
    };
  }

  private size(number: number | null): number {
    return number === null ? 1 : Math.min(MOST_CELLS, this.axes[number]!.count);
  }

  private place(indexes: readonly number[], number: number | null): number {
    if (number === null) return 0;
    return Math.floor((indexes[number]! * this.size(number)) / this.axes[number]!.count);
  }
}
