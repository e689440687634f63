/**
 * The paper exchange's pure heart: accounts, orders, filters and matching, with no clock, wire or file. It is driven
 * by requests and by the market's path, and answers with records and events; the backtester drives the same code.
 * Amounts in records are decimal text. Ids are safe integers, counted up.
 */
import type { DecimalText } from '../../../core/decimal.js';
import type { Finished } from './finished.js';
import type {
  AmendResult,
  Amendment,
  BalanceRecord,
  CommissionRates,
  EngineEvent,
  OrderListRecord,
  OrderRecord,
  PreventedMatch,
  TradeRecord,
} from './record-types.js';
import type {
  CancelReplace,
  CancelRestrictions,
  NewOco,
  NewOrder,
  NewOto,
  NewOtoco,
  OrderType,
  SelfTradePreventionMode,
} from './requests.js';

export * from './requests.js';
export type * from './record-types.js';

/** One symbol as `exchangeInfo` states it; `filters` are Binance's own objects, checked by `filters.ts`. */
export interface SymbolInfo {
  symbol: string;
  status: 'TRADING' | 'HALT' | 'BREAK' | 'CANCEL_ONLY' | 'END_OF_DAY';
  baseAsset: string;
  quoteAsset: string;
  baseAssetPrecision: number;
  quoteAssetPrecision: number;
  orderTypes: OrderType[];
  ocoAllowed: boolean;
  quoteOrderQtyMarketAllowed: boolean;
  filters: Record<string, unknown>[];
  /** What is not stated is allowed. */
  icebergAllowed?: boolean;
  otoAllowed?: boolean;
  allowTrailingStop?: boolean;
  cancelReplaceAllowed?: boolean;
  amendAllowed?: boolean;
  opoAllowed?: boolean;
  /** EXPIRE_MAKER unless stated. */
  defaultSelfTradePreventionMode?: SelfTradePreventionMode;
  /** All but NONE unless stated. */
  allowedSelfTradePreventionModes?: SelfTradePreventionMode[];
}

/** A refusal with Binance's code and text; the wire answers it with HTTP 400. */
export class PaperError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'PaperError';
    this.code = code;
  }
}

export interface EngineOptions {
  symbols: SymbolInfo[];
  /** Fractions; default 0.001 each. `feeAsset: 'quote'` charges every commission in quote (backtests). */
  makerFee?: DecimalText;
  takerFee?: DecimalText;
  feeAsset?: 'received' | 'quote';
  /**
   * Cuts every fill into slices of at most this notional, in whole steps (one step at least). A taker gets its slices
   * at once; a resting limit gets one per stretch of the path that touches it (one `moveTo` until it returns true, or
   * one `crossOpen`), so that it is partially filled and may stay so. Without it fills are whole.
   */
  partialFill?: { maxQuoteNotional: DecimalText };
  /**
   * `touch` (default): no spread, unlimited depth, whole fills (design §7). `book`: spread, depth and the share of a
   * resting order follow the market's range and volume, as `book-model.ts` states.
   */
  profile?: 'touch' | 'book';
  /** The numbers of the `book` profile. */
  book?: BookOptions;
  /** `exchangeInfo.exchangeFilters`: EXCHANGE_MAX_NUM_ORDERS and the like. */
  exchangeFilters?: Record<string, unknown>[];
  /**
   * The average price over so many minutes, which PERCENT_PRICE and the notional of market orders look at; null or
   * absent: the last price. Must give the same answer again where requests are replayed.
   */
  averagePrice?: (symbol: string, minutes: number) => DecimalText | number | null;
  /**
   * What `drain` tells: `all` (if absent), or `news`, for who drives the engine by calls: only what no reply carries.
   * Balances are then asked for (`takeTouched`), and the records in replies are the engine's own, good until the next call.
   */
  telling?: 'all' | 'news';
}

/** Fractions; what each means is stated in `book-model.ts`. */
export interface BookOptions {
  spreadOfRange?: DecimalText;
  levels?: number;
  levelOfRange?: DecimalText;
  depthOfVolume?: DecimalText;
  touchShare?: DecimalText;
}

