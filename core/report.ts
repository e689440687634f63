/** What the exchange says about our orders: statuses merge monotonically, only fills change the books. */
import { copyOfLeg, copyOfOrder, type Changeable } from './copy.js';
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
import { isDone, isExecuted, isTerminal, parseClientOrderId, supersedes } from './orders.js';
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
  for (const leg of legs) if (leg.clientOrderId === clientOrderId) return leg;
  return undefined;
}

function mergeReport(draft: Draft, report: LegReport, wall: number): void {
  const order = orderOfLeg(draft, report.clientOrderId);
  if (order === undefined) return;
  const legs = mergedLegs(order, report, wall);
  // An answer to a question: nothing more is to be asked, and a cancel that had failed may be tried again.
  const answered = order.askAt !== null && legs.every(isKnown);
  if (!answered && legs === order.legs) return;
  const next = copyOfOrder(order);
  next.legs = legs;
  if (answered) {
    next.askAt = null;
    next.asked = 0;
    next.cancelling = false;
  }
  draft.replaceOrder(next);
  if (legs !== order.legs && legs.some((leg, index) => leg.status !== order.legs[index]?.status))
    clearBackOff(draft, order, report);
}

function isKnown({ status }: Leg): boolean {
  return status !== 'unresolved' && status !== 'intended';
}

/** The same list when the report tells nothing new. */
function mergedLegs(order: Order, report: LegReport, wall: number): readonly Leg[] {
  let merged: Leg[] | null = null;
  for (let index = 0; index < order.legs.length; index += 1) {
    const before = order.legs[index]!;
    const told = before.clientOrderId === report.clientOrderId ? merge(before, report) : before;
    const leg = isStruck(order, told, report) ? { ...told, triggeredAt: wall } : told;
    if (leg !== before) (merged ??= [...order.legs])[index] = leg;
  }
  return merged ?? order.legs;
}

/** The same leg when the report tells nothing new. */
function merge(leg: Leg, report: LegReport): Leg {
  const status = supersedes(report.status, leg.status) ? report.status : leg.status;
  const executed =
    report.executed === leg.executed ? leg.executed : text(max(dec(leg.executed), dec(report.executed)));
  const orderId = leg.orderId ?? report.orderId;
  if (status === leg.status && executed === leg.executed && orderId === leg.orderId) return leg;
  const merged = copyOfLeg(leg);
  merged.status = status;
  merged.executed = executed;
  merged.orderId = orderId;
  return merged;
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
  const slot = ownSlot(draft, fill.clientOrderId);
  if (slot === null || isBooked(draft, fill.tradeId)) return;
  const next = draft.change();
  next.bookedTrades = [...next.bookedTrades, fill.tradeId];
  if (isFollowed(bot, next, slot)) return bookFollowed(bot, draft, fill, slot);
  adoptLateEntry(bot, draft, fill, slot);
  countAnew(bot, draft, fill);
  bookLots(bot, draft, fill, slot);
  const { books, pnl } = book(next.books, fill, bot.instrument.base, bot.instrument.quote);
  next.books = books;
  next.price = fill.price;
  if (fill.side === 'BUY') {
    next.highestPrice = text(max(dec(next.highestPrice ?? fill.price), dec(fill.price)));
    forgetWishes(draft);
  }
  const orderId = countLeg(draft, fill);
  emitBooked(draft, fill, orderId, pnl, fill.side === 'SELL' ? whySold(next, slot) : []);
}

/** The slot of a leg's of this bot; null where the order is another's. One that lives needs no reading of its id. */
function ownSlot(draft: Draft, clientOrderId: string): string | null {
  if (orderOfLeg(draft, clientOrderId) !== undefined)
    return clientOrderId.slice(clientOrderId.lastIndexOf('-') + 1);
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
  const orderId = countLeg(draft, fill);
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

/** Ids are whole numbers as text, without zeros before them. */
function isAfter(id: string, cursor: string): boolean {
  return id.length === cursor.length ? id > cursor : id.length > cursor.length;
}

function isBooked(draft: Draft, tradeId: string): boolean {
  const { tradeCursor, bookedTrades } = draft.state;
  if (bookedTrades.includes(tradeId)) return true;
  return tradeCursor !== null && !isAfter(tradeId, tradeCursor);
}

/** An entry can execute after its cycle was given up: what it bought is a position like any other and is protected. */
function adoptLateEntry(bot: Bot, draft: Draft, fill: ReportedFill, slot: string): void {
  if (fill.side !== 'BUY' || draft.state.phase !== 'flat') return;
  beginCycleAt(bot, draft, fill.price, { at: fill.time, reasons: [{ code: 'late-fill', values: {} }] });
  if (orderOfLeg(draft, fill.clientOrderId) === undefined) return;
  const lot = lotFor([], slot, draft.state.lotSeq + 1);
  draft.set({ entry: { slot, lot }, lotSeq: Math.max(draft.state.lotSeq, lot) });
}

/** Answers the exchange's id of the order that was filled; empty where that is not known. */
function countLeg(draft: Draft, fill: ReportedFill): string {
  const order = orderOfLeg(draft, fill.clientOrderId);
  const leg = order === undefined ? undefined : legOf(order, fill.clientOrderId);
  if (order === undefined || leg === undefined) return '';
  const counted = copyOfLeg(leg);
  counted.booked = text(dec(leg.booked).plus(fill.quantity));
  // A fill proves its execution, should the report that says so come later.
  counted.executed = text(max(dec(leg.executed), dec(counted.booked)));
  if (supersedes('partial', leg.status)) counted.status = 'partial';
  const next = copyOfOrder(order);
  next.legs = order.legs.map((each) => (each === leg ? counted : each));
  draft.replaceOrder(next);
  return leg.orderId ?? '';
}

/** All legs have ended and all is booked: the slot is free. Ending unfilled without our wish is a refusal to back off from. */
function finish(draft: Draft, order: Order, wall: number): void {
  draft.removeOrder(order.id);
  makeStopRoom(draft, order);
  const executed = isExecuted(order);
  if (order.side === 'SELL' && executed) saySold(draft, order);
  if (order.withdrawn !== true && order.legs.some((leg) => leg.status === 'cancelled')) {
    // The user's own coins or cash: who takes the counter order back does not want it.
    if (dropGroup(draft, order.slot)) return;
    return cancelledByHand(draft, order, wall);
  }
  if (executed || order.withdrawn === true) return;
  const [leg] = order.legs;
  if (leg?.status === 'expired' || leg?.status === 'rejected') {
    draft.notify('warn', 'order-ended-unfilled', { slot: order.slot, status: leg.status });
    if (order.side === 'BUY') backOffEntry(draft, wall, leg.status, null);
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
