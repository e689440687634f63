/** REST replies about orders and trades → the port's words. Ids become text here, and nowhere are they numbers after. */
import { dec, text } from '../../core/decimal.js';
import type { Fill, OrderReport, OrderStatus, OrderType, Placed } from '../port.js';
import type { Json } from './library.js';
import { plain } from './numbers.js';

/** By cases: every report asks, and a look into a table by a text takes longer. */
export function statusOf(status: string): OrderStatus {
  switch (status) {
    case 'NEW':
    case 'PENDING_NEW':
    case 'PENDING_CANCEL':
      return 'open';
    case 'PARTIALLY_FILLED':
      return 'partial';
    case 'FILLED':
      return 'filled';
    case 'CANCELED':
      return 'cancelled';
    case 'EXPIRED':
    case 'EXPIRED_IN_MATCH':
      return 'expired';
    case 'REJECTED':
      return 'rejected';
    default:
      throw new Error(`unknown order status ${status}`);
  }
}

/** -1 says "in no list". */
export function listIdOf(id: unknown): string | null {
  return id === undefined || id === null || String(id) === '-1' ? null : String(id);
}

export function reasonOf(status: string, said: unknown): string | undefined {
  if (typeof said === 'string' && said !== '' && said !== 'NONE') return said;
  return status === 'EXPIRED_IN_MATCH' ? status : undefined;
}

/** Any REST order: the reply to a new one, to a cancel (where `clientOrderId` names the cancel request), or a query's. */
export function reportOf(order: Json): OrderReport {
  const reason = reasonOf(order.status, order.expiryReason);
  return {
    symbol: order.symbol,
    clientOrderId: String(order.origClientOrderId ?? order.clientOrderId),
    orderId: idOf(order.orderId),
    orderListId: listIdOf(order.orderListId),
    side: order.side,
    type: order.type as OrderType,
    status: statusOf(order.status),
    price: plain(order.price),
    stopPrice: plain(order.stopPrice),
    quantity: plain(order.origQty),
    executed: plain(order.executedQty),
    executedQuote: plain(order.cummulativeQuoteQty),
    time: Number(order.updateTime ?? order.transactTime ?? order.time),
    ...(reason === undefined ? {} : { reason }),
    ...(typeof order.isWorking === 'boolean' ? { working: order.isWorking } : {}),
  };
}

/** Fills come only with the reply to a new order; whoever fills at once is the taker. */
function fillsOf(order: Json): Fill[] {
  const fills: Json[] = order.fills ?? [];
  return fills.map((fill) => ({
    tradeId: idOf(fill.tradeId),
    orderId: idOf(order.orderId),
    clientOrderId: String(order.clientOrderId),
    symbol: order.symbol,
    side: order.side,
    price: plain(fill.price),
    quantity: plain(fill.qty),
    quote: text(dec(fill.price).times(fill.qty)),
    fee: plain(fill.commission),
    feeAsset: fill.commissionAsset,
    maker: false,
    time: Number(order.transactTime),
  }));
}

export function placedOf(orders: readonly Json[]): Placed {
  return { reports: orders.map(reportOf), fills: orders.flatMap(fillsOf) };
}

export function tradeOf(trade: Json): Fill {
  return {
    tradeId: idOf(trade.id),
    orderId: idOf(trade.orderId),
    clientOrderId: null,
    symbol: trade.symbol,
    side: trade.isBuyer ? 'BUY' : 'SELL',
    price: plain(trade.price),
    quantity: plain(trade.qty),
    quote: plain(trade.quoteQty),
    fee: plain(trade.commission),
    feeAsset: trade.commissionAsset,
    maker: Boolean(trade.isMaker),
    time: Number(trade.time),
  };
}

function idOf(id: unknown): string {
  if (id === undefined || id === null) throw new Error('an id is missing');
  return String(id);
}
