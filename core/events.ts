/** What goes into `step` and what comes out of it. Both are plain JSON: the journal holds them as they are. */
import type { DecimalText } from './decimal.js';
import type { Kline } from './kline.js';
import type { LegStatus, LegType, Order, OrderSide } from './orders.js';
import type { Decision, Settings } from './state.js';
import type { Verdict } from './strategy.js';

/** `time` is market time, `wall` the exchange's wall clock, both in ms. */
interface Stamped {
  readonly time: number;
  readonly wall: number;
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
    })
  /** What is free on the account now, of the assets that changed. */
  | (Stamped & { readonly type: 'balances'; readonly free: Readonly<Record<string, DecimalText>> })
  | (Stamped & {
      readonly type: 'config';
      readonly settings: Settings;
      readonly appliesTo: 'now' | 'next-cycle';
    })
  | (Stamped & {
      readonly type: 'command';
      readonly uuid: string;
      readonly name: 'pause' | 'resume' | 'stop';
    })
  /** What happens cannot be recorded where it should be, and why, as a sentence; null: it can be again. */
  | (Stamped & { readonly type: 'storage'; readonly failing: string | null })
  /** Only the clock moved: something was due (see `wakeAt`). */
  | (Stamped & { readonly type: 'time' });

export interface LegRequest {
  readonly clientOrderId: string;
  readonly type: LegType;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
}

export type Effect =
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
      readonly fill: ReportedFill;
      readonly orderId: string;
      readonly pnl: DecimalText | null;
    };
