/** Whether a change takes protection from what a bot holds: that asks for more than any other change. */
import { unfilled } from '../../core/orders.js';
import { dec, ZERO, type Decimal } from '../../core/decimal.js';
import { isProtective } from '../../core/manual.js';
import type { Order } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';

/** The same bot before and after a change of its settings, and the orders that move by it. */
export interface Changed {
  readonly before: BotState;
  readonly after: BotState;
  readonly cancels: readonly Order[];
  readonly places: readonly Order[];
}

/**
 * True where something is held, or being bought, and afterwards a stop is gone, further away or for less, on the exchange
 * or watched by the bot. What is sold instead is not left without protection.
 */
export function withdrawsProtection({ before, after, cancels, places }: Changed): boolean {
  if (before.phase === 'flat') return false;
  return loosens(before, after) || leavesCancelled(before, after) || restsLess(cancels, places);
}

/** What the plan promises, also of stops that do not rest yet or that the bot watches itself. */
function loosens(before: BotState, after: BotState): boolean {
  const [old, now] = [distancesOf(before), distancesOf(after)];
  return old.some((distance, kind) => distance !== null && (now[kind] ?? Infinity) > distance);
}

/** How far below it the stop and the trailing stop are (%); null where the plan has none. */
function distancesOf({ terms, settings }: BotState): readonly (number | null)[] {
  const { stopLossPercent, trailingStopPercent, multiStep } = (terms ?? settings.terms).plan;
  const percentOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  // A ladder trails only where it sells a batch in one piece.
  return [percentOf(stopLossPercent), multiStep === true ? null : percentOf(trailingStopPercent)];
}

/** From then on a stop that is cancelled at the exchange stays away. */
function leavesCancelled(before: BotState, after: BotState): boolean {
  return before.settings.protectionCancelled !== 'leave' && after.settings.protectionCancelled === 'leave';
}

function restsLess(cancels: readonly Order[], places: readonly Order[]): boolean {
  const taken = cancels.filter(({ type }) => isProtective(type));
  if (taken.length === 0) return false;
  const stops = places.filter(({ type }) => isProtective(type));
  const sold = places.filter(({ type }) => type === 'market-sell');
  if (quantityOf([...stops, ...sold]).lt(quantityOf(taken))) return true;
  const [lowest, lowestBefore] = [lowestStop(stops), lowestStop(taken)];
  return lowest !== null && lowestBefore !== null && lowest.lt(lowestBefore);
}

const quantityOf = (orders: readonly Order[]): Decimal =>
  orders.reduce((sum, order) => sum.plus(unfilled(order)), ZERO);

function lowestStop(orders: readonly Order[]): Decimal | null {
  const stops = orders.flatMap(({ legs }) =>
    legs.flatMap(({ stopPrice }) => (stopPrice === null ? [] : [dec(stopPrice)])),
  );
  return stops.reduce<Decimal | null>((lowest, stop) => (lowest?.lt(stop) ? lowest : stop), null);
}
