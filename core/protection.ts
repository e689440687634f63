/**
 * Whether a holding's demanded protection rests on the exchange: that it does not is noted from when to when, and
 * alerted, once, when it lasts (design §4). It counts while the bot recovers too, for that can take long.
 */
import { availableFor } from './available.js';
import { dec } from './decimal.js';
import type { Draft } from './draft.js';
import type { BareEnd, Effect } from './events.js';
import { lotOfSlot } from './lots.js';
import { isLeft, isProtective } from './manual.js';
import { isResting, isTerminal, orderInSlot, type Order } from './orders.js';
import { shape } from './shape.js';
import type { Bot, BotState } from './state.js';
import type { DesiredOrder } from './strategy.js';

/** Placing and replacing take moments; longer than this (ms of wall time) is a reason to worry. */
export const UNPROTECTED_MS = 2_000;
/** A stop that was triggered and is not filled by then (ms of wall time) leaves at market instead (design §4). */
export const TRIGGERED_MS = 2_000;

export function watchProtection(bot: Bot, draft: Draft, wanted: readonly DesiredOrder[], wall: number): void {
  const { state } = draft;
  const holds = state.phase === 'holding' || state.phase === 'entering';
  if (!holds) return endBare(draft, wall, 'left');
  let isBareAnywhere = false;
  let isWished = true;
  for (const want of wanted) {
    if (!isProtective(want.type) || !isBare(bot, state, want)) continue;
    isBareAnywhere = true;
    isWished &&= isLeft(state, want.slot);
  }
  if (!isBareAnywhere) return endBare(draft, wall, 'protected');
  if (isWished) return endBare(draft, wall, 'wished');
  if (state.unprotected === null) {
    draft.change().unprotected = { since: wall, alerted: false };
    return;
  }
  if (state.unprotected.alerted || wall <= state.unprotected.since + UNPROTECTED_MS) return;
  draft.set({ unprotected: { ...state.unprotected, alerted: true } });
  draft.notify('error', 'unprotected', { seconds: Math.round((wall - state.unprotected.since) / 1_000) });
}

/** What is too small for the exchange cannot be protected there. */
function isBare(bot: Bot, state: BotState, want: DesiredOrder): boolean {
  const order = orderInSlot(state.orders, want.slot);
  if (order !== undefined && (isResting(order) || hasTriggered(order))) return false;
  const available = availableFor(state, 'SELL', order?.id ?? null);
  return shape(bot.instrument, want, available, dec(state.price ?? '0')).shaped !== undefined;
}

export function hasTriggered({ legs }: Order): boolean {
  for (const leg of legs) if (isTriggered(leg)) return true;
  return false;
}

export function isTriggered(leg: {
  readonly status: Parameters<typeof isTerminal>[0];
  readonly triggeredAt?: number;
}): boolean {
  return leg.triggeredAt !== undefined && !isTerminal(leg.status);
}

function endBare(draft: Draft, wall: number, end: BareEnd): void {
  const { unprotected } = draft.state;
  if (unprotected === null) return;
  draft.change().unprotected = null;
  draft.emit({ type: 'bare', since: unprotected.since, until: wall, end });
  if (unprotected.alerted && end === 'protected') draft.notify('info', 'protected', {});
}

function isStuck({ legs }: Order, wall: number): boolean {
  for (const leg of legs)
    if (isTriggered(leg) && wall > (leg.triggeredAt ?? wall) + TRIGGERED_MS) return true;
  return false;
}

/** A triggered stop that is not filled in time: its price is no longer met, so the position leaves at market. */
export function leaveStuckStop(draft: Draft, time: number, wall: number): void {
  if (draft.state.phase === 'exiting') return;
  for (const order of draft.state.orders) if (isStuck(order, wall)) return leaveFor(draft, order, time);
}

function leaveFor(draft: Draft, stuck: Order, time: number): void {
  const lot = lotOfSlot(stuck.slot);
  if (lot !== null) return leaveStuckBatch(draft, lot);
  draft.raiseExit(time, [{ code: 'stop-stuck', values: {} }]);
  draft.notify('warn', 'stop-stuck', { slot: stuck.slot, seconds: TRIGGERED_MS / 1_000 });
}

/** Of a batch only that batch leaves. */
function leaveStuckBatch(draft: Draft, lot: number): void {
  draft.leaveLot(lot, { slot: `b${lot}_stop`, quantity: null, reason: { code: 'stop-stuck', values: {} } });
}

/** The wall times at which the clock alone changes something here. */
export function protectionTimes(state: BotState): number[] {
  const { unprotected } = state;
  const alert = unprotected === null || unprotected.alerted ? [] : [unprotected.since + UNPROTECTED_MS + 1];
  const stuck = state.orders.flatMap((order) =>
    order.legs.flatMap((leg) => (isTriggered(leg) ? [(leg.triggeredAt ?? 0) + TRIGGERED_MS + 1] : [])),
  );
  return state.phase === 'exiting' ? alert : [...alert, ...stuck];
}

/** How long each time without protection lasted (ms), of a journal's effects in order; by the user's wish is no fault. */
export function unprotectedTimes(effects: Iterable<Effect>): number[] {
  const times: number[] = [];
  for (const effect of effects)
    if (effect.type === 'bare' && effect.end !== 'wished') times.push(effect.until - effect.since);
  return times;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Of times in ms; all 0 when there are none (nearest rank). */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99), max: sorted.at(-1) ?? 0 };
}
