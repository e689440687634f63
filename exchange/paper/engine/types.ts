/**
 * The paper exchange's pure heart: accounts, orders, filters and matching, with no clock, wire or file. It is driven
 * by requests and by the market's path, and answers with records and events; the backtester drives the same code.
 * Amounts in records are decimal text. Ids are safe integers, counted up.
 */
import type { DecimalText } from '../../../core/decimal.js';
import type { Finished } from './finished.js';

export type Side = 'BUY' | 'SELL';
export const ORDER_TYPES = [
  'LIMIT',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];
/** `PENDING_NEW`: waits for its list's working order, and is on no book. */
export type Status =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH';
/** What happens instead of a trade of an account with itself; the taker's mode decides (faqs/stp_faq.md). */
export type SelfTradePreventionMode = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH' | 'DECREMENT';

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

/** What a single order and a leg of a list have in common. */
export interface OrderTerms {
  type: OrderType;
  timeInForce?: 'GTC' | 'IOC' | 'FOK';
  price?: DecimalText;
  stopPrice?: DecimalText;
  /** Basis points; on stops and targets, with or without a stop price (faqs/trailing-stop-faq.md). */
  trailingDelta?: number;
  icebergQty?: DecimalText;
  strategyId?: number;
  /** 1000000 at least. */
  strategyType?: number;
}

export interface NewOrder extends OrderTerms {
  symbol: string;
  side: Side;
  quantity?: DecimalText;
  quoteOrderQty?: DecimalText;
  /** Made by the engine when absent. */
  newClientOrderId?: string;
  selfTradePreventionMode?: SelfTradePreventionMode;
}

export interface Leg extends OrderTerms {
  clientOrderId?: string;
}

/** OCO in the modern form (`POST /api/v3/orderList/oco`): `above` and `below` legs with their own types and prices. */
export interface NewOco {
  symbol: string;
  side: Side;
  quantity: DecimalText;
  listClientOrderId?: string;
  selfTradePreventionMode?: SelfTradePreventionMode;
  above: Leg;
  below: Leg;
}

/** The order that has to fill before the pending ones are placed: LIMIT or LIMIT_MAKER. */
export interface WorkingLeg extends Leg {
  side: Side;
  quantity: DecimalText;
}

/** OTO (`POST /api/v3/orderList/oto`): the pending order is placed once the working one is fully filled. */
export interface NewOto {
  symbol: string;
  listClientOrderId?: string;
  selfTradePreventionMode?: SelfTradePreventionMode;
  working: WorkingLeg;
  /** Without a quantity in an OPO. */
  pending: Omit<WorkingLeg, 'quantity'> & { quantity?: DecimalText };
  /** OPO (`POST /api/v3/orderList/opo`): the pending order's quantity is what the working one has received. */
  pays?: true;
}

/** OTOCO (`POST /api/v3/orderList/otoco`): the pending orders are an OCO pair. */
export interface NewOtoco {
  symbol: string;
  listClientOrderId?: string;
  selfTradePreventionMode?: SelfTradePreventionMode;
  working: WorkingLeg;
  pendingSide: Side;
  /** Absent in an OPOCO. */
  pendingQuantity?: DecimalText;
  /** OPOCO: as in an OPO. */
  pays?: true;
  pendingAbove: Leg;
  pendingBelow: Leg;
}

/** `POST /api/v3/order/cancelReplace`. */
export interface CancelReplace {
  mode: 'STOP_ON_FAILURE' | 'ALLOW_FAILURE';
  cancel: {
    orderId?: number;
    origClientOrderId?: string;
    newClientOrderId?: string;
    cancelRestrictions?: CancelRestrictions;
  };
  /** Its symbol is that of the cancel too. */
  order: NewOrder;
}
export type CancelRestrictions = 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED';

