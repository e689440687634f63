/** A holding whose demanded protection does not rest on the exchange is alerted, once, when it lasts (design §4). */
import type { Draft } from './draft.js';
import { isResting } from './orders.js';
import type { DesiredOrder } from './strategy.js';

/** Placing and replacing take moments; longer than this (ms of wall time) is a reason to worry. */
export const UNPROTECTED_MS = 2_000;

export function watchProtection(draft: Draft, wanted: readonly DesiredOrder[], wall: number): void {
  const { state } = draft;
  const slots = wanted.filter((want) => want.type === 'oco' || want.type === 'stop').map((want) => want.slot);
  const bare = slots.some((slot) => !state.orders.some((order) => order.slot === slot && isResting(order)));
  if (state.phase !== 'holding' || !bare) return protectedAgain(draft);
  if (state.unprotected === null) return draft.set({ unprotected: { since: wall, alerted: false } });
  if (state.unprotected.alerted || wall <= state.unprotected.since + UNPROTECTED_MS) return;
  draft.set({ unprotected: { ...state.unprotected, alerted: true } });
  draft.notify('error', 'unprotected', { seconds: Math.round((wall - state.unprotected.since) / 1_000) });
}

function protectedAgain(draft: Draft): void {
  const { unprotected, phase } = draft.state;
  if (unprotected === null) return;
  draft.set({ unprotected: null });
  if (unprotected.alerted && phase === 'holding') draft.notify('info', 'protected', {});
}
