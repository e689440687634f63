import { dec } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { strike } from './execution.js';
import type { EngineState, PriceInput } from './state.js';

/*
 * How the path of one symbol moves. Each call stops after one struck order, so that whoever drives it can hold the
 * market until bots have answered; called again, it goes on from where the path stands.
 */

export function enterBoundary(book: Book, time: number, open: PriceInput, prior: PriceInput | null): void {
  book.stand(time, open);
  book.boundary = { prior: prior === null ? null : dec(prior), crossing: false };
}

/** True when no resting order is left that the open reaches. */
export function cross(state: EngineState, book: Book): boolean {
  const { boundary } = book;
  if (boundary === null) return true;
  boundary.crossing = true;
  const open = book.current;
  const order =
    book.trading && !book.quietTo(Number(open))
      ? book.triggers.crossed(boundary.prior ?? open, open, book.served)
      : null;
  if (order === null) {
    book.boundary = null;
    book.served.clear();
    return true;
  }
  strike(state, book, order, open);
  return false;
}

/** True when the path stands at `price` and nothing is left to strike. */
export function move(state: EngineState, book: Book, time: number, price: PriceInput): boolean {
  if (!cross(state, book)) return false;
  if (!book.trading || !book.started || book.quietTo(price)) {
    book.stand(time, price);
    book.served.clear();
    return true;
  }
  const from = book.current;
  const order = book.triggers.touched(from, dec(price), book.served);
  if (order === null) {
    book.stand(time, price);
    book.served.clear();
    return true;
  }
  const { direction, price: trigger } = order.trigger!;
  // An order already passed (the market was halted, or two rest at one price) is met where the path stands.
  const ahead = direction === 'up' ? trigger.gt(from) : trigger.lt(from);
  if (ahead) book.standAt(time, trigger);
  else book.time = time;
  strike(state, book, order, book.current);
  return false;
}
