/** After a refusal the bot waits, longer each time, and says why; it never hammers. */
import { frozenQuote } from './available.js';
import type { DecimalText } from './decimal.js';
import { dec } from './decimal.js';
import type { Draft } from './draft.js';
import { countedCash } from './shortage.js';
import type { Order } from './orders.js';
import type { BackOff } from './state.js';

const ENTRY = { first: 1_000, most: 60_000 };
/** Leaving is retried sooner and never given up. */
const EXIT = { first: 500, most: 8_000 };

/** Without money nothing helps but money: it waits for a balance that covers its cash, and looks again this late at most. */
const FUNDS_MS = 3_600_000;

/** What is over without anybody doing anything about it: the line, the exchange's load and clock, an empty book. */
const PASSING: ReadonlySet<string> = new Set([
  'network',
  'venue',
  'rate-limit',
  'banned',
  'clock',
  'expired',
]);

/** Whether an order that was refused for this may be taken a little later as it is. `code`: of a failure or an ended order. */
export function passesByItself(code: string): boolean {
  return PASSING.has(code);
}

/** What the user had it buy was meant for now: it is tried again only where the reason passes. */
export function backOffEntry(
  draft: Draft,
  { slot }: Order,
  wall: number,
  code: string,
  retryAfterMs: number | null,
): void {
  const pause = code === 'funds' ? FUNDS_MS : retryAfterMs;
  draft.set({ entryBackOff: next(draft.state.entryBackOff, wall, code, pause, ENTRY) });
  const { entry } = draft.state;
  if (entry?.byHand !== true || entry.slot !== slot || passesByItself(code)) return;
  draft.set({ entry: { ...entry, refused: true } });
  draft.notify('warn', 'hand-entry-refused', { slot });
}

/** A bare position is worth one more try at once, at the price there is now; only after that it waits. */
export function backOffProtection(
  draft: Draft,
  wall: number,
  code: string,
  retryAfterMs: number | null,
): void {
  if (draft.state.exitBackOff !== null || retryAfterMs !== null)
    return backOffExit(draft, wall, code, retryAfterMs);
  draft.set({ exitBackOff: { until: wall, failures: 1, code } });
}

export function backOffExit(draft: Draft, wall: number, code: string, retryAfterMs: number | null): void {
  draft.set({ exitBackOff: next(draft.state.exitBackOff, wall, code, retryAfterMs, EXIT) });
}

/** The account can pay again for what was refused for want of money. */
export function forgiveFunds(draft: Draft, free: Readonly<Record<string, DecimalText>>): void {
  const { entryBackOff, settings, orders } = draft.state;
  const quote = free[settings.instrument.quote];
  if (entryBackOff?.code !== 'funds' || quote === undefined) return;
  // What rests to buy is locked, not gone.
  const resting = orders.filter(({ side }) => side === 'BUY').map(frozenQuote);
  const own = resting.reduce((sum, amount) => sum.plus(amount), dec(quote));
  if (own.gte(countedCash(draft.state))) draft.set({ entryBackOff: null });
}

function next(
  current: BackOff | null,
  wall: number,
  code: string,
  retryAfterMs: number | null,
  pace: { first: number; most: number },
): BackOff {
  const failures = (current?.failures ?? 0) + 1;
  const pause = Math.min(pace.first * 2 ** (failures - 1), pace.most);
  return { until: wall + Math.max(pause, retryAfterMs ?? 0), failures, code };
}
