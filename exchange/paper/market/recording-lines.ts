/** Reads recorded lines: `[receive time] {"stream":…,"data":{…}}`, or the data alone. */
import { basename } from 'node:path';
import { KlineFileError } from './file-error.js';
import type { RawTick } from './ticks.js';

interface Payload {
  readonly e?: string;
  readonly s?: string;
  readonly [field: string]: unknown;
}

/** What a line told, with when it was received (ms; NaN where it does not say). */
interface Line extends RawTick {
  readonly received: number;
  readonly aggregated: boolean;
}

export class LineReader {
  private readonly lines: Line[] = [];
  private readonly skipped = new Map<string, number>();
  private readonly torn: string[] = [];
  private readonly places = new Map<string, { price: number; quantity: number }>();

  constructor(private readonly symbols: readonly string[] | undefined) {}

  /** Errors: `KlineFileError`; a last line that was cut off is left out. */
  read(file: string, bytes: Buffer): void {
    let number = 1;
    for (let from = 0; from < bytes.length; number += 1) {
      const found = bytes.indexOf(10, from);
      const end = found < 0 ? bytes.length : found;
      const text = bytes.toString('utf8', from, end).trim();
      from = end + 1;
      if (text === '') continue;
      const brace = text.indexOf('{');
      let payload: Payload;
      try {
        const json = JSON.parse(text.slice(Math.max(0, brace))) as Payload & { data?: Payload };
        payload = json.data ?? json;
      } catch {
        if (found < 0) {
          this.torn.push(`${basename(file)}:${number}: left out, the line was cut off`);
          return;
        }
        throw new KlineFileError(file, number, 'it is no JSON; correct or remove this line');
      }
      this.take(file, number, payload, readTime(text.slice(0, Math.max(0, brace))));
    }
  }

  /** In the order of the lines, with market times. */
  ticks(): RawTick[] {
    const traded = new Set(this.lines.filter((l) => l.trade && !l.aggregated).map(({ symbol }) => symbol));
    const seen = new Map<string, Set<number>>();
    const chosen = this.lines.filter(({ symbol, trade, aggregated }) => {
      if (trade === null) return true;
      if (aggregated && traded.has(symbol)) return false;
      const ids = seen.get(symbol) ?? new Set();
      seen.set(symbol, ids);
      return ids.has(trade.id) ? false : ids.add(trade.id);
    });
    setTimes(chosen);
    return chosen;
  }

  decimals(symbol: string): { price: number; quantity: number } {
    return this.places.get(symbol) ?? { price: 0, quantity: 0 };
  }

  notes(): string[] {
    const skipped = [...this.skipped].map(([kind, count]) => `${count} lines of ${kind} were not needed`);
    return [...this.torn, ...skipped];
  }

  private take(file: string, number: number, data: Payload, received: number): void {
    const symbol = typeof data.s === 'string' ? data.s : '';
    const kind = kindOf(data);
    if (kind === null || symbol === '') {
      const name = data.e ?? 'another kind';
      this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
      return;
    }
    if (this.symbols !== undefined && !this.symbols.includes(symbol)) return;
    const read = (field: string, least = 0): number => {
      const value = Number(data[field] ?? NaN);
      if (Number.isFinite(value) && value >= least) return value;
      throw new KlineFileError(
        file,
        number,
        `"${field}" is ${JSON.stringify(data[field])}, expected a number`,
      );
    };
    const places = this.places.get(symbol) ?? { price: 0, quantity: 0 };
    this.places.set(symbol, places);
    const note = (of: 'price' | 'quantity', ...fields: string[]): void => {
      for (const field of fields) places[of] = Math.max(places[of], decimalsOf(data[field]));
    };
    if (kind === 'top') {
      note('price', 'b', 'a');
      note('quantity', 'B', 'A');
      const top = {
        updateId: read('u'),
        bid: read('b'),
        bidQuantity: read('B'),
        ask: read('a'),
        askQuantity: read('A'),
      };
      this.lines.push({ symbol, time: NaN, trade: null, top, received, aggregated: false });
      return;
    }
    note('price', 'p');
    note('quantity', 'q');
    const trade = {
      id: read(kind === 'trade' ? 't' : 'a'),
      price: read('p', Number.MIN_VALUE),
      quantity: read('q'),
      time: millis(read('T')),
      buyerIsMaker: data.m === true,
    };
    this.lines.push({ symbol, time: NaN, trade, top: null, received, aggregated: kind === 'aggTrade' });
  }
}

function kindOf(data: Payload): 'trade' | 'aggTrade' | 'top' | null {
  if (data.e === 'trade' || data.e === 'aggTrade') return data.e;
  const isTop =
    (data.e === undefined || data.e === 'bookTicker') && 'u' in data && 'B' in data && 'A' in data;
  return isTop && typeof data.b === 'string' && typeof data.a === 'string' ? 'top' : null;
}

function decimalsOf(value: unknown): number {
  return (String(value).split('.')[1] ?? '').replace(/0+$/, '').length;
}

/** Nano-, micro- or milliseconds, told by their size. */
function readTime(prefix: string): number {
  const digits = /(\d{13,19})\s*$/.exec(prefix.trim())?.[1];
  return digits === undefined ? NaN : millis(Number(digits));
}

function millis(value: number): number {
  return value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1e3 : value;
}

/**
 * Trades carry the exchange's time, best prices only when they were received, by another clock: they are put between
 * the trades around them, as far from the one before as they were received after it.
 */
function setTimes(lines: Line[]): void {
  let next = Infinity;
  const latest = new Float64Array(lines.length);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    next = Math.min(next, lines[index]!.trade?.time ?? Infinity);
    latest[index] = next;
  }
  const first = lines.find(({ trade }) => trade !== null);
  let [time, received] = [-Infinity, NaN];
  for (const [index, line] of lines.entries()) {
    if (line.trade !== null) [time, received] = [Math.max(time, Math.floor(line.trade.time)), line.received];
    else {
      const since = Number.isNaN(received)
        ? line.received - (first?.received ?? NaN)
        : line.received - received;
      const base = Number.isNaN(received) ? (first?.trade?.time ?? 0) : time;
      const guess = base + (Number.isFinite(since) ? Math.floor(since) : 0);
      line.time = Math.max(time, Math.min(guess, latest[index]!));
      continue;
    }
    line.time = time;
  }
  keepAscending(lines);
}

function keepAscending(lines: Line[]): void {
  let time = -Infinity;
  for (const line of lines) line.time = time = Math.max(time, line.time);
}
