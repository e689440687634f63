import { setImmediate as breathe } from 'node:timers/promises';
import { Readable } from 'node:stream';

/** Rows sent at once, before others get their turn. */
const CHUNK = 250;

/** A spreadsheet takes what begins like a formula for one; a quote before it makes it text. A number stays one. */
export function csvCell(value: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table as a stream (RFC 4180): only some rows of it are in memory, and the event loop turns between them. */
export function csvStream(
  columns: readonly string[],
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): Readable {
  async function* chunks(): AsyncGenerator<string> {
    let text = `${columns.join(',')}\r\n`;
    let count = 0;
    for await (const row of rows) {
      text += `${row.map(csvCell).join(',')}\r\n`;
      if (++count % CHUNK > 0) continue;
      yield text;
      text = '';
      await breathe();
    }
    if (text !== '') yield text;
  }
  return Readable.from(chunks());
}
