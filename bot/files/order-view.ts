import { bookedQuantity, isTerminal, type Order } from '../../core/orders.js';
import type { OrderView } from './view.js';

/** An order as the world sees it: one for each leg that has not ended. */
export function orderViews(order: Order): OrderView[] {
  return order.legs
    .filter((leg) => !isTerminal(leg.status))
    .map((leg) => ({
      slot: order.slot,
      clientOrderId: leg.clientOrderId,
      side: order.side,
      type: leg.type,
      price: leg.price,
      stopPrice: leg.stopPrice,
      quantity: order.quantity ?? '0',
      filled: order.legs.length === 1 ? bookedQuantity(order) : leg.booked,
      status: leg.status,
    }));
}
