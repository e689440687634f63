/** Where what is held leaves next: one of many, where a plan holds several batches. */
import { dec, type DecimalText } from '../../core/decimal.js';
import type { PlanProgress } from '../../core/strategy.js';
import type { OrderView } from './view.js';

export interface NextExits {
  /** The lowest target that rests on the exchange; null where none does. */
  readonly target: DecimalText | null;
  /** The highest stop; `rests`: on the exchange, else the bot watches it. Null where there is none. */
  readonly stop: { readonly price: DecimalText; readonly rests: boolean } | null;
}

/** Of all orders that sell, and of the stops of batches that found no room on the exchange. */
export function nextExits(orders: readonly OrderView[], progress: readonly PlanProgress[] = []): NextExits {
  const sales = orders.filter(({ side }) => side === 'SELL');
  const targets = sales.flatMap(({ price, stopPrice }) =>
    stopPrice === null && price !== null ? [price] : [],
  );
  const resting = sales.flatMap(({ stopPrice }) => (stopPrice === null ? [] : [stopPrice]));
  const target = targets.reduce<DecimalText | null>((a, b) => (a === null || dec(b).lt(a) ? b : a), null);
  // Before anything rests the first thing is to place it; what a batch watches counts beside it.
  const watched =
    sales.length === 0
      ? []
      : progress.flatMap(({ lot, stop }) => (lot === undefined || stop === null ? [] : [stop]));
  const highest = [...resting, ...watched].reduce<DecimalText | null>(
    (a, b) => (a === null || dec(b).gt(a) ? b : a),
    null,
  );
  const stop = highest === null ? null : { price: highest, rests: resting.includes(highest) };
  return { target, stop };
}
