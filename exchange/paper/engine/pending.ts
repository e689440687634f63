import { ZERO, dec } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import { checkFilters, decide, needOf, needOfPair, requireFree, requireTrading } from './checking.js';
import { accountOf, expire, rest } from './execution.js';
import { checkRelation } from './lists.js';
import { isConditional } from './matching.js';
import { start, startTrailing } from './opening.js';
import type { Draft } from './orders.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';
import { PaperError } from './types.js';

/** The working order is filled: what waited for it is placed now, or expires where that is refused. */
export function placePending(state: EngineState, book: Book, list: OpenList, time: number): void {
  const waiting = [...list.legs];
  const account = accountOf(state, waiting[0]!);
  try {
    if (waiting.length === 1) placeOne(state, account, book, waiting[0]!, time);
    else placePair(state, account, book, list, time);
  } catch (error) {
    if (!(error instanceof PaperError)) throw error;
    for (const order of waiting) expire(state, book, order, 'REJECTED', time);
  }
}

function placeOne(state: EngineState, account: Account, book: Book, order: OpenOrder, time: number): void {
  requireTrading(book);
  const draft = draftOf(order);
  checkFilters(state, book, draft, order.quantity);
  const decision = decide(state, account, book, draft, order.quantity);
  requireFree(account, needOf(state, account, book, draft, order.quantity));
  awaken(book, order, time);
  start(state, book, order, decision, time);
}

function placePair(state: EngineState, account: Account, book: Book, list: OpenList, time: number): void {
  requireTrading(book);
  const [first, second] = [draftOf(list.legs[0]!), draftOf(list.legs[1]!)];
  const { quantity } = list.legs[0]!;
  checkRelation([first, second], book.current);
  const hold = needOfPair(account, book, [first, second], quantity);
  requireFree(account, hold);
  account.lock(hold);
  list.hold = hold;
  for (const order of list.legs) {
    awaken(book, order, time);
    rest(state, book, order);
    tellExecution(state, 'NEW', order, time);
  }
}

function awaken(book: Book, order: OpenOrder, time: number): void {
  const { record } = order;
  record.status = 'NEW';
  record.updateTime = time;
  record.isWorking = !isConditional(record.type);
  record.workingTime = record.isWorking ? time : -1;
  startTrailing(book, order, time);
}

/** The request as it was, from the order that waits. */
function draftOf({ record, price, stopPrice, quantity }: OpenOrder): Draft {
  const { side, type, timeInForce, selfTradePreventionMode, clientOrderId } = record;
  return {
    ...{ side, type, timeInForce, selfTradePreventionMode, clientOrderId, price, stopPrice, quantity },
    icebergQty: dec(record.icebergQty ?? 0),
    quoteOrderQty: ZERO,
    trailingDelta: record.trailingDelta ?? null,
  };
}
