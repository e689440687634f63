/** `trades.ndjson`: every booked fill, one line each, written after the journal and made good from it at a start. */
import {
  appendFileSync,
  existsSync,
  fdatasyncSync,
  openSync,
  closeSync,
  readFileSync,
  truncateSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Effect } from '../../core/events.js';
import type { Entry } from './journal.js';
import type { TradeView } from './view.js';

export interface TradeLine extends TradeView {
  /** The journal entry that booked it. */
  readonly seq: number;
}

type Booked = Extract<Effect, { type: 'booked' }>;

export function tradeLine({ fill, orderId, pnl }: Booked, seq: number): TradeLine {
  const { tradeId, clientOrderId, time, side, price, quantity, fee, feeAsset } = fill;
  return { tradeId, orderId, clientOrderId, time, side, price, quantity, fee, feeAsset, pnl, seq };
}

export function tradesOf(entries: readonly Entry[]): TradeLine[] {
  return entries.flatMap(({ seq, effects }) =>
    effects.flatMap((effect) => (effect.type === 'booked' ? [tradeLine(effect, seq)] : [])),
  );
}

/** All trades, oldest first; those that only the journal knows yet are taken from `later`. */
export async function readTrades(file: string, later: readonly Entry[]): Promise<TradeView[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = soundLines(text);
  const last = lines.at(-1)?.seq ?? 0;
  return [...lines, ...tradesOf(later).filter((line) => line.seq > last)].map(
    ({ seq: _, ...trade }) => trade,
  );
}

function soundLines(text: string): TradeLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TradeLine]));
}

/** The writing side. */
export class Trades {
  private unsynced = false;

  constructor(private readonly file: string) {}

  /** Cuts a torn last line and adds what the journal has beyond the last one. */
  recover(replayed: readonly Entry[]): void {
    const text = existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.file, Buffer.byteLength(whole));
    const last = soundLines(whole).at(-1)?.seq ?? 0;
    this.append(tradesOf(replayed).filter((line) => line.seq > last));
  }

  append(lines: readonly TradeLine[]): void {
    if (lines.length === 0) return;
    this.unsynced = true;
    appendFileSync(this.file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
  }

  /** Before a checkpoint says that they are covered. */
  sync(): void {
    if (!this.unsynced) return;
    this.unsynced = false;
    const fd = openSync(this.file, 'r');
    fdatasyncSync(fd);
    closeSync(fd);
  }
}