/** What every request returns: the records concerned; the events it caused wait in `drain()`. */
export interface OrderResult {
  order: OrderRecord;
  trades: TradeRecord[];
  /** On a cancel: the id of the cancel request, given or made; `order.clientOrderId` stays the original. */
  cancelClientOrderId?: string;
  /** Of a new order: what self-trade prevention kept from happening. Absent when nothing was. */
  preventedMatches?: PreventedMatch[];
}
export interface ListResult {
  list: OrderListRecord;
  orders: OrderRecord[];
  /** Of a new list: the trades of a working order that took at once. */
  trades?: TradeRecord[];
  /** On a cancel: the id of the cancel request, given or made. */
  cancelClientOrderId?: string;
}

/** What a failed half of a cancel-replace answers. */
export interface Failure {
  code: number;
  msg: string;
}
/**
 * Both halves of a cancel-replace. `code` says how the wire answers: null is HTTP 200; -2022 ("Order cancel-replace
 * failed.") is 400; -2021 ("Order cancel-replace partially failed.") is 409; both with the halves as `data`.
 */
export interface CancelReplaceResult {
  code: null | -2021 | -2022;
  cancelResult: 'SUCCESS' | 'FAILURE';
  newOrderResult: 'SUCCESS' | 'FAILURE' | 'NOT_ATTEMPTED';
  cancelResponse: OrderResult | ListResult | Failure;
  newOrderResponse: OrderResult | Failure | null;
}

/**
 * The market of one symbol has a current price (where the path stands) and, between a close and the next open, two:
 * the prior close and the coming open (a boundary). At a boundary (design §7, "one matching profile"):
 * market orders execute at the coming open; a limit order marketable at the open executes at the open if it was
 * marketable at the prior close too, else at its own price (it rested when the open touched it); everything else is
 * judged by the open. Resting orders meet the open only in `crossOpen`.
 */
export interface Engine {
  readonly symbols: ReadonlyMap<string, SymbolInfo>;
  addAccount(id: string): void;
  hasAccount(id: string): boolean;
  /** A negative amount withdraws; -2010 when that much is not free. */
  deposit(account: string, asset: string, amount: DecimalText, time: number): void;

  /** Enters the boundary before a kline that opens at `open`; the first kline has no prior close. */
  boundary(
    symbol: string,
    time: number,
    open: DecimalText | number,
    priorClose: DecimalText | number | null,
  ): void;
  /** Ends the boundary: tests resting orders at the open. True when done, false when it stopped after a fill (call again). */
  crossOpen(symbol: string): boolean;
  /**
   * Moves straight from the current price to `price`; fills what it touches, nearest first, ties by order id. True
   * when reached, false when it stopped after a fill or a stop-limit's trigger (call again, with the same price and
   * volume). `volume` is the base quantity traded on the stretch that ends at `price`; only the `book` profile looks at
   * it. A stretch whose volume is not told limits nothing that it trades through, and fills nothing it only touches.
   */
  moveTo(symbol: string, time: number, price: DecimalText | number, volume?: DecimalText | number): boolean;
  /**
   * A trade of `volume` at `price`, as recorded: nothing was traded between the last price and this one, so orders are
   * struck by this one alone. True when done, false when it stopped after a fill (call again, with the same).
   */
  jumpTo(symbol: string, time: number, price: DecimalText | number, volume: DecimalText | number): boolean;
  /** Where the path stands: at a boundary the prior close, so that nobody reads the coming open here. Null before the first kline. */
  price(symbol: string): DecimalText | null;
  /**
   * A path that stays strictly between `below` and `above` touches no resting order, so that it need not be walked
   * point by point. Infinite where nothing rests. Orders placed or ended since may change it. The `book` profile is
   * never quiet (`below` is above `above`), as every stretch adds to the range and volume it looks at.
   */
  quietRange(symbol: string): { below: number; above: number };
  /**
   * The market's side of the book (resting orders of accounts apart), best first, price and quantity; null in the
   * `touch` profile, which has none but for recorded best prices. At a boundary it stands around the coming open.
   */
  depth(symbol: string): { bids: [string, string][]; asks: [string, string][] } | null;
  /** The best prices as recorded, from now on: takers meet these. Resting orders are struck by trades (`moveTo`) alone. */
  setTop(
    symbol: string,
    top: {
      bid: DecimalText | number;
      bidQuantity: DecimalText | number;
      ask: DecimalText | number;
      askQuantity: DecimalText | number;
    },
  ): void;
  /** Where no boundaries tell it: a kline has ended, of whose range and volume the `book` profile makes its depth. */
  finishKline(symbol: string): void;
  /** The rules of a symbol are others from now on (its status is not among them); orders that rest are kept as they are. */
  setRules(info: SymbolInfo): void;
  setStatus(symbol: string, status: SymbolInfo['status']): void;

