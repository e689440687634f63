import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { lapseEntry } from './phase.js';
import { isUnreserved, type Reservation } from './reserved.js';
import type { Bot } from './state.js';

/** What the bot's process was given for it; told again, it changes nothing. Without any, entries that rest are taken back. */
export function applyReservation(
  bot: Bot,
  draft: Draft,
  { reservation }: Extract<Event, { type: 'reservation' }>,
): void {
  const before = draft.state.reservation ?? null;
  if (isSame(before, reservation)) return;
  draft.set({ reservation });
  sayChange(draft, before, reservation);
  if (isUnreserved(draft.state)) lapseEntry(bot, draft, true);
}

function sayChange(draft: Draft, before: Reservation | null, now: Reservation | null): void {
  const denied = now?.denied ?? null;
  if (denied !== null) {
    // What is kept for its coins changes as they are sold: the reason is said once.
    const said = before?.amount === now?.amount && isSame(before?.denied ?? null, denied);
    if (!said) draft.notify('warn', `reservation-${denied.code}`, denied.values);
    return;
  }
  if (before?.denied == null) return;
  const { quote } = draft.state.settings.instrument;
  draft.notify('info', 'reserved', { amount: now?.amount ?? '0', quote });
}

function isSame<Value>(a: Value, b: Value): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
