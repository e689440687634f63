import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeError, type Exchange } from './port.js';

type Klines = Pick<Exchange, 'klines'>;

/** A limit is over within its window of a minute; who is told to wait longer is told so at once. */
const LONGEST_WAIT_MS = 120_000;
const MOST_WAITS = 10;
/** Where the connection broke, or the venue failed: a little later, a few times. */
const AGAIN_AFTER_MS = [500, 2_000, 5_000] as const;

/**
 * Asks for klines again where the exchange says "later" (429 with `Retry-After`) or does not answer: asking changes nothing,
 * so it may be repeated. A ban, and everything that will not pass by itself, is thrown as it is. Errors: `ExchangeError`.
 */
export function patientKlines(
  exchange: Klines,
  wait: (ms: number) => Promise<unknown> = (ms) => pause(ms),
): Klines {
  return {
    async klines(query) {
      let [waits, breaks] = [0, 0];
      for (;;) {
        try {
          return await exchange.klines(query);
        } catch (error) {
          const { kind, retryAfterMs } = error instanceof ExchangeError ? error : NO_EXCHANGE;
          if (kind === 'rate-limit' && waits < MOST_WAITS && (retryAfterMs ?? 0) <= LONGEST_WAIT_MS) {
            waits += 1;
            await wait(retryAfterMs ?? 10_000);
          } else if ((kind === 'network' || kind === 'venue') && breaks < AGAIN_AFTER_MS.length) {
            await wait(AGAIN_AFTER_MS[breaks]!);
            breaks += 1;
          } else throw error;
        }
      }
    },
  };
}

const NO_EXCHANGE = { kind: null, retryAfterMs: null } as const;
