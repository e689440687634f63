/** Records of the engine as Binance's replies shape them: order of fields, eight decimals. */
import type {
  Amendment,
  AmendResult,
  ListResult,
  OrderListRecord,
  OrderRecord,
  OrderResult,
  PreventedMatch,
  TradeRecord,
} from '../engine/types.js';
import { eight } from './amounts.js';

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';

function head(order: OrderRecord) {
  const { symbol, orderId, orderListId, clientOrderId } = order;
  return { symbol, orderId, orderListId, clientOrderId };
}

function amounts(order: OrderRecord) {
  return {
    price: eight(order.price),
    // What another order pays has no quantity before that has filled.
    ...(order.origQty === '0' ? {} : { origQty: eight(order.origQty) }),
    executedQty: eight(order.executedQty),
    origQuoteOrderQty: eight(order.origQuoteOrderQty),
    cummulativeQuoteQty: eight(order.cummulativeQuoteQty),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** The stop's and the iceberg's numbers, in replies that have them only where the order does. */
function stopAndIceberg(order: OrderRecord) {
  return {
    ...(order.stopPrice === '0' ? {} : { stopPrice: eight(order.stopPrice) }),
    ...(order.icebergQty === undefined ? {} : { icebergQty: eight(order.icebergQty) }),
  };
}

/** What only some orders have, in replies of every kind. */
function conditional(order: OrderRecord) {
  const { trailingDelta, trailingTime, strategyId, strategyType, preventedMatchId, preventedQuantity } =
    order;
  return {
    ...(trailingDelta === undefined ? {} : { trailingDelta, trailingTime: trailingTime ?? -1 }),
    ...(strategyId === undefined ? {} : { strategyId }),
    ...(strategyType === undefined ? {} : { strategyType }),
    ...(preventedMatchId === undefined ? {} : { preventedMatchId }),
    ...(preventedQuantity === undefined ? {} : { preventedQuantity: eight(preventedQuantity) }),
    ...(order.expiryReason === undefined ? {} : { expiryReason: order.expiryReason }),
  };
}

export function newOrderJson({ order, trades }: OrderResult, type: ResponseType): object {
  const ack = { ...head(order), transactTime: order.updateTime };
  if (type === 'ACK') return ack;
  const { workingTime, selfTradePreventionMode } = order;
  const result = { ...ack, ...amounts(order), ...stopAndIceberg(order), workingTime };
  const fills = type === 'FULL' ? { fills: trades.map(fillJson) } : {};
  return { ...result, ...fills, selfTradePreventionMode, ...conditional(order) };
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
function cancelJson(order: OrderRecord, cancelClientOrderId: string): object {
  const { symbol, orderId, orderListId, clientOrderId, updateTime, selfTradePreventionMode } = order;
  return {
    symbol,
    origClientOrderId: clientOrderId,
    orderId,
    orderListId,
    clientOrderId: cancelClientOrderId,
    transactTime: updateTime,
    ...amounts(order),
    ...stopAndIceberg(order),
    selfTradePreventionMode,
    ...conditional(order),
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
    icebergQty: eight(order.icebergQty ?? '0'),
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.isWorking,
    workingTime: order.workingTime,
    origQuoteOrderQty,
    selfTradePreventionMode: order.selfTradePreventionMode,
    ...conditional(order),
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

export function newListJson({ list, orders, trades = [] }: ListResult, type: ResponseType): object {
  const reports = orders.map((order) => {
    const own = trades.filter(({ orderId }) => orderId === order.orderId);
    return newOrderJson({ order, trades: own }, type);
  });
  return { ...listJson(list), orderReports: reports };
}

export function amendJson({ order, origClientOrderId, executionId, list }: AmendResult): object {
  return {
    transactTime: order.updateTime,
    executionId,
    amendedOrder: {
      symbol: order.symbol,
      orderId: order.orderId,
      orderListId: order.orderListId,
      origClientOrderId,
      clientOrderId: order.clientOrderId,
      price: eight(order.price),
      qty: eight(order.origQty),
      executedQty: eight(order.executedQty),
      preventedQty: eight(order.preventedQuantity ?? '0'),
      quoteOrderQty: eight(order.origQuoteOrderQty),
      cumulativeQuoteQty: eight(order.cummulativeQuoteQty),
      status: order.status,
      timeInForce: order.timeInForce,
      type: order.type,
      side: order.side,
      ...stopAndIceberg(order),
      workingTime: order.workingTime,
      selfTradePreventionMode: order.selfTradePreventionMode,
    },
    ...(list === undefined ? {} : { listStatus: listStatusJson(list) }),
  };
}

function listStatusJson({
  orderListId,
  contingencyType,
  listOrderStatus,
  listClientOrderId,
  symbol,
  orders,
}: OrderListRecord): object {
  return { orderListId, contingencyType, listOrderStatus, listClientOrderId, symbol, orders };
}

export function amendmentJson(amendment: Amendment): object {
  return { ...amendment, origQty: eight(amendment.origQty), newQty: eight(amendment.newQty) };
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

export function preventedMatchJson(match: PreventedMatch): object {
  const { takerPreventedQuantity, makerPreventedQuantity } = match;
  return {
    symbol: match.symbol,
    preventedMatchId: match.preventedMatchId,
    takerOrderId: match.takerOrderId,
    makerSymbol: match.symbol,
    makerOrderId: match.makerOrderId,
    tradeGroupId: 1,
    selfTradePreventionMode: match.selfTradePreventionMode,
    price: eight(match.price),
    ...(takerPreventedQuantity === undefined
      ? {}
      : { takerPreventedQuantity: eight(takerPreventedQuantity) }),
    ...(makerPreventedQuantity === undefined
      ? {}
      : { makerPreventedQuantity: eight(makerPreventedQuantity) }),
    transactTime: match.transactTime,
  };
}
