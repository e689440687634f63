import { max, min, type Decimal } from '../../../core/decimal.js';
import { triggerOf } from './matching.js';
import type { OpenOrder } from './state.js';

/** The resting orders of one symbol, nearest first in each direction, ties by order id. */
export class Triggers {
  /** No order is fired by a price strictly below this (as a double). */
  above = Infinity;
  /** No order is fired by a price strictly above this (as a double). */
  below = -Infinity;
  private readonly up: OpenOrder[] = [];
  private readonly down: OpenOrder[] = [];

  add(order: OpenOrder): void {
    const trigger = (order.trigger = triggerOf(order));
    const side = trigger.direction === 'up' ? this.up : this.down;
    side.splice(placeOf(side, order), 0, order);
    this.measure();
  }

  remove(order: OpenOrder): void {
    if (order.trigger === null) return;
    const side = order.trigger.direction === 'up' ? this.up : this.down;
    side.splice(side.indexOf(order), 1);
    order.trigger = null;
    this.measure();
  }

  /** The order that a straight path from `from` to `to` touches first; an order already passed counts as touched at `from`. */
  touched(from: Decimal, to: Decimal, served: ReadonlySet<number>): OpenOrder | null {
    return this.first(from, max(from, to), min(from, to), served);
  }

  /** Of the orders that the open fires, the one nearest to the prior close. */
  crossed(prior: Decimal, open: Decimal, served: ReadonlySet<number>): OpenOrder | null {
    return this.first(prior, open, open, served);
  }

  private first(from: Decimal, high: Decimal, low: Decimal, served: ReadonlySet<number>): OpenOrder | null {
    const up = next(this.up, served);
    const down = next(this.down, served);
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

function next(side: readonly OpenOrder[], served: ReadonlySet<number>): OpenOrder | undefined {
  return served.size === 0 ? side[0] : side.find((order) => !served.has(order.record.orderId));
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
