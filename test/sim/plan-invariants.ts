/** What must hold of the plans that hold several lots: quantities and percentages always sum, nothing is stranded. */
import { availableFor, entriesPause, sideOf } from '../../core/available.js';
import { unfilled } from '../../core/orders.js';
import { ZERO, dec, text } from '../../core/decimal.js';
import { groupOfSlot } from '../../core/follow-group.js';
import { looseQuantity, lotPrice } from '../../core/lots.js';
import type { Order } from '../../core/orders.js';
import { breachOf, lotQuantity, sellable, type Instrument } from '../../core/rules.js';
import type { Bot, BotState } from '../../core/state.js';
import type { DesiredOrder, Lot } from '../../core/strategy.js';
import { viewOf } from '../../core/view.js';
import { ladder } from '../../strategies/plans/ladder.js';
import { batchShares, stopShare } from '../../strategies/plans/ladder-batches.js';
import { levelsOf } from '../../strategies/plans/levels.js';
import { martingale } from '../../strategies/plans/martingale.js';
import { openSteps } from '../../strategies/plans/steps.js';
import { planNamed } from '../../strategies/registry.js';
import { Violation } from './world.js';

/** After each event of a bot that lives. */
export function checkLots(state: BotState): void {
  const { lots, books, phase } = state;
  if (phase === 'flat' && lots.length > 0) throw new Violation(`flat, but with ${lots.length} lots`);
  for (const lot of lots) checkLot(lot);
  const held = lots.reduce((sum, { remaining }) => sum.plus(remaining), ZERO);
  if (held.gt(books.quantity))
    throw new Violation(`lots hold ${text(held)}, the books only ${books.quantity}`);
  if (new Set(lots.map(({ slot }) => slot)).size < lots.length)
    throw new Violation(`two lots of one slot: ${lots.map(({ slot }) => slot).join(', ')}`);
  const { plan } = state.terms ?? state.settings.terms;
  if (phase !== 'flat' && plan.name === 'ladder') checkLadder(state, plan);
  if (phase !== 'flat' && plan.name === 'martingale') checkMartingale(state, plan);
}

function checkLot({ id, quantity, remaining, sales }: Lot): void {
  const sold = sales.reduce((sum, sale) => sum.plus(sale.quantity), ZERO);
  if (dec(remaining).lt(0) || !sold.plus(remaining).eq(quantity))
    throw new Violation(`lot ${id} of ${quantity} sold ${text(sold)} and keeps ${remaining}`);
}

/** Every batch's shares are the batch, and what its steps still sell is what remains of it. */
function checkLadder(state: BotState, plan: BotState['settings']['terms']['plan']): void {
  const parameters = ladder.parameters.strip().parse(plan);
  const { instrument } = state.settings;
  for (const lot of state.lots.filter(({ completed }) => !completed)) {
    const shares = batchShares(lot, parameters, instrument);
    const sum = shares.reduce((total, { quantity }) => total.plus(quantity), ZERO);
    if (!sum.eq(lot.quantity))
      throw new Violation(`the steps of lot ${lot.id} are ${text(sum)} of ${lot.quantity}`);
    const stop = lotPrice(lot).times(stopShare(parameters));
    const extra = looseQuantity(state.books.quantity, state.lots);
    const open = openSteps(shares, stop, extra, instrument);
    const left = open.reduce((total, { quantity }) => total.plus(quantity), ZERO);
    if (!left.eq(extra.plus(lot.remaining)))
      throw new Violation(
        `the steps of lot ${lot.id} sell ${text(left)}, ${lot.remaining} + ${text(extra)} remain`,
      );
  }
}

