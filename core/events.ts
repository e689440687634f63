/** What goes into `step` and what comes out of it. Both are plain JSON: the journal holds them as they are. */
import type { Closed } from './closed.js';
import type { Command } from './commands.js';
import type { DecimalText } from './decimal.js';
import type { Halt } from './halt.js';
import type { Kline } from './kline.js';
import type { ManualFill, ManualOrder } from './manual.js';
import type { LegStatus, Order, OrderSide } from './orders.js';
import type { Reservation } from './reserved.js';
import type { Instrument } from './rules.js';
import type { Decision, Settings } from './state.js';
import type { Reason, Verdict } from './strategy.js';

/** `time` is market time, `wall` the exchange's wall clock, both in ms. */
interface Stamped {
  readonly time: number;
  readonly wall: number;
  /** The symbol of the parked book that it is about; absent: the bot's own. */
  readonly book?: string;
}

export interface ReportedFill {
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  readonly time: number;
}

/** What the exchange says about one of our orders. */
export interface LegReport {
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly status: Exclude<LegStatus, 'intended' | 'unresolved'>;
  readonly executed: DecimalText;
  readonly reason?: string;
  /** Whether it stands in the book: of a stop-limit, that it was triggered. Absent where the exchange does not say. */
  readonly working?: boolean;
}

export type Event =
  /** The process began (or the streams were lost): intents are unresolved, every live order is to be asked for. */
  | (Stamped & { readonly type: 'started' })
  /** `late`: closed while the bot was away, and another has closed since: it may leave on it, but not enter. */
  | (Stamped & {
      readonly type: 'kline';
      readonly kline: Kline;
      readonly verdict: Verdict;
      readonly late?: true;
    })
  | (Stamped & { readonly type: 'price'; readonly price: DecimalText })
  | (Stamped & {
      readonly type: 'report';
      readonly reports: readonly LegReport[];
      readonly fills: readonly ReportedFill[];
    })
  /** A request to place failed. `none`: certainly not executed. `unknown`: only asking can tell. */
  | (Stamped & {
      readonly type: 'failed';
      readonly id: string;
      readonly execution: 'none' | 'unknown';
      readonly kind: string;
      readonly message: string;
      readonly retryAfterMs: number | null;
      /** The filter that it broke, as the exchange names it: MAX_NUM_ALGO_ORDERS. */
      readonly filter?: string;
    })
  /** A cancel failed: it is known only that the order must be asked for. */
  | (Stamped & {
      readonly type: 'cancel-failed';
      readonly id: string;
      readonly kind: string;
      readonly message: string;
    })
  /** The exchange, asked by id, among open and among all orders, did not know it; `serverTime` was fetched before asking. */
  | (Stamped & { readonly type: 'absent'; readonly id: string; readonly serverTime: number })
  /** Reconciliation is complete: reports and fills came before it. */
  | (Stamped & {
      readonly type: 'snapshot';
      readonly baseBalance: DecimalText;
      readonly quoteBalance: DecimalText;
      /** Highest trade id of the symbol seen by the query; all ours up to it are booked. */
      readonly tradeCursor: string | null;
      /** Highest sequence number of our own tag that the exchange knows; 0 when none. */
      readonly highestSeq: number;
      /** What the account's other running bots hold of the same assets by their books; absent: nothing. */
      readonly others?: { readonly base: DecimalText; readonly quote: DecimalText };
      /** The user's own open orders on the symbol. */
      readonly manualOrders?: readonly ManualOrder[];
    })
  /** What is free on the account now, of the assets that changed. */
  | (Stamped & {
      readonly type: 'balances';
      readonly free: Readonly<Record<string, DecimalText>>;
      /** And what orders hold of them; only for a plan that shows its user the account. */
      readonly locked?: Readonly<Record<string, DecimalText>>;
    })
  | (Stamped & {
      readonly type: 'config';
      readonly settings: Settings;
      readonly appliesTo: 'now' | 'next-cycle';
    })
  /** Another symbol, or another account, from here on (core/parked.ts). `tradeCursor`: the account's last trade there. */
  | (Stamped & { readonly type: 'moved'; readonly settings: Settings; readonly tradeCursor: string | null })
  | (Stamped & Command & { readonly type: 'command'; readonly uuid: string })
  /** What the user did by hand on the symbol: fills and orders without an id of ours or of another bot. */
  | (Stamped & {
      readonly type: 'manual';
      readonly fills: readonly ManualFill[];
      readonly orders: readonly ManualOrder[];
    })
  /** A minute has closed, for a plan that watches the average of its closes; only where the bot's own klines are longer. */
  | (Stamped & { readonly type: 'minute'; readonly openTime: number; readonly close: DecimalText })
  /** What happens cannot be recorded where it should be, and why, as a sentence; null: it can be again. */
  | (Stamped & { readonly type: 'storage'; readonly failing: string | null })
  /** What the fleet's kill switch says; null: it is not thrown. */
  | (Stamped & { readonly type: 'halt'; readonly halt: Halt | null })
  /** What is set aside of the account for the bot; null: nobody asks for that. */
  | (Stamped & { readonly type: 'reservation'; readonly reservation: Reservation | null })
  /** Whether the symbol trades, as the exchange says. */
  | (Stamped & { readonly type: 'market'; readonly status: Instrument['status'] })
  /** Only the clock moved: something was due (see `wakeAt`). */
  | (Stamped & { readonly type: 'time' });

