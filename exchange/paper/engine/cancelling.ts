import type { Account } from './account.js';
import type { Book } from './book.js';
import { cancelOne } from './execution.js';
import { missingEither } from './orders.js';
import { listInReply, orderInReply } from './replying.js';
import { settle } from './settling.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import {
  PaperError,
  type CancelRestrictions,
  type Engine,
  type ListResult,
  type OrderResult,
} from './types.js';

type WhichOrder = Parameters<Engine['cancel']>[1];
type WhichList = Parameters<Engine['cancelList']>[1];

/** Ends one order; a leg takes its whole list with it. Errors: -1102, -2011. */
export function cancelOrder(
  state: EngineState,
  account: Account,
  book: Book,
  which: WhichOrder,
  time: number,
): OrderResult | ListResult {
  const order = findOpen(account, which);
  requireCancellable(book);
  checkRestrictions(order, which.cancelRestrictions);
  const id = which.newClientOrderId ? which.newClientOrderId : `cancel-${order.record.orderId}`;
  return endOrder(state, account, book, order, id, time);
}

/** Errors: -1102, -2011. */
export function cancelOpenList(
  state: EngineState,
  account: Account,
  book: Book,
  which: WhichList,
  time: number,
): ListResult {
  const list = findOpenList(account, which);
  requireCancellable(book);
  const id = which.newClientOrderId ? which.newClientOrderId : `cancel-list-${list.record.orderListId}`;
  return endWholeList(state, account, book, list, id, time);
}

/** Errors: -2011 when nothing is open. */
export function cancelEverything(
  state: EngineState,
  account: Account,
  book: Book,
  time: number,
): (OrderResult | ListResult)[] {
  const open = account.history.symbol(book.info.symbol).open;
  if (open.size === 0) throw unknownOrder();
  requireCancellable(book);
  const results = [];
  for (const order of [...open.values()].sort((a, b) => a.record.orderId - b.record.orderId))
    // A leg may have gone with its list.
    if (open.has(order.record.orderId))
      results.push(endOrder(state, account, book, order, `cancel-${order.record.orderId}`, time));
  return results;
}

function endOrder(
  state: EngineState,
  account: Account,
  book: Book,
  order: OpenOrder,
  cancelClientOrderId: string,
  time: number,
): OrderResult | ListResult {
  if (order.list !== null) return endWholeList(state, account, book, order.list, cancelClientOrderId, time);
  order.inReply = true;
  cancelOne(state, book, order, cancelClientOrderId, time);
  settle(state, book, time);
  return { order: orderInReply(state, order.record), trades: [], cancelClientOrderId };
}

function endWholeList(
  state: EngineState,
  account: Account,
  book: Book,
  list: OpenList,
  cancelClientOrderId: string,
  time: number,
): ListResult {
  list.inReply = true;
  const { legs } = list;
  while (legs.length > 0) {
    const leg = legs[0]!;
    leg.inReply = true;
    cancelOne(state, book, leg, cancelClientOrderId, time);
  }
  settle(state, book, time);
  const result = listInReply(state, account, list.record);
  result.cancelClientOrderId = cancelClientOrderId;
  return result;
}

function findOpen(account: Account, which: WhichOrder): OpenOrder {
  const { symbol, orderId, origClientOrderId } = which;
  if (orderId === undefined && !origClientOrderId) throw missingEither('origClientOrderId', 'orderId');
  const history = account.history.symbol(symbol);
  const order =
    orderId === undefined ? history.openByClientId(origClientOrderId!) : (history.open.get(orderId) ?? null);
  if (order === null || (origClientOrderId && order.record.clientOrderId !== origClientOrderId))
    throw unknownOrder();
  return order;
}

function findOpenList(account: Account, which: WhichList): OpenList {
  const { symbol, orderListId, listClientOrderId } = which;
  if (orderListId === undefined && !listClientOrderId)
    throw missingEither('listClientOrderId', 'orderListId');
  const { history } = account;
  const list =
    orderListId === undefined
      ? history.openListByClientId(listClientOrderId!)
      : (history.openLists.get(orderListId) ?? null);
  if (list === null || list.record.symbol !== symbol) throw unknownOrder();
  if (listClientOrderId && list.record.listClientOrderId !== listClientOrderId) throw unknownOrder();
  return list;
}

function checkRestrictions({ record }: OpenOrder, restrictions: CancelRestrictions | undefined): void {
  if (restrictions === undefined) return;
  const wanted = restrictions === 'ONLY_NEW' ? 'NEW' : 'PARTIALLY_FILLED';
  if (record.status !== wanted)
    throw new PaperError(-2011, 'Order was not canceled due to cancel restrictions.');
}

/** A halted market takes no cancels either; `CANCEL_ONLY` is the status that does. */
function requireCancellable(book: Book): void {
  if (!book.trading && book.info.status !== 'CANCEL_ONLY') throw new PaperError(-2011, 'Market is closed.');
}

function unknownOrder(): PaperError {
  return new PaperError(-2011, 'Unknown order sent.');
}
