/** What the exchange says about our orders: statuses merge monotonically, only fills change the books. */
import { isBooked, withBooked } from './booked-trades.js';
import type { Changeable } from './copy.js';
import { dec, max, rounded, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Effect, LegReport, ReportedFill } from './events.js';
import { dropGroup } from './follow.js';
import { bookCounter, isCounterSlot } from './follow-books.js';
import { groupOfSlot } from './follow-group.js';
import { percentOf, pnlOf, receivedFor } from './closed.js';
import { cancelledByHand, forgetWishes, isProtective } from './manual.js';
import { buyIntoLot, lotFor, lotOfSlot, saleKind, sellFromLots } from './lots.js';
import type { Leg, Order } from './orders.js';
import {
  hasCancelledLeg,
  isDone,
  isExecuted,
  isTerminal,
  parseClientOrderId,
  slotOfId,
  supersedes,
} from './orders.js';
import { beginCycleAt, followTerms, holdsSellable } from './phase.js';
import { beginCycle, book } from './position.js';
import type { Bot, BotState } from './state.js';
import type { Reason } from './strategy.js';
import { backOffEntry, backOffExit, backOffProtection } from './backoff.js';

export function applyReports(
  bot: Bot,
  draft: Draft,
  reports: readonly LegReport[],
  fills: readonly ReportedFill[],
  wall: number,
): void {
  for (const report of reports) mergeReport(draft, report, wall);
  for (const fill of fills) bookFill(bot, draft, fill);
  for (const order of draft.state.orders) if (isDone(order)) finish(draft, order, wall);
}

/** The live order that has a leg of this id. */
export function orderOfLeg(draft: Draft, clientOrderId: string): Order | undefined {
  for (const order of draft.state.orders) if (legOf(order, clientOrderId) !== undefined) return order;
  return undefined;
}

function legOf({ legs }: Order, clientOrderId: string): Leg | undefined {
  return legs[indexOfLeg(legs, clientOrderId)];
}

function indexOfLeg(legs: readonly Leg[], clientOrderId: string): number {
  for (let index = 0; index < legs.length; index += 1)
    if (legs[index]!.clientOrderId === clientOrderId) return index;
  return -1;
}

/** The order stays the very same when the report tells nothing new. */
function mergeReport(draft: Draft, report: LegReport, wall: number): void {
  const before = orderOfLeg(draft, report.clientOrderId);
  if (before === undefined) return;
  const index = indexOfLeg(before.legs, report.clientOrderId);
  const { status } = before.legs[index]!;
  let order = before;
  if (isNews(before.legs[index]!, report)) {
    const own = draft.changeOrder(before);
    merge(own.legs[index]!, report);
    order = own;
  }
  order = strike(draft, order, report, wall);
  if (order.askAt !== null && isKnown(order)) order = answer(draft, order);
  if (order.legs[index]!.status !== status) clearBackOff(draft, order, report);
}

/** An answer to a question: nothing more is to be asked, and a cancel that had failed may be tried again. */
function answer(draft: Draft, order: Order): Order {
  const answered = draft.changeOrder(order);
  answered.askAt = null;
  answered.asked = 0;
  answered.cancelling = false;
  return answered;
}

function isKnown({ legs }: Order): boolean {
  for (const { status } of legs) if (status === 'unresolved' || status === 'intended') return false;
  return true;
}

function isNews(leg: Leg, { status, executed, orderId }: LegReport): boolean {
  if (supersedes(status, leg.status) || (leg.orderId === null && orderId !== null)) return true;
  return executed !== leg.executed && dec(executed).gt(leg.executed);
}

function merge(leg: Changeable<Leg>, { status, executed, orderId }: LegReport): void {
  if (supersedes(status, leg.status)) leg.status = status;
  if (executed !== leg.executed) leg.executed = text(max(dec(leg.executed), dec(executed)));
  leg.orderId ??= orderId;
}

/** Notes since when a stop's price is known to be reached. */
function strike(draft: Draft, before: Order, report: LegReport, wall: number): Order {
  let order = before;
  for (let index = 0; index < order.legs.length; index += 1) {
    if (!isStruck(order, order.legs[index]!, report)) continue;
    const own = draft.changeOrder(order);
    own.legs[index]!.triggeredAt = wall;
    order = own;
  }
  return order;
}

/**
 * Whether this report says that a stop's price was reached: the stop stands in the book itself, or the other leg of its
 * pair has expired for it. (One that lost its match against an order of the same account expired for that.)
 */