/** `book`: the symbol of the parked book that it concerns; absent: the bot's own. */
export type Effect = BookEffect & { readonly book?: string };

type BookEffect =
  /** Send it once; the journal already holds it. `timestamp` is what is signed. */
  | { readonly type: 'place'; readonly order: Order }
  /** `list`: cancel the whole OCO; else the one leg. */
  | { readonly type: 'cancel'; readonly id: string; readonly clientOrderId: string; readonly list: boolean }
  /** Ask what became of it: each leg by id, then open and all orders. */
  | { readonly type: 'query'; readonly id: string }
  | { readonly type: 'decide'; readonly decision: Decision }
  | {
      readonly type: 'notify';
      readonly level: 'info' | 'warn' | 'error';
      readonly code: string;
      readonly values: Readonly<Record<string, string | number>>;
    }
  /** One booked fill, for the trade history. `pnl` is null for a buy. */
  | {
      readonly type: 'booked';
      /** Absent in older journals. */
      readonly symbol?: string;
      /** As `accountOf` names it; absent in older journals. */
      readonly account?: string;
      readonly fill: ReportedFill;
      readonly orderId: string;
      readonly pnl: DecimalText | null;
      /** Of a sale: why it was made, where the slot or the phase tells. */
      readonly reasons?: readonly Reason[];
    }
  /** Coins or cash taken out of the books by the user's command, for the trade history. */
  | ({ readonly type: 'adjusted' } & Adjustment)
  /** A batch or a cycle has ended, for the history. */
  | { readonly type: 'closed'; readonly closed: Closed }
  /** A holding's demanded protection did not rest on the exchange, from when to when (wall time, ms). */
  | { readonly type: 'bare'; readonly since: number; readonly until: number; readonly end: BareEnd };

/** How a time without protection ended: it rests again, the position is being left, or the user wants it so. */
export type BareEnd = 'protected' | 'left' | 'wished';

export interface Adjustment {
  /** Absent in older journals. */
  readonly symbol?: string;
  readonly account?: string;
  /** The command that asked for it. */
  readonly uuid: string;
  /** Market time (ms). */
  readonly time: number;
  /** Base that left the books, and the cost that left with it. */
  readonly quantity: DecimalText;
  readonly cost: DecimalText;
  /** Quote that left the cash. */
  readonly cash: DecimalText;
}
