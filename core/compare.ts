/**
 * The heart of it: what the plan wants open against what is open. What differs is cancelled; what is missing is placed
 * once the slot is free. A restart is one more comparison, and a duplicate order has nowhere to come from.
 */
import { availableFor, entriesPause, sideOf } from './available.js';
import { countEntry, lossInForce, reachedOrders, type Reached } from './caps.js';
import { copyOfOrder } from './copy.js';
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, ceilTo, dec, floorTo } from './decimal.js';
import type { Draft } from './draft.js';
import { groupOfSlot } from './follow-group.js';
import type { Order } from './orders.js';
import { isHeldBack, isLeft } from './manual.js';
import { awaitsFills, hasCancelledLeg, hasSide, isTerminal, orderInSlot, unfilled } from './orders.js';
import { giveUpEntry, planOf } from './phase.js';
import { place } from './place.js';
import { hasTriggered, leaveStuckStop, watchProtection } from './protection.js';
import { lotQuantity } from './rules.js';
import type { Refused } from './shape.js';
import { isAsWanted, shape } from './shape.js';
import { shortIn } from './shortage.js';
import type { Bot, BotState } from './state.js';
import type { DesiredOrder, PlanAnswer } from './strategy.js';
import { viewOf } from './view.js';

/** What the plan sees beside the state. */
export interface Occasion {
  readonly time: number;
  readonly wall: number;
  /** The price of a price event: the state does not keep it. */
  readonly tick: DecimalText | null;
  /** A kline has just closed and was decided on. */
  readonly klineClosed: boolean;
}

export function compareOrders(bot: Bot, draft: Draft, occasion: Occasion): void {
  const { time, wall } = occasion;
  leaveStuckStop(draft, time, wall);
  const asked = askPlan(bot, draft, occasion);
  const wanted = withoutTakenBack(draft.state, asked);
  sayHeldBack(bot, draft, asked);
  const undesired = cancelUndesired(bot, draft, wanted, wall);
  for (const want of wanted) placeMissing(bot, draft, want, undesired, occasion);
  watchProtection(bot, draft, wanted, wall);
}

/** What is wanted to sell, and to buy as long as nothing takes entries back; nearly always the list as it is. */
function withoutTakenBack(state: BotState, asked: readonly DesiredOrder[]): readonly DesiredOrder[] {
  for (const want of asked) if (!isKept(state, want)) return asked.filter((each) => isKept(state, each));
  return asked;
}

function isKept(state: BotState, want: DesiredOrder): boolean {
  return sideOf(want) === 'SELL' || isEntryWanted(state, want.slot);
}

/** A halted market is waited for with entries as they rest; a stop, a pause, a halt or a difference takes them back. */
function isEntryWanted(state: BotState, slot: string): boolean {
  const pause = entriesPause(state);
  return !state.stopped && (pause === null || pause === 'halted') && !isLeft(state, slot);
}

/** While nothing may be sent: whether what is held is protected, as far as is known. */
export function watchOnly(bot: Bot, draft: Draft, wall: number): void {
  watchProtection(bot, draft, answer(bot, draft.state, { tick: null, klineClosed: false }).orders, wall);
}

/**
 * The plan's answer to the state as it is. Its own reasons to leave, altogether or in part, become state, and it is asked
 * again.
 */
function askPlan(bot: Bot, draft: Draft, occasion: Occasion): readonly DesiredOrder[] {
  const first = answer(bot, draft.state, occasion);
  if (!takeLeave(draft, first, occasion.time)) return first.orders;
  return answer(bot, draft.state, { ...occasion, klineClosed: false }).orders;
}

/** Whether the answer raised something. */
function takeLeave(draft: Draft, { exit, leave }: PlanAnswer, time: number): boolean {
  if (draft.state.phase === 'exiting') return false;
  if (exit !== undefined) draft.raiseExit(time, [exit]);
  else if (leave !== undefined) for (const { lot, ...leaving } of leave) draft.leaveLot(lot, leaving);
  return exit !== undefined || (leave !== undefined && leave.length > 0);
}

