import type { Account } from './account.js';
import type { Book } from './book.js';
import {
  checkFilters,
  checkMaxPosition,
  checkOpen,
  countsOf,
  decide,
  needOf,
  needOfPair,
  requireFree,
  requireNewClientId,
  requireTrading,
} from './checking.js';
import { rest } from './execution.js';
import type { OpenCounts } from './filters.js';
import { checkRelation, parseOco, parseOto, parseOtoco, type Pair } from './lists.js';
import { openOrder, start } from './opening.js';
import type { Draft } from './orders.js';
import { copyList, copyOrder } from './records.js';
import { openListInReply } from './replying.js';
import { settle } from './settling.js';
import type { EngineState, OpenList } from './state.js';
import { tellExecution, tellList } from './telling.js';
import { PaperError, type ListResult, type NewOco, type NewOto, type NewOtoco } from './types.js';

/** Both legs or none. Errors: -1013, -11xx, -2010. */
export function placeOcoList(
  state: EngineState,
  account: Account,
  book: Book,
  oco: NewOco,
  time: number,
): ListResult {
  const pair = parseOco(book.info, oco);
  checkList(state, account, book, pair, oco.listClientOrderId);
  checkRelation(pair, book.current);
  const quantity = pair[0].quantity!;
  const hold = needOfPair(account, book, pair, quantity);
  requireFree(account, hold);
  const list = openList(state, account, book, 'OCO', oco.listClientOrderId, time);
  account.lock(hold);
  list.hold = hold;
  for (const leg of pair) {
    const order = openOrder(state, account, book, leg, quantity, time, list);
    rest(book, order);
    tellExecution(state, 'NEW', order, time);
  }
  tellList(state, list, time);
  const result = openListInReply(state, list);
  answered(list);
  settle(state, book, time);
  return result;
}

/** The working order is placed, the other waits. Errors: -1013, -11xx, -2010. */
export function placeOtoList(
  state: EngineState,
  account: Account,
  book: Book,
  oto: NewOto,
  time: number,
): ListResult {
  const { working, pending } = parseOto(book.info, oto);
  return placeWithPending(state, account, book, { working, pending, id: oto.listClientOrderId }, time);
}

/** The working order is placed, the pair waits. Errors: as of an OTO. */
export function placeOtocoList(
  state: EngineState,
  account: Account,
  book: Book,
  otoco: NewOtoco,
  time: number,
): ListResult {
  const { working, pending } = parseOtoco(book.info, otoco);
  return placeWithPending(state, account, book, { working, pending, id: otoco.listClientOrderId }, time);
}

interface Waiting {
  readonly working: Draft;
  readonly pending: readonly [Draft] | Pair;
  readonly id: string | undefined;
}

function placeWithPending(
  state: EngineState,
  account: Account,
  book: Book,
  { working, pending, id }: Waiting,
  time: number,
): ListResult {
  checkList(state, account, book, [working, ...pending], id);
  const quantity = working.quantity!;
  const decision = decide(state, account, book, working, quantity);
  requireFree(account, needOf(state, account, book, working, quantity));
  const list = openList(state, account, book, 'OTO', id, time);
  const first = openOrder(state, account, book, working, quantity, time, list);
  const waiting = pending.map((draft) =>
    openOrder(state, account, book, draft, draft.quantity!, time, list, true),
  );
  const { open } = account.history.symbol(book.info.symbol);
  for (const order of waiting) open.set(order.record.orderId, order);
  tellList(state, list, time);
  for (const order of waiting) tellExecution(state, 'NEW', order, time);
  const { trades } = start(state, book, first, decision, time);
  const orders = [first, ...waiting].map(({ record }) => copyOrder(record));
  const copy = copyList(list.record);
  first.inReply = false;
  answered(list);
  settle(state, book, time);
  return { list: copy, orders, ...(trades.length === 0 ? {} : { trades }) };
}

/** What every list is checked for, but for money and prices. */
function checkList(
  state: EngineState,
  account: Account,
  book: Book,
  legs: readonly Draft[],
  listClientOrderId: string | undefined,
): void {
  requireTrading(book);
  // What another order pays has no quantity yet: it is looked at when it is placed.
  for (const leg of legs) if (leg.quantity!.sign > 0) checkFilters(state, book, leg, leg.quantity!);
  checkOpen(state, account, book, countsOfAll(legs));
  checkMaxPosition(account, book, legs[0]!.side, legs[0]!.quantity!);
  for (let index = 1; index < legs.length; index += 1)
    for (let other = 0; other < index; other += 1)
      if (legs[index]!.clientOrderId !== null && legs[index]!.clientOrderId === legs[other]!.clientOrderId)
        throw new PaperError(-2010, 'Duplicate order sent.');
  for (const { clientOrderId } of legs) requireNewClientId(account, book, clientOrderId);
  if (listClientOrderId) requireNewListId(account, listClientOrderId);
}

function countsOfAll(legs: readonly Draft[]): OpenCounts {
  const sum = { orders: legs.length, algoOrders: 0, icebergOrders: 0, lists: 1 };
  for (const leg of legs) {
    const { algoOrders, icebergOrders } = countsOf(leg);
    sum.algoOrders += algoOrders;
    sum.icebergOrders += icebergOrders;
  }
  return sum;
}

function requireNewListId(account: Account, listClientOrderId: string): void {
  if (account.history.openListByClientId(listClientOrderId) !== null)
    throw new PaperError(-2010, 'Duplicate order sent.');
}

function openList(
  state: EngineState,
  account: Account,
  book: Book,
  contingencyType: 'OCO' | 'OTO',
  listClientOrderId: string | undefined,
  time: number,
): OpenList {
  const orderListId = ++state.counters.orderListId;
  const list: OpenList = {
    record: {
      account: account.id,
      symbol: book.info.symbol,
      orderListId,
      contingencyType,
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: listClientOrderId ? listClientOrderId : `list-${orderListId}`,
      transactionTime: time,
      orders: [],
    },
    hold: null,
    legs: [],
    inReply: true,
  };
  account.history.lists.add(list.record);
  account.history.openLists.set(orderListId, list);
  return list;
}

/** What happens from now on the reply does not carry. */
function answered(list: OpenList): void {
  list.inReply = false;
  for (const leg of list.legs) leg.inReply = false;
}
