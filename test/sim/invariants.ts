/** What must hold. Each breach ends the run with a sentence. */
import { decodeEntry, type Entry } from '../../bot/files/journal.js';
import type { Decimal } from '../../core/decimal.js';
import { ZERO, dec, max, min, text } from '../../core/decimal.js';
import type { Kline } from '../../core/kline.js';
import { isTerminal, parseClientOrderId } from '../../core/orders.js';
import { breachOf, lotQuantity } from '../../core/rules.js';
import { shortIn } from '../../core/shortage.js';
import type { Bot, BotState } from '../../core/state.js';
import { viewOf } from '../../core/view.js';
import type { OrderRecord } from '../../exchange/paper/engine/types.js';
import { planNamed } from '../../strategies/registry.js';
import { checkFollowed, checkFollower } from './follow-invariants.js';
import { checkLots, checkWanted } from './plan-invariants.js';
import type { SimDisk } from './disk.js';
import type { SimBot, SimProcess } from './process.js';
import type { Venue } from './venue.js';
import { Violation } from './world.js';

/** A fixed quantity is bought at market: a gap may cost more than the half per cent kept for it. */
const MOST_OVERSPENT = 0.2;

interface Resting {
  readonly tag: string;
  readonly slot: string;
  readonly seq: number;
  readonly order: OrderRecord;
}

export function restingOf(venue: Venue, account: string): Resting[] {
  return venue.engine.openOrders(account, venue.symbol).flatMap((order) => {
    const own = parseClientOrderId(order.clientOrderId);
    return own === null ? [] : [{ ...own, slot: own.slot.replace(/_(tp|sl)$/, ''), order }];
  });
}

/** After whatever happened at the exchange. */
export function checkEngine(venue: Venue): void {
  for (const account of venue.listeners.keys()) {
    for (const { asset, free, locked } of venue.engine.balances(account))
      if (dec(free).lt(0) || dec(locked).lt(0))
        throw new Violation(`account ${account} has ${free} + ${locked} ${asset}`);
    checkSlots(venue, restingOf(venue, account));
  }
  for (const [tag, { quantity, overspent }] of venue.ledgers) {
    if (quantity.lt(0)) throw new Violation(`bot ${tag} sold ${text(quantity.neg())} more than it owned`);
    if (overspent !== null && overspent.share > (isFixed(venue, tag) ? MOST_OVERSPENT : 0))
      throw new Violation(`order ${overspent.id} spent ${text(overspent.by)} more than the bot had`);
  }
}

function isFixed(venue: Venue, tag: string): boolean {
  return venue.fixedQuantity.has(tag);
}

function checkSlots(venue: Venue, resting: readonly Resting[]): void {
  const held = new Map<string, Map<number, Decimal>>();
  const slots = new Map<string, number>();
  for (const { tag, slot, seq, order } of resting) {
    const other = slots.get(`${tag} ${slot}`);
    if (other !== undefined && other !== seq)
      throw new Violation(`two open orders in slot ${slot} of bot ${tag}: ${other} and ${seq}`);
    slots.set(`${tag} ${slot}`, seq);
    if (order.side === 'BUY') continue;
    const bySeq = held.get(tag) ?? new Map<number, Decimal>();
    held.set(tag, bySeq);
    bySeq.set(seq, max(bySeq.get(seq) ?? ZERO, dec(order.origQty).minus(order.executedQty)));
  }
  checkReserved(venue, resting);
  for (const [tag, bySeq] of held) {
    const sum = [...bySeq.values()].reduce((total, rest) => total.plus(rest), ZERO);
    const { quantity } = venue.ledger(tag);
    if (sum.gt(quantity))
      throw new Violation(`bot ${tag} rests sells of ${text(sum)}, but owns only ${text(quantity)}`);
  }
}

