import type { Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import {
  checkFilters,
  checkMaxPosition,
  checkOpen,
  countsOf,
  decide,
  needOf,
  quantityFor,
  requireFree,
  requireNewClientId,
  requireTrading,
  type Decision,
} from './checking.js';
import { openOrder, start } from './opening.js';
import { parseOrder, type Draft } from './orders.js';
import { orderInReply } from './replying.js';
import { settle } from './settling.js';
import type { EngineState } from './state.js';
import type { NewOrder, OrderResult } from './types.js';

interface Prepared {
  readonly draft: Draft;
  readonly quantity: Decimal;
  readonly decision: Decision;
}

/** Every check of a new order, changing nothing. Errors: -1013, -11xx, -2010. */
export function prepareOrder(state: EngineState, account: Account, book: Book, order: NewOrder): Prepared {
  const { draft, quantity } = checkRequest(state, account, book, order);
  requireNewClientId(account, book, draft.clientOrderId);
  const decision = decide(state, account, book, draft, quantity);
  requireFree(account, needOf(state, account, book, draft, quantity));
  return { draft, quantity, decision };
}

/** What Binance looks at before anything reaches its engine: parameters and filters. Errors: -1013, -11xx, -2010. */
export function checkRequest(
  state: EngineState,
  account: Account,
  book: Book,
  order: NewOrder,
): { draft: Draft; quantity: Decimal } {
  const draft = parseOrder(book.info, order, order.newClientOrderId);
  requireTrading(book);
  const quantity = draft.quantity ?? quantityFor(state, account, book, draft);
  checkFilters(state, book, draft, quantity);
  checkOpen(state, account, book, countsOf(draft));
  checkMaxPosition(account, book, draft.side, quantity);
  return { draft, quantity };
}

/** Errors: as `prepareOrder`. */
export function placeOrder(
  state: EngineState,
  account: Account,
  book: Book,
  order: NewOrder,
  time: number,
): OrderResult {
  const { draft, quantity, decision } = prepareOrder(state, account, book, order);
  const placed = openOrder(state, account, book, draft, quantity, time);
  const { trades, preventedMatches } = start(state, book, placed, decision, time);
  settle(state, book, time);
  placed.inReply = false;
  const result: OrderResult = {
    order: orderInReply(state, placed.record),
    trades: state.newsOnly ? trades : trades.map((trade) => ({ ...trade })),
  };
  if (preventedMatches.length > 0) result.preventedMatches = preventedMatches;
  return result;
}
