import { ZERO, type Decimal } from '../../../core/decimal.js';
import type { OpenCounts } from './filters.js';
import type { SymbolHistory } from './history.js';
import { isConditional } from './matching.js';
import type { OpenList, OpenOrder } from './state.js';

/** What is open. Orders that wait for a working order count, as they did when their list was placed. */
export function countOpen(histories: Iterable<SymbolHistory>): OpenCounts {
  const counts = { orders: 0, algoOrders: 0, icebergOrders: 0, lists: 0 };
  const lists = new Set<OpenList>();
  for (const history of histories)
    for (const { record, list } of history.open.values()) {
      counts.orders += 1;
      if (isConditional(record.type) && !record.isWorking) counts.algoOrders += 1;
      if (record.icebergQty !== undefined) counts.icebergOrders += 1;
      if (list !== null) lists.add(list);
    }
  counts.lists = lists.size;
  return counts;
}

/** A pair buys at most once, whichever of its legs fills. */
export function openBuys(history: SymbolHistory): Decimal {
  const buys = [...history.open.values()].filter(
    (order) => order.record.side === 'BUY' && isFirstBuyOfList(order),
  );
  return buys.reduce((sum, order) => sum.plus(order.remaining), ZERO);
}

function isFirstBuyOfList(order: OpenOrder): boolean {
  return order.list === null || order.list.legs.find((leg) => leg.record.side === 'BUY') === order;
}