function isStruck(order: Order, leg: Leg, report: LegReport): boolean {
  if (leg.stopPrice === null || leg.triggeredAt !== undefined || isTerminal(leg.status)) return false;
  if (leg.status !== 'open' && leg.status !== 'partial') return false;
  if (report.clientOrderId === leg.clientOrderId) return report.working === true;
  const forIt = report.reason === undefined || report.reason === 'OCO_TRIGGER';
  return order.withdrawn !== true && report.status === 'expired' && forIt && dec(report.executed).eq(0);
}

/** The exchange took an order of this side: what it refused before is forgiven. */
function clearBackOff(draft: Draft, order: Order, { status }: LegReport): void {
  if (status !== 'open' && status !== 'partial' && status !== 'filled') return;
  if (order.side === 'BUY' && draft.state.entryBackOff !== null) draft.set({ entryBackOff: null });
  if (order.side === 'SELL' && draft.state.exitBackOff !== null) draft.set({ exitBackOff: null });
}

function bookFill(bot: Bot, draft: Draft, fill: ReportedFill): void {
  const order = orderOfLeg(draft, fill.clientOrderId);
  const slot = ownSlot(draft, order, fill.clientOrderId);
  if (slot === null || isBooked(draft.state, fill.tradeId)) return;
  const next = draft.change();
  next.bookedTrades = withBooked(next, fill.tradeId);
  if (isFollowed(bot, next, slot)) return bookFollowed(bot, draft, fill, slot);
  adoptLateEntry(bot, draft, fill, slot, order !== undefined);
  countAnew(bot, draft, fill);
  bookLots(bot, draft, fill, slot);
  const { books, pnl } = book(next.books, fill, bot.instrument.base, bot.instrument.quote);
  next.books = books;
  next.price = fill.price;
  if (fill.side === 'BUY') {
    next.highestPrice = text(max(dec(next.highestPrice ?? fill.price), dec(fill.price)));
    forgetWishes(draft);
  }
  const orderId = countLeg(draft, order, fill);
  emitBooked(draft, fill, orderId, pnl, fill.side === 'SELL' ? whySold(next, slot) : []);
}

/** The slot of a leg's of this bot; null where the order is another's. One that lives needs no reading of its id. */
function ownSlot(draft: Draft, order: Order | undefined, clientOrderId: string): string | null {
  if (order !== undefined) return clientOrderId === order.id ? order.slot : slotOfId(clientOrderId);
  const own = parseClientOrderId(clientOrderId);
  return own?.tag === draft.state.tag ? own.slot : null;
}

function emitBooked(
  draft: Draft,
  fill: ReportedFill,
  orderId: string,
  pnl: string | null,
  reasons: readonly Reason[],
): void {
  const { symbol, account } = draft.state.settings;
  const booked: Changeable<Extract<Effect, { type: 'booked' }>> = {
    type: 'booked',
    symbol,
    fill,
    orderId,
    pnl,
  };
  if (account !== undefined) booked.account = account;
  if (reasons.length > 0) booked.reasons = reasons;
  draft.emit(booked);
}

/** A counter order's, or a sale of all that was adopted: an order of an earlier plan's books as ever. */
function isFollowed(bot: Bot, state: BotState, slot: string): boolean {
  return groupOfSlot(slot) !== null || (isCounterSlot(slot) && followTerms(bot, state) !== null);
}

function bookFollowed(bot: Bot, draft: Draft, fill: ReportedFill, slot: string): void {
  const { phase, raised } = draft.state;
  const pnl = bookCounter(draft, fill, slot, bot.instrument);
  draft.change().price = fill.price;
  const orderId = countLeg(draft, orderOfLeg(draft, fill.clientOrderId), fill);
  const counter: Reason = { code: 'follows', values: {} };
  const reasons = groupOfSlot(slot) === null && phase === 'exiting' ? (raised?.reasons ?? []) : [counter];
  emitBooked(draft, fill, orderId, pnl, reasons);
}

/** The leg that was met tells; a position that is being left has its reason. A step that rested alone needs none. */
function whySold({ phase, raised }: BotState, slot: string): readonly Reason[] {
  if (slot.endsWith('_tp')) return [{ code: 'target-met', values: {} }];
  if (slot.endsWith('_sl')) return [{ code: 'stop-met', values: {} }];
  return phase === 'exiting' ? (raised?.reasons ?? []) : [];
}

