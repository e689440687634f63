import type { Interval } from '../../../core/kline.js';
import type { BookOptions } from '../engine/types.js';
import type { Limits } from './limits.js';

/** `manual` moves only when told to, `max` as fast as bots settle, a number times real time, `demo` one base kline a second. */
export type Speed = number | 'max' | 'manual' | 'demo';

export interface PaperOptions {
  /** The exchange's own folder, e.g. `data/paper`: accounts, market time and address are kept there. */
  readonly folder: string;
  /** Default: the port used last time, else any free one. */
  readonly port?: number;
  /** A folder of recorded klines; absent: a seeded synthetic market. */
  readonly klines?: string;
  /** The prices of the real Binance (or of what `venues.json` names in its place), without its account. */
  readonly live?: boolean;
  /** Recorded stream lines instead (`.jsonl`, `.gz` too), or a folder of such files. */
  readonly trades?: string;
  readonly symbols?: readonly string[];
  /** The interval that a step counts in; of recordings, coarser files are left out. Default 5m. */
  readonly interval?: Interval;
  /** UTC ms; of recordings only. */
  readonly from?: number;
  readonly to?: number;
  /** Default 1. */
  readonly speed?: Speed;
  /** Of the synthetic market; default 1. */
  readonly seed?: number | string;
  /** UTC ms at which a synthetic market begins; default now, when the folder is first used. */
  readonly start?: number;
  /** Of the account that is made first; made up when absent. */
  readonly key?: string;
  readonly secret?: string;
  /** What a new account holds; default 10,000 USDT. */
  readonly deposit?: Readonly<Record<string, string>>;
  /** Commission of makers and takers as a fraction; default 0.001. */
  readonly fee?: string;
  /** Request weight per minute; short for `limits.weightPerMinute`. */
  readonly weightLimit?: number;
  /** What differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** A recorded `exchangeInfo` (JSON, `.gz` too): rules of the symbols that are in it. Others have the usual ones. */
  readonly exchangeInfo?: string;
  /** `touch` (default): no spread, unlimited depth. `book`: a book around the price, as the engine's book model states. */
  readonly profile?: 'touch' | 'book';
  /** The numbers of the `book` profile, where they differ from the model's own. */
  readonly book?: BookOptions;
  /** Listen keys as Binance had them until 2026-02-20; without it their paths answer 410, as today. */
  readonly listenKeys?: boolean;
  /** Fault rules in force from the start, as `POST <control>/faults` takes them. */
  readonly faults?: readonly unknown[];
  /** `max` only: the market waits until so many bots have registered. */
  readonly waitFor?: number;
  /** Forgets what the folder holds and begins anew. */
  readonly reset?: boolean;
}

/** A mistake of the user's: a sentence that names the way out. */
export class PaperOptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PaperOptionError';
  }
}

export const DEFAULT_DEPOSIT: Readonly<Record<string, string>> = { USDT: '10000' };

/** Far above Binance's own where many bots, that would live behind many addresses, share this one. */
export const DEFAULT_LIMITS: Limits = {
  weightPerMinute: 120_000,
  ordersPer10s: 100_000,
  ordersPerDay: 100_000_000,
  requestsPer5m: 6_000_000,
  connectionsPer5m: 0,
  messagesPerSecond: 5,
  banAfter: 50,
  banSeconds: 120,
};
