/** Klines out of the bytes of one CSV file: every row is checked, the first bad one refuses the file. */
import { parse } from 'csv-parse/sync';
import { INTERVAL_MS, openTimeAt, type Interval } from '../../../core/kline.js';
import { readHeader, type Columns } from './file-header.js';
import { KlineSeries } from './series.js';

/** A kline file that cannot be used. The message begins with `file:row:` (the row is the line number, 1-based). */
export class KlineFileError extends Error {
  override readonly name = 'KlineFileError';
  readonly code = 'KLINE_FILE';
  constructor(
    readonly file: string,
    /** Null where the file as a whole is wrong. */
    readonly row: number | null,
    problem: string,
  ) {
    super(row === null ? `${file}: ${problem}` : `${file}:${row}: ${problem}`);
  }
}

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

/** Binance sends eight decimals; whatever lies behind them in a recording is the noise of a double. */
const MAX_DECIMALS = 8;
const SPIKE = 10;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const [NEWLINE, RETURN, COMMA, QUOTE, DOT, ZERO, NINE] = [10, 13, 44, 34, 46, 48, 57];

/** A cell, read as a number, and how many decimals its text needs. Reused: reading a file makes no object per cell. */
interface Cell {
  value: number;
  decimals: number;
}

const nothing = (symbol: string): FileRows => ({
  series: new KlineSeries(symbol),
  firstRow: 1,
  priceDecimals: 0,
  volumeDecimals: 0,
  microseconds: 0,
  spikes: { count: 0, firstRow: 0 },
});

export function readRows(file: string, symbol: string, interval: Interval, bytes: Buffer): FileRows {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const plain = bytes.includes(QUOTE) ? unquoted(file, bytes.subarray(start)) : bytes.subarray(start);
  if (isBlank(plain, 0, plain.length)) return nothing(symbol);
  const firstLine = lineEnd(plain, 0);
  const columns = readHeader(file, plain.toString('utf8', 0, firstLine.text), KlineFileError);
  return new RowReader(file, symbol, interval, columns).read(plain, columns.header ? firstLine.next : 0);
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

/** Where the text of a line ends, and where the next line begins. */
function lineEnd(bytes: Buffer, from: number): { text: number; next: number } {
  let end = bytes.indexOf(NEWLINE, from);
  if (end < 0) end = bytes.length;
  return {
    text: end > from && bytes[end - 1] === RETURN ? end - 1 : end,
    next: Math.min(end + 1, bytes.length),
  };
}

class RowReader {
  private series: KlineSeries;
  private readonly cell: Cell = { value: 0, decimals: 0 };
  private readonly values: Float64Array;
  private readonly length: number;
  private row: number;
  private priceDecimals = 0;
  private volumeDecimals = 0;
  private microseconds = 0;
  private previous = -Infinity;
  private previousClose = 0;
  private spikes = 0;
  private firstSpike = 0;

  constructor(
    private readonly file: string,
    private readonly symbol: string,
    private readonly interval: Interval,
    private readonly columns: Columns,
  ) {
    this.series = new KlineSeries(symbol);
    this.values = new Float64Array(8);
    this.length = INTERVAL_MS[interval];
    this.row = columns.header ? 2 : 1;
  }

  read(bytes: Buffer, from: number): FileRows {
    const firstRow = this.row;
    const width = lineEnd(bytes, from).next - from;
    // Rows are about as wide as the first: room for all of them at once, so that nothing is copied while reading.
    this.series = new KlineSeries(
      this.symbol,
      Math.ceil(((bytes.length - from) / Math.max(width, 20)) * 1.05) + 1,
    );
    let position = from;
    while (position < bytes.length) {
      const end = this.readRow(bytes, position);
      if (end < 0) break;
      position = end;
      this.row += 1;
    }
    return {
      series: this.series.trim(),
      firstRow,
      priceDecimals: Math.min(this.priceDecimals, MAX_DECIMALS),
      volumeDecimals: Math.min(this.volumeDecimals, MAX_DECIMALS),
      microseconds: this.microseconds,
      spikes: { count: this.spikes, firstRow: this.firstSpike },
    };
  }

  /** Takes in the row at `from`; answers where the next one begins, -1 when only blank lines are left. */
  private readRow(bytes: Buffer, from: number): number {
    const { slots } = this.columns;
    const values = this.values;
    let position = from;
    let column = 0;
    for (;;) {
      const end = cellEnd(bytes, position);
      const stop = bytes[end];
      const last = stop !== COMMA;
      if (column === 0 && last && isBlank(bytes, from, end)) return this.onlyBlank(bytes, from);
      const slot = slots[column];
      if (slot === undefined) this.refuse(`it has more cells than the ${slots.length} of the header`);
      if (slot >= 0) {
        const text = last && end > position && bytes[end - 1] === RETURN ? end - 1 : end;
        this.readCell(bytes, position, text, slot);
        values[slot] = this.cell.value;
      }
      column += 1;
      position = end + 1;
      if (last) break;
    }
    if (column < slots.length)
      this.refuse(`it has ${column} cells, expected ${slots.length}: a row is cut off or lacks a value`);
    this.take();
    return Math.min(position, bytes.length);
  }

  private readCell(bytes: Buffer, from: number, to: number, slot: number): void {
    const { cell } = this;
    if (!readPlain(bytes, from, to, cell)) {
      const text = bytes.toString('utf8', from, to);
      const value = PLAIN.test(text.trim()) ? Number(text) : NaN;
      if (!Number.isFinite(value)) {
        this.refuse(
          `${NAMES[slot]} is ${JSON.stringify(text.slice(0, 40))}, expected a number like 28923.63`,
        );
      }
      cell.value = value;
      cell.decimals = decimalsOf(value);
    }
    if (slot >= 1 && slot <= 4) {
      if (cell.decimals > this.priceDecimals) this.priceDecimals = cell.decimals;
    } else if (slot === 5 && cell.decimals > this.volumeDecimals) this.volumeDecimals = cell.decimals;
  }

  /** Checks the row that `values` holds and keeps it. */
  private take(): void {
    const values = this.values;
    const openTime = this.openTime(values[0]!);
    const open = values[1]!;
    const high = values[2]!;
    const low = values[3]!;
    const close = values[4]!;
    if (!(open > 0 && high > 0 && low > 0 && close > 0)) this.refusePrice();
    if (high < low) this.refuse(`high ${high} is below low ${low}; correct or remove this row`);
    if (open > high || open < low)
      this.refuse(`open ${open} lies outside ${low} to ${high} (low to high); correct or remove this row`);
    if (close > high || close < low)
      this.refuse(`close ${close} lies outside ${low} to ${high} (low to high); correct or remove this row`);
    if (values[5]! < 0 || values[6]! < 0 || values[7]! < 0)
      this.refuse('a volume or number of trades is negative; correct or remove this row');
    if (openTime <= this.previous) this.refuseOrder(openTime);
    this.previous = openTime;
    if (this.previousClose > 0 && (high > this.previousClose * SPIKE || low * SPIKE < this.previousClose)) {
      this.spikes += 1;
      this.firstSpike ||= this.row;
    }
    this.previousClose = close;
    this.series.push(this.interval, openTime, open, high, low, close, values[5]!, values[6]!, values[7]!);
  }

  private openTime(value: number): number {
    let time = value;
    if (time >= 1e14 && time < 1e17) {
      time = Math.floor(time / 1000);
      this.microseconds += 1;
    }
    if (!(time >= 1e11 && time < 1e14) || !Number.isInteger(time)) {
      this.refuse(
        `openTime ${value} is not a UTC time in milliseconds (13 digits, like 1609459200000); seconds must be multiplied by 1000`,
      );
    }
    if (time % this.length !== 0 && openTimeAt(time, this.interval) !== time) {
      this.refuse(
        `openTime ${value} (${iso(time)}) is no opening time of a ${this.interval} kline; correct the row or the interval in the file's name`,
      );
    }
    return time;
  }

  private refusePrice(): never {
    const slot = [1, 2, 3, 4].find((each) => !(this.values[each]! > 0))!;
    this.refuse(
      `${NAMES[slot]} is ${this.values[slot]}, expected a price above 0; correct or remove this row`,
    );
  }

  private refuseOrder(openTime: number): never {
    const same = this.series.indexAt(openTime);
    const duplicate = this.series.openTime(same) === openTime;
    const first = this.row - this.series.length + same;
    this.refuse(
      duplicate
        ? `openTime ${openTime} (${iso(openTime)}) stands in row ${first} already; remove one of the two`
        : `openTime ${openTime} (${iso(openTime)}) comes after ${this.previous} (${iso(this.previous)}) though it is earlier; sort the rows by openTime`,
    );
  }

  /** Blank lines may end a file, they may not stand inside. */
  private onlyBlank(bytes: Buffer, from: number): number {
    if (isBlank(bytes, from, bytes.length)) return -1;
    this.refuse('the row is empty; remove it');
  }

  private refuse(problem: string): never {
    throw new KlineFileError(this.file, this.row, problem);
  }
}

const NAMES = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'quoteVolume', 'trades'];

