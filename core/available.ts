/** What may be ordered with: the books, less what other live orders hold and what the account lacks. */
import type { Decimal } from './decimal.js';
import { ZERO, atLeastZero, dec } from './decimal.js';
import type { Order } from './orders.js';
import { unfilled } from './orders.js';
import { isUnreserved } from './reserved.js';
import { countedCash, shortIn } from './shortage.js';
import type { BotState, Outcome } from './state.js';
import type { DesiredOrder } from './strategy.js';

/** Base for a sell or quote for a buy that no other live order holds, and that the account is known to have. */
export function availableFor(state: BotState, side: 'BUY' | 'SELL', exceptId: string | null): Decimal {
  const isSale = side === 'SELL';
  let held = ZERO;
  for (const order of state.orders)
    if (order.side === side && order.id !== exceptId)
      held = held.plus(isSale ? unfilled(order) : frozenQuote(order));
  const all = isSale ? dec(state.books.quantity).minus(shortIn(state, 'base')) : countedCash(state);
  return atLeastZero(all.minus(held));
}

/** What a live buy may still spend. */
export function frozenQuote(order: Order): Decimal {
  const price = order.legs[0]?.price ?? null;
  return order.type === 'limit' && price !== null ? unfilled(order).times(price) : dec(order.quote ?? '0');
}

export function sideOf(want: DesiredOrder): 'BUY' | 'SELL' {
  if (want.type === 'limit') return want.side;
  return want.type === 'market-buy' || want.type === 'market-buy-quantity' ? 'BUY' : 'SELL';
}

/** Why nothing may buy now, whatever the plan wants; null when it may. Exits are never paused. */
export function entriesPause(
  state: BotState,
): Extract<
  Outcome,
  'diverged' | 'paused' | 'fleet-halted' | 'unreserved' | 'drawdown' | 'daily-loss' | 'halted'
> | null {
  if (state.divergence !== null && !state.divergence.ignored) return 'diverged';
  if (state.paused) return 'paused';
  if (state.halt !== null) return 'fleet-halted';
  if (isUnreserved(state)) return 'unreserved';
  if ((state.drawdown ?? null) !== null) return 'drawdown';
  if (state.day?.reached === true) return 'daily-loss';
  return state.market === null ? null : 'halted';
}
