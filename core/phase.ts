/** The cycle, flat to flat: edges become state. */
import { copyOfLot } from './copy.js';
import type { Decimal } from './decimal.js';
import { dec, text, type DecimalText } from './decimal.js';
import { closedBatch, type About } from './closed.js';
import { CycleClosed, CycleEnded, EndedCycle } from './ended-cycle.js';
import type { Draft } from './draft.js';
import { settleGroups, stopFollowing } from './follow.js';
import type { FollowTerms } from './follow-group.js';
import { followOf } from './follow-group.js';
import { foundLot, lotInSlot, lotOfSlot, lotPrice } from './lots.js';
import { hasSide, orderInSlot } from './orders.js';
import { averagePrice, beginCycle } from './position.js';
import { reservedCash } from './reserved.js';
import { sellable } from './rules.js';
import { countedQuantity } from './shortage.js';
import type { Bot, BotState, Terms } from './state.js';
import type { CycleEnd, Entry, Lot, PlanDefinition, Reason } from './strategy.js';
import { viewOf } from './view.js';

/** Whether something is held that an exchange would take at market; dust is not. */
export function holdsSellable(bot: Bot, state: BotState): boolean {
  return sellable(bot.instrument, heldOf(state), state.price);
}

function heldOf(state: BotState): Decimal | DecimalText {
  return state.divergence === null ? state.books.quantity : countedQuantity(state);
}

function canSell(bot: Bot, state: BotState, quantity: Decimal | DecimalText): boolean {
  return sellable(bot.instrument, quantity, state.price);
}

export function hasLive(state: BotState, side: 'BUY' | 'SELL'): boolean {
  return hasSide(state.orders, side);
}

/** A plan with the parameters that it runs on. */
export interface RunningPlan {
  readonly plan: PlanDefinition;
  readonly parameters: Terms['plan'];
}

/** The plan that counts now: what the cycle began with, else what the next one will. */
export function planOf(bot: Bot, state: BotState): RunningPlan {
  const { plan: parameters } = state.terms ?? bot.terms;
  if (running?.parameters !== parameters || runningNamed !== bot.planNamed) {
    running = { plan: bot.planNamed(parameters.name), parameters };
    runningNamed = bot.planNamed;
  }
  return running;
}

/** Every event asks for it several times. */
let running: RunningPlan | null = null;
let runningNamed: Bot['planNamed'] | null = null;

/** How the user's own trades are answered; null under a plan that does not follow them. New groups take the newest terms. */
export function followTerms(bot: Bot, state: BotState): FollowTerms | null {
  const { plan, parameters } = planOf(bot, state);
  if (plan.follows === undefined) return null;
  return plan.follows(plan.name === bot.terms.plan.name ? bot.terms.plan : parameters);
}

/** The entry that would come next: the slot that the plan buys it in, and a lot of its own. */
export function nextEntry(bot: Bot, state: BotState, amount: string | null = null): Entry {
  const lot = state.lotSeq + 1;
  const slot = planOf(bot, state).plan.entrySlot?.(lot) ?? 'entry';
  return amount === null ? { lot, slot } : { lot, slot, amount };
}

/** Flat → entering: a new cycle on the terms in force now. While holding: one more lot. `amount`: what the user wants spent. */
export function beginEntry(
  bot: Bot,
  draft: Draft,
  at: number,
  reasons: readonly Reason[],
  amount: string | null = null,
): void {
  const { state } = draft;
  const planned = nextEntry(bot, state, amount);
  const entry: Entry = reasons[0]?.code === 'user-buy' ? { ...planned, byHand: true } : planned;
  const next = draft.change();
  next.entry = entry;
  next.lotSeq = entry.lot;
  next.denied = [];
  if (state.phase !== 'flat') return;
  beginCycleAt(bot, draft, state.price ?? '0', { at, reasons });
  next.highestPrice = null;
  next.exitBackOff = null;
  next.handCancels = [];
}

/** `price`: what the cycle counts from. */
export function beginCycleAt(
  bot: Bot,
  draft: Draft,
  price: string,
  raised: NonNullable<BotState['raised']>,
): void {
  const next = draft.change();
  const { realizedPnl } = next.books;
  next.start = { price, cash: text(reservedCash(next)), realizedPnl };
  next.phase = 'entering';
  next.cycle += 1;
  next.terms = bot.terms;
  next.raised = raised;
  next.books = beginCycle(next.books);
  next.lots = [];
  next.lastSale = null;
}

