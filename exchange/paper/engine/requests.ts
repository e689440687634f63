/** What is asked of the engine: orders, lists of orders, and their replacement. Amounts are decimal text. */
import type { DecimalText } from '../../../core/decimal.js';

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
/** What happens instead of a trade of an account with itself; the taker's mode decides (faqs/stp_faq.md). */
export type SelfTradePreventionMode = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH' | 'DECREMENT';

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