/** What rests to buy, and what was spent, is within the budget that the bot had when it sent the newest of them. */
function checkReserved(venue: Venue, resting: readonly Resting[]): void {
  const frozen = new Map<string, { worth: Decimal; budget: Decimal }>();
  for (const { tag, order } of resting) {
    if (order.side !== 'BUY') continue;
    const { worth, budget } = frozen.get(tag) ?? { worth: ZERO, budget: ZERO };
    const rest = dec(order.origQty).minus(order.executedQty);
    frozen.set(tag, {
      worth: worth.plus(rest.times(order.price)),
      budget: max(budget, dec(venue.ledger(tag).budgets.get(order.clientOrderId) ?? '0')),
    });
  }
  for (const [tag, { worth, budget }] of frozen) {
    const left = budget.plus(venue.ledger(tag).quote);
    if (worth.gt(left))
      throw new Violation(`bot ${tag} rests buys of ${text(worth)}, but has only ${text(left)}`);
  }
}

/** After each event of a bot that lives. */
export function checkBot(process: SimProcess, state: BotState): void {
  const { books, settings } = state;
  if (dec(books.quantity).lt(0)) throw new Violation(`books hold ${books.quantity}`);
  const slots = state.orders.map(({ slot }) => slot);
  if (new Set(slots).size < slots.length)
    throw new Violation(`books know two live orders in a slot: ${slots.join(', ')}`);
  if (process.run.venue.followers.has(state.tag)) {
    checkFollower(state);
    return process.bot.told.check(process, state);
  }
  const sum = dec(books.cash).plus(books.cost);
  const expected = dec(settings.budget).plus(books.realizedPnl);
  if (!sum.eq(expected))
    throw new Violation(
      `cash ${books.cash} + cost ${books.cost} is not budget ${settings.budget} + realized ${books.realizedPnl}`,
    );
  checkBooked(process, state);
  checkProtection(process, state);
  checkLots(state);
  process.bot.told.check(process, state);
}

/** Decided on once, in order, without a hole, and as it was when it had closed. */
export function checkKline(process: SimProcess, kline: Kline, last: number | null): void {
  const { venue, scenario } = process.run;
  const [first] = venue.klines;
  const closed = venue.klines[(kline.openTime - (first?.openTime ?? 0)) / scenario.intervalMs];
  const wrong = (what: string) =>
    process.run.crash(
      new Violation(`${process.name} is told of a kline that ${what}: ${JSON.stringify(kline)}`),
    );
  if (closed === undefined) return wrong('has not closed');
  if (JSON.stringify(closed) !== JSON.stringify(kline)) return wrong(`closed as ${JSON.stringify(closed)}`);
  if (last === null) return;
  if (kline.openTime <= last) return wrong(`does not follow on ${last}`);
  if (kline.openTime > last + scenario.intervalMs) return wrong(`leaves a hole after ${last}`);
}

/** The books are the sum of exactly those trades that the bot says it has booked: none twice, none skipped. */
function checkBooked(
  process: SimProcess,
  { tag, books, settings, tradeCursor, bookedTrades }: BotState,
): void {
  if (process.booksChecked === books && process.cursorChecked === tradeCursor) return;
  process.booksChecked = books;
  process.cursorChecked = tradeCursor;
  const { quantity, quote } = process.run.venue.ledger(tag).upTo(tradeCursor, bookedTrades);
  const cash = quote.plus(settings.budget);
  if (!quantity.eq(books.quantity) || !cash.eq(books.cash))
    throw new Violation(
      `the books hold ${books.quantity} + ${books.cash}; the trades that are booked make ${text(quantity)} + ${text(cash)}`,
    );
}

/** Held, protectable, and neither protected nor about to be: forgotten. */
function checkProtection(process: SimProcess, state: BotState): void {
  if (state.phase !== 'holding' || state.recovering || state.refusal !== null) return;
  if (state.orders.some(({ side }) => side === 'SELL') || protectable(state).lte(0)) return;
  const wall = process.line.now();
  if (state.exitBackOff !== null && state.exitBackOff.until > wall - 1_000) return;
  // A market that takes no orders is waited for; a user who cancels again and again is not fought without a pause.
  if (state.market !== null) return;
  if (state.handCancels.some(({ until }) => until !== null && until > wall - 1_000)) return;
  throw new Violation(`the bot holds ${state.books.quantity} without protection and does nothing about it`);
}

