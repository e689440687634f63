import { max, min, type Decimal } from '../../../core/decimal.js';
import type { OpenOrder, Trigger } from './state.js';
import type { OrderType, Side } from './types.js';

/*
 * The one matching profile of paper and backtest (design §7): unlimited depth, no spread, whole fills. A resting limit
 * fills at its own price when touched; a triggered stop fills at the worse of its stop and the path.
 */

export type Firing =
  | { readonly type: 'fill'; readonly price: Decimal; readonly maker: boolean }
  | { readonly type: 'rest' }
  | { readonly type: 'expire'; readonly reason: string };

export function isConditional(type: OrderType): boolean {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
}

/** Has a limit price. */
export function isPriced(type: OrderType): boolean {
  return type.startsWith('LIMIT') || type.endsWith('_LIMIT');
}

/** A limit that a market without spread at `price` would execute at once. */
export function isMarketable(side: Side, limit: Decimal, price: Decimal): boolean {
  return side === 'BUY' ? limit.gte(price) : limit.lte(price);
}

/** Stops follow the market away from the order's side, targets wait for it to come: a sell stop fires below. */
export function stopDirection(side: Side, type: OrderType): 'up' | 'down' {
  return (side === 'SELL') === type.startsWith('STOP_LOSS') ? 'down' : 'up';
}

export function wouldTrigger(side: Side, type: OrderType, stop: Decimal, price: Decimal): boolean {
  return stopDirection(side, type) === 'down' ? price.lte(stop) : price.gte(stop);
}

export function triggerOf(order: OpenOrder): Trigger {
  const { side, type, isWorking } = order.record;
  const price = isWorking ? order.price : order.stopPrice;
  const direction = isWorking ? (side === 'BUY' ? 'down' : 'up') : stopDirection(side, type);
  return { direction, price, near: Number(price) };
}

/** What becomes of an order that the path, now standing at `standing`, has reached or passed. */
export function fire(order: OpenOrder, standing: Decimal): Firing {
  const { side, type, isWorking, timeInForce } = order.record;
  if (isWorking) return { type: 'fill', price: order.price, maker: true };
  const market = worse(side, order.stopPrice, standing);
  if (!isPriced(type)) return { type: 'fill', price: market, maker: false };
  if (isMarketable(side, order.price, standing))
    return { type: 'fill', price: notWorse(side, order.price, market), maker: false };
  return timeInForce === 'GTC' ? { type: 'rest' } : { type: 'expire', reason: unfilledReason(timeInForce) };
}

export function unfilledReason(timeInForce: 'IOC' | 'FOK'): string {
  return timeInForce === 'IOC' ? 'UNFILLED_IOC_QUANTITY_EXPIRED' : 'UNFILLED_FOK_ORDER_EXPIRED';
}

function worse(side: Side, a: Decimal, b: Decimal): Decimal {
  return side === 'BUY' ? max(a, b) : min(a, b);
}

function notWorse(side: Side, limit: Decimal, price: Decimal): Decimal {
  return side === 'BUY' ? min(limit, price) : max(limit, price);
}
