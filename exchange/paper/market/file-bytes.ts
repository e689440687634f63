/** Lines, cells and numbers in the bytes of a CSV file, without making an object or a string for any of them. */

const [NEWLINE, RETURN, COMMA, DOT, ZERO, NINE] = [10, 13, 44, 46, 48, 57];
export const QUOTE = 34;

/** Binance sends eight decimals; whatever lies behind them in a recording is the noise of a double. */
const MAX_DECIMALS = 8;

/** Where the text of a line ends (without its CR), and where the next line begins. */
export function lineEnd(bytes: Buffer, from: number): { text: number; next: number } {
  let end = bytes.indexOf(NEWLINE, from);
  if (end < 0) end = bytes.length;
  return { text: withoutReturn(bytes, from, end), next: Math.min(end + 1, bytes.length) };
}

/** Where the comma or newline behind the cell that begins at `from` is. */
export function cellEnd(bytes: Buffer, from: number): number {
  let end = from;
  for (; end < bytes.length; end += 1) {
    const byte = bytes[end];
    if (byte === COMMA || byte === NEWLINE) break;
  }
  return end;
}

export function isComma(byte: number | undefined): boolean {
  return byte === COMMA;
}

export function withoutReturn(bytes: Buffer, from: number, end: number): number {
  return end > from && bytes[end - 1] === RETURN ? end - 1 : end;
}

export function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte !== 32 && byte !== 9 && byte !== NEWLINE && byte !== RETURN) return false;
  }
  return true;
}

/** A cell as a number, and how many decimals its text needs. One serves a whole file. */
export interface Cell {
  value: number;
  decimals: number;
}

/** Reads a cell; false when it is no finite decimal number ("", "NaN", "0x10", "1e400" are none). */
export function readNumber(bytes: Buffer, from: number, to: number, cell: Cell): boolean {
  return readOther(bytes.toString('utf8', from, to), cell);
}

const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

/**
 * Digits with an optional point, the usual cell, read up to the comma or newline behind it, whose place is the answer.
 * Up to 2^53 the digits and the power of ten are exact doubles, so their quotient is the double nearest to the text
 * (Clinger 1990). -1 for anything else: `readNumber` decides.
 */
export function readPlain(bytes: Buffer, from: number, cell: Cell): number {
  let digits = 0;
  let point = -1;
  let lastUsed = -1;
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      if (byte !== ZERO) lastUsed = at;
    } else if (byte === COMMA || byte === NEWLINE) break;
    else if (byte === DOT && point < 0) point = at;
    else return -1;
  }
  const behind = point < 0 ? 0 : at - point - 1;
  if (at - from - (point < 0 ? 0 : 1) < 1 || digits > Number.MAX_SAFE_INTEGER || behind > 22) return -1;
  cell.value = behind === 0 ? digits : digits / POWERS[behind]!;
  cell.decimals = point >= 0 && lastUsed > point ? Math.min(lastUsed - point, MAX_DECIMALS) : 0;
  return at;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

function readOther(text: string, cell: Cell): boolean {
  const value = NUMBER.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value)) return false;
  cell.value = value;
  cell.decimals = decimalsOf(value);
  return true;
}

function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals += 1) {
    if (Number(value.toFixed(decimals)) === value) return decimals;
  }
  return MAX_DECIMALS;
}