export interface OrderRecord {
  account: string;
  symbol: string;
  orderId: number;
  /** -1 for a plain order. */
  orderListId: number;
  clientOrderId: string;
  side: Side;
  type: OrderType;
  timeInForce: 'GTC' | 'IOC' | 'FOK';
  /** "0" where the type has none. */
  price: DecimalText;
  stopPrice: DecimalText;
  origQty: DecimalText;
  origQuoteOrderQty: DecimalText;
  executedQty: DecimalText;
  cummulativeQuoteQty: DecimalText;
  status: Status;
  /** False for a stop that has not been triggered. */
  isWorking: boolean;
  /** Market time. */
  time: number;
  updateTime: number;
  workingTime: number;
  expiryReason?: string;
  selfTradePreventionMode: SelfTradePreventionMode;
  icebergQty?: DecimalText;
  trailingDelta?: number;
  /** When a trailing stop began to follow the market; -1 before. Only with `trailingDelta`. */
  trailingTime?: number;
  strategyId?: number;
  strategyType?: number;
  /** The last match that self-trade prevention kept from happening, and the quantity it has taken in all. */
  preventedMatchId?: number;
  preventedQuantity?: DecimalText;
}

export interface OrderListRecord {
  account: string;
  symbol: string;
  orderListId: number;
  /** An OTOCO is an `OTO` too, as Binance has it. */
  contingencyType: 'OCO' | 'OTO';
  listStatusType: 'EXEC_STARTED' | 'ALL_DONE';
  listOrderStatus: 'EXECUTING' | 'ALL_DONE';
  listClientOrderId: string;
  transactionTime: number;
  /** Ids of its orders. */
  orders: { symbol: string; orderId: number; clientOrderId: string }[];
}

export interface TradeRecord {
  account: string;
  symbol: string;
  /** Unique and ascending per symbol. */
  id: number;
  orderId: number;
  orderListId: number;
  side: Side;
  price: DecimalText;
  qty: DecimalText;
  quoteQty: DecimalText;
  commission: DecimalText;
  commissionAsset: string;
  isMaker: boolean;
  time: number;
}

/** A match that would have been an account's with itself (`GET /api/v3/myPreventedMatches`). */
export interface PreventedMatch {
  symbol: string;
  /** Unique and ascending per symbol, from 0. */
  preventedMatchId: number;
  takerOrderId: number;
  makerOrderId: number;
  selfTradePreventionMode: SelfTradePreventionMode;
  price: DecimalText;
  /** Only of the sides that lost quantity. */
  takerPreventedQuantity?: DecimalText;
  makerPreventedQuantity?: DecimalText;
  transactTime: number;
}

/** A quantity that was lowered (`GET /api/v3/order/amendments`). */
export interface Amendment {
  symbol: string;
  orderId: number;
  executionId: number;
  origClientOrderId: string;
  newClientOrderId: string;
  origQty: DecimalText;
  newQty: DecimalText;
  time: number;
}
export interface AmendResult {
  order: OrderRecord;
  origClientOrderId: string;
  executionId: number;
  /** Of an order in a list. */
  list?: OrderListRecord;
}

/** `GET /api/v3/account/commission`, as fractions. Tax and special commissions are nil here. */
export interface CommissionRates {
  maker: DecimalText;
  taker: DecimalText;
  discount: {
    enabledForAccount: boolean;
    enabledForSymbol: boolean;
    discountAsset: 'BNB';
    /** What the standard commission is multiplied with when paid in BNB. */
    discount: DecimalText;
  };
}

export interface BalanceRecord {
  asset: string;
  free: DecimalText;
  locked: DecimalText;
}

/** What the user stream tells, in Binance's order (`BINANCE.md` 2.7). Records are copies. */
export type EngineEvent =
  | {
      type: 'execution';
      account: string;
      executionType: 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'REPLACED' | 'TRADE_PREVENTION';
      executionId: number;
      time: number;
      order: OrderRecord;
      trade: TradeRecord | null;
      /** On CANCELED: the client id of the cancel request; `order.clientOrderId` stays the original. */
      cancelClientOrderId?: string;
      /** On REPLACED: the id before the amendment; `order.clientOrderId` is the new one. */
      origClientOrderId?: string;
      /** On TRADE_PREVENTION: the match (`v`), this order's quantity lost in it (`B`), and what would have traded. */
      prevention?: {
        preventedMatchId: number;
        lastPreventedQuantity: DecimalText;
        counterOrderId: number;
        counterSymbol: string;
        price: DecimalText;
        quantity: DecimalText;
        quoteQuantity: DecimalText;
      };
    }
  | { type: 'list'; account: string; time: number; list: OrderListRecord }
  | { type: 'balances'; account: string; time: number; balances: BalanceRecord[] };

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