function cellEnd(bytes: Buffer, from: number): number {
  let end = from;
  for (; end < bytes.length; end += 1) {
    const byte = bytes[end];
    if (byte === COMMA || byte === NEWLINE) break;
  }
  return end;
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at]! > 32) return false;
  return true;
}

/**
 * Digits with an optional point, the usual cell. Up to 2^53 the digits and the power of ten are exact doubles, so their
 * quotient is the double nearest to the text (Clinger 1990). False for anything else: the slow way decides.
 */
function readPlain(bytes: Buffer, from: number, to: number, cell: Cell): boolean {
  let digits = 0;
  let point = -1;
  let lastUsed = -1;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      if (byte !== ZERO) lastUsed = at;
    } else if (byte === DOT && point < 0) point = at;
    else return false;
  }
  const behind = point < 0 ? 0 : to - point - 1;
  if (to - from - (point < 0 ? 0 : 1) < 1 || digits > Number.MAX_SAFE_INTEGER || behind > 22) return false;
  cell.value = behind === 0 ? digits : digits / POWERS[behind]!;
  cell.decimals = point >= 0 && lastUsed > point ? lastUsed - point : 0;
  return true;
}

const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals += 1) {
    if (Number(value.toFixed(decimals)) === value) return decimals;
  }
  return MAX_DECIMALS;
}

/** `2021-02-11T03:00Z`; seconds and milliseconds only where there are some. */
export function iso(time: number): string {
  const full = new Date(time).toISOString();
  return full.replace(':00.000Z', 'Z').replace('.000Z', 'Z');
}
