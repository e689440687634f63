/**
 * The user stream over the WebSocket API, subscribed by signature (listen keys are gone since 2026-02-20). It connects
 * again by itself, with a fresh signature, and says `resync` each time.
 */
import { createHmac } from 'node:crypto';
import type { ExchangeError } from '../port.js';
import { type StreamHandlers, type Subscription, type UserEvent } from '../port.js';
import type { VenueAddress } from '../venues.js';
import { backoffMs, LASTED_MS } from './backoff.js';
import { errorOf, hiding } from './errors.js';
import type { Json } from './library.js';
import { networkError, openLine, parseExact, type Line } from './line.js';
import { guarded, type AdapterLogger } from './logger.js';
import type { RateGate } from './rate.js';
import type { ServerClock } from './time.js';
import { userEvent } from './user-messages.js';

export interface UserStreamOptions {
  readonly address: Pick<VenueAddress, 'wsApi' | 'key' | 'secret'>;
  readonly clock: ServerClock;
  readonly gate: RateGate;
  readonly logger: AdapterLogger;
  readonly idleMs?: number;
  readonly subscribeMs?: number;
  /** As of the market stream. */
  readonly backoff?: (attempt: number) => number;
  readonly lastedMs?: number;
}
export interface UserStream extends Subscription {
  ok(): boolean;
}

const METHOD = 'userDataStream.subscribe.signature';
const RECV_WINDOW_MS = 5_000;
/** The exchange is about to end the stream. */
const ENDINGS = new Set(['eventStreamTerminated', 'serverShutdown']);

/** Resolves when subscribed; rejects, with nothing left open, when the first attempt fails. */
export function openUserStream(
  handlers: StreamHandlers<UserEvent>,
  options: UserStreamOptions,
): Promise<UserStream> {
  const { address, clock, gate, logger, idleMs = 60_000, subscribeMs = 15_000 } = options;
  const { backoff = backoffMs, lastedMs = LASTED_MS } = options;
  const emit = guarded(logger, 'user stream', handlers.event);
  const hide = hiding(address);
  const barrier = guarded(logger, 'barrier', handlers.barrier ?? (() => undefined));
  let line: Line | null = null;
  let subscribed = false;
  let timer: NodeJS.Timeout | null = null;
  let lostAt: number | null = null;
  let attempts = 0;
  let subscribedAt = 0;
  let closed = false;

  const stream: UserStream = {
    ok: () => subscribed,
    close() {
      closed = true;
      subscribed = false;
      if (timer) clearTimeout(timer);
      line?.close();
    },
  };

  return new Promise((resolve, reject) => {
    let first: ((error: ExchangeError) => void) | null = (error) => {
      stream.close();
      reject(error);
    };

    function connect(): void {
      if (closed) return;
      let deadline: NodeJS.Timeout | null = setTimeout(expire, subscribeMs);
      const current = openLine(address.wsApi, idleMs, {
        parse: parseExact,
        onOpen: () => current.request(subscription(), subscribeMs, onReply),
        onMessage,
        onPing: barrier,
        onDown(reason) {
          stopWaiting();
          onDown(reason, current);
        },
      });
      line = current;

      function expire(): void {
        current.fail(`not subscribed within ${subscribeMs} ms`);
      }
      function stopWaiting(): void {
        if (deadline) clearTimeout(deadline);
        deadline = null;
      }
      function onReply(error: ExchangeError | null, reply: Json): void {
        stopWaiting();
        if (closed) return;
        const refused = error ?? refusalOf(reply);
        if (!refused) return onSubscribed();
        if (first) return first(refused);
        if (refused.kind === 'clock') void clock.sync().catch(() => undefined);
        if (refused.httpStatus === 429 || refused.httpStatus === 418)
          gate.block(refused.httpStatus, refused.retryAfterMs);
        current.fail(refused.message);
      }
    }

    function onSubscribed(): void {
      subscribed = true;
      subscribedAt = performance.now();
      if (first) {
        first = null;
        resolve(stream);
      } else emit({ type: 'resync', since: lostAt ?? Date.now() });
      lostAt = null;
    }

    function onMessage(message: Json): void {
      const event = message.event;
      if (!event) return;
      if (ENDINGS.has(event.e)) return line?.fail(`the exchange announced ${event.e}`);
      const told = userEvent(event);
      if (told) emit(told);
    }

    function onDown(reason: string, ended: Line): void {
      if (first) return first(networkError(reason));
      if (closed) return;
      logger.warn({ reason }, 'The user stream is down.');
      if (subscribed) lostAt = ended.lastReceived();
      if (subscribed && performance.now() - subscribedAt >= lastedMs) attempts = 0;
      subscribed = false;
      timer = setTimeout(connect, Math.max(backoff(attempts++), gate.waitMs()));
    }

    gate.check('GET', METHOD);
    connect();
  });

  function subscription(): object {
    // Sorted by name, as the signature demands.
    const signed = `apiKey=${address.key}&recvWindow=${RECV_WINDOW_MS}&timestamp=${clock.now()}`;
    const params = Object.fromEntries(new URLSearchParams(signed));
    const signature = createHmac('sha256', address.secret).update(signed).digest('hex');
    return {
      method: METHOD,
      params: { ...params, recvWindow: RECV_WINDOW_MS, timestamp: Number(params.timestamp), signature },
    };
  }

  function refusalOf(reply: Json): ExchangeError | null {
    if (reply.status === 200 && !reply.error) return null;
    const until = reply.error?.data?.retryAfter;
    return errorOf({
      // It subscribes, and so changes nothing.
      method: 'GET',
      path: METHOD,
      status: Number(reply.status ?? 0),
      code: reply.error?.code ?? null,
      text: hide(String(reply.error?.msg ?? '')),
      json: true,
      retryAfterMs: until === undefined ? null : Math.max(0, Number(until) - clock.now()),
    });
  }
}
