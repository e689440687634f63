/** An order of the core as the matching engine takes it, and what the engine says as the core hears it. */
import type { LegReport, ReportedFill } from '../../core/events.js';
import type { Leg, Order } from '../../core/orders.js';
import { statusOf } from '../../exchange/binance/reports.js';
import type {
  Leg as OcoLeg,
  NewOco,
  NewOrder,
  OrderRecord,
  OrderTerms,
  TradeRecord,
} from '../../exchange/paper/engine/types.js';

function setTerms(terms: OrderTerms, leg: Leg): void {
  if (leg.price !== null) terms.price = leg.price;
  if (leg.stopPrice !== null) terms.stopPrice = leg.stopPrice;
  if (leg.type === 'LIMIT' || leg.type === 'STOP_LOSS_LIMIT') terms.timeInForce = 'GTC';
}

export function newOrder(symbol: string, order: Order): NewOrder {
  const [leg] = order.legs;
  if (leg === undefined) throw new Error(`order ${order.id} has no leg`);
  const { side, quantity, quote } = order;
  const request: NewOrder = { symbol, side, type: leg.type, newClientOrderId: leg.clientOrderId };
  if (quantity === null) request.quoteOrderQty = quote ?? '0';
  else request.quantity = quantity;
  setTerms(request, leg);
  return request;
}

export function newOco(symbol: string, order: Order): NewOco {
  const [above, below] = order.legs;
  if (above === undefined || below === undefined || order.quantity === null)
    throw new Error(`OCO ${order.id} is not whole`);
  const leg = ({ clientOrderId, type }: Leg): OcoLeg => ({ clientOrderId, type });
  const [upper, lower] = [leg(above), leg(below)];
  setTerms(upper, above);
  setTerms(lower, below);
  return {
    symbol,
    side: order.side,
    quantity: order.quantity,
    listClientOrderId: order.id,
    above: upper,
    below: lower,
  };
}

export function legReport(record: OrderRecord): LegReport {
  const { clientOrderId, executedQty: executed, expiryReason: reason } = record;
  const orderId = String(record.orderId);
  const status = statusOf(record.status);
  return reason === undefined
    ? { clientOrderId, orderId, status, executed }
    : { clientOrderId, orderId, status, executed, reason };
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
