/** User stream payloads, fields in Binance's order (BINANCE.md 2.7). Times are the market's. */
import { dec } from '../../../core/decimal.js';
import type { EngineEvent, OrderRecord, TradeRecord } from '../engine/types.js';
import { eight } from './amounts.js';

type Execution = Extract<EngineEvent, { type: 'execution' }>;

export function userPayload(event: EngineEvent): object {
  switch (event.type) {
    case 'execution':
      return executionReport(event);
    case 'list':
      return listStatus(event);
    case 'balances':
      return {
        e: 'outboundAccountPosition',
        E: event.time,
        u: event.time,
        B: event.balances.map(({ asset, free, locked }) => ({ a: asset, f: eight(free), l: eight(locked) })),
      };
  }
}

export function balanceUpdate(asset: string, delta: string, time: number): object {
  return { e: 'balanceUpdate', E: time, a: asset, d: eight(delta), T: time };
}

function executionReport(event: Execution): object {
  const { order, trade, executionType, cancelClientOrderId, origClientOrderId = '' } = event;
  const cancelled = cancelClientOrderId !== undefined;
  return {
    e: 'executionReport',
    E: event.time,
    s: order.symbol,
    c: cancelled ? cancelClientOrderId : order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: eight(order.origQty),
    p: eight(order.price),
    P: eight(order.stopPrice),
    F: eight(order.icebergQty ?? '0'),
    g: order.orderListId,
    C: cancelled ? order.clientOrderId : origClientOrderId,
    x: executionType,
    X: order.status,
    r: 'NONE',
    i: order.orderId,
    ...fillFields(order, trade),
    T: event.time,
    t: trade?.id ?? -1,
    I: event.executionId,
    w: isOnBook(order),
    m: trade?.isMaker ?? false,
    M: false,
    O: order.time,
    Z: eight(order.cummulativeQuoteQty),
    Y: eight(trade?.quoteQty ?? '0'),
    Q: eight(order.origQuoteOrderQty),
    ...(order.workingTime >= 0 ? { W: order.workingTime } : {}),
    V: order.selfTradePreventionMode,
    ...conditional(order),
    ...preventedFields(event),
    ...(order.expiryReason === undefined ? {} : { eR: order.expiryReason }),
  };
}

/** Trailing and strategy fields are sent only of orders that have them. */
function conditional({ trailingDelta, trailingTime, strategyId, strategyType }: OrderRecord): object {
  return {
    ...(trailingDelta === undefined ? {} : { d: trailingDelta, D: trailingTime ?? -1 }),
    ...(strategyId === undefined ? {} : { j: strategyId }),
    ...(strategyType === undefined ? {} : { J: strategyType }),
  };
}

/** What self-trade prevention took (`v`, `A`, `B`), and the trade that it kept from happening (`u` and on). */
function preventedFields({ order, prevention }: Execution): object {
  if (prevention === undefined) return {};
  return {
    v: prevention.preventedMatchId,
    A: eight(order.preventedQuantity ?? '0'),
    B: eight(prevention.lastPreventedQuantity),
    u: 1,
    U: prevention.counterOrderId,
    Cs: prevention.counterSymbol,
    pl: eight(prevention.quantity),
    pL: eight(prevention.price),
    pY: eight(prevention.quoteQuantity),
  };
}

function fillFields(order: OrderRecord, trade: TradeRecord | null): object {
  return {
    l: eight(trade?.qty ?? '0'),
    z: eight(order.executedQty),
    L: eight(trade?.price ?? '0'),
    n: trade === null ? '0' : eight(trade.commission),
    N: trade?.commissionAsset ?? null,
  };
}

function isOnBook(order: OrderRecord): boolean {
  const open = order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
  return open && order.isWorking && order.type !== 'MARKET' && dec(order.executedQty).lt(order.origQty);
}

function listStatus({ list, time }: Extract<EngineEvent, { type: 'list' }>): object {
  return {
    e: 'listStatus',
    E: time,
    s: list.symbol,
    g: list.orderListId,
    c: list.contingencyType,
    l: list.listStatusType,
    L: list.listOrderStatus,
    r: 'NONE',
    C: list.listClientOrderId,
    T: list.transactionTime,
    O: list.orders.map(({ symbol, orderId, clientOrderId }) => ({ s: symbol, i: orderId, c: clientOrderId })),
  };
}
