/** `trades.ndjson`: every booked fill, adjustment, closed batch and cycle, one line each, written after the journal and made good from it at a start. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Closed } from '../../core/closed.js';
import type { Effect } from '../../core/events.js';
import { seal, unseal, type Entry } from './entry.js';
import { withSymbols } from './old-lines.js';
import { Past, type PastView } from './past.js';
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

/** What a batch or a cycle came to. */
export interface ClosedLine extends Closed {
  readonly kind: 'closed';
  readonly seq: number;
}

export type HistoryLine = TradeLine | AdjustmentLine | ClosedLine;

type Booked = Extract<Effect, { type: 'booked' }>;

export function tradeLine({ symbol, account, fill, orderId, pnl, reasons }: Booked, seq: number): TradeLine {
  const { tradeId, clientOrderId, time, side, price, quantity, fee, feeAsset } = fill;
  const reason = reasons?.[0]?.code;
  const why = reason === undefined ? {} : { reason };
  const market = {
    ...(symbol === undefined ? {} : { symbol }),
    ...(account === undefined ? {} : { account }),
  };
  const trade = { tradeId, orderId, clientOrderId, time, side, price, quantity, fee, feeAsset, pnl };
  return { ...market, ...trade, ...why, seq };
}

/** What of these effects belongs into the history; `seq` is their journal entry. */
export function historyLines(effects: readonly Effect[], seq: number): HistoryLine[] {
  return effects.flatMap((effect): HistoryLine[] => {
    if (effect.type === 'booked') return [tradeLine(effect, seq)];
    if (effect.type === 'closed') return [{ kind: 'closed', ...effect.closed, seq }];
    if (effect.type !== 'adjusted') return [];
    const { type: _, book: _book, ...adjustment } = effect;
    return [{ kind: 'adjustment', ...adjustment, seq }];
  });
}

/** What of these entries belongs into the history. */
export function linesOf(entries: readonly Entry[]): HistoryLine[] {
  return entries.flatMap(({ seq, effects }) => historyLines(effects, seq));
}

export interface History {
  readonly trades: readonly TradeView[];
  readonly adjustments: readonly AdjustmentView[];
  readonly past: PastView;
}

export const noHistory: History = { trades: [], adjustments: [], past: new Past().view() };

/**
 * All trades and adjustments, oldest first, and what came of what has ended on `account`; those that only the journal knows
 * yet are taken from `later`.
 */
export async function readHistory(file: string, later: readonly Entry[], account?: string): Promise<History> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const { lines } = soundLines(text);
  const last = lines.at(-1)?.seq ?? 0;
  const trades: TradeView[] = [];
  const adjustments: AdjustmentView[] = [];
  const past = new Past(account);
  const cycles: Closed[] = [];
  for (const { seq: _, ...line } of [...lines, ...linesOf(later).filter((line) => line.seq > last)]) {
    if (!('kind' in line)) trades.push(line);
    else if (line.kind === 'closed') {
      past.add(closedOf(line));
      cycles.push(closedOf(line));
    } else {
      const { kind: _kind, ...adjustment } = line;
      adjustments.push(adjustment);
    }
  }
  return {
    trades: withSymbols(trades, cycles),
    adjustments: withSymbols(adjustments, cycles),
    past: past.view(),
  };
}

function closedOf({ kind: _, ...closed }: Omit<ClosedLine, 'seq'>): Closed {
  return closed;
}

interface Sound {
  readonly lines: HistoryLine[];
  /** The number of the first line that is not what was written; null when all are. */
  readonly damaged: number | null;
}

function soundLines(text: string): Sound {
  const lines: HistoryLine[] = [];
  let damaged: number | null = null;
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const [index, line] of whole.split('\n').entries()) {
    if (line === '') continue;
    const sound = lineOf(line);
    if (sound !== null) lines.push(sound);
    else damaged ??= index + 1;
  }
  return { lines, damaged };
}

/** Null when the line is not what was written. */
export function lineOf(line: string): HistoryLine | null {
  return (unseal(line) as HistoryLine | null) ?? unsealed(line);
}

/** The first days' lines have no checksum. */
function unsealed(line: string): HistoryLine | null {
  if (/"(.rc|c.c|cr.)":/.test(line)) return null;
  try {
    const found = JSON.parse(line) as HistoryLine;
    return typeof found.seq === 'number' ? found : null;
  } catch {
    return null;
  }
}

/** The writing side. What the disk does not take is kept until it does. */
export class Trades {
  private waiting = '';
  /** Bytes of whole lines; null: not known yet. */
  private size: number | null = null;
  private unsynced = false;

  constructor(private readonly file: string) {}

  /**
   * Cuts a torn last line and adds what the journal has beyond the last one. A damaged file is kept aside, and what is
   * sound of it goes on; answers a sentence about that.
   */
  recover(replayed: readonly Entry[]): string | null {
    const text = existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
    const { lines, damaged } = soundLines(text);
    this.size = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
    const last = lines.at(-1)?.seq ?? 0;
    if (damaged === null) {
      this.append(linesOf(replayed).filter((line) => line.seq > last));
      return null;
    }
    const known = new Set(lines.map((line) => JSON.stringify(line)));
    const missing = linesOf(replayed).filter((line) => !known.has(JSON.stringify(line)));
    renameSync(this.file, `${this.file}.damaged`);
    this.size = 0;
    this.append([...lines, ...missing].sort((a, b) => a.seq - b.seq));
    return `${this.file}:${damaged}: not what the bot wrote; the file is kept as ${this.file}.damaged, and the history goes on without what is damaged in it.`;
  }

  append(lines: readonly HistoryLine[]): void {
    this.waiting += lines.map(seal).join('');
    try {
      this.write();
    } catch {
      // Told by the next `sync`.
    }
  }

  private write(): void {
    if (this.waiting === '') return;
    const present = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    this.size ??= present;
    // A part of what was written before, or a line torn by the end of an earlier life.
    if (present > this.size) truncateSync(this.file, this.size);
    appendFileSync(this.file, this.waiting, { mode: 0o600 });
    this.size += Buffer.byteLength(this.waiting);
    this.waiting = '';
    this.unsynced = true;
  }

  /** Before a checkpoint says that they are covered. Throws when the disk does not take them. */
  sync(): void {
    this.write();
    if (!this.unsynced) return;
    const fd = openSync(this.file, 'r');
    try {
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    this.unsynced = false;
  }
}
