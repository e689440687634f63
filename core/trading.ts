/**
 * What a user may have a bot trade: buy, sell, flatten, cancel. A buy is an entry like any other, by the plan and within
 * every cap; a sale is an exit like any other, which nothing forbids.
 */
import type { Answer, Values } from './answer.js';
import { done, refused } from './answer.js';
import { availableFor } from './available.js';
import type { Command } from './commands.js';
import type { DecimalText } from './decimal.js';
import { dec, rounded, text } from './decimal.js';
import type { Draft } from './draft.js';
import { dropGroup } from './follow.js';
import { lotOfSlot } from './lots.js';
import { unfilled, type Order } from './orders.js';
import { beginCycleAt, beginEntry, giveUpEntry, hasLive, holdsSellable, planOf } from './phase.js';
import { entryDenied, firstOrder } from './risk.js';
import { sellable } from './rules.js';
import type { Shaped } from './shape.js';
import { countedQuantity } from './shortage.js';
import type { Bot, BotState } from './state.js';

type Asked<Name extends Command['name']> = Extract<Command, { name: Name }>;

interface Now {
  /** Market time and wall time (ms). */
  readonly time: number;
  readonly wall: number;
}

/** A market moves: who asked for a buy so long ago (ms) is asked to look again. */
const BUY_FRESH_MS = 300_000;

export function buy(bot: Bot, draft: Draft, { ageMs, time, wall, ...asked }: Asked<'buy'> & Now): Answer {
  const { state } = draft;
  const amount = asked.amount ?? null;
  const no = buyRefused(bot, state, amount, ageMs);
  if (no !== null) return no;
  const denied = entryDenied(bot, state, { time, wall }, amount);
  if (denied !== null) return refused('buy-denied', { outcome: denied.outcome, ...denied.values });
  const order = firstOrder(bot, state, amount)?.order ?? null;
  if (order === null) return refused('buy-nothing');
  if (bot.dryRun) return refused('buy-dry-run', orderValues(bot, order));
  beginEntry(bot, draft, time, [{ code: 'user-buy', values: {} }], amount);
  return done('buying', orderValues(bot, order));
}

function buyRefused(bot: Bot, state: BotState, amount: DecimalText | null, ageMs: number): Answer | null {
  const { phase, entry, price, books } = state;
  const { plan, parameters } = planOf(bot, state);
  const { base, quote } = bot.instrument;
  if (ageMs > BUY_FRESH_MS) return refused('buy-too-late', { minutes: Math.round(ageMs / 60_000) });
  if (plan.follows !== undefined) return refused('buy-follows');
  if (phase === 'exiting') return refused('buy-selling');
  if (phase === 'entering' || entry !== null) return refused('buy-entering');
  if (phase === 'holding' && (plan.entries?.(parameters) ?? 1) < 2)
    return refused('buy-holding', { quantity: books.quantity, base });
  if (price === null) return refused('buy-no-price', { interval: state.settings.interval });
  if (amount === null) return null;
  if (plan.takesAmount?.(parameters) !== true) return refused('buy-no-amount', { plan: plan.name });
  const cash = availableFor(state, 'BUY', null);
  return dec(amount).gt(cash) ? refused('buy-too-much', { amount, cash: text(cash), quote }) : null;
}

function orderValues({ instrument }: Bot, order: Shaped): Values {
  const [leg] = order.legs;
  const { base, quote } = instrument;
  const values: Values = { amount: order.quote ?? '0', base, quote };
  const sized: Values = order.quantity === null ? values : { ...values, quantity: order.quantity };
  return leg?.price == null ? sized : { ...sized, price: leg.price };
}

export function sell(bot: Bot, draft: Draft, { batch, time }: Asked<'sell'> & Now): Answer {
  if (batch !== undefined) return sellBatch(bot, draft, batch);
  const { state } = draft;
  const { base } = bot.instrument;
  if (!holdsSellable(bot, state)) return refused('sell-nothing', { quantity: state.books.quantity, base });
  if (state.phase === 'exiting') return done('selling-already', heldValues(bot, state));
  leaveAll(bot, draft, time, 'user-sell');
  const follows = planOf(bot, state).plan.follows !== undefined;
  return done(follows ? 'selling-followed' : 'selling', heldValues(bot, state));
}