/** Before the books are: what a sale takes depends on what they hold. */
function bookLots(bot: Bot, draft: Draft, fill: ReportedFill, slot: string): void {
  const { lots, entry, lotSeq, books, phase } = draft.state;
  const { base, quote } = bot.instrument;
  const { side, price, quantity, fee, feeAsset, time } = fill;
  const filled = { side, price, quantity, fee, feeAsset, time, slot };
  const next = draft.change();
  if (fill.side === 'SELL') {
    next.lots = sellFromLots(lots, filled, base, books.quantity, quote);
    if (phase !== 'flat') next.lastSale = saleKind(slot);
    return;
  }
  const fresh = entry?.slot === slot ? entry.lot : lotSeq + 1;
  const id = lotFor(lots, slot, fresh);
  next.lots = buyIntoLot(lots, id, filled, base, quote);
  next.lotSeq = Math.max(lotSeq, id);
}

/** What was sold out within a cycle and is bought again counts its average price anew. */
function countAnew(bot: Bot, draft: Draft, fill: ReportedFill): void {
  const { state } = draft;
  if (fill.side !== 'BUY' || state.lastSale === null || holdsSellable(bot, state)) return;
  draft.set({ books: beginCycle(state.books), lastSale: null });
}

/** An entry can execute after its cycle was given up: what it bought is a position like any other and is protected. */
function adoptLateEntry(bot: Bot, draft: Draft, fill: ReportedFill, slot: string, lives: boolean): void {
  if (fill.side !== 'BUY' || draft.state.phase !== 'flat') return;
  beginCycleAt(bot, draft, fill.price, { at: fill.time, reasons: [{ code: 'late-fill', values: {} }] });
  if (!lives) return;
  const lot = lotFor([], slot, draft.state.lotSeq + 1);
  draft.set({ entry: { slot, lot }, lotSeq: Math.max(draft.state.lotSeq, lot) });
}

/** Answers the exchange's id of the order that was filled; empty where that is not known. */
function countLeg(draft: Draft, order: Order | undefined, fill: ReportedFill): string {
  if (order === undefined) return '';
  const leg = legOf(order, fill.clientOrderId)!;
  const booked = dec(leg.booked).plus(fill.quantity);
  const own = draft.changeOrder(order).legs[order.legs.indexOf(leg)]!;
  own.booked = text(booked);
  // A fill proves its execution, should the report that says so come later.
  own.executed = text(max(dec(leg.executed), booked));
  if (supersedes('partial', leg.status)) own.status = 'partial';
  return leg.orderId ?? '';
}

/** All legs have ended and all is booked: the slot is free. Ending unfilled without our wish is a refusal to back off from. */
function finish(draft: Draft, order: Order, wall: number): void {
  draft.removeOrder(order.id);
  makeStopRoom(draft, order);
  const executed = isExecuted(order);
  if (order.side === 'SELL' && executed) saySold(draft, order);
  if (order.withdrawn !== true && hasCancelledLeg(order)) {
    // The user's own coins or cash: who takes the counter order back does not want it.
    if (dropGroup(draft, order.slot)) return;
    return cancelledByHand(draft, order, wall);
  }
  if (executed || order.withdrawn === true) return;
  const [leg] = order.legs;
  if (leg?.status === 'expired' || leg?.status === 'rejected') {
    draft.notify('warn', 'order-ended-unfilled', { slot: order.slot, status: leg.status });
    if (order.side === 'BUY') backOffEntry(draft, order, wall, leg.status, null);
    else if (isProtective(order.type)) backOffProtection(draft, wall, leg.status, null);
    else backOffExit(draft, wall, leg.status, null);
  }
}

/** Where one of our own stops was executed there may be room for another; one that we cancelled makes way for its successor. */
function makeStopRoom(draft: Draft, order: Order): void {
  if (draft.state.stopRoom === null || !isProtective(order.type)) return;
  if (isExecuted(order)) draft.set({ stopRoom: null });
}

/** What a slot of a batch has sold so far, said when one of its orders has ended. */
function saySold(draft: Draft, { slot }: Order): void {
  const own = lotOfSlot(slot);
  if (own === null) return;
  const lot = draft.state.lots.find(({ id }) => id === own);
  const sale = lot?.sales.filter((each) => each.slot === slot).at(-1);
  if (lot === undefined || sale === undefined) return;
  const { quantity, quote, kind } = sale;
  const pnl = pnlOf(lot, sale);
  const cost = receivedFor(sale).minus(pnl);
  draft.notify('info', kind === 'stop' ? 'batch-stopped' : 'batch-sold', {
    market: draft.state.settings.symbol,
    batch: lot.id,
    slot,
    percent: percentOf(lot, sale),
    quantity,
    price: text(dec(quote).div(quantity)),
    quote: text(receivedFor(sale)),
    pnl: text(pnl),
    profitPercent: cost.gt(0) ? Number(rounded(pnl.div(cost).times(100), 2)) : 0,
  });
}
