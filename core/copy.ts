import type { Leg, Order } from './orders.js';
import type { Books } from './position.js';
import { noneParked } from './none-parked.js';
import type { Bot, BotState, Settings } from './state.js';
import type { Lot } from './strategy.js';

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
    parked: state.parked ?? noneParked,
    follow: state.follow ?? null,
  };
}

/**
 * Written out too: V8 gives the first few spreads of a kind a shape each, and what reads objects of several shapes is slow
 * from then on.
 */
export function botWith(settings: Settings, planNamed: Bot['planNamed']): Bot {
  const bot: Required<Bot> = {
    id: settings.id,
    symbol: settings.symbol,
    account: settings.account ?? '',
    interval: settings.interval,
    instrument: settings.instrument,
    budget: settings.budget,
    terms: settings.terms,
    dryRun: settings.dryRun,
    maxDailyLossPercent: settings.maxDailyLossPercent,
    maxDrawdownPercent: settings.maxDrawdownPercent ?? null,
    maxOrdersPerHour: settings.maxOrdersPerHour ?? null,
    recvWindowMs: settings.recvWindowMs,
    protectionCancelled: settings.protectionCancelled ?? 'replace',
    planNamed,
  };
  return bot;
}

export function copyOfBooks(books: Books): Changeable<Books> {
  const copy: Changeable<Books> = {
    quantity: books.quantity,
    cost: books.cost,
    cash: books.cash,
    realizedPnl: books.realizedPnl,
    fees: books.fees,
    entryQuantity: books.entryQuantity,
    entryQuote: books.entryQuote,
    adjusted: books.adjusted,
  };
  if (books.adopted !== undefined) copy.adopted = books.adopted;
  return copy;
}

export function copyOfLot(lot: Lot): Changeable<Lot> {
  return {
    id: lot.id,
    slot: lot.slot,
    openedAt: lot.openedAt,
    bought: lot.bought,
    spent: lot.spent,
    quantity: lot.quantity,
    remaining: lot.remaining,
    cost: lot.cost,
    highestPrice: lot.highestPrice,
    klines: lot.klines,
    sales: lot.sales,
    leaving: lot.leaving,
    completed: lot.completed,
  };
}

function copyOfLeg(leg: Leg): Changeable<Leg> {
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

/** An order of which the legs may be written to as well. */
export interface OwnOrder extends Changeable<Order> {
  legs: Changeable<Leg>[];
}

export function ownOrder(order: Order): OwnOrder {
  const own = copyOfOrder(order);
  own.legs = copiesOf(order.legs);
  return own as OwnOrder;
}

/** A list that grows by pushing is made twice; there are one or two legs. */
function copiesOf(legs: readonly Leg[]): Changeable<Leg>[] {
  const [first, second] = legs;
  if (legs.length === 1 && first !== undefined) return [copyOfLeg(first)];
  if (legs.length === 2 && first !== undefined && second !== undefined)
    return [copyOfLeg(first), copyOfLeg(second)];
  return legs.map(copyOfLeg);
}

export type Changeable<T> = { -readonly [Field in keyof T]: T[Field] };
