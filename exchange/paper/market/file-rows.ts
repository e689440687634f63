/** Klines out of the bytes of one CSV file: every row is checked, the first bad one refuses the file. */
import { parse } from 'csv-parse/sync';
import type { Interval } from '../../../core/kline.js';
import {
  cellEnd,
  isBlank,
  isComma,
  lineEnd,
  QUOTE,
  readNumber,
  readPlain,
  withoutReturn,
  type Cell,
} from './file-bytes.js';
import { COLUMN_NAMES, RowCheck } from './file-check.js';
import { KlineFileError } from './file-error.js';
import { readHeader, type Columns } from './file-header.js';
import { KlineSeries } from './series.js';

export interface FileRows {
  readonly series: KlineSeries;
  /** Line number of the first kline; rows follow without holes. */
  readonly firstRow: number;
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
  /** Rows whose times were in microseconds and are read as milliseconds. */
  readonly microseconds: number;
  /** Klines that reach ten times the close before them, or a tenth of it; kept, but worth a look. */
  readonly spikes: { readonly count: number; readonly firstRow: number };
}

export function readRows(file: string, symbol: string, interval: Interval, bytes: Buffer): FileRows {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const plain = bytes.includes(QUOTE) ? unquoted(file, bytes.subarray(start)) : bytes.subarray(start);
  if (isBlank(plain, 0, plain.length)) return nothing(symbol);
  const firstLine = lineEnd(plain, 0);
  const columns = readHeader(file, plain.toString('utf8', 0, firstLine.text));
  return new RowReader(file, interval, columns).read(symbol, plain, columns.header ? firstLine.next : 0);
}

function nothing(symbol: string): FileRows {
  const spikes = { count: 0, firstRow: 0 };
  const series = new KlineSeries(symbol);
  return { series, firstRow: 1, priceDecimals: 0, volumeDecimals: 0, microseconds: 0, spikes };
}

/** A quoted file as a plain one of the same rows. */
function unquoted(file: string, bytes: Buffer): Buffer {
  try {
    const rows = parse(bytes, { relax_column_count: true, skip_empty_lines: false }) as string[][];
    return Buffer.from(rows.map((row) => row.join(',')).join('\n'));
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? null;
    throw new KlineFileError(file, line, `${(error as Error).message}; correct the quotes of this row`);
  }
}

/** Reads rows into columns; `values` and `cell` are used again for each. */
class RowReader {
  private readonly check: RowCheck;
  private readonly cell: Cell = { value: 0, decimals: 0 };
  private readonly values = new Float64Array(COLUMN_NAMES.length);
  private priceDecimals = 0;
  private volumeDecimals = 0;

  constructor(
    file: string,
    interval: Interval,
    private readonly columns: Columns,
  ) {
    this.check = new RowCheck(file, interval, columns.header ? 2 : 1, columns.slots.includes(8));
  }

  read(symbol: string, bytes: Buffer, from: number): FileRows {
    const { check } = this;
    const firstRow = check.row;
    // Rows are about as wide as the first: room for all of them at once, so that nothing is copied while reading.
    const width = Math.max(20, lineEnd(bytes, from).next - from);
    const series = new KlineSeries(symbol, Math.ceil(((bytes.length - from) / width) * 1.05) + 1);
    for (let at = from; at >= 0 && at < bytes.length; check.row += 1) at = this.readRow(bytes, at, series);
    return {
      series: series.trim(),
      firstRow,
      priceDecimals: this.priceDecimals,
      volumeDecimals: this.volumeDecimals,
      microseconds: check.microseconds,
      spikes: { count: check.spikes, firstRow: check.firstSpike },
    };
  }

  /** Takes in the row at `from`; answers where the next one begins, -1 when only blank lines are left. */
  private readRow(bytes: Buffer, from: number, series: KlineSeries): number {
    const { slots } = this.columns;
    let position = from;
    let column = 0;
    for (let last = false; !last; column += 1) {
      const slot = slots[column];
      let end = slot !== undefined && slot >= 0 ? readPlain(bytes, position, this.cell) : -1;
      const plain = end >= 0;
      if (!plain) end = cellEnd(bytes, position);
      last = !isComma(bytes[end]);
      if (!plain && column === 0 && last && isBlank(bytes, from, end)) return this.onlyBlank(bytes, from);
      if (slot === undefined) this.check.refuse(`it has more than the ${slots.length} cells expected`);
      if (plain) this.keep(slot);
      else if (slot >= 0)
        this.readCell(bytes, position, last ? withoutReturn(bytes, position, end) : end, slot);
      position = end + 1;
    }
    if (column < slots.length) {
      this.check.refuse(
        `it has ${column} cells, expected ${slots.length}: the row is cut off or lacks a value`,
      );
    }
    this.check.take(this.values, series);
    return position;
  }

  private readCell(bytes: Buffer, from: number, to: number, slot: number): void {
    const { cell } = this;
    if (!readNumber(bytes, from, to, cell)) {
      const text = JSON.stringify(bytes.toString('utf8', from, Math.min(to, from + 40)));
      this.check.refuse(
        `${COLUMN_NAMES[slot]} is ${text}, expected a ${slot === 0 ? 'UTC time in milliseconds like 1609459200000' : 'number like 28923.63'}`,
      );
    }
    this.keep(slot);
  }

  private keep(slot: number): void {
    const { cell } = this;
    this.values[slot] = cell.value;
    if (slot >= 1 && slot <= 4) {
      if (cell.decimals > this.priceDecimals) this.priceDecimals = cell.decimals;
    } else if (slot === 5 && cell.decimals > this.volumeDecimals) this.volumeDecimals = cell.decimals;
  }

  /** Blank lines may end a file, they may not stand inside. */
  private onlyBlank(bytes: Buffer, from: number): number {
    if (isBlank(bytes, from, bytes.length)) return -1;
    this.check.refuse('the row is empty; remove it');
  }
}
