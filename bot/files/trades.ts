/** `trades.ndjson`: every booked fill and every adjustment, one line each, written after the journal and made good from it at a start. */
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
import type { AdjustmentView, TradeView } from './view.js';

export interface TradeLine extends TradeView {
  /** The journal entry that booked it. */
  readonly seq: number;
}

/** Not a trade: coins or cash that the user had taken out of the books. */
export interface AdjustmentLine extends AdjustmentView {
  readonly kind: 'adjustment';
  readonly seq: number;
}

export type HistoryLine = TradeLine | AdjustmentLine;

type Booked = Extract<Effect, { type: 'booked' }>;

export function tradeLine({ fill, orderId, pnl }: Booked, seq: number): TradeLine {
  const { tradeId, clientOrderId, time, side, price, quantity, fee, feeAsset } = fill;
  return { tradeId, orderId, clientOrderId, time, side, price, quantity, fee, feeAsset, pnl, seq };
}

/** What of these effects belongs into the history; `seq` is their journal entry. */
export function historyLines(effects: readonly Effect[], seq: number): HistoryLine[] {
  return effects.flatMap((effect): HistoryLine[] => {
    if (effect.type === 'booked') return [tradeLine(effect, seq)];
    if (effect.type !== 'adjusted') return [];
    const { type: _, ...adjustment } = effect;
    return [{ kind: 'adjustment', ...adjustment, seq }];
  });
}

function linesOf(entries: readonly Entry[]): HistoryLine[] {
  return entries.flatMap(({ seq, effects }) => historyLines(effects, seq));
}

export interface History {
  readonly trades: readonly TradeView[];
  readonly adjustments: readonly AdjustmentView[];
}

/** All trades and adjustments, oldest first; those that only the journal knows yet are taken from `later`. */
export async function readHistory(file: string, later: readonly Entry[]): Promise<History> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = soundLines(text);
  const last = lines.at(-1)?.seq ?? 0;
  const trades: TradeView[] = [];
  const adjustments: AdjustmentView[] = [];
  for (const { seq: _, ...line } of [...lines, ...linesOf(later).filter((line) => line.seq > last)]) {
    if (!('kind' in line)) trades.push(line);
    else {
      const { kind: _kind, ...adjustment } = line;
      adjustments.push(adjustment);
    }
  }
  return { trades, adjustments };
}

function soundLines(text: string): HistoryLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as HistoryLine]));
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
    this.append(linesOf(replayed).filter((line) => line.seq > last));
  }

  append(lines: readonly HistoryLine[]): void {
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
