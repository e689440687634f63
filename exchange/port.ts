/**
 * The exchange port: what a bot and the server know of any exchange. Amounts are decimal text, ids are text,
 * times are UTC milliseconds. Market times are the market's own (recorded times in a replay); `serverTime` and
 * `timestamp` are the exchange's wall clock. Every failure is an `ExchangeError`.
 */
import type { DecimalText } from '../core/decimal.js';
import type { Interval, Kline } from '../core/kline.js';
import type { Instrument } from '../core/rules.js';

export type VenueName = 'paper' | 'binance-testnet' | 'binance';
export type Side = 'BUY' | 'SELL';
export type OrderType =
  'MARKET' | 'LIMIT' | 'LIMIT_MAKER' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT';

/** As the exchange names them, folded to what matters: everything after `partial` is terminal. */
export type OrderStatus = 'open' | 'partial' | 'filled' | 'cancelled' | 'expired' | 'rejected';

export interface PlaceRequest {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity?: DecimalText;
  /** MARKET only: spend or earn this much quote. */
  readonly quoteQuantity?: DecimalText;
  readonly price?: DecimalText;
  readonly stopPrice?: DecimalText;
  /** Default GTC where the type takes one. */
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK';
}

/** One-cancels-the-other, both legs on the same side and for the same quantity. */
export interface PlaceOcoRequest {
  readonly symbol: string;
  readonly listClientOrderId: string;
  readonly side: Side;
  readonly quantity: DecimalText;
  readonly above: OcoLeg;
  readonly below: OcoLeg;
}
export interface OcoLeg {
  readonly clientOrderId: string;
  readonly type: 'LIMIT_MAKER' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT';
  readonly price?: DecimalText;
  readonly stopPrice?: DecimalText;
}

export interface OrderReport {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly orderId: string;
  /** The list it belongs to; null for a plain order. */
  readonly orderListId: string | null;
  readonly side: Side;
  readonly type: OrderType;
  readonly status: OrderStatus;
  readonly price: DecimalText;
  readonly stopPrice: DecimalText;
  readonly quantity: DecimalText;
  readonly executed: DecimalText;
  readonly executedQuote: DecimalText;
  /** Market time of the last change. */
  readonly time: number;
  /** Why it ended, where the exchange says (REJECTED reasons, expiry reasons, EXPIRED_IN_MATCH). */
  readonly reason?: string;
  /** Whether it stands in the book: a stop-limit does once it was triggered. Absent where the exchange does not say. */
  readonly working?: boolean;
}

export interface Fill {
  /** Unique per symbol. */
  readonly tradeId: string;
  readonly orderId: string;
  /** REST trades do not carry one. */
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly quote: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  readonly maker: boolean;
  readonly time: number;
}

/** The last 24 hours of a symbol. */
export interface DayTicker {
  readonly symbol: string;
  readonly last: DecimalText;
  readonly changePercent: number;
  /** Traded in them, in quote asset. */
  readonly quoteVolume: DecimalText;
}

/** What an accepted request tells at once: the state of each order and the fills that came with the reply. */
export interface Placed {
  readonly reports: readonly OrderReport[];
  readonly fills: readonly Fill[];
}

export interface Balance {
  readonly asset: string;
  readonly free: DecimalText;
  readonly locked: DecimalText;
}

/** Options of a request that changes something. `timestamp` is signed into it (server wall clock, ms), once. */
export interface SendOptions {
  readonly timestamp: number;
}

export interface Health {
  readonly restOk: boolean;
  readonly marketStreamOk: boolean;
  readonly userStreamOk: boolean;
  /** Weight used in the current minute, as the exchange last said; 0 when unknown. */
  readonly usedWeight: number;
  readonly weightLimit: number;
  /** Round trip of the last request in ms. */
  readonly latencyMs: number;
}

/** A market stream wanted: closed (and, if asked, running) klines of an interval, or price ticks (best bid and ask). */
export type StreamSpec =
  | { readonly type: 'kline'; readonly symbol: string; readonly interval: Interval }
  | { readonly type: 'price'; readonly symbol: string }
  | { readonly type: 'ticker'; readonly symbol: string };

export type MarketEvent =
  | {
      readonly type: 'kline';
      readonly symbol: string;
      readonly interval: Interval;
      readonly kline: Kline;
      readonly closed: boolean;
      readonly time: number;
    }
  | { readonly type: 'price'; readonly symbol: string; readonly bid: DecimalText; readonly ask: DecimalText }
  | {
      readonly type: 'ticker';
      readonly symbol: string;
      readonly last: DecimalText;
      readonly open: DecimalText;
      readonly time: number;
    }
  /** The connection was lost between these local times: whoever counts on completeness asks REST for what was missed. */
  | { readonly type: 'gap'; readonly from: number; readonly to: number };

