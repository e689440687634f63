import type { Account } from './account.js';
import { listResult } from './queries.js';
import { copyList, copyOrder } from './records.js';
import type { EngineState, OpenList } from './state.js';
import type { ListResult, OrderListRecord, OrderRecord } from './types.js';

/* What a reply carries: copies, as the engine's own records go on changing; where only news are told, those themselves. */

export function orderInReply(state: EngineState, record: OrderRecord): OrderRecord {
  return state.newsOnly ? record : copyOrder(record);
}

/** A new list: its orders are all open. */
export function openListInReply(state: EngineState, { record, legs }: OpenList): ListResult {
  const list = state.newsOnly ? record : copyList(record);
  return { list, orders: legs.map((leg) => orderInReply(state, leg.record)) };
}

/** A list with its orders as they are now, open or not. */
export function listInReply(state: EngineState, account: Account, list: OrderListRecord): ListResult {
  if (!state.newsOnly) return listResult(account, list);
  const history = account.history.symbol(list.symbol);
  return { list, orders: list.orders.map(({ orderId }) => history.byId(orderId)!) };
}
