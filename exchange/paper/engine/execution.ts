import type { Decimal } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { holdOf } from './holding.js';
import { trailedStop } from './matching.js';
import type { EngineState, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';

/* How open orders rest, hold money and end. */

/** Puts an order on the book, among the account's open ones, with what is left of it held. */
export function rest(book: Book, order: OpenOrder): void {
  order.account.history.symbol(order.record.symbol).open.set(order.record.orderId, order);
  if (order.list === null || order.list.hold === null) holdFor(book, order, order.remaining);
  book.rest(order);
}

/** From now on holds what so much of the order needs. */
export function holdFor(book: Book, order: OpenOrder, quantity: Decimal): void {
  const { account } = order;
  const { side, type } = order.record;
  const priced = { type, price: order.price, stopPrice: stopOf(order, book.tick) };
  const wanted = quantity.sign === 0 ? null : holdOf(account.fees, book.info, side, priced, quantity);
  if (wanted !== null && order.hold?.amount.eq(wanted.amount)) return;
  if (order.hold !== null) account.unlock(order.hold);
  if (wanted !== null) account.lock(wanted);
  order.hold = wanted;
}

function stopOf({ stopPrice, extreme, record }: OpenOrder, tick: Decimal): Decimal {
  if (stopPrice.gt(0) || extreme === null) return stopPrice;
  return trailedStop(record.side, record.trailingDelta!, extreme, tick);
}

/**
 * Takes an order off the book, from the open ones and from its list, and frees its own lock. What a list holds in
 * common is freed with its last leg.
 */
export function takeOff(state: EngineState, book: Book, order: OpenOrder): void {
  const { account, list } = order;
  book.remove(order);
  account.history.symbol(order.record.symbol).open.delete(order.record.orderId);
  if (order.hold !== null) account.unlock(order.hold);
  order.hold = null;
  state.finished.orders.push(order.record);
  if (list === null) return;
  const place = list.legs.indexOf(order);
  if (place < 0) return;
  removeAt(list.legs, place);
  if (!state.unsettled.includes(list)) state.unsettled.push(list);
  if (list.legs.length > 0 || list.hold === null) return;
  account.unlock(list.hold);
  list.hold = null;
}

/** A splice makes a list of what it takes out. */
function removeAt<T>(list: T[], place: number): void {
  for (let at = place + 1; at < list.length; at += 1) list[at - 1] = list[at]!;
  list.pop();
}

export function expire(state: EngineState, book: Book, order: OpenOrder, reason: string, time: number): void {
  takeOff(state, book, order);
  order.record.status = 'EXPIRED';
  order.record.expiryReason = reason;
  order.record.updateTime = time;
  tellExecution(state, 'EXPIRED', order, time);
}

/** Cancels an order that is in no list, or one leg while its whole list is being cancelled. */
export function cancelOne(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  cancelClientOrderId: string,
  time: number,
): void {
  takeOff(state, book, order);
  order.record.status = 'CANCELED';
  order.record.updateTime = time;
  tellExecution(state, 'CANCELED', order, time, { cancelClientOrderId });
}

export function startWorking(order: OpenOrder, time: number): void {
  order.record.isWorking = true;
  order.record.workingTime = time;
}

/** Legs that wait for the working order to fill. */
export function isPending(order: OpenOrder): boolean {
  return order.record.status === 'PENDING_NEW';
}

/**
 * One leg of a pair begins to execute: the other ends, and what the list has held is from now on held by the one that
 * is left. A working order with pending ones behind it, and an order in no list, are alone already.
 */
export function separate(state: EngineState, book: Book, order: OpenOrder, time: number): void {
  const { list } = order;
  if (list === null || list.legs.some(isPending)) return;
  for (const leg of [...list.legs]) if (leg !== order) expire(state, book, leg, 'OCO_TRIGGER', time);
  if (list.hold === null) return;
  order.hold = list.hold;
  list.hold = null;
}
