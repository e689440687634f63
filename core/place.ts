/** A want that may be sent becomes an order: an id that is used once, and money that is held from now on. */
import type { Draft } from './draft.js';
import type { Leg, Order } from './orders.js';
import { clientOrderId } from './orders.js';
import type { Shaped, ShapedLeg } from './shape.js';

export function place(draft: Draft, shaped: Shaped, wall: number): void {
  const next = draft.change();
  const seq = next.seq + 1;
  const id = clientOrderId(next.tag, seq, shaped.slot);
  const legs: Leg[] = [];
  for (const leg of shaped.legs) legs.push(intended(id, leg));
  const order: Order = {
    id,
    seq,
    slot: shaped.slot,
    side: shaped.side,
    type: shaped.type,
    quantity: shaped.quantity,
    quote: shaped.quote,
    legs,
    signedAt: wall,
    askAt: null,
    asked: 0,
    cancelling: false,
  };
  next.seq = seq;
  next.orders = [...next.orders, order];
  draft.emit({ type: 'place', order });
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
