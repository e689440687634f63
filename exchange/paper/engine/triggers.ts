import { max, min, type Decimal } from '../../../core/decimal.js';
import type { OpenOrder, Trigger } from './state.js';
import type { Side } from './types.js';

type Skip = (order: OpenOrder) => boolean;

/** The resting orders of one symbol, nearest first in each direction, ties by order id. */
export class Triggers {
  /** No order is fired by a price strictly below this (as a double). */
  above = Infinity;
  /** No order is fired by a price strictly above this (as a double). */
  below = -Infinity;
  private readonly up: OpenOrder[] = [];
  private readonly down: OpenOrder[] = [];

  add(order: OpenOrder, trigger: Trigger): void {
    order.trigger = trigger;
    const side = trigger.direction === 'up' ? this.up : this.down;
    const place = placeOf(side, order);
    // Nearly always the only one of its side: splicing makes a list of what it takes out, and costs ten times as much.
    if (place === side.length) side.push(order);
    else side.splice(place, 0, order);
    this.measure();
  }

  remove(order: OpenOrder): void {
    if (order.trigger === null) return;
    const side = order.trigger.direction === 'up' ? this.up : this.down;
    if (side.at(-1) === order) side.pop();
    else side.splice(side.indexOf(order), 1);
    order.trigger = null;
    this.measure();
  }

  /**
   * The order that a straight path from `from` to `to` touches first, but for those to `skip`; an order already passed
   * counts as touched at `from`.
   */
  touched(from: Decimal, to: Decimal, skip: Skip | null): OpenOrder | null {
    return this.first(from, max(from, to), min(from, to), skip);
  }

  /** Of the orders that the open fires, the one nearest to the prior close. */
  crossed(prior: Decimal, open: Decimal, skip: Skip | null): OpenOrder | null {
    return this.first(prior, open, open, skip);
  }

  /** Resting limits that a taker of `side` would meet down to `price` (a buyer: up to it), best first, then by id. */
  limitsAgainst(side: Side, price: Decimal | null): OpenOrder[] {
    const found: OpenOrder[] = [];
    for (const order of side === 'BUY' ? this.up : this.down) {
      const at = order.trigger!.price;
      if (price !== null && (side === 'BUY' ? at.gt(price) : at.lt(price))) break;
      if (order.record.isWorking) found.push(order);
    }
    return found;
  }

  private first(from: Decimal, high: Decimal, low: Decimal, skip: Skip | null): OpenOrder | null {
    const up = next(this.up, skip);
    const down = next(this.down, skip);
    const rising = up?.trigger?.price.lte(high) ? up : null;
    const falling = down?.trigger?.price.gte(low) ? down : null;
    if (rising === null || falling === null) return rising ?? falling;
    const nearer = distance(rising, from).cmp(distance(falling, from));
    return nearer < 0 || (nearer === 0 && rising.record.orderId < falling.record.orderId) ? rising : falling;
  }

  private measure(): void {
    this.above = this.up[0]?.trigger?.near ?? Infinity;
    this.below = this.down[0]?.trigger?.near ?? -Infinity;
  }
}

function next(side: readonly OpenOrder[], skip: Skip | null): OpenOrder | undefined {
  return skip === null ? side[0] : side.find((order) => !skip(order));
}

function distance(order: OpenOrder, from: Decimal): Decimal {
  return order.trigger!.price.minus(from).abs();
}

function placeOf(side: readonly OpenOrder[], order: OpenOrder): number {
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(side[middle]!, order)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function before(a: OpenOrder, b: OpenOrder): boolean {
  const [x, y] = [a.trigger!, b.trigger!];
  const nearer = x.near !== y.near ? x.near - y.near : x.price.cmp(y.price);
  if (nearer === 0) return a.record.orderId < b.record.orderId;
  return x.direction === 'up' ? nearer < 0 : nearer > 0;
}
