import { min, type Decimal } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { expire, rest } from './execution.js';
import { isPriced, unfilledReason } from './matching.js';
import { isPrevented, offersTo } from './meeting.js';
import { prevent } from './prevention.js';
import type { EngineState, OpenOrder } from './state.js';
import { tradeBetween, tradeTaking } from './trading.js';
import type { PreventedMatch, TradeRecord } from './types.js';

export interface Taken {
  readonly trades: TradeRecord[];
  readonly preventedMatches: PreventedMatch[];
}

/**
 * An order that rests nowhere takes what it meets down to its limit; `standing` is where a market without spread
 * stands. What is left of it rests, or expires. Its money must be free, and cover that.
 */
export function take(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  standing: Decimal,
  time: number,
): Taken {
  const taken: Taken = { trades: [], preventedMatches: [] };
  const { record } = order;
  const limit = isPriced(record.type) ? order.price : null;
  for (const offer of offersTo(state, book, record, limit, standing)) {
    const { price, maker } = offer;
    if (maker !== null && isPrevented(record, maker)) {
      taken.preventedMatches.push(prevent(state, book, order, maker, time));
    } else {
      const quantity = offer.quantity === null ? order.remaining : min(order.remaining, offer.quantity);
      if (maker !== null) taken.trades.push(tradeBetween(state, book, order, maker, quantity, time));
      else {
        for (const trade of tradeTaking(state, book, order, { price, quantity }, time))
          taken.trades.push(trade);
        if (offer.quantity !== null) book.eaten[record.side] = book.eaten[record.side].plus(quantity);
      }
    }
    if (order.remaining.sign === 0) return taken;
  }
  leave(state, book, order, time);
  return taken;
}

/** What found nothing to take: a limit that is good till cancelled rests, all else expires. */
export function leave(state: EngineState, book: Book, order: OpenOrder, time: number): void {
  const { record } = order;
  if (isPriced(record.type) && record.timeInForce === 'GTC') rest(book, order);
  else expire(state, book, order, unfilledReason(record), time);
}
