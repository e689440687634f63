import type { DecimalText } from './decimal.js';
import type { Order } from './orders.js';
import type { Books } from './position.js';
import { openBooks } from './position.js';
import type { Instrument } from './rules.js';
import type { Phase, PlanDefinition, Reason, Verdict } from './strategy.js';

/** A plan by name with its checked parameters: what a cycle began with is kept until it ends. */
export interface Terms {
  readonly plan: { readonly name: string; readonly [parameter: string]: unknown };
  readonly signalName: string;
}

/** What the config says, as far as the core needs it. Part of the state, so that a replay of the journal needs no file. */
export interface Settings {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
  readonly instrument: Instrument;
  readonly budget: DecimalText;
  /** In force from the next cycle on. */
  readonly terms: Terms;
  readonly dryRun: boolean;
  /** Entries stop for the UTC day once equity is this far below the day's first; null: no cap. */
  readonly maxDailyLossPercent: number | null;
  /** The exchange accepts a request no later than timestamp + recvWindow (ms). */
  readonly recvWindowMs: number;
}

/** A bot in one step: its settings, and its plan by name. */
export interface Bot extends Settings {
  readonly planNamed: (name: string) => PlanDefinition;
}

export interface Decision {
  /** Market time of the kline's close. */
  readonly time: number;
  readonly signal: string;
  readonly verdict: Verdict;
  /** What came of it. */
  readonly outcome: Outcome;
}

/** Why a verdict led to an order or not. */
export type Outcome =
  | 'enters'
  | 'exits'
  | 'waits'
  | 'holds'
  | 'entering'
  | 'exiting'
  | 'recovering'
  | 'diverged'
  | 'backing-off'
  | 'daily-loss'
  | 'paused'
  | 'unrecorded'
  | 'missed'
  | 'unsettled'
  | 'too-small';

export interface BackOff {
  /** Wall time until which nothing of the kind is sent (ms). */
  readonly until: number;
  readonly failures: number;
  readonly code: string;
}

/** The whole state of one bot: plain JSON, the checkpoint as it is. Money is decimal text. */
export interface BotState {
  readonly version: 1;
  /** 8 characters drawn when the folder was first used: which orders are this bot's. */
  readonly tag: string;
  /** The last sequence number allotted; never recomputed. */
  readonly seq: number;
  readonly settings: Settings;
  readonly phase: Phase;
  /** Cycles begun so far. */
  readonly cycle: number;
  /** What the running cycle began with; null while flat. */
  readonly terms: Terms | null;
  /** Why the phase was raised, and at which kline (its close time). */
  readonly raised: { readonly at: number; readonly reasons: readonly Reason[] } | null;
  /** Orders that have not ended, or whose fills are not all booked. */
  readonly orders: readonly Order[];
  readonly books: Books;
  readonly highestPrice: DecimalText | null;
  /** Close of the last kline. */
  readonly price: DecimalText | null;
  /** Open time of the last kline decided on. */
  readonly lastKline: number | null;
  readonly lastDecision: Decision | null;
  /** Every trade up to this id is booked or not ours; null: none seen yet. */
  readonly tradeCursor: string | null;
  /** Ids of booked trades above the cursor: a fill told twice is booked once. */
  readonly bookedTrades: readonly string[];
  readonly entryBackOff: BackOff | null;
  readonly exitBackOff: BackOff | null;
  /** Since when (wall time, ms) a demanded protection does not rest on the exchange; null while all is well. */
  readonly unprotected: { readonly since: number; readonly alerted: boolean } | null;
  /** The first equity of the UTC day of market time. */
  readonly day: { readonly date: number; readonly equity: DecimalText } | null;
  /** Between a start (or a stream gap) and the snapshot that ends it: nothing new is sent. */
  readonly recovering: boolean;
  /** A difference between books and exchange, as a sentence; entries pause while it stands. */
  readonly divergence: string | null;
  /** Trading is refused altogether, as a sentence; null normally. */
  readonly refusal: string | null;
  readonly paused: boolean;
  /** Why nothing can be recorded where it should be, as a sentence: nothing is bought meanwhile. Absent in older files. */
  readonly unrecorded?: string | null;
}

export function initialState(settings: Settings, tag: string): BotState {
  return {
    version: 1,
    tag,
    seq: 0,
    settings,
    phase: 'flat',
    cycle: 0,
    terms: null,
    raised: null,
    orders: [],
    books: openBooks(settings.budget),
    highestPrice: null,
    price: null,
    lastKline: null,
    lastDecision: null,
    tradeCursor: null,
    bookedTrades: [],
    entryBackOff: null,
    exitBackOff: null,
    unprotected: null,
    day: null,
    recovering: true,
    divergence: null,
    refusal: null,
    paused: false,
    unrecorded: null,
  };
}
