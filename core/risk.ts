import { availableFor, entriesPause } from './available.js';
import type { DecimalText } from './decimal.js';
import { dec, percent } from './decimal.js';
import { equity } from './position.js';
import type { Draft } from './draft.js';
import type { Shaped } from './shape.js';
import { shape } from './shape.js';
import { nextEntry, planOf } from './phase.js';
import type { Bot, BotState, Outcome } from './state.js';
import { viewOf } from './view.js';

const DAY_MS = 86_400_000;

/** Remembers the first equity of each UTC day of market time; the daily-loss cap counts from it. */
export function rollDay(draft: Draft, time: number): void {
  const date = Math.floor(time / DAY_MS);
  if (draft.state.day?.date === date) return;
  draft.set({ day: { date, equity: equity(draft.state.books, draft.state.price) } });
}

/** Why no entry (of this amount of quote) may begin now; null when one may. Exits are never refused. */
export function entryDenied(
  bot: Bot,
  state: BotState,
  wall: number,
  amount: DecimalText | null = null,
): Outcome | null {
  if (state.recovering || state.refusal !== null) return 'recovering';
  const paused = entriesPause(state);
  if (paused !== null) return paused;
  if (state.stopped) return 'paused';
  if ((state.unrecorded ?? null) !== null) return 'unrecorded';
  if (state.orders.some(({ side }) => state.phase === 'flat' || side === 'BUY')) return 'unsettled';
  const denial = deniedByPlan(bot, state);
  if (denial !== null) return denial;
  if (state.entryBackOff !== null && state.entryBackOff.until > wall) return 'backing-off';
  if (lostToday(bot, state)) return 'daily-loss';
  const first = firstOrder(bot, state, amount);
  return first !== null && first.order === null ? 'too-small' : null;
}

function lostToday(bot: Bot, state: BotState): boolean {
  if (bot.maxDailyLossPercent === null || state.day === null) return false;
  const least = dec(state.day.equity).times(dec(1).minus(percent(bot.maxDailyLossPercent)));
  return dec(equity(state.books, state.price)).lte(least);
}

function deniedByPlan(bot: Bot, state: BotState): Outcome | null {
  const { plan, parameters } = planOf(bot, state);
  const open = state.lots.filter(({ completed }) => !completed).length;
  if (open >= (plan.entries?.(parameters) ?? 1)) return 'full';
  return plan.denies?.(viewOf(bot, state), parameters) ?? null;
}

/**
 * The order that the plan would enter with now; `order` is null where the exchange would not take it with the money there
 * is. Null when the plan would place none yet, or no price is known.
 */
export function firstOrder(
  bot: Bot,
  state: BotState,
  amount: DecimalText | null,
): { readonly order: Shaped | null } | null {
  const { plan, parameters } = planOf(bot, state);
  const flat = state.phase === 'flat';
  const start = flat ? { price: state.price ?? '0', cash: state.books.cash } : state.start;
  const entry = nextEntry(bot, state, amount);
  const view = { ...viewOf(bot, state), phase: flat ? ('entering' as const) : state.phase, entry, start };
  const first = plan.answer(view, parameters).orders.find(({ slot }) => slot === entry.slot);
  if (first === undefined || state.price === null) return null;
  const cut = shape(bot.instrument, first, availableFor(state, 'BUY', null), dec(state.price));
  return { order: 'shaped' in cut ? cut.shaped : null };
}
