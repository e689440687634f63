const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/**
 * A connection that breaks sooner than this was none: the wait before the next attempt goes on growing. Binance bans an
 * address that connects more than 300 times in five minutes.
 */
export const LASTED_MS = 2_000;

/** How long to wait before the n-th attempt (from 0) to connect again; jittered, so that a fleet does not return as one. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return whole * (0.5 + random() / 2);
}
