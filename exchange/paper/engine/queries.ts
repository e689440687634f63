import type { Account } from './account.js';
import { firstAtLeast } from './history.js';
import { copyList, copyOrder } from './records.js';
import {
  PaperError,
  type Engine,
  type ListResult,
  type OrderListRecord,
  type OrderRecord,
  type PreventedMatch,
  type TradeRecord,
} from './types.js';

/** Errors: -2039 when both ids are given and name different orders. */
export function findOrder(account: Account, which: Parameters<Engine['order']>[1]): OrderRecord | null {
  const history = account.history.symbol(which.symbol);
  if (which.orderId === undefined) return copy(history.byClientId(which.origClientOrderId ?? ''));
  const order = history.byId(which.orderId);
  if (order !== null && which.origClientOrderId && order.clientOrderId !== which.origClientOrderId)
    throw new PaperError(-2039, 'Client order ID is not correct for this order ID.');
  return copy(order);
}

export function findList(account: Account, which: Parameters<Engine['list']>[1]): ListResult | null {
  const { lists } = account.history;
  const list =
    which.orderListId === undefined
      ? lists.byClientId(which.listClientOrderId ?? '')
      : lists.byId(which.orderListId);
  return list === null ? null : listResult(account, list);
}

/** A list with its orders as they are now, open or not. */
export function listResult(account: Account, list: OrderListRecord): ListResult {
  const history = account.history.symbol(list.symbol);
  return {
    list: copyList(list),
    orders: list.orders.map((order) => copyOrder(history.byId(order.orderId)!)),
  };
}

export function listOpenOrders(account: Account, symbol: string | undefined): OrderRecord[] {
  const histories =
    symbol === undefined ? account.history.symbols.values() : [account.history.symbol(symbol)];
  const open = [...histories].flatMap((history) => [...history.open.values()]);
  return open.map((order) => copyOrder(order.record)).sort((a, b) => a.orderId - b.orderId);
}

export function listOrders(
  account: Account,
  symbol: string,
  options: Parameters<Engine['allOrders']>[2],
): OrderRecord[] {
  const { orders } = account.history.symbol(symbol);
  const { fromOrderId: fromId } = options;
  return page(orders, (order) => order.orderId, { ...options, fromId }).map(copyOrder);
}

export function listTrades(
  account: Account,
  symbol: string,
  options: Parameters<Engine['trades']>[2],
): TradeRecord[] {
  const { trades } = account.history.symbol(symbol);
  const mine =
    options.orderId === undefined ? trades : trades.filter((trade) => trade.orderId === options.orderId);
  return page(mine, (trade) => trade.id, options).map((trade) => ({ ...trade }));
}

export function listPreventedMatches(
  account: Account,
  symbol: string,
  options: Parameters<Engine['preventedMatches']>[2],
): PreventedMatch[] {
  const { preventedMatchId, orderId, fromPreventedMatchId = 0, limit = 500 } = options;
  return account.history
    .symbol(symbol)
    .prevented.filter(
      (match) =>
        match.preventedMatchId >= fromPreventedMatchId &&
        (preventedMatchId === undefined || match.preventedMatchId === preventedMatchId) &&
        (orderId === undefined || [match.takerOrderId, match.makerOrderId].includes(orderId)),
    )
    .slice(0, limit)
    .map((match) => ({ ...match }));
}

interface Page {
  fromId?: number | undefined;
  startTime?: number | undefined;
  endTime?: number | undefined;
  limit?: number | undefined;
}

/** From an id or a start time on the oldest come first; with neither, the latest are meant. 500 unless told, as Binance. */
function page<T extends { time: number }>(
  records: readonly T[],
  idOf: (record: T) => number,
  options: Page,
): T[] {
  const { fromId, startTime = -Infinity, endTime = Infinity, limit = 500 } = options;
  const onward = fromId !== undefined || options.startTime !== undefined;
  const timed = options.startTime !== undefined || options.endTime !== undefined;
  let found = fromId === undefined ? records : records.slice(firstAtLeast(records, idOf, fromId));
  if (timed) found = found.filter((record) => record.time >= startTime && record.time <= endTime);
  return onward ? found.slice(0, limit) : found.slice(Math.max(0, found.length - limit));
}

function copy(record: OrderRecord | null): OrderRecord | null {
  return record === null ? null : copyOrder(record);
}