  /** Errors: `PaperError`. `time` is the market time. */
  place(account: string, order: NewOrder, time: number): OrderResult;
  /** The list is executing until its last leg ends: a triggered stop-limit that rests keeps it, without its sibling. */
  placeOco(account: string, list: NewOco, time: number): ListResult;
  /**
   * The pending orders answer as PENDING_NEW even where the working order filled at once and they have been placed.
   * A pending order that cannot be placed then expires with the reason REJECTED; the working order stays filled.
   */
  placeOto(account: string, list: NewOto, time: number): ListResult;
  placeOtoco(account: string, list: NewOtoco, time: number): ListResult;
  /** Throws what is wrong with the new order in itself (parameters, filters), before anything is cancelled. */
  cancelReplace(account: string, request: CancelReplace, time: number): CancelReplaceResult;
  /** Lowers the quantity of an open order, which keeps its place in the book. */
  amend(
    account: string,
    request: {
      symbol: string;
      orderId?: number;
      origClientOrderId?: string;
      /** Made when absent. */
      newClientOrderId?: string;
      newQty: DecimalText;
    },
    time: number,
  ): AmendResult;
  amendments(
    account: string,
    symbol: string,
    options: { orderId: number; fromExecutionId?: number; limit?: number },
  ): Amendment[];
  /** Checks as `place` does, changes nothing. */
  test(account: string, order: NewOrder, time: number): void;
  cancel(
    account: string,
    which: {
      symbol: string;
      orderId?: number;
      origClientOrderId?: string;
      newClientOrderId?: string;
      cancelRestrictions?: CancelRestrictions;
    },
    time: number,
  ): OrderResult | ListResult;
  cancelList(
    account: string,
    which: { symbol: string; orderListId?: number; listClientOrderId?: string; newClientOrderId?: string },
    time: number,
  ): ListResult;
  /** The plain orders and the lists of the symbol that are open; errors with -2011 when there is none. */
  cancelAll(account: string, symbol: string, time: number): (OrderResult | ListResult)[];

  /** Newest first match by client id, as Binance does; null when unknown. */
  order(
    account: string,
    which: { symbol: string; orderId?: number; origClientOrderId?: string },
  ): OrderRecord | null;
  list(
    account: string,
    which: { orderListId?: number; listClientOrderId?: string },
  ): { list: OrderListRecord; orders: OrderRecord[] } | null;
  openOrders(account: string, symbol?: string): OrderRecord[];
  /** Ascending by id, from `fromOrderId` (inclusive). */
  allOrders(
    account: string,
    symbol: string,
    options: { fromOrderId?: number; startTime?: number; endTime?: number; limit?: number },
  ): OrderRecord[];
  trades(
    account: string,
    symbol: string,
    options: { fromId?: number; orderId?: number; startTime?: number; endTime?: number; limit?: number },
  ): TradeRecord[];
  balances(account: string): BalanceRecord[];
  /** The assets of which the account's balance has changed since the last call, where only `news` are told. */
  takeTouched(account: string): readonly string[];
  /** Ascending by id, from `fromPreventedMatchId` (inclusive). */
  preventedMatches(
    account: string,
    symbol: string,
    options: { preventedMatchId?: number; orderId?: number; fromPreventedMatchId?: number; limit?: number },
  ): PreventedMatch[];

  /**
   * The account's own rates, as fractions. Where commissions are charged in quote, open buys hold them in advance:
   * then throws while the account has open orders.
   */
  setCommission(account: string, rates: { maker: DecimalText; taker: DecimalText }): void;
  /**
   * Pays commissions in BNB at 0.75 of the rate while there is enough of it and BNB has a price in the symbol's quote
   * asset (or is one of its assets); else, in full, in what is received. Off at first.
   */
  setBnbBurn(account: string, on: boolean): void;
  commission(account: string, symbol: string): CommissionRates;

  /** Forgets the records of orders, lists and trades that ended before this time: for who never asks for them again. */
  forget(before: number): void;

  /** The events since the last call, in order. */
  drain(): EngineEvent[];
  /** Everything as plain JSON, and back. `snapshot(restore(x))` equals x. */
  snapshot(): unknown;
  /**
   * The same in two parts: what may still change, as JSON text, and what has ended since the last checkpoint. The
   * latter's records are the engine's own and do not change any more.
   */
  checkpoint(): { live: string; finished: Finished };
}
