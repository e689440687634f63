import { ZERO, type Decimal } from '../../../core/decimal.js';
import type { OpenCounts } from './filters.js';
import type { SymbolHistory } from './history.js';
import { isConditional } from './matching.js';
import type { OpenOrder } from './state.js';

/** What is open. Orders that wait for a working order count, as they did when their list was placed. */
export function countOpen(histories: Iterable<SymbolHistory>): OpenCounts {
  const open = [...histories].flatMap((history) => [...history.open.values()]);
  return {
    orders: open.length,
    algoOrders: open.filter(({ record }) => isConditional(record.type) && !record.isWorking).length,
    icebergOrders: open.filter(({ record }) => record.icebergQty !== undefined).length,
    lists: new Set(open.flatMap((order) => (order.list === null ? [] : [order.list]))).size,
  };
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
