import { ZERO, type Decimal } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { expire, holdFor, separate, startWorking } from './execution.js';
import { isMarketable, isPriced, stopPriceAt, unfilledReason } from './matching.js';
import { hasSpread, meetsOffer, quote } from './meeting.js';
import { settle } from './settling.js';
import type { EngineState, OpenOrder } from './state.js';
import { take } from './taking.js';
import { tellExecution } from './telling.js';
import { tradeResting } from './trading.js';

/** The path has reached a resting limit, which may trade so much. */
export function strikeLimit(state: EngineState, book: Book, order: OpenOrder, most: Decimal): void {
  tradeResting(state, book, order, most);
  settle(state, book, book.time);
}

/** The path, now where the book stands, has reached a waiting stop or target: it trails, takes, rests or expires. */
export function strikeStop(state: EngineState, book: Book, order: OpenOrder): void {
  if (order.record.trailingDelta !== undefined && order.extreme === null) startTrailing(book, order);
  else trigger(state, book, order);
  settle(state, book, book.time);
}

function startTrailing(book: Book, order: OpenOrder): void {
  book.remove(order);
  order.extreme = book.current;
  order.record.trailingTime = book.time;
  book.rest(order);
}

function trigger(state: EngineState, book: Book, order: OpenOrder): void {
  const { time } = book;
  const standing = stopPriceAt(order, book.current);
  separate(state, book, order, time);
  book.remove(order);
  if (!meetsAnything(state, book, order)) return stay(state, book, order);
  holdFor(book, order, ZERO);
  if (!affordable(state, book, order, standing)) expire(state, book, order, 'EXCHANGE_CANCELED', time);
  else if (killed(state, book, order, standing))
    expire(state, book, order, unfilledReason(order.record), time);
  else {
    startWorking(order, time);
    order.record.updateTime = time;
    take(state, book, order, standing, time);
    // All it met was its own, which prevention has taken away: it rests, and nothing has said so yet.
    if (order.record.status === 'NEW') tellExecution(state, 'NEW', order, time);
  }
}

/** A market order always tries; a limit only where the market has come to its price. */
function meetsAnything(state: EngineState, book: Book, order: OpenOrder): boolean {
  const { record } = order;
  if (!isPriced(record.type)) return true;
  if (!hasSpread(state, book)) return isMarketable(record.side, order.price, book.current);
  return meetsOffer(state, book, record, order.price);
}

/** A triggered stop-limit that is not marketable joins the book as the limit it has become. */
function stay(state: EngineState, book: Book, order: OpenOrder): void {
  const { record } = order;
  if (record.timeInForce !== 'GTC') return expire(state, book, order, unfilledReason(record), book.time);
  startWorking(order, book.time);
  record.updateTime = book.time;
  // As the last leg of a list it may need less than the list has held for the dearer one.
  holdFor(book, order, order.remaining);
  book.rest(order);
  tellExecution(state, 'NEW', order, book.time);
}

/** Free money covers it: a market stop may be passed by a gap, and by thin depth. */
function affordable(state: EngineState, book: Book, order: OpenOrder, standing: Decimal): boolean {
  const { record } = order;
  if (record.side === 'SELL' || isPriced(record.type)) return true;
  const { account } = order;
  const { cost } = quote(state, book, record, order.remaining, null, standing);
  return cost.times(account.fees.buyFactor).lte(account.free(book.info.quoteAsset));
}

/** Fill or kill: all of it, or nothing. */
function killed(state: EngineState, book: Book, order: OpenOrder, standing: Decimal): boolean {
  if (order.record.timeInForce !== 'FOK') return false;
  const { quantity } = quote(state, book, order.record, order.remaining, order.price, standing);
  return quantity.lt(order.remaining);
}
