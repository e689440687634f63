/** An order of the core as the matching engine takes it, and what the engine says as the core hears it. */
import type { LegReport, ReportedFill } from '../../core/events.js';
import type { Leg, Order } from '../../core/orders.js';
import { statusOf } from '../../exchange/binance/reports.js';
import type {
  Leg as OcoLeg,
  NewOco,
  NewOrder,
  OrderRecord,
  TradeRecord,
} from '../../exchange/paper/engine/types.js';

const RESTS = new Set(['LIMIT', 'STOP_LOSS_LIMIT']);

function termsOf(leg: Leg) {
  return {
    type: leg.type,
    ...(leg.price === null ? {} : { price: leg.price }),
    ...(leg.stopPrice === null ? {} : { stopPrice: leg.stopPrice }),
    ...(RESTS.has(leg.type) ? { timeInForce: 'GTC' as const } : {}),
  };
}

export function newOrder(symbol: string, order: Order): NewOrder {
  const [leg] = order.legs;
  if (leg === undefined) throw new Error(`order ${order.id} has no leg`);
  return {
    symbol,
    side: order.side,
    newClientOrderId: leg.clientOrderId,
    ...(order.quantity === null ? { quoteOrderQty: order.quote ?? '0' } : { quantity: order.quantity }),
    ...termsOf(leg),
  };
}

export function newOco(symbol: string, order: Order): NewOco {
  const [above, below] = order.legs;
  if (above === undefined || below === undefined || order.quantity === null)
    throw new Error(`OCO ${order.id} is not whole`);
  const leg = (each: Leg): OcoLeg => ({ clientOrderId: each.clientOrderId, ...termsOf(each) });
  return {
    symbol,
    side: order.side,
    quantity: order.quantity,
    listClientOrderId: order.id,
    above: leg(above),
    below: leg(below),
  };
}

export function legReport(record: OrderRecord): LegReport {
  return {
    clientOrderId: record.clientOrderId,
    orderId: String(record.orderId),
    status: statusOf(record.status),
    executed: record.executedQty,
    ...(record.expiryReason === undefined ? {} : { reason: record.expiryReason }),
  };
}

export function reportedFill(trade: TradeRecord, clientOrderId: string): ReportedFill {
  return {
    tradeId: String(trade.id),
    clientOrderId,
    side: trade.side,
    price: trade.price,
    quantity: trade.qty,
    fee: trade.commission,
    feeAsset: trade.commissionAsset,
    time: trade.time,
  };
}
