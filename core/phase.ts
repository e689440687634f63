/** The cycle, flat to flat: edges become state. */
import { dec } from './decimal.js';
import type { Draft } from './draft.js';
import { beginCycle } from './position.js';
import { sellable } from './rules.js';
import type { Bot, BotState } from './state.js';
import { countedQuantity } from './shortage.js';
import type { Reason } from './strategy.js';

/** Whether something is held that an exchange would take at market; dust is not. */
export function holdsSellable(bot: Bot, state: BotState): boolean {
  return sellable(bot.instrument, countedQuantity(state), state.price === null ? null : dec(state.price));
}

export function hasLive(state: BotState, side: 'BUY' | 'SELL'): boolean {
  return state.orders.some((order) => order.side === side);
}

/** Flat → entering: a new cycle on the terms in force now. */
export function beginEntry(bot: Bot, draft: Draft, at: number, reasons: readonly Reason[]): void {
  draft.set({
    phase: 'entering',
    cycle: draft.state.cycle + 1,
    terms: bot.terms,
    raised: { at, reasons },
    books: beginCycle(draft.state.books),
    highestPrice: null,
    exitBackOff: null,
    handCancels: [],
    tooSmall: null,
  });
}

/** Where the books and the live orders say the cycle stands now. Idempotent; called after every event. */
export function advancePhase(bot: Bot, draft: Draft): void {
  const { state } = draft;
  if (state.phase === 'flat') return;
  if (holdsSellable(bot, state)) {
    if (state.phase === 'entering' && !hasLive(state, 'BUY')) draft.set({ phase: 'holding' });
    return;
  }
  // An entry that was refused may be tried again until its kline's successor closes; leaving is over when no sell lives.
  if (state.phase !== 'entering' && !hasLive(state, 'SELL') && !hasLive(state, 'BUY')) endCycle(draft);
}

/** An entry not known to be executed lapses when the next kline closes. */
export function lapseEntry(bot: Bot, draft: Draft): void {
  const { state } = draft;
  if (state.phase !== 'entering') return;
  // What is in flight or unresolved may still execute: it keeps the phase until it is known.
  const undecided = state.orders.some((order) => order.side === 'BUY' && order.legs.some(inFlight));
  if (undecided) return;
  if (holdsSellable(bot, state)) draft.set({ phase: 'holding' });
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
  draft.set({
    phase: 'flat',
    terms: null,
    raised: null,
    highestPrice: null,
    exitBackOff: null,
    handCancels: [],
    tooSmall: null,
  });
}
