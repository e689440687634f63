import { dec, type Decimal } from '../../../core/decimal.js';
import { restingShare } from './book-model.js';
import { Boundary, type Book } from './book.js';
import type { EngineState, OpenOrder, PriceInput } from './state.js';
import { strikeLimit, strikeStop } from './striking.js';

/*
 * How the path of one symbol moves. Each call stops after one struck order, so that whoever drives it can hold the
 * market until bots have answered; called again, it goes on from where the path stands.
 */

export function enterBoundary(book: Book, time: number, open: PriceInput, prior: PriceInput | null): void {
  book.flow.finishKline();
  book.stand(time, open);
  book.boundary = new Boundary(prior);
}

/** True when no resting order is left that the open reaches. */
export function cross(state: EngineState, book: Book): boolean {
  const { boundary } = book;
  if (boundary === null) return true;
  boundary.crossing = true;
  const open = book.current;
  const order =
    book.trading && !book.quietTo(open.toNumber())
      ? book.triggers.crossed(boundary.prior ?? open, open, skipAtOpen(state, book))
      : null;
  if (order === null) {
    book.boundary = null;
    book.endStretch();
    if (state.model !== null) book.flow.reach(open);
    return true;
  }
  if (order.record.isWorking) strikeLimit(state, book, order, order.remaining);
  else strikeStop(state, book, order);
  return false;
}

/** In the `book` profile limits wait for the stretch behind the open, which has a volume. */
function skipAtOpen(state: EngineState, book: Book): ((order: OpenOrder) => boolean) | null {
  if (state.model !== null) return (order) => order.record.isWorking;
  return skipServed(book);
}

function skipServed(book: Book): ((order: OpenOrder) => boolean) | null {
  return book.served.size === 0 ? null : (order) => book.served.has(order.record.orderId);
}

/** True when the path stands at `price` and nothing is left to strike. */
export function move(
  state: EngineState,
  book: Book,
  time: number,
  price: PriceInput,
  volume: PriceInput | null,
): boolean {
  if (!cross(state, book)) return false;
  if (state.model !== null) beginStretch(book, volume);
  if (!book.trading || !book.started || book.quietTo(price)) return arrive(state, book, time, price);
  const to = dec(price);
  for (;;) {
    const order = book.triggers.touched(book.current, to, skipServed(book));
    if (order === null) return arrive(state, book, time, price);
    advance(book, order, time);
    if (strike(state, book, order, to)) return false;
  }
}

/**
 * A recorded trade happens at `price` without a way there: orders are struck by that price alone. True when nothing is
 * left to strike.
 */
export function jump(
  state: EngineState,
  book: Book,
  time: number,
  price: PriceInput,
  volume: PriceInput,
): boolean {
  if (!cross(state, book)) return false;
  book.stand(time, price);
  return move(state, book, time, price, volume);
}

function beginStretch(book: Book, volume: PriceInput | null): void {
  if (book.stretch !== null) return;
  const traded = volume === null ? null : dec(volume);
  book.stretch = { volume: traded, left: traded };
  book.flow.trade(traded);
  if (book.started) book.flow.reach(book.current);
}

function arrive(state: EngineState, book: Book, time: number, price: PriceInput): true {
  book.stand(time, price);
  book.endStretch();
  if (state.model !== null) book.flow.reach(book.current);
  return true;
}

/** The path comes to the order. One already passed (the market was halted, or two rest at one price) is met where it stands. */
function advance(book: Book, order: OpenOrder, time: number): void {
  const { direction, price } = order.trigger!;
  const ahead = direction === 'up' ? price.gt(book.current) : price.lt(book.current);
  if (!ahead) book.time = time;
  else {
    book.standAt(time, price);
    book.follow();
  }
}

/** False when a limit got no share of the volume, and the path goes on. */
function strike(state: EngineState, book: Book, order: OpenOrder, to: Decimal): boolean {
  if (!order.record.isWorking) strikeStop(state, book, order);
  else if (state.model === null) strikeLimit(state, book, order, order.remaining);
  else {
    const { record, price, remaining } = order;
    const shown = record.icebergQty === undefined ? null : dec(record.icebergQty);
    const share = restingShare(state.model, book, { side: record.side, price, remaining, shown }, to);
    book.served.add(record.orderId);
    if (share.eq(0)) return false;
    if (book.stretch?.left) book.stretch.left = book.stretch.left.minus(share);
    strikeLimit(state, book, order, share);
  }
  return true;
}
