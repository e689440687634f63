import { backOffExit, forgiveFunds } from './backoff.js';
import { moveBaselines, reconsiderCaps } from './caps.js';
import { equityOf, parkedBooks } from './all-books.js';
import { applyCommand } from './commands.js';
import type { Event, Effect } from './events.js';
import { Draft } from './draft.js';
import { compareOrders, watchOnly } from './compare.js';
import { applyKline } from './decide.js';
import { dec, max, text } from './decimal.js';
import { applyHalt } from './halt.js';
import { noteBalances, priceAnew, stopFollowing } from './follow.js';
import { sameCloseAs, type Interval } from './kline.js';
import { withHigh } from './lots.js';
import { applyManual } from './manual.js';
import { applyMarket } from './market.js';
import { countMinute } from './minute-average.js';
import { advancePhase, followTerms, lapseEntry } from './phase.js';
import { protectionTimes } from './protection.js';
import { applyReports } from './report.js';
import { applyReservation } from './reservation.js';
import { applySnapshot } from './reconcile.js';
import { move } from './move.js';
import type { Order } from './orders.js';
import { botWith } from './copy.js';
import { bookNamed, reachesAll, stepAllParked, stepParked, tellParked, type StepBook } from './parked.js';
import type { Bot, BotState, Settings } from './state.js';
import { applyAbsence, applyFailure, ask, askDue, askForAll } from './unresolved.js';

/**
 * The one function of a bot's life: what happened, and what is to be done about it. Pure: the same bot, state and
 * event always give the same state and effects, so the journal of events is the truth. Returns the very same state
 * object when the event changed nothing.
 */
export function step(
  planNamed: Bot['planNamed'],
  state: BotState,
  event: Event,
): { state: BotState; effects: Effect[] } {
  if (event.book !== undefined) return stepParked(stepOf(planNamed), state, event.book, event);
  if (event.type === 'moved') return move(stepOf(planNamed), state, event);
  if (event.type === 'command') {
    const other = bookNamed(event, state);
    if (other !== null) return tellParked(stepOf(planNamed), state, other, event);
  }
  const own = stepBook(planNamed, state, event);
  return reachesAll(event) ? stepAllParked(stepOf(planNamed), own, event) : own;
}

function stepOf(planNamed: Bot['planNamed']): StepBook {
  return (book, event) => stepBook(planNamed, book, event);
}

/** One book's part of it: of one symbol. */
function stepBook(
  planNamed: Bot['planNamed'],
  state: BotState,
  event: Event,
): { state: BotState; effects: Effect[] } {
  const draft = new Draft(state);
  if (event.type === 'config') applyConfig(botOf(event.settings, planNamed), draft, event);
  const bot = botOf(draft.state.settings, planNamed);
  apply(bot, draft, event);
  const { phase, entry, lots } = draft.state;
  advancePhase(bot, draft);
  if (draft.state.recovering || draft.state.refusal !== null) watchOnly(bot, draft, event.wall);
  else if (compare(bot, draft, event, state)) {
    // What was given up on the way may end the cycle. Orders that were placed, or are on their way out, do not.
    const after = draft.state;
    const moved = after.phase !== phase || after.entry !== entry || after.lots !== lots;
    if (moved || after.follow != null) advancePhase(bot, draft);
  }
  sayWallet(draft, state);
  return { state: draft.state, effects: draft.effects };
}

/** Answers whether the comparison changed anything. */
function compare(bot: Bot, draft: Draft, event: Event, before: BotState): boolean {
  const tick = event.type === 'price' ? event.price : null;
  const klineClosed = event.type === 'kline' && draft.state.lastKline !== before.lastKline;
  const { changes } = draft;
  compareOrders(bot, draft, { time: event.time, wall: event.wall, tick, klineClosed });
  return draft.changes !== changes;
}

/** The same for the same settings, which hardly ever change. */
function botOf(settings: Settings, planNamed: Bot['planNamed']): Bot {
  if (last.settings === settings && last.bot?.planNamed === planNamed) return last.bot;
  const before = bots.get(settings);
  const bot = before?.planNamed === planNamed ? before : botWith(settings, planNamed);
  if (bot !== before) bots.set(settings, bot);
  last.settings = settings;
  last.bot = bot;
  return bot;
}

const bots = new WeakMap<Settings, Bot>();
const last: { settings: Settings | null; bot: Bot | null } = { settings: null, bot: null };

/** Whatever changed cash or coins: a fill, a repair, another budget. */
function sayWallet(draft: Draft, before: BotState): void {
  const { books, settings } = draft.state;
  if (books === before.books) return;
  const { cash, quantity } = books;
  if (cash === before.books.cash && quantity === before.books.quantity) return;
  const { base, quote } = settings.instrument;
  draft.notify('info', 'wallet-changed', { market: settings.symbol, cash, quote, quantity, base });
}

function apply(bot: Bot, draft: Draft, event: Event): void {
  switch (event.type) {
    case 'started':
      draft.set({ recovering: true, stopRoom: null });
      return askForAll(draft, event.wall);
    case 'kline':
      return applyKline(bot, draft, event);
    case 'price':
      return raiseHighest(draft, event.price);
    case 'report':
      return applyReports(bot, draft, event.reports, event.fills, event.wall);
    case 'manual':
      return applyManual(draft, event, followsAnew(bot) ? followTerms(bot, draft.state) : null);
    case 'minute':
      if (followTerms(bot, draft.state) !== null) countMinute(draft, event.openTime, event.close);
      return;
    case 'reservation':
      return applyReservation(bot, draft, event);
    case 'halt':
      return applyHalt(bot, draft, event.halt, event.time);
    case 'market':
      return applyMarket(draft, event.status, event.wall);
    case 'failed':
      applyFailure(draft, event);
      // Held back by the halt: it was never sent, and is not tried again.
      if (event.kind === 'fleet-halted') lapseEntry(bot, draft, true);
      return;
    case 'cancel-failed':
      return applyCancelFailure(draft, event);
    case 'absent':
      return applyAbsence(bot, draft, event);
    case 'snapshot':
      return applySnapshot(bot, draft, event);
    case 'balances':
      noteBalances(draft, event);
      return forgiveFunds(draft, event.free);
    case 'config':
      return applyFollowed(bot, draft, event.appliesTo);
    case 'moved':
      // Of the whole bot, not of one of its books.
      return;
    case 'command':
      return applyCommand(bot, draft, event);
    case 'storage':
      return applyStorage(draft, event.failing);
    case 'time':
      return askDue(draft, event.wall);
  }
}

