/** What the engine keeps and tells: orders, lists, trades, balances, and the events of them. Amounts are decimal text. */
import type { DecimalText } from '../../../core/decimal.js';
import type { OrderType, SelfTradePreventionMode, Side } from './requests.js';

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