const NOTHING: PlanAnswer = { orders: [] };

function answer(
  bot: Bot,
  state: BotState,
  { tick, klineClosed }: Pick<Occasion, 'tick' | 'klineClosed'>,
): PlanAnswer {
  if (state.phase === 'flat') return NOTHING;
  const { plan, parameters } = planOf(bot, state);
  return plan.answer(viewOf(bot, state, klineClosed, tick ?? state.price), parameters);
}

/** Reports of the two legs of a cancelled pair come one after the other. */
const DOUBT_MS = 250;

/** One leg was cancelled, and not by us: the user has cancelled the pair. */
function isCancelledByHand(order: Order): boolean {
  return order.withdrawn !== true && hasCancelledLeg(order);
}

/** Cancels what rests and is not wanted as it is; returns all live orders that are not wanted, as they were. */
function cancelUndesired(
  bot: Bot,
  draft: Draft,
  wanted: readonly DesiredOrder[],
  wall: number,
): readonly Order[] {
  const { orders } = draft.state;
  let undesired: Order[] | null = null;
  for (const order of orders) if (!isWanted(bot, draft.state, order, wanted)) (undesired ??= []).push(order);
  if (undesired === null) return NONE;
  const { exitBackOff, market } = draft.state;
  // A halted market takes no cancels either.
  const pausing = market?.status === 'halted' || (exitBackOff !== null && exitBackOff.until > wall);
  if (!pausing) for (const order of undesired) cancel(draft, order, wall);
  return undesired;
}

const NONE: readonly Order[] = [];

/** Unless a cancel of it is on its way, or something is asked. */
function cancel(draft: Draft, order: Order, wall: number): void {
  const leg = order.legs.find((each) => each.status === 'open' || each.status === 'partial');
  if (leg === undefined || order.cancelling || order.askAt !== null) return;
  if (isCancelledByHand(order) && order.doubted !== true) {
    // The other leg ends by itself, and its report is on the way: it is asked for before anything else is done.
    return draft.replaceOrder({ ...order, doubted: true, askAt: wall + DOUBT_MS, asked: 0 });
  }
  const list = order.type === 'oco' && !hasEndedLeg(order);
  const leaving = copyOfOrder(order);
  leaving.cancelling = true;
  if (!isCancelledByHand(order)) leaving.withdrawn = true;
  draft.replaceOrder(leaving);
  draft.emit({ type: 'cancel', id: order.id, clientOrderId: leg.clientOrderId, list });
}

function isWanted(bot: Bot, state: BotState, order: Order, wanted: readonly DesiredOrder[]): boolean {
  const want = wantInSlot(wanted, order.slot);
  if (want === undefined) return false;
  // Triggered, it is being filled; should that take too long, the position leaves at market.
  if (hasTriggered(order)) return true;
  // One leg of a pair has ended: the pair no longer protects as it was meant to.
  if (order.type === 'oco' && hasEndedLeg(order) && !awaitsFills(order)) return false;
  if (isFollowedRest(bot, state, order, want)) return true;
  // What rests has its coins locked: a shortage seen later cuts only what is placed anew.
  const most = availableFor(state, order.side, order.id);
  if (isWantedWith(bot, state, order, want, most)) return true;
  const short = shortIn(state, order.side === 'SELL' ? 'base' : 'quote');
  return short.sign > 0 && isWantedWith(bot, state, order, want, most.plus(short));
}

function wantInSlot(wanted: readonly DesiredOrder[], slot: string): DesiredOrder | undefined {
  for (const want of wanted) if (want.slot === slot) return want;
  return undefined;
}

function hasEndedLeg({ legs }: Order): boolean {
  for (const { status } of legs) if (isTerminal(status)) return true;
  return false;
}

function isWantedWith(
  bot: Bot,
  state: BotState,
  order: Order,
  want: DesiredOrder,
  available: Decimal,
): boolean {
  const { shaped } = shape(bot.instrument, want, available, priceOf(state));
  return shaped !== undefined && isAsWanted(order, shaped);
}

