import type { Book } from './book.js';
import { expire, isPending } from './execution.js';
import { placePending } from './pending.js';
import type { EngineState, OpenList } from './state.js';
import { tellBalances, tellList } from './telling.js';

/** Ends a request or a stretch: lists go on or end with the orders they lost, then the balances are told. */
export function settle(state: EngineState, book: Book, time: number): void {
  const { unsettled } = state;
  // A list that loses another leg meanwhile is visited again.
  for (let list = unsettled.shift(); list !== undefined; list = unsettled.shift())
    goOn(state, book, list, time);
  if (!state.newsOnly) for (const account of state.accounts.values()) tellBalances(state, account, time);
}

function goOn(state: EngineState, book: Book, list: OpenList, time: number): void {
  if (list.legs.length === 0) return endList(state, list, time);
  if (!list.legs.every(isPending)) return;
  if (workingIsFilled(state, list)) placePending(state, book, list, time);
  else for (const leg of [...list.legs]) expire(state, book, leg, 'OTO_PHASE_ONE_EXPIRED', time);
}

function workingIsFilled(state: EngineState, { record }: OpenList): boolean {
  const working = record.orders[0]!;
  const history = state.accounts.get(record.account)!.history.symbol(record.symbol);
  return history.byId(working.orderId)!.status === 'FILLED';
}

function endList(state: EngineState, list: OpenList, time: number): void {
  const account = state.accounts.get(list.record.account)!;
  list.record.listStatusType = 'ALL_DONE';
  list.record.listOrderStatus = 'ALL_DONE';
  list.record.transactionTime = time;
  account.history.openLists.delete(list.record.orderListId);
  state.finished.lists.push(list.record);
  tellList(state, list, time);
}