/** Without a sound place for intents nothing is bought; what is held is protected and sold as ever. */
function applyStorage(draft: Draft, failing: string | null): void {
  if ((draft.state.unrecorded ?? null) === failing) return;
  draft.set({ unrecorded: failing });
  if (failing !== null) draft.notify('error', 'unrecorded', { message: failing });
  else draft.notify('info', 'recorded', {});
}

/**
 * A running cycle keeps the terms it began with unless the edit says otherwise; a changed budget changes the cash, below
 * zero when more than the new budget is invested: cutting it off there would invent money at the next raise.
 */
function applyConfig(bot: Bot, draft: Draft, event: Extract<Event, { type: 'config' }>): void {
  const { settings, books, phase } = draft.state;
  const equity = equityOf(draft.state);
  const difference = dec(event.settings.budget).minus(settings.budget);
  const cash = text(dec(books.cash).plus(difference));
  draft.set({ settings: event.settings, books: { ...books, cash } });
  if (event.settings.interval !== settings.interval) countLonger(draft, settings.interval);
  moveBaselines(draft, equity);
  reconsiderCaps(event.settings, draft);
  if (event.appliesTo === 'now' && phase !== 'flat' && sameLead(bot, draft.state))
    draft.set({ terms: event.settings.terms });
}

/** The kline of a longer interval that runs began before the last one that was decided on, and is decided on all the same. */
function countLonger(draft: Draft, before: string): void {
  const { lastKline, settings } = draft.state;
  if (lastKline === null) return;
  const last = sameCloseAs(lastKline, before as Interval, settings.interval as Interval);
  if (last < lastKline) draft.set({ lastKline: last });
}

/** Whether what the user trades from now on is followed: a cycle that goes on under its old plan takes in no more. */
function followsAnew({ terms, planNamed }: Bot): boolean {
  return planNamed(terms.plan.name).follows !== undefined;
}

/** A plan that follows its user does not know what another one holds, nor the other way round: that cycle ends first. */
function sameLead(bot: Bot, state: BotState): boolean {
  const running = bot.planNamed((state.terms ?? state.settings.terms).plan.name);
  return (running.follows !== undefined) === followsAnew(bot);
}

/** What the user's own trades set off is priced anew where the edit says so, and ends with the plan that followed them. */
function applyFollowed(bot: Bot, draft: Draft, appliesTo: 'now' | 'next-cycle'): void {
  if (draft.state.follow == null) return;
  const terms = followTerms(bot, draft.state);
  if (terms === null) return stopFollowing(draft);
  if (appliesTo === 'now') priceAnew(draft, terms);
}

/** Only a new high changes anything; trailing stops count from it. */
function raiseHighest(draft: Draft, price: string): void {
  const { highestPrice, phase, lots } = draft.state;
  if (phase === 'flat' || highestPrice === null) return;
  const highest = text(max(dec(highestPrice), dec(price)));
  if (highest !== highestPrice) draft.set({ highestPrice: highest });
  const raised = withHigh(lots, price);
  if (raised !== lots) draft.set({ lots: raised });
}

/** Whatever the reason: only the exchange can tell whether the order was filled, is gone or still rests. */
function applyCancelFailure(draft: Draft, event: Extract<Event, { type: 'cancel-failed' }>): void {
  const order = draft.state.orders.find((each) => each.id === event.id);
  if (order === undefined) return;
  if (event.kind === 'closed') return haltAndAsk(draft, order, event.wall);
  draft.notify('warn', 'cancel-failed', { slot: order.slot, kind: event.kind, message: event.message });
  backOffExit(draft, event.wall, event.kind, null);
  ask(draft, { ...order, asked: 0 }, event.wall);
}

function haltAndAsk(draft: Draft, order: Order, wall: number): void {
  applyMarket(draft, 'halted', wall);
  ask(draft, { ...order, asked: 0 }, wall);
}

/** The wall time at which a `time` event is due, seen from `wall`; null when nothing waits for the clock. */
export function wakeAt(state: BotState, wall: number): number | null {
  return parkedBooks(state).reduce(
    (first: number | null, [, book]) => {
      const at = bookWakesAt(book, wall);
      return first === null || at === null ? (first ?? at) : Math.min(first, at);
    },
    bookWakesAt(state, wall),
  );
}

function bookWakesAt(state: BotState, wall: number): number | null {
  const times = state.orders.flatMap((order) => (order.askAt === null ? [] : [order.askAt]));
  // A pause that is over was considered by the event that just passed; only one to come is waited for.
  for (const backOff of [state.phase === 'flat' ? null : state.entryBackOff, state.exitBackOff]) {
    if (backOff !== null && backOff.until > wall) times.push(backOff.until);
  }
  const tries = state.handCancels.flatMap(({ until }) => (until === null ? [] : [until]));
  times.push(...[...protectionTimes(state), ...tries].filter((at) => at > wall));
  return times.length === 0 ? null : Math.min(...times);
}
