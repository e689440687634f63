import type { Account } from './account.js';
import type { Book } from './book.js';
import { tellBalances, tellExecution, tellList } from './execution.js';
import { checkOrder } from './filters.js';
import { listHoldOf } from './holding.js';
import { algoLegs, checkRelation, parseOco, type OcoDraft } from './lists.js';
import {
  checkOpen,
  openOrder,
  requireFree,
  requireNewClientId,
  requireTrading,
  settleOnBook,
} from './placing.js';
import type { EngineState, Hold, OpenList } from './state.js';
import { PaperError, type ListResult, type NewOco } from './types.js';

/** Both legs or none. Errors: -1013, -11xx, -2010. */
export function placeOcoList(
  state: EngineState,
  account: Account,
  book: Book,
  oco: NewOco,
  time: number,
): ListResult {
  const draft = parseOco(book.info, oco);
  const hold = checkOco(state, account, book, draft);
  const list = openList(state, account, book, draft, hold, time);
  account.lock(hold);
  for (const leg of draft.legs) {
    const order = openOrder(state, account, book, leg, draft.quantity, time, { hold: null, list });
    const { symbol, orderId, clientOrderId } = order.record;
    list.record.orders.push({ symbol, orderId, clientOrderId });
    list.legs.push(order);
    settleOnBook(account, book, order);
    tellExecution(state, 'NEW', order, time);
  }
  tellList(state, list, time);
  tellBalances(state, account, time);
  return copyOf(list);
}

function checkOco(state: EngineState, account: Account, book: Book, draft: OcoDraft): Hold {
  requireTrading(book);
  for (const leg of draft.legs) checkOrder(book.rules, { ...leg, quantity: draft.quantity }, book.current);
  checkOpen(
    account,
    book,
    { side: draft.legs[0].side, quantity: draft.quantity },
    { orders: 2, algoOrders: algoLegs(draft), lists: 1 },
  );
  for (const leg of draft.legs) requireNewClientId(account, book, leg.clientOrderId);
  requireNewListId(account, draft.listClientOrderId);
  checkRelation(draft, book.current);
  const hold = listHoldOf(state.fees, book.info, draft.legs[0].side, draft.legs, draft.quantity);
  requireFree(account, hold);
  return hold;
}

function requireNewListId(account: Account, listClientOrderId: string | null): void {
  if (listClientOrderId === null) return;
  const newest = account.history.listByClientId(listClientOrderId);
  if (newest !== null && account.history.openLists.has(newest.orderListId))
    throw new PaperError(-2010, 'Duplicate order sent.');
}

function openList(
  state: EngineState,
  account: Account,
  book: Book,
  draft: OcoDraft,
  hold: Hold,
  time: number,
): OpenList {
  const orderListId = ++state.counters.orderListId;
  const list: OpenList = {
    record: {
      account: account.id,
      symbol: book.info.symbol,
      orderListId,
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: draft.listClientOrderId ?? `list-${orderListId}`,
      transactionTime: time,
      orders: [],
    },
    hold,
    legs: [],
  };
  account.history.addList(list.record);
  account.history.openLists.set(orderListId, list);
  return list;
}

function copyOf(list: OpenList): ListResult {
  const { record } = list;
  return {
    list: { ...record, orders: record.orders.map((order) => ({ ...order })) },
    orders: list.legs.map((leg) => ({ ...leg.record })),
  };
}
