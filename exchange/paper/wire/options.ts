import type { Interval } from '../../../core/kline.js';

/** `manual` moves only when told to, `max` as fast as bots settle, a number times real time, `demo` one base kline a second. */
export type Speed = number | 'max' | 'manual' | 'demo';

export interface PaperOptions {
  /** The exchange's own folder, e.g. `data/paper`: accounts, market time and address are kept there. */
  readonly folder: string;
  /** Default: the port used last time, else any free one. */
  readonly port?: number;
  /** A folder of recorded klines; absent: a seeded synthetic market. */
  readonly klines?: string;
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
  /** Request weight per minute; default 120,000, twenty times Binance's, because many bots share this address. */
  readonly weightLimit?: number;
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
export const DEFAULT_WEIGHT_LIMIT = 120_000;