/** The rest of a counter order stays, also where it has become too small to be placed anew. */
function isFollowedRest({ instrument }: Bot, state: BotState, order: Order, want: DesiredOrder): boolean {
  if (state.follow == null || want.type !== 'limit' || groupOfSlot(order.slot) === null) return false;
  const [price, tick] = [order.legs[0]?.price ?? null, dec(instrument.tickSize)];
  const wanted = want.side === 'BUY' ? floorTo(dec(want.price), tick) : ceilTo(dec(want.price), tick);
  const quantity = lotQuantity(instrument, dec(want.quantity), false);
  return price !== null && wanted.eq(price) && unfilled(order).eq(quantity);
}

function priceOf(state: BotState): Decimal {
  return state.price === null ? ZERO : dec(state.price);
}

function placeMissing(
  bot: Bot,
  draft: Draft,
  want: DesiredOrder,
  undesired: readonly Order[],
  { time, wall }: Occasion,
): void {
  const { state } = draft;
  if (orderInSlot(state.orders, want.slot) !== undefined) return;
  if (state.market !== null || isHeldBack(state, want.slot, wall)) return;
  const side = sideOf(want);
  if (side === 'BUY' && (state.unrecorded ?? null) !== null) return;
  const backOff = side === 'BUY' ? state.entryBackOff : state.exitBackOff;
  if (backOff !== null && backOff.until > wall) return;
  // An order that is on its way out still holds its money: wait for it rather than place a part.
  if (hasSide(undesired, side)) return;
  const cut = shape(bot.instrument, want, availableFor(state, side, null), priceOf(state));
  if (cut.shaped !== undefined) {
    if (side === 'BUY' && isOneTooMany(bot, draft, want, time)) return;
    forgetDenial(draft, want.slot);
    place(draft, cut.shaped, wall);
    if (side === 'BUY') countEntry(draft, time);
  } else deny(bot, draft, want, cut);
}

/** The hour has had its entries: what rests stays, and what is missing waits until the first of them is an hour ago. */
function isOneTooMany(bot: Bot, draft: Draft, { slot }: DesiredOrder, time: number): boolean {
  const reached = reachedOrders(bot, draft.state, time);
  if (reached !== null) sayCapped(draft, slot, reached);
  return reached !== null;
}

/** A counter buy may come up when a loss has reached its cap long ago: that it is held back is said of each. */
function sayHeldBack(bot: Bot, draft: Draft, asked: readonly DesiredOrder[]): void {
  const loss = lossInForce(bot, draft.state);
  if (loss === null) return;
  for (const want of asked)
    if (sideOf(want) === 'BUY' && groupOfSlot(want.slot) !== null) sayCapped(draft, want.slot, loss);
}

function sayCapped(draft: Draft, slot: string, { outcome, values }: Reached): void {
  const { denied } = draft.state;
  const key = `${slot} ${outcome}`;
  if (denied.includes(key)) return;
  draft.notify('warn', 'entry-capped', { slot, cap: outcome, ...values });
  draft.set({ denied: [...denied, key] });
}

/** Our own refusal is data, not an order: it is said once per reason, and an entry is given up. */
function deny(bot: Bot, draft: Draft, want: DesiredOrder, cut: Refused): void {
  const { rule, value, minimum } = cut.breach;
  const { denied, entry } = draft.state;
  // What cannot be sold at market is dust.
  if (want.type === 'market-sell') return;
  const key = `${want.slot} ${rule}`;
  if (!denied.includes(key)) {
    const code = sideOf(want) === 'BUY' ? 'entry-denied' : 'protection-denied';
    draft.notify('warn', code, { slot: want.slot, rule, value, minimum });
    draft.set({ denied: [...denied, key] });
  }
  if (want.slot === entry?.slot) giveUpEntry(bot, draft);
}

/** Placed after all: should it become too small again, it is said again. */
function forgetDenial(draft: Draft, slot: string): void {
  const { denied } = draft.state;
  if (denied.length === 0) return;
  if (denied.some((each) => each.startsWith(`${slot} `)))
    draft.set({ denied: denied.filter((each) => !each.startsWith(`${slot} `)) });
}
