import type { Leg, Order } from './orders.js';
import type { BotState } from './state.js';

/*
 * Copies to be changed, written out: a spread of many fields takes many times as long, and every event makes some.
 */

/** Tells the compiler of every field there is: one that is forgotten here would be lost. */
export function copyOf(state: BotState): Changeable<Required<BotState>> {
  return {
    version: state.version,
    tag: state.tag,
    seq: state.seq,
    settings: state.settings,
    phase: state.phase,
    cycle: state.cycle,
    terms: state.terms,
    raised: state.raised,
    orders: state.orders,
    books: state.books,
    lots: state.lots,
    lotSeq: state.lotSeq,
    entry: state.entry,
    start: state.start,
    lastEnd: state.lastEnd,
    lastSale: state.lastSale,
    highestPrice: state.highestPrice,
    price: state.price,
    closes: state.closes,
    stopRoom: state.stopRoom,
    lastKline: state.lastKline,
    lastDecision: state.lastDecision,
    tradeCursor: state.tradeCursor,
    bookedTrades: state.bookedTrades,
    entryBackOff: state.entryBackOff,
    exitBackOff: state.exitBackOff,
    unprotected: state.unprotected,
    day: state.day,
    highestEquity: state.highestEquity ?? null,
    drawdown: state.drawdown ?? null,
    entryTimes: state.entryTimes ?? [],
    reservation: state.reservation ?? null,
    recovering: state.recovering,
    divergence: state.divergence,
    refusal: state.refusal,
    paused: state.paused,
    halt: state.halt,
    stopped: state.stopped,
    unrecorded: state.unrecorded ?? null,
    market: state.market,
    manual: state.manual,
    handCancels: state.handCancels,
    denied: state.denied,
    commands: state.commands,
    follow: state.follow ?? null,
  };
}

export function copyOfLeg(leg: Leg): Changeable<Leg> {
  const copy: Changeable<Leg> = {
    clientOrderId: leg.clientOrderId,
    orderId: leg.orderId,
    type: leg.type,
    price: leg.price,
    stopPrice: leg.stopPrice,
    status: leg.status,
    executed: leg.executed,
    booked: leg.booked,
  };
  if (leg.triggeredAt !== undefined) copy.triggeredAt = leg.triggeredAt;
  return copy;
}

export function copyOfOrder(order: Order): Changeable<Order> {
  const copy: Changeable<Order> = {
    id: order.id,
    seq: order.seq,
    slot: order.slot,
    side: order.side,
    type: order.type,
    quantity: order.quantity,
    quote: order.quote,
    legs: order.legs,
    signedAt: order.signedAt,
    askAt: order.askAt,
    asked: order.asked,
    cancelling: order.cancelling,
  };
  if (order.withdrawn !== undefined) copy.withdrawn = order.withdrawn;
  if (order.doubted !== undefined) copy.doubted = order.doubted;
  return copy;
}

type Changeable<T> = { -readonly [Field in keyof T]: T[Field] };
