import type { Values } from './answer.js';
import { availableFor, entriesPause } from './available.js';
import { lossInForce, reachedCap, reachedOrders } from './caps.js';
import type { DecimalText } from './decimal.js';
import { dec, text } from './decimal.js';
import { followOf, slotOfGroup } from './follow-group.js';
import { hasSide } from './orders.js';
import type { Shaped } from './shape.js';
import { shape } from './shape.js';
import { nextEntry, planOf } from './phase.js';
import { reservedCash } from './reserved.js';
import type { Bot, BotState, Outcome } from './state.js';
import { viewOf } from './view.js';

/** What came of a verdict, with the numbers of a cap that stood against it. */
export interface Denial {
  readonly outcome: Outcome;
  readonly values?: Values;
}

/** Why no entry (of this amount of quote) may begin at this market and wall time; null when one may. Exits are never refused. */
export function entryDenied(
  bot: Bot,
  state: BotState,
  { time, wall }: { readonly time: number; readonly wall: number },
  amount: DecimalText | null = null,
): Denial | null {
  const outcome = entryForbidden(bot, state, wall);
  const capped = outcome === null || isCapped(outcome) ? reachedCap(bot, state, time) : null;
  if (capped !== null) return capped;
  if (outcome !== null) return { outcome };
  const first = firstOrder(bot, state, amount);
  return first !== null && first.order === null ? { outcome: 'too-small' } : null;
}

/** The cap that holds back a counter buy of a bot that follows its user; null where none does, or none is to be placed. */
export function counterDenied(bot: Bot, state: BotState, time: number): Denial | null {
  const { groups } = followOf(state);
  if (groups.length === 0) return null;
  const buys = groups.filter(
    (group) => group.side === 'SELL' && group.state === 'open' && group.dropped !== true,
  );
  if (buys.length === 0) return null;
  const waits = buys.some((group) => state.orders.every(({ slot }) => slot !== slotOfGroup(group)));
  return lossInForce(bot, state) ?? (waits ? reachedOrders(bot, state, time) : null);
}

function isCapped(outcome: Outcome): boolean {
  return outcome === 'daily-loss' || outcome === 'drawdown';
}

function entryForbidden(bot: Bot, state: BotState, wall: number): Outcome | null {
  if (state.recovering || state.refusal !== null) return 'recovering';
  const paused = entriesPause(state);
  if (paused !== null) return paused;
  if (state.stopped) return 'paused';
  if ((state.unrecorded ?? null) !== null) return 'unrecorded';
  if (state.phase === 'flat' ? state.orders.length > 0 : hasSide(state.orders, 'BUY')) return 'unsettled';
  const denial = deniedByPlan(bot, state);
  if (denial !== null) return denial;
  return state.entryBackOff !== null && state.entryBackOff.until > wall ? 'backing-off' : null;
}

function deniedByPlan(bot: Bot, state: BotState): Outcome | null {
  const { plan, parameters } = planOf(bot, state);
  let open = 0;
  for (const { completed } of state.lots) if (!completed) open += 1;
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
  const start = flat ? { price: state.price ?? '0', cash: text(reservedCash(state)) } : state.start;
  const entry = nextEntry(bot, state, amount);
  const view = viewOf(bot, state);
  if (flat) view.phase = 'entering';
  view.entry = entry;
  view.start = start;
  const first = plan.answer(view, parameters).orders.find(({ slot }) => slot === entry.slot);
  if (first === undefined || state.price === null) return null;
  const cut = shape(bot.instrument, first, availableFor(state, 'BUY', null), dec(state.price));
  return { order: cut.shaped ?? null };
}
