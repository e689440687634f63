import { ceilTo, floorTo, max, min, type Decimal } from '../../../core/decimal.js';
import type { OpenOrder, Trigger } from './state.js';
import type { OrderRecord, OrderType, Side } from './types.js';

/*
 * The rules of prices, for both profiles. In `touch` (design §7: unlimited depth, no spread) a resting limit fills at
 * its own price when touched, and a triggered stop at the worse of its stop and the path.
 */

export function isConditional(type: OrderType): boolean {
  return isStop(type) || type === 'TAKE_PROFIT' || type === 'TAKE_PROFIT_LIMIT';
}

function isStop(type: OrderType): boolean {
  return type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT';
}

/** Has a limit price. */
export function isPriced(type: OrderType): boolean {
  return type !== 'MARKET' && type !== 'STOP_LOSS' && type !== 'TAKE_PROFIT';
}

/** A limit that a market without spread at `price` would execute at once. */
export function isMarketable(side: Side, limit: Decimal, price: Decimal): boolean {
  return side === 'BUY' ? limit.gte(price) : limit.lte(price);
}

/** Stops follow the market away from the order's side, targets wait for it to come: a sell stop fires below. */
export function stopDirection(side: Side, type: OrderType): 'up' | 'down' {
  return (side === 'SELL') === isStop(type) ? 'down' : 'up';
}

export function wouldTrigger(side: Side, type: OrderType, stop: Decimal, price: Decimal): boolean {
  return stopDirection(side, type) === 'down' ? price.lte(stop) : price.gte(stop);
}

/** What fires a resting order: its limit, its stop (which only starts a trailing one), or where it has trailed to. */
export function triggerOf(order: OpenOrder, tick: Decimal): Trigger {
  const { side, type, isWorking } = order.record;
  if (isWorking) return trigger(side === 'BUY' ? 'down' : 'up', order.price);
  if (order.extreme !== null) {
    const stop = trailedStop(side, order.record.trailingDelta!, order.extreme, tick);
    return trigger(side === 'BUY' ? 'up' : 'down', stop);
  }
  return trigger(stopDirection(side, type), order.stopPrice);
}

function trigger(direction: Trigger['direction'], price: Decimal): Trigger {
  return { direction, price, near: price.toNumber() };
}

/**
 * Whatever its type, a trailing sale fires when the market has fallen by its delta from the highest price, a purchase
 * when it has risen by it from the lowest (faqs/trailing-stop-faq.md); at the first tick where it has.
 */
export function trailedStop(side: Side, delta: number, extreme: Decimal, tick: Decimal): Decimal {
  const moved = extreme.times(delta).div(10_000);
  return side === 'BUY' ? ceilTo(extreme.plus(moved), tick) : floorTo(extreme.minus(moved), tick);
}

/** Where a triggered stop meets a market without spread that stands at `standing`: never better than its stop. */
export function stopPriceAt(order: OpenOrder, standing: Decimal): Decimal {
  const { side, type } = order.record;
  const market = worse(side, order.trigger?.price ?? order.stopPrice, standing);
  return isPriced(type) && isMarketable(side, order.price, standing)
    ? notWorse(side, order.price, market)
    : market;
}

export function unfilledReason({ type, timeInForce }: Pick<OrderRecord, 'type' | 'timeInForce'>): string {
  if (!isPriced(type)) return 'INSUFFICIENT_LIQUIDITY';
  return timeInForce === 'IOC' ? 'UNFILLED_IOC_QUANTITY_EXPIRED' : 'UNFILLED_FOK_ORDER_EXPIRED';
}

function worse(side: Side, a: Decimal, b: Decimal): Decimal {
  return side === 'BUY' ? max(a, b) : min(a, b);
}

function notWorse(side: Side, limit: Decimal, price: Decimal): Decimal {
  return side === 'BUY' ? min(limit, price) : max(limit, price);
}
