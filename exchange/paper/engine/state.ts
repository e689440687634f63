import type { Decimal, DecimalText } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { BookModel } from './book-model.js';
import type { Book } from './book.js';
import type { Fees } from './commission.js';
import type { CountLimits } from './filter-rules.js';
import type { Finished } from './finished.js';
import type { EngineEvent, EngineOptions, OrderListRecord, OrderRecord } from './types.js';

/** What an order, or a list once for all its legs, keeps locked while it is open. */
export interface Hold {
  readonly asset: string;
  readonly amount: Decimal;
}

/** An open order: its record, and what matching needs of it in decimal. Closed orders are records only. */
export interface OpenOrder {
  readonly record: OrderRecord;
  readonly account: Account;
  readonly price: Decimal;
  readonly stopPrice: Decimal;
  /** Amended, or told only when it is placed, of an order that is paid by another. */
  quantity: Decimal;
  /** What is left to fill. */
  remaining: Decimal;
  /** Null in a list while that holds once for its legs, and while the order waits or takes. */
  hold: Hold | null;
  readonly list: OpenList | null;
  /** Where and how the path fires it; set by the book while it rests there. */
  trigger: Trigger | null;
  /** Of a trailing stop that follows the market: the best price since it began. */
  extreme: Decimal | null;
  /** The reply to the request at hand carries what happens to it. */
  inReply: boolean;
}

export interface OpenList {
  readonly record: OrderListRecord;
  /** Null while its working order holds for itself, and once one leg is left, which then does. */
  hold: Hold | null;
  /** The orders that are open, or wait for the working order, by id. */
  readonly legs: OpenOrder[];
  /** As of an order. */
  inReply: boolean;
}

/** The price that fires a resting order when the path reaches it, coming from below (`up`) or from above. */
export interface Trigger {
  readonly direction: 'up' | 'down';
  readonly price: Decimal;
  /** The same as a double: a strict difference of doubles is one of decimals too, equality is not. */
  readonly near: number;
}

export interface EngineState {
  readonly books: Map<string, Book>;
  readonly accounts: Map<string, Account>;
  /** Of a new account. */
  readonly fees: Fees;
  /** The most notional of one fill; null when fills are whole. */
  readonly maxSlice: Decimal | null;
  /** Null in the `touch` profile. */
  readonly model: BookModel | null;
  readonly exchangeLimits: CountLimits;
  readonly averagePrice: EngineOptions['averagePrice'];
  /** Only what no reply carries is told (`EngineOptions.telling`). */
  readonly newsOnly: boolean;
  readonly counters: Counters;
  /** Lists that lost a leg in the request or stretch at hand; empty between those. */
  readonly unsettled: OpenList[];
  events: EngineEvent[];
  /** What has ended since the last checkpoint and does not change any more. */
  finished: Finished;
}

/** The last id given out of each kind. Ids of trades and prevented matches count per symbol, in the book. */
export interface Counters {
  orderId: number;
  orderListId: number;
  executionId: number;
}

export type PriceInput = DecimalText | number;