/** Where the books and the live orders say the cycle stands now. Idempotent; called after every event. */
export function advancePhase(bot: Bot, draft: Draft): void {
  const terms = followTerms(bot, draft.state);
  if (terms !== null) return advanceFollower(bot, draft, terms);
  if (draft.state.entry?.refused === true) giveUpEntry(bot, draft);
  if (draft.state.phase === 'flat') return;
  settleLots(bot, draft);
  settleEntry(bot, draft);
  const { state } = draft;
  if (holdsSellable(bot, state)) {
    if (state.phase === 'entering' && state.entry === null) draft.change().phase = 'holding';
    return;
  }
  // An entry that was refused may be tried again until its kline's successor closes; leaving is over when no sell lives.
  if (state.phase !== 'entering' && state.entry === null && !hasLive(state, 'SELL') && !hasLive(state, 'BUY'))
    endCycle(draft);
}

/** A bot that follows its user holds as long as something is to be answered, or an order of its lives. */
function advanceFollower(bot: Bot, draft: Draft, terms: FollowTerms): void {
  settleGroups(draft, terms);
  const { state } = draft;
  const answers = followOf(state).groups.some((group) => group.state === 'open');
  if (state.phase === 'exiting' && (holdsSellable(bot, state) || hasLive(state, 'SELL'))) return;
  const busy = answers || state.orders.length > 0;
  if (busy && state.phase === 'flat') {
    const raised = { at: state.lastDecision?.time ?? 0, reasons: [{ code: 'follows', values: {} }] };
    draft.set({ phase: 'holding', cycle: state.cycle + 1, terms: bot.terms, raised, lastSale: null });
  } else if (busy && state.phase !== 'holding') {
    // What was to be sold is sold; what is still to be answered is a cycle of its own.
    draft.set({ phase: 'holding', cycle: state.cycle + 1 });
  }
  if (!busy && state.phase !== 'flat') {
    endCycle(draft);
    // The plan was changed meanwhile.
    if (followTerms(bot, draft.state) === null) stopFollowing(draft);
  }
}

/** The entry is over when its order has ended and what it bought can be sold. */
function settleEntry(bot: Bot, draft: Draft): void {
  const { state } = draft;
  const { entry, phase } = state;
  if (entry === null || orderInSlot(state.orders, entry.slot) !== undefined) return;
  const lot = lotInSlot(state.lots, entry.slot);
  if (lot === undefined) return;
  const held = phase === 'entering' ? heldOf(state) : lot.remaining;
  if (!canSell(bot, state, held)) return;
  draft.change().entry = null;
  sayOpened(draft, lot);
}

function sayOpened(draft: Draft, lot: Lot): void {
  if (lotOfSlot(lot.slot) === null) return;
  const { id, quantity, cost } = lot;
  const market = draft.state.settings.symbol;
  draft.notify('info', 'batch-opened', { market, batch: id, quantity, price: lotPrice(lot).toFixed(), cost });
}

/** What can no longer be sold of a lot is dust, and what was leaving has left. */
function settleLots(bot: Bot, draft: Draft): void {
  if (draft.state.lots.length === 0) findLot(bot, draft);
  const { lots } = draft.state;
  let settled: Lot[] | null = null;
  for (let index = 0; index < lots.length; index += 1) {
    const after = settleLot(bot, draft, lots[index]!);
    if (after !== lots[index]) (settled ??= [...lots])[index] = after;
  }
  if (settled !== null) draft.change().lots = settled;
}

/** Coins found again, or held since before lots were kept, are a lot like any other. */
function findLot(bot: Bot, draft: Draft): void {
  const { state } = draft;
  const price = averagePrice(state.books) ?? state.price;
  if (price === null || !holdsSellable(bot, state)) return;
  const lot = foundLot(state.lotSeq + 1, state.books, price, state.raised?.at ?? 0);
  draft.set({
    lots: [lot],
    lotSeq: lot.id,
    start: state.start ?? { price, cash: text(reservedCash(state)) },
  });
}

function settleLot(bot: Bot, draft: Draft, lot: Lot): Lot {
  if (lot.completed) return lot;
  const { state } = draft;
  if (state.entry?.lot !== lot.id && !canSell(bot, state, lot.remaining) && !isTraded(state, lot)) {
    closeBatch(draft, lot);
    const completed = copyOfLot(lot);
    completed.leaving = [];
    completed.completed = true;
    return completed;
  }
  return lot.leaving.length === 0 ? lot : stillLeaving(bot, state, lot);
}

