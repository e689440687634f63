/** After a refusal the bot waits, longer each time, and says why; it never hammers. */
import type { Draft } from './draft.js';
import type { BackOff } from './state.js';

const ENTRY = { first: 1_000, most: 60_000 };
/** Leaving is retried sooner and never given up. */
const EXIT = { first: 500, most: 8_000 };

export function backOffEntry(draft: Draft, wall: number, code: string, retryAfterMs: number | null): void {
  draft.set({ entryBackOff: next(draft.state.entryBackOff, wall, code, retryAfterMs, ENTRY) });
}

export function backOffExit(draft: Draft, wall: number, code: string, retryAfterMs: number | null): void {
  draft.set({ exitBackOff: next(draft.state.exitBackOff, wall, code, retryAfterMs, EXIT) });
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
