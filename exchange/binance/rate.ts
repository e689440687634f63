import { ExchangeError } from '../port.js';
import type { Reply } from './transport.js';

/** Where the exchange does not say how long to wait: Binance bans from two minutes on. */
const DEFAULT_WAIT_MS = { 429: 10_000, 418: 120_000 } as const;
/** Until `exchangeInfo` says otherwise. */
export const WEIGHT_LIMIT = 6_000;

export interface RateGate {
  /** Refuses while the exchange has told us to be silent: going on would turn a limit into a ban. */
  check(method: string, path: string): void;
  note(reply: Reply): void;
  /** Silence for this long, learnt elsewhere (the WebSocket API). */
  block(status: 429 | 418, waitMs: number | null): void;
  /** How long the silence lasts from now; 0 when requests may leave. */
  waitMs(): number;
  usedWeight(): number;
}

/** One gate per client: after 429 or 418 nothing leaves, not even cancels, until `Retry-After` has passed. */
export function rateGate(monotonic: () => number = () => performance.now()): RateGate {
  let blockedUntil = 0;
  let banned = false;
  let usedWeight = 0;
  let weightAt = 0;

  function block(status: 429 | 418, waitMs: number | null): void {
    banned = status === 418;
    blockedUntil = Math.max(blockedUntil, monotonic() + (waitMs ?? DEFAULT_WAIT_MS[status]));
  }

  return {
    block,
    waitMs: () => Math.max(0, blockedUntil - monotonic()),
    check(method, path) {
      const rest = blockedUntil - monotonic();
      if (rest <= 0) return;
      const why = banned ? 'this address is banned' : 'the request limit is reached';
      throw new ExchangeError(`${method} ${path}: not sent, ${why} for ${Math.ceil(rest / 1_000)} s more`, {
        kind: banned ? 'banned' : 'rate-limit',
        execution: 'none',
        retryAfterMs: Math.ceil(rest),
      });
    },
    note({ status, headers }) {
      const weight = headers['x-mbx-used-weight-1m'];
      if (typeof weight === 'string') {
        usedWeight = Number(weight) || 0;
        weightAt = monotonic();
      }
      if (status === 429 || status === 418) block(status, retryAfterMs(headers));
    },
    // The window is a minute long: what was said before it no longer counts.
    usedWeight: () => (monotonic() - weightAt < 60_000 ? usedWeight : 0),
  };
}

export function retryAfterMs(headers: Reply['headers']): number | null {
  const seconds = Number(headers['retry-after']);
  return headers['retry-after'] !== undefined && Number.isFinite(seconds)
    ? Math.max(0, seconds * 1_000)
    : null;
}