/** Whether an order of this lot's own lives. */
function isTraded({ orders }: BotState, lot: Lot): boolean {
  for (const { slot } of orders) if (slot === lot.slot || lotOfSlot(slot) === lot.id) return true;
  return false;
}

function stillLeaving(bot: Bot, state: BotState, lot: Lot): Lot {
  const isLive = (slot: string) => state.orders.some((order) => order.slot === slot);
  const leaving = lot.leaving.filter(
    ({ slot, quantity }) => isLive(slot) || canSell(bot, state, quantity ?? lot.remaining),
  );
  return leaving.length === lot.leaving.length ? lot : { ...lot, leaving };
}

function closeBatch(draft: Draft, lot: Lot): void {
  const closed = closedBatch(lot, aboutCycle(draft.state));
  if (closed === null) return;
  draft.emit({ type: 'closed', closed });
  const { symbol: market, cost, received, pnl } = closed;
  draft.notify('info', 'batch-completed', {
    market,
    batch: lot.id,
    cost,
    received,
    pnl,
    rest: lot.remaining,
  });
}

function aboutCycle({ settings, terms }: BotState): About {
  const { symbol, account } = settings;
  const { name: plan } = (terms ?? settings.terms).plan;
  return account === undefined ? { symbol, plan } : { symbol, account, plan };
}

/**
 * An entry not known to be executed lapses when the next kline closes, unless its plan rests it; `always`: the user
 * wants no entry any more.
 */
export function lapseEntry(bot: Bot, draft: Draft, always = false): void {
  const { state } = draft;
  const { phase, entry } = state;
  if (phase !== 'entering' && entry === null) return;
  // What is in flight or unresolved may still execute: it keeps the phase until it is known.
  const buys = state.orders.filter(({ side }) => side === 'BUY');
  const own = phase === 'entering' ? buys : buys.filter(({ slot }) => slot === entry?.slot);
  if (own.some((order) => order.legs.some(inFlight))) return;
  const { plan, parameters } = planOf(bot, state);
  if (!always && plan.keepsEntry?.(viewOf(bot, state), parameters) === true) return;
  giveUpEntry(bot, draft);
}

/** No more is bought in the entry's slot; what was bought is held. */
export function giveUpEntry(bot: Bot, draft: Draft): void {
  draft.set({ entry: null });
  if (draft.state.phase !== 'entering') return;
  if (holdsSellable(bot, draft.state)) draft.set({ phase: 'holding' });
  else endCycle(draft);
}

function inFlight(leg: {
  readonly status: string;
  readonly executed: string;
  readonly booked: string;
}): boolean {
  return leg.status === 'intended' || leg.status === 'unresolved' || leg.executed !== leg.booked;
}

export function endCycle(draft: Draft): void {
  const end = endOf(draft.state);
  closeCycle(draft, end);
  const next = draft.change();
  next.phase = 'flat';
  next.terms = null;
  next.raised = null;
  next.highestPrice = null;
  next.exitBackOff = null;
  next.lastEnd = end ?? next.lastEnd;
  next.lots = [];
  next.entry = null;
  next.start = null;
  next.lastSale = null;
  next.denied = [];
  next.handCancels = [];
}

function closeCycle(draft: Draft, end: CycleEnd | null): void {
  const { state } = draft;
  const { lots, cycle, start, books } = state;
  if (!lots.some(({ sales }) => sales.length > 0)) return;
  const about = aboutCycle(state);
  const before = start?.realizedPnl;
  const ended = new EndedCycle(cycle, lots, end, books.realizedPnl, before ?? null, about);
  draft.emit(new CycleClosed(ended));
  draft.emit(new CycleEnded(ended));
}

/** How this cycle ended; null when it sold nothing. */
function endOf({ lastSale, raised, books, price }: BotState): CycleEnd | null {
  if (lastSale === null) return null;
  if (lastSale !== 'exit') return lastSale === 'stop' ? 'stop-loss' : 'take-profit';
  const code = raised?.reasons[0]?.code;
  if (code === 'stop-loss') return 'stop-loss';
  if (code !== 'unprotectable') return 'exit';
  // Its price had passed before the order could be placed: which of the two, the price tells.
  const average = averagePrice(books);
  return price !== null && average !== null && dec(price).lt(average) ? 'stop-loss' : 'take-profit';
}
