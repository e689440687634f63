/** A want that may be sent becomes an order: an id that is used once, and money that is held from now on. */
import type { Draft } from './draft.js';
import type { Leg, Order } from './orders.js';
import { clientOrderId } from './orders.js';
import type { Shaped, ShapedLeg } from './shape.js';

export function place(draft: Draft, shaped: Shaped, wall: number): void {
  const next = draft.change();
  const seq = next.seq + 1;
  const id = clientOrderId(next.tag, seq, shaped.slot);
  const order: Order = {
    id,
    seq,
    slot: shaped.slot,
    side: shaped.side,
    type: shaped.type,
    quantity: shaped.quantity,
    quote: shaped.quote,
    legs: legsOf(id, shaped.legs),
    signedAt: wall,
    askAt: null,
    asked: 0,
    cancelling: false,
  };
  next.seq = seq;
  next.orders = next.orders.length === 0 ? [order] : [...next.orders, order];
  draft.emit({ type: 'place', order });
}

/** A list that grows by pushing is made twice; there are one or two legs. */
function legsOf(id: string, legs: readonly ShapedLeg[]): Leg[] {
  const [first, second] = legs;
  if (legs.length === 1 && first !== undefined) return [intended(id, first)];
  if (legs.length === 2 && first !== undefined && second !== undefined)
    return [intended(id, first), intended(id, second)];
  return legs.map((leg) => intended(id, leg));
}

function intended(id: string, { suffix, type, price, stopPrice }: ShapedLeg): Leg {
  return {
    clientOrderId: id + suffix,
    orderId: null,
    type,
    price,
    stopPrice,
    status: 'intended',
    executed: '0',
    booked: '0',
  };
}
