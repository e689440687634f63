/**
 * The paper exchange's pure heart: accounts, orders, filters and matching, with no clock, wire or file. It is driven
 * by requests and by the market's path, and answers with records and events; the backtester drives the same code.
 * Amounts in records are decimal text. Ids are safe integers, counted up.
 */
import type { DecimalText } from '../../../core/decimal.js';

export type Side = 'BUY' | 'SELL';
export type OrderType =
  'LIMIT' | 'MARKET' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT' | 'LIMIT_MAKER';
export type Status =
  'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';

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
}

export interface NewOrder {
  symbol: string;
  side: Side;
  type: OrderType;
  timeInForce?: 'GTC' | 'IOC' | 'FOK';
  quantity?: DecimalText;
  quoteOrderQty?: DecimalText;
  price?: DecimalText;
  stopPrice?: DecimalText;
  /** Made by the engine when absent. */
  newClientOrderId?: string;
}

/** OCO in the modern form (`POST /api/v3/orderList/oco`): `above` and `below` legs with their own types and prices. */
export interface NewOco {
  symbol: string;
  side: Side;
  quantity: DecimalText;
  listClientOrderId?: string;
  above: {
    type: OrderType;
    clientOrderId?: string;
    price?: DecimalText;
    stopPrice?: DecimalText;
    timeInForce?: 'GTC' | 'IOC' | 'FOK';
  };
  below: {
    type: OrderType;
    clientOrderId?: string;
    price?: DecimalText;
    stopPrice?: DecimalText;
    timeInForce?: 'GTC' | 'IOC' | 'FOK';
  };
}

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
}

export interface OrderListRecord {
  account: string;
  symbol: string;
  orderListId: number;
  contingencyType: 'OCO';
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
      executionType: 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'TRADE_PREVENTION';
      executionId: number;
      time: number;
      order: OrderRecord;
      trade: TradeRecord | null;
      /** On CANCELED: the client id of the cancel request; `order.clientOrderId` stays the original. */
      cancelClientOrderId?: string;
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
}

/** What every request returns: the records concerned; the events it caused wait in `drain()`. */
export interface OrderResult {
  order: OrderRecord;
  trades: TradeRecord[];
  /** On a cancel: the id of the cancel request, given or made; `order.clientOrderId` stays the original. */
  cancelClientOrderId?: string;
}
export interface ListResult {
  list: OrderListRecord;
  orders: OrderRecord[];
  /** On a cancel: the id of the cancel request, given or made. */
  cancelClientOrderId?: string;
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
   * when reached, false when it stopped after a fill or a stop-limit's trigger (call again).
   */
  moveTo(symbol: string, time: number, price: DecimalText | number): boolean;
  /** Where the path stands: at a boundary the prior close, so that nobody reads the coming open here. Null before the first kline. */
  price(symbol: string): DecimalText | null;
  /**
   * A path that stays strictly between `below` and `above` touches no resting order, so that it need not be walked
   * point by point. Infinite where nothing rests. Orders placed or ended since may change it.
   */
  quietRange(symbol: string): { below: number; above: number };
  setStatus(symbol: string, status: SymbolInfo['status']): void;

  /** Errors: `PaperError`. `time` is the market time. */
  place(account: string, order: NewOrder, time: number): OrderResult;
  /** The list is executing until its last leg ends: a triggered stop-limit that rests keeps it, without its sibling. */
  placeOco(account: string, list: NewOco, time: number): ListResult;
  /** Checks as `place` does, changes nothing. */
  test(account: string, order: NewOrder, time: number): void;
  cancel(
    account: string,
    which: { symbol: string; orderId?: number; origClientOrderId?: string; newClientOrderId?: string },
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

  /** The events since the last call, in order. */
  drain(): EngineEvent[];
  /** Everything as plain JSON, and back. `snapshot(restore(x))` equals x. */
  snapshot(): unknown;
}