/** No level buys more than its amount, and there is one target for the whole position. */
function checkMartingale(state: BotState, plan: BotState['settings']['terms']['plan']): void {
  const parameters = martingale.parameters.strip().parse(plan);
  const targets = state.orders.filter(({ side, type }) => side === 'SELL' && type !== 'market-sell');
  if (targets.some(({ slot }) => slot !== 'protect'))
    throw new Violation(`targets besides the one: ${targets.map(({ slot }) => slot).join(', ')}`);
  // A config that applies now, or a late fill that began the cycle, changes what the levels are.
  if (state.start === null || state.raised?.reasons[0]?.code === 'late-fill' || edited.has(state.settings.id))
    return;
  const levels = levelsOf(parameters, state.start, state.settings.instrument);
  for (const lot of state.lots) {
    const level = levels.find(({ slot }) => slot === lot.slot);
    if (level !== undefined && dec(lot.bought).gt(level.quantity))
      throw new Violation(`level ${lot.slot} bought ${lot.bought}, its amount is ${text(level.quantity)}`);
  }
}

/** Bots whose plan was edited for the running cycle, or that bought for a cycle given up. */
const edited = new Set<string>();

export function forgetEdits(): void {
  edited.clear();
}

export function noteEdit(id: string): void {
  edited.add(id);
}

/** What could be sold is to be sold somewhere; a ladder that sells in a fall may have found no room for its stops. */
function checkStranded({ books, price, settings }: BotState, sales: number, plan: string): void {
  if (sales > 0 || (plan === 'ladder' && settings.instrument.maxAlgoOrders !== undefined)) return;
  if (sellable(settings.instrument, dec(books.quantity), price === null ? null : dec(price)))
    throw new Violation(`${books.quantity} are held, and nothing is to sell them`);
}

/** For as much as is wanted, but for what is less than a step. */
function checkQuantity(order: Order, want: DesiredOrder, instrument: Instrument): void {
  if (!('quantity' in want)) return;
  const wanted = lotQuantity(instrument, dec(want.quantity), false);
  if (!unfilled(order).eq(wanted))
    throw new Violation(`${order.slot} is open for ${text(unfilled(order))}, wanted for ${text(wanted)}`);
}

/** Whether a counter buy is to rest: no pause, stop, halt, loss or hour is in its way, and its money is there. */
function isDue(
  state: BotState,
  { slot, price, quantity }: Extract<DesiredOrder, { type: 'limit' }>,
): boolean {
  const { stopped, settings, entryTimes = [] } = state;
  const { maxOrdersPerHour: most = null } = settings;
  const capped = most !== null && entryTimes.length >= most;
  const paid = availableFor(state, 'BUY', null).gte(dec(price).times(quantity));
  return groupOfSlot(slot) !== null && !stopped && !capped && paid && entriesPause(state) === null;
}

/** Once all has settled: what the plan wants and the exchange takes is open, and nothing else. */
export function checkWanted(state: BotState): void {
  if (state.phase !== 'holding' || state.entry !== null || state.divergence !== null) return;
  const bot: Bot = { ...state.settings, planNamed };
  const { plan } = state.terms ?? bot.terms;
  const { orders, leave = [] } = planNamed(plan.name).answer(viewOf(bot, state), plan);
  const { instrument } = bot;
  checkStranded(state, orders.filter((want) => sideOf(want) === 'SELL').length + leave.length, plan.name);
  const open = new Map(state.orders.map((order) => [order.slot, order]));
  for (const { slot } of state.orders)
    if (!orders.some((want) => want.slot === slot)) throw new Violation(`${slot} is open, but not wanted`);
  for (const want of orders) {
    const order = open.get(want.slot);
    if (order !== undefined) checkQuantity(order, want, instrument);
    if (order !== undefined || (want.type !== 'oco' && want.type !== 'stop' && want.type !== 'limit'))
      continue;
    // Levels are entries that a close lapses; a counter buy is to be open as long as nothing holds it back.
    if (want.type === 'limit' && want.side === 'BUY' && !isDue(state, want)) continue;
    const price = dec(want.type === 'limit' ? want.price : want.stop);
    const quantity = lotQuantity(instrument, dec(want.quantity), false);
    if (breachOf(instrument, { quantity, price, market: false }) !== null) continue;
    throw new Violation(`${want.slot} for ${want.quantity} is wanted, but not open`);
  }
}