function sellBatch(bot: Bot, draft: Draft, batch: number): Answer {
  const { state } = draft;
  const open = state.lots.filter((lot) => !lot.completed && lotOfSlot(lot.slot) === lot.id);
  const lot = open.find(({ id }) => id === batch);
  if (lot === undefined)
    return refused('sell-no-batch', { batch, open: open.map(({ id }) => id).join(', ') });
  const price = state.price === null ? null : dec(state.price);
  const values = { batch, ...worth(bot, state, lot.remaining) };
  if (state.phase === 'exiting' || lot.leaving.some(({ quantity }) => quantity === null))
    return done('batch-selling-already', values);
  if (!sellable(bot.instrument, dec(lot.remaining), price)) return refused('batch-too-small', values);
  draft.leaveLot(batch, { slot: `b${batch}_out`, quantity: null, reason: { code: 'user-sell', values: {} } });
  if (state.entry?.lot === batch) giveUpEntry(bot, draft);
  return done('batch-selling', values);
}

/** What is held, and what it is worth at the last price. */
function heldValues(bot: Bot, state: BotState): Values {
  return worth(bot, state, text(countedQuantity(state)));
}

function worth({ instrument }: Bot, { price }: BotState, quantity: DecimalText): Values {
  const { base, quote } = instrument;
  const values: Values = { quantity, base, quote };
  return price === null ? values : { ...values, price, value: rounded(dec(quantity).times(price), 2) };
}

export function flatten(bot: Bot, draft: Draft, time: number): Answer {
  const { state } = draft;
  draft.set({ paused: true });
  const holds = holdsSellable(bot, state);
  const buys = state.orders.filter(({ side }) => side === 'BUY').length;
  if (state.phase === 'flat' && !holds && buys === 0) return done('flat-already');
  leaveAll(bot, draft, time, 'user-sell');
  if (!holds) return done('flattening-entries', { entries: buys });
  return done('flattening', { entries: buys, ...heldValues(bot, state) });
}

/**
 * The position is left at market, and no entry is followed any more. An entry that was given up and may still execute
 * is left too: what it buys is sold.
 */
export function leaveAll(bot: Bot, draft: Draft, time: number, code: string): void {
  const reasons = [{ code, values: {} }];
  const { phase, price } = draft.state;
  if (phase === 'flat') {
    if (!hasLive(draft.state, 'BUY') && !holdsSellable(bot, draft.state)) return;
    beginCycleAt(bot, draft, price ?? '0', { at: time, reasons });
  }
  draft.raiseExit(time, reasons);
}

export function cancel(bot: Bot, draft: Draft, { order: named, again, wall }: Asked<'cancel'> & Now): Answer {
  const { state } = draft;
  const order = state.orders.find(
    ({ id, slot, legs }) =>
      slot === named || id === named || legs.some(({ clientOrderId }) => clientOrderId === named),
  );
  if (order === undefined)
    return refused('cancel-no-order', {
      order: named,
      open: state.orders.map(({ slot }) => slot).join(', '),
    });
  const { slot, cancelling, side } = order;
  if (cancelling) return done('cancelling-already', { slot });
  if (state.market?.status === 'halted') return refused('cancel-halted', { slot });
  if (!canBeCancelled(order)) return refused('cancel-unknown', { slot });
  // The comparison takes it back, for it is not wanted any more.
  if (dropGroup(draft, slot)) return done('counter-dropped', { slot });
  if (side === 'BUY') return dropEntry(bot, draft, order, wall);
  const rest = text(unfilled(order));
  const values = { slot, quantity: rest, base: bot.instrument.base };
  return again === true ? cancelExit(draft, order, values) : refused('cancel-exit', values);
}

/** It rests, and nothing about it is being asked for. */
function canBeCancelled({ legs, askAt }: Order): boolean {
  const rests = legs.some(({ status }) => status === 'open' || status === 'partial');
  return rests && askAt === null && legs.every(({ type }) => type !== 'MARKET');
}

/** An entry that is not wanted any more: the comparison takes it back, and does not place it again in this cycle. */
function dropEntry(bot: Bot, draft: Draft, { slot }: Order, wall: number): Answer {
  if (draft.state.entry?.slot === slot) giveUpEntry(bot, draft);
  const { phase, handCancels } = draft.state;
  if (phase !== 'flat') {
    const others = handCancels.filter((each) => each.slot !== slot);
    const wish = { slot, count: 1, at: wall, until: null, dropped: true } as const;
    draft.set({ handCancels: [...others, wish] });
  }
  return done(phase === 'flat' ? 'entry-dropped' : 'level-dropped', { slot });
}

/** An exit is wanted as long as something is held: once it is gone, the comparison places it anew. */
function cancelExit(draft: Draft, order: Order, values: Values): Answer {
  const leg = order.legs.find(({ status }) => status === 'open' || status === 'partial');
  if (leg === undefined) return refused('cancel-unknown', { slot: order.slot });
  const list = order.type === 'oco' && order.legs.length > 1;
  draft.replaceOrder({ ...order, cancelling: true, withdrawn: true });
  draft.emit({ type: 'cancel', id: order.id, clientOrderId: leg.clientOrderId, list });
  return done('exit-renewed', values);
}