export type UserEvent =
  | { readonly type: 'order'; readonly report: OrderReport; readonly fill: Fill | null }
  | { readonly type: 'balances'; readonly balances: readonly Balance[] }
  /** The stream is (again) connected and may have missed events since `since` (local ms): reconcile. */
  | { readonly type: 'resync'; readonly since: number };

/** In lock step a barrier reaches each stream in order; see `exchange/lockstep.ts`. */
export interface StreamHandlers<Event> {
  readonly event: (event: Event) => void;
  /** The payload of each server ping, after every message before it was handed over. */
  readonly barrier?: (payload: string) => void;
}

export interface Subscription {
  close(): void;
}
export interface MarketSubscription extends Subscription {
  /** Resolves when the exchange has confirmed. */
  add(specs: readonly StreamSpec[]): Promise<void>;
  remove(specs: readonly StreamSpec[]): Promise<void>;
}

export interface Exchange {
  readonly venue: VenueName;
  /** Fetches server time and opens what is needed. Errors: `ExchangeError`. */
  connect(): Promise<void>;
  close(): Promise<void>;
  /** The exchange's wall clock, estimated from the last `syncTime` and the local monotonic clock. Never jumps back. */
  now(): number;
  /** Fetches server time anew and answers it. */
  syncTime(): Promise<number>;
  health(): Health;

  /** One symbol's rules; kind `invalid`, code -1121 when the exchange does not know it. */
  instrument(symbol: string): Promise<Instrument>;
  instruments(): Promise<Instrument[]>;
  /** Ascending by open time, at most 1000; with `startTime` from there on, else the latest. The last may be running. */
  klines(query: {
    symbol: string;
    interval: Interval;
    startTime?: number;
    endTime?: number;
    limit?: number;
  }): Promise<Kline[]>;
  price(symbol: string): Promise<DecimalText>;
  /** The last day of every symbol that trades: heavy for the exchange, so not to be asked often. */
  tickers(): Promise<DayTicker[]>;
  /** The market's own time (ms): near `now` live, the recorded time in a replay. A kline is closed once it ends before it. */
  marketTime(symbol: string): Promise<number>;
  balances(): Promise<Balance[]>;

  place(order: PlaceRequest, options: SendOptions): Promise<Placed>;
  placeOco(list: PlaceOcoRequest, options: SendOptions): Promise<Placed>;
  /** Ends one order. Not-found (-2011) is kind `not-found`, execution `none`: the caller asks what became of it. */
  cancel(symbol: string, clientOrderId: string, options: SendOptions): Promise<OrderReport>;
  /** Ends a whole list. */
  cancelList(
    symbol: string,
    listClientOrderId: string,
    options: SendOptions,
  ): Promise<readonly OrderReport[]>;
  /** Null when the exchange does not know it (-2013). */
  order(symbol: string, clientOrderId: string): Promise<OrderReport | null>;
  openOrders(symbol: string): Promise<OrderReport[]>;
  /** Orders of any status, ascending by id, from `fromOrderId` on (inclusive), at most 1000. */
  allOrders(symbol: string, fromOrderId?: string): Promise<OrderReport[]>;
  /** Trades with an id above `afterTradeId` (null: from the account's first), ascending, at most 1000 a call. */
  fills(symbol: string, afterTradeId: string | null): Promise<Fill[]>;

  marketStream(specs: readonly StreamSpec[], handlers: StreamHandlers<MarketEvent>): MarketSubscription;
  /** Resolves when subscribed; the first event is then not a resync. Reconnects by itself, each time with `resync`. */
  userStream(handlers: StreamHandlers<UserEvent>): Promise<Subscription>;
}

export type ErrorKind =
  | 'invalid'
  | 'filter'
  | 'funds'
  | 'duplicate'
  | 'not-found'
  | 'would-match'
  | 'would-trigger'
  | 'rate-limit'
  | 'banned'
  | 'auth'
  | 'clock'
  | 'closed'
  | 'unsupported'
  | 'network'
  | 'venue';

/**
 * The one error of every adapter. `execution` says whether the request may have changed something:
 * `none` (certainly not), `partial` (one half of it), `unknown` (only asking can tell).
 */
export class ExchangeError extends Error {
  readonly kind: ErrorKind;
  readonly execution: 'none' | 'unknown' | 'partial';
  readonly code: number | null;
  readonly httpStatus: number | null;
  readonly retryAfterMs: number | null;
  /** Name of the filter that refused it, e.g. `LOT_SIZE`. */
  readonly filter: string | null;

  constructor(
    message: string,
    details: {
      kind: ErrorKind;
      execution: 'none' | 'unknown' | 'partial';
      code?: number | null;
      httpStatus?: number | null;
      retryAfterMs?: number | null;
      filter?: string | null;
      cause?: unknown;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ExchangeError';
    this.kind = details.kind;
    this.execution = details.execution;
    this.code = details.code ?? null;
    this.httpStatus = details.httpStatus ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.filter = details.filter ?? null;
  }
}