/** How much the plan demands to be protected on the exchange, as far as its rules allow and the coins are known to be there. */
export function protectable(state: BotState): Decimal {
  const bot: Bot = { ...state.settings, planNamed };
  const { plan } = state.terms ?? bot.terms;
  const { orders } = planNamed(plan.name).answer(viewOf(bot, state), plan);
  // A user may take everything by hand: that is said, and nothing is left that could be protected.
  const there = dec(state.books.quantity).minus(shortIn(state, 'base'));
  let most = ZERO;
  for (const want of orders) {
    if (want.type !== 'oco' && want.type !== 'stop') continue;
    const { instrument } = bot;
    const quantity = lotQuantity(instrument, min(dec(want.quantity), there), false);
    const price = dec(want.stop);
    if (breachOf(instrument, { quantity, price, market: false }) === null) most = most.plus(quantity);
  }
  return most;
}

/** The journal from the bot's birth on; null when older segments are gone. */
export function journalOf(disk: SimDisk): Entry[] | null {
  const entries = journalEntries(disk);
  return entries[0]?.event.type === 'born' ? entries : null;
}

/** All that the disk holds of the journal. */
export function journalEntries(disk: SimDisk): Entry[] {
  const segments = [...disk.names.keys()]
    .flatMap((name) => {
      const match = /^events\.(\d+)\.ndjson$/.exec(name);
      return match === null ? [] : [{ name, first: Number(match[1]) }];
    })
    .sort((a, b) => a.first - b.first)
    .map(({ name }) => name);
  return [...segments, 'events.ndjson'].flatMap((name) =>
    (disk.get(name)?.content.toString('utf8') ?? '')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [decodeEntry(line)]))
      .filter((entry) => entry !== null),
  );
}

/** All is answered and caught up: what the bot believes is what the exchange recorded. */
export function checkSettled(bot: SimBot, disturbed: boolean): void {
  const { process, run } = bot;
  const state = process?.state ?? null;
  if (process === null || state === null || process.phase !== 'ready')
    throw new Violation(`bot ${bot.config.id} does not run (${process?.phase ?? 'never started'})`);
  const ledger = run.venue.ledger(state.tag);
  const { books, settings } = state;
  const say = (what: string, is: string, should: string) => {
    throw new Violation(`bot ${settings.id}: ${what} is ${is}, by the exchange's record ${should}`);
  };
  if (state.refusal !== null) throw new Violation(`bot ${settings.id} refuses: ${state.refusal}`);
  if (state.recovering) throw new Violation(`bot ${settings.id} still recovers`);
  const follows = run.venue.followers.has(state.tag);
  if (follows) checkFollowed(run.venue, state);
  if (!follows && !dec(books.quantity).eq(ledger.quantity))
    say('quantity', books.quantity, text(ledger.quantity));
  const cash = dec(settings.budget).plus(ledger.quote);
  if (!follows && !cash.eq(books.cash)) say('cash', books.cash, text(cash));
  for (const [asset, fee] of ledger.fees)
    if (!fee.eq(books.fees[asset] ?? '0')) say(`commission in ${asset}`, books.fees[asset] ?? '0', text(fee));
  checkOpen(bot, state);
  bot.told.checkSettled(state);
  if (disturbed) return;
  if (state.divergence !== null) throw new Violation(`bot ${settings.id} is diverged: ${state.divergence}`);
  checkWanted(state);
  if (state.phase !== 'holding') return;
  const protectedNow = restingOf(run.venue, bot.account)
    .filter(({ tag, order }) => tag === state.tag && order.side === 'SELL' && order.type.startsWith('STOP'))
    .reduce((sum, { order }) => sum.plus(order.origQty), ZERO);
  if (!protectedNow.eq(protectable(state))) say('protected', text(protectable(state)), text(protectedNow));
}

function checkOpen(bot: SimBot, state: BotState): void {
  const known = state.orders
    .flatMap(({ legs }) => legs)
    .filter(({ status }) => !isTerminal(status))
    .map(({ clientOrderId, status }) => `${clientOrderId} ${status === 'unresolved' ? 'unresolved' : 'open'}`)
    .sort();
  const open = restingOf(bot.run.venue, bot.account)
    .filter(({ tag }) => tag === state.tag)
    .map(({ order }) => `${order.clientOrderId} open`)
    .sort();
  if (known.join() !== open.join())
    throw new Violation(
      `bot ${state.settings.id} believes that ${known.join(', ') || 'nothing'} is open, on the exchange ${open.join(', ') || 'nothing'} is`,
    );
}
