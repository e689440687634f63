import type { Values } from './answer.js';
import type { CommandAnswer } from './commands.js';
import type { DecimalText } from './decimal.js';
import type { FollowState } from './follow-group.js';
import type { Halt } from './halt.js';
import type { HandCancel, ManualActivity } from './manual.js';
import { noManualActivity } from './manual.js';
import { noneParked } from './none-parked.js';
import type { Order } from './orders.js';
import type { Books } from './position.js';
import type { Reservation } from './reserved.js';
import { openBooks } from './position.js';
import type { Instrument } from './rules.js';
import type { Divergence } from './shortage.js';
import type {
  CycleEnd,
  Entry,
  Lot,
  Phase,
  PlanDefinition,
  PlanDenial,
  Reason,
  SaleKind,
  Verdict,
} from './strategy.js';

/** A plan and a signal by name with their checked parameters: what a cycle began with is kept until it ends. */
export interface Terms {
  readonly plan: { readonly name: string; readonly [parameter: string]: unknown };
  readonly signalName: string;
  /** Absent in cycles of before it was kept: they go on with what the config says. */
  readonly signal?: { readonly name: string; readonly [parameter: string]: unknown };
}

/** What the config says, as far as the core needs it. Part of the state, so that a replay of the journal needs no file. */
export interface Settings {
  readonly id: string;
  readonly symbol: string;
  /** The account that it trades on, as `accountOf` names it; absent in older files. */
  readonly account?: string;
  readonly interval: string;
  readonly instrument: Instrument;
  readonly budget: DecimalText;
  /** In force from the next cycle on. */
  readonly terms: Terms;
  readonly dryRun: boolean;
  /** Entries stop for the UTC day once equity is this far below the day's first; null: no cap. */
  readonly maxDailyLossPercent: number | null;
  /** Entries stop until the user resumes them once equity is this far below its highest; no cap if absent. */
  readonly maxDrawdownPercent?: number | null;
  /** Entry orders sent in any hour of market time; no cap if absent. */
  readonly maxOrdersPerHour?: number | null;
  /** The exchange accepts a request no later than timestamp + recvWindow (ms). */
  readonly recvWindowMs: number;
  /** What happens when a protective order is cancelled at the exchange, not by the bot; 'replace' if absent. */
  readonly protectionCancelled?: 'replace' | 'leave';
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
  /** The numbers of a cap that kept it from buying: what was used, the limit, until when. */
  readonly block?: Values;
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
  | 'drawdown'
  | 'orders-per-hour'
  | 'unreserved'
  | 'paused'
  | 'unrecorded'
  | 'halted'
  | 'fleet-halted'
  | 'missed'
  | 'unsettled'
  | 'too-small'
  | PlanDenial;

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
  /** What this cycle bought, by entry slot; empty while flat. Their remains add up to the books' quantity, but for dust. */
  readonly lots: readonly Lot[];
  /** The highest lot id given; never used again. */
  readonly lotSeq: number;
  /** The entry under way; null when none is. */
  readonly entry: Entry | null;
  /** Price and cash when the running cycle began, and what had been realized by then. */
  readonly start: {
    readonly price: DecimalText;
    readonly cash: DecimalText;
    readonly realizedPnl?: DecimalText;
  } | null;
  /** How the last cycle that bought anything ended; a user's stop and start forgets it. */
  readonly lastEnd: CycleEnd | null;
  /** What this cycle was last sold for. */
  readonly lastSale: SaleKind | null;
  readonly highestPrice: DecimalText | null;
  /** The last price known: of the last kline's close, or of a fill after it. */
  readonly price: DecimalText | null;
  /** The last closes, the newest first, at most three. */
  readonly closes: readonly DecimalText[];
  /** How many stops the exchange had room for when it refused one more; null while it has not. */
  readonly stopRoom: number | null;
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
  /** The first equity of the UTC day of market time, and whether the loss since has reached its cap. */
  readonly day: { readonly date: number; readonly equity: DecimalText; readonly reached?: true } | null;
  /** The highest equity at a close, counted while there is a cap on what is lost from it. Absent in older files. */
  readonly highestEquity?: DecimalText | null;
  /** That cap is reached, since when (market time, ms): nothing is bought until the user resumes it. */
  readonly drawdown?: { readonly at: number } | null;
  /** Market times (ms) of the entries sent in the last hour, ascending. */
  readonly entryTimes?: readonly number[];
  /** What the bot has set aside of its account; absent where nobody asks for that. */
  readonly reservation?: Reservation | null;
  /** Between a start (or a stream gap) and the snapshot that ends it: nothing new is sent. */
  readonly recovering: boolean;
  /** What the account lacks of what the books say; entries pause while it stands and is not ignored. */
  readonly divergence: Divergence | null;
  /** Trading is refused altogether, as a sentence; null normally. */
  readonly refusal: string | null;
  readonly paused: boolean;
  /** The fleet's kill switch, as far as the bot knows; null while it is not thrown. */
  readonly halt: Halt | null;
  /** The user's stop: nothing more is bought until the next start. */
  readonly stopped: boolean;
  /** Why nothing can be recorded where it should be, as a sentence: nothing is bought meanwhile. Absent in older files. */
  readonly unrecorded?: string | null;
  /** The market takes no orders, since when (wall time, ms); null while it trades. */
  readonly market: {
    readonly status: Exclude<Instrument['status'], 'trading'>;
    readonly since: number;
  } | null;
  /** What the user does by hand on the symbol, in the same account. */
  readonly manual: ManualActivity;
  /** What the user's own trades set off, under a plan that follows them; null or absent under any other. */
  readonly follow?: FollowState | null;
  /** Our orders that were cancelled at the exchange, not by us, in this cycle. */
  readonly handCancels: readonly HandCancel[];
  /** Orders that our own risk refused in this cycle, `slot rule`: each is said once. */
  readonly denied: readonly string[];
  /** The last commands and what came of them: one that is told again is not done again. */
  readonly commands: readonly CommandAnswer[];
  /** Books of symbols that the bot traded before and still holds something of, by symbol (core/parked.ts). */
  readonly parked?: Readonly<Record<string, BotState>>;
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
    lots: [],
    lotSeq: 0,
    entry: null,
    start: null,
    lastEnd: null,
    lastSale: null,
    highestPrice: null,
    price: null,
    closes: [],
    stopRoom: null,
    lastKline: null,
    lastDecision: null,
    tradeCursor: null,
    bookedTrades: [],
    entryBackOff: null,
    exitBackOff: null,
    unprotected: null,
    day: null,
    highestEquity: null,
    drawdown: null,
    entryTimes: [],
    reservation: null,
    recovering: true,
    divergence: null,
    refusal: null,
    paused: false,
    halt: null,
    stopped: false,
    unrecorded: null,
    market: null,
    manual: noManualActivity,
    handCancels: [],
    denied: [],
    commands: [],
    parked: noneParked,
  };
}

/** A state that an older version saved: what it did not know yet is as at the beginning. */
export function upToDate(saved: BotState): BotState {
  const state = { ...initialState(saved.settings, saved.tag), ...saved };
  const books = { ...openBooks('0'), ...saved.books };
  // It was a sentence once; the next comparison finds it again, with its numbers.
  return { ...state, books, divergence: typeof state.divergence === 'string' ? null : state.divergence };
}
