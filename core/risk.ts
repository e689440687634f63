import { availableFor, entriesPause } from './available.js';
import { dec, percent } from './decimal.js';
import { equity } from './position.js';
import type { Draft } from './draft.js';
import { shape } from './shape.js';
import { viewOf } from './compare.js';
import type { Bot, BotState, Outcome } from './state.js';

const DAY_MS = 86_400_000;

/** Remembers the first equity of each UTC day of market time; the daily-loss cap counts from it. */
export function rollDay(draft: Draft, time: number): void {
  const date = Math.floor(time / DAY_MS);
  if (draft.state.day?.date === date) return;
  draft.set({ day: { date, equity: equity(draft.state.books, draft.state.price) } });
}

/** Why no entry may begin now; null when one may. Exits are never refused. */
export function entryDenied(bot: Bot, state: BotState, wall: number): Outcome | null {
  if (state.recovering || state.refusal !== null) return 'recovering';
  const paused = entriesPause(state);
  if (paused !== null) return paused;
  if ((state.unrecorded ?? null) !== null) return 'unrecorded';
  if (state.orders.length > 0) return 'unsettled';
  if (state.entryBackOff !== null && state.entryBackOff.until > wall) return 'backing-off';
  if (lostToday(bot, state)) return 'daily-loss';
  return isTooSmall(bot, state) ? 'too-small' : null;
}

function lostToday(bot: Bot, state: BotState): boolean {
  if (bot.maxDailyLossPercent === null || state.day === null) return false;
  const least = dec(state.day.equity).times(dec(1).minus(percent(bot.maxDailyLossPercent)));
  return dec(equity(state.books, state.price)).lte(least);
}

/** Whether the first order the plan would place is one the exchange takes, with the money there is. */
function isTooSmall(bot: Bot, state: BotState): boolean {
  const { plan } = bot.terms;
  const { orders } = bot.planNamed(plan.name).answer({ ...viewOf(bot, state), phase: 'entering' }, plan);
  const [first] = orders;
  if (first === undefined || state.price === null) return false;
  return 'breach' in shape(bot.instrument, first, availableFor(state, 'BUY', null), dec(state.price));
}
