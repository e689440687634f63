import { PREVENTION_MODES } from './orders.js';
import type { OrderListRecord, OrderRecord, SymbolInfo } from './types.js';

/*
 * Copies of records, for whoever asked or listens: the engine's own go on changing. Written out, because a spread of so
 * many fields takes twenty times as long.
 */

export function copyOrder(record: OrderRecord): OrderRecord {
  const copy: OrderRecord = {
    account: record.account,
    symbol: record.symbol,
    orderId: record.orderId,
    orderListId: record.orderListId,
    clientOrderId: record.clientOrderId,
    side: record.side,
    type: record.type,
    timeInForce: record.timeInForce,
    price: record.price,
    stopPrice: record.stopPrice,
    origQty: record.origQty,
    origQuoteOrderQty: record.origQuoteOrderQty,
    executedQty: record.executedQty,
    cummulativeQuoteQty: record.cummulativeQuoteQty,
    status: record.status,
    isWorking: record.isWorking,
    time: record.time,
    updateTime: record.updateTime,
    workingTime: record.workingTime,
    selfTradePreventionMode: record.selfTradePreventionMode,
  };
  if (record.icebergQty !== undefined) copy.icebergQty = record.icebergQty;
  if (record.trailingDelta !== undefined) copy.trailingDelta = record.trailingDelta;
  if (record.trailingTime !== undefined) copy.trailingTime = record.trailingTime;
  if (record.strategyId !== undefined) copy.strategyId = record.strategyId;
  if (record.strategyType !== undefined) copy.strategyType = record.strategyType;
  if (record.preventedMatchId !== undefined) copy.preventedMatchId = record.preventedMatchId;
  if (record.preventedQuantity !== undefined) copy.preventedQuantity = record.preventedQuantity;
  if (record.expiryReason !== undefined) copy.expiryReason = record.expiryReason;
  return copy;
}

export function copyList(record: OrderListRecord): OrderListRecord {
  return {
    account: record.account,
    symbol: record.symbol,
    orderListId: record.orderListId,
    contingencyType: record.contingencyType,
    listStatusType: record.listStatusType,
    listOrderStatus: record.listOrderStatus,
    listClientOrderId: record.listClientOrderId,
    transactionTime: record.transactionTime,
    orders: record.orders.map(({ symbol, orderId, clientOrderId }) => ({ symbol, orderId, clientOrderId })),
  };
}

/** What is not stated is allowed. */
export function copyInfo(info: SymbolInfo): Required<SymbolInfo> {
  return {
    symbol: info.symbol,
    status: info.status,
    baseAsset: info.baseAsset,
    quoteAsset: info.quoteAsset,
    baseAssetPrecision: info.baseAssetPrecision,
    quoteAssetPrecision: info.quoteAssetPrecision,
    orderTypes: info.orderTypes,
    ocoAllowed: info.ocoAllowed,
    quoteOrderQtyMarketAllowed: info.quoteOrderQtyMarketAllowed,
    filters: info.filters,
    icebergAllowed: info.icebergAllowed ?? true,
    otoAllowed: info.otoAllowed ?? true,
    allowTrailingStop: info.allowTrailingStop ?? true,
    cancelReplaceAllowed: info.cancelReplaceAllowed ?? true,
    amendAllowed: info.amendAllowed ?? true,
    opoAllowed: info.opoAllowed ?? true,
    defaultSelfTradePreventionMode: info.defaultSelfTradePreventionMode ?? 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: info.allowedSelfTradePreventionModes ?? [...PREVENTION_MODES],
  };
}
