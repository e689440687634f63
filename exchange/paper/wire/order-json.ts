/** Records of the engine as Binance's replies shape them: order of fields, eight decimals. */
import type { ListResult, OrderListRecord, OrderRecord, OrderResult, TradeRecord } from '../engine/types.js';
import { eight } from './amounts.js';

const STP = 'EXPIRE_MAKER';

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';

function head(order: OrderRecord) {
  const { symbol, orderId, orderListId, clientOrderId } = order;
  return { symbol, orderId, orderListId, clientOrderId };
}

function amounts(order: OrderRecord) {
  return {
    price: eight(order.price),
    origQty: eight(order.origQty),
    executedQty: eight(order.executedQty),
    origQuoteOrderQty: eight(order.origQuoteOrderQty),
    cummulativeQuoteQty: eight(order.cummulativeQuoteQty),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** Only where the type has them, or something ended the order. */
function conditional(order: OrderRecord) {
  return {
    ...(order.stopPrice === '0' ? {} : { stopPrice: eight(order.stopPrice) }),
    ...(order.expiryReason === undefined ? {} : { expiryReason: order.expiryReason }),
  };
}

export function newOrderJson({ order, trades }: OrderResult, type: ResponseType): object {
  const ack = { ...head(order), transactTime: order.updateTime };
  if (type === 'ACK') return ack;
  const result = { ...ack, ...amounts(order), ...conditional(order), workingTime: order.workingTime };
  const end = { selfTradePreventionMode: STP };
  return type === 'RESULT' ? { ...result, ...end } : { ...result, fills: trades.map(fillJson), ...end };
}

function fillJson(trade: TradeRecord): object {
  return {
    price: eight(trade.price),
    qty: eight(trade.qty),
    commission: eight(trade.commission),
    commissionAsset: trade.commissionAsset,
    tradeId: trade.id,
  };
}

/** In the reply to a cancel `clientOrderId` names the cancel request. */
export function cancelJson(order: OrderRecord, cancelClientOrderId: string): object {
  const { symbol, orderId, orderListId, clientOrderId, updateTime } = order;
  return {
    symbol,
    origClientOrderId: clientOrderId,
    orderId,
    orderListId,
    clientOrderId: cancelClientOrderId,
    transactTime: updateTime,
    ...amounts(order),
    ...conditional(order),
    selfTradePreventionMode: STP,
  };
}

export function cancelResultJson(result: OrderResult | ListResult): object {
  const id = result.cancelClientOrderId ?? '';
  if ('order' in result) return cancelJson(result.order, id);
  return {
    ...listJson(result.list),
    orderReports: result.orders.map((order) => cancelJson(order, id)),
  };
}

export function orderJson(order: OrderRecord): object {
  const { origQuoteOrderQty, ...rest } = amounts(order);
  return {
    ...head(order),
    ...rest,
    stopPrice: eight(order.stopPrice),
    icebergQty: '0.00000000',
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.isWorking,
    workingTime: order.workingTime,
    origQuoteOrderQty,
    selfTradePreventionMode: STP,
    ...(order.expiryReason === undefined ? {} : { expiryReason: order.expiryReason }),
  };
}

export function listJson(list: OrderListRecord): object {
  const { orderListId, contingencyType, listStatusType, listOrderStatus, listClientOrderId } = list;
  return {
    orderListId,
    contingencyType,
    listStatusType,
    listOrderStatus,
    listClientOrderId,
    transactionTime: list.transactionTime,
    symbol: list.symbol,
    orders: list.orders.map(({ symbol, orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}

export function newListJson({ list, orders }: ListResult, type: ResponseType): object {
  const reports = orders.map((order) => newOrderJson({ order, trades: [] }, type));
  return { ...listJson(list), orderReports: reports };
}

export function tradeJson(trade: TradeRecord): object {
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: trade.orderListId,
    price: eight(trade.price),
    qty: eight(trade.qty),
    quoteQty: eight(trade.quoteQty),
    commission: eight(trade.commission),
    commissionAsset: trade.commissionAsset,
    time: trade.time,
    isBuyer: trade.side === 'BUY',
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}
