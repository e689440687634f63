/**
 * The market stream: one connection for all streams, made again when it breaks, and renewed before the exchange ends it
 * (forced close at 24 h; `serverShutdown`). A break is told as a `gap`; a renewal overlaps and loses nothing.
 */
import type { ExchangeError, MarketEvent, MarketSubscription, StreamHandlers, StreamSpec } from '../port.js';
import { backoffMs, LASTED_MS } from './backoff.js';
import type { Json } from './library.js';
import { networkError } from './line.js';
import { guarded, type AdapterLogger } from './logger.js';
import { marketEvent, streamName } from './market-messages.js';
import { openSession, type Session } from './market-session.js';

export interface MarketStreamOptions {
  readonly url: string;
  readonly logger: AdapterLogger;
  readonly idleMs?: number;
  readonly renewAfterMs?: number;
  /** How long the old connection goes on beside the new one. */
  readonly overlapMs?: number;
  /** How long to wait before the n-th attempt (from 0), and how long a connection must last for the next one to be the first again. */
  readonly backoff?: (attempt: number) => number;
  readonly lastedMs?: number;
}
export interface MarketStream extends MarketSubscription {
  /** Connected, and everything wanted is confirmed. */
  ok(): boolean;
}

interface Waiter {
  readonly names: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: ExchangeError) => void;
}

const HOUR = 3_600_000;

export function openMarketStream(
  specs: readonly StreamSpec[],
  handlers: StreamHandlers<MarketEvent>,
  options: MarketStreamOptions,
): MarketStream {
  const { url, logger, idleMs = 60_000, overlapMs = 2_000 } = options;
  const { backoff = backoffMs, lastedMs = LASTED_MS } = options;
  const renewAfterMs = options.renewAfterMs ?? 23 * HOUR - Math.random() * HOUR;
  const emit = guarded(logger, 'market stream', handlers.event);
  const barrier = guarded(logger, 'barrier', handlers.barrier ?? (() => undefined));
  const wanted = new Set(specs.map(streamName));
  const timers = new Set<NodeJS.Timeout>();
  let waiters: Waiter[] = [];
  let primary: Session | null = null;
  let next: Session | null = null;
  /** While two connections tell the same, what has been handed over: equal messages are equal text. */
  let seen: Set<string> | null = null;
  let lostAt: number | null = null;
  let attempts = 0;
  let promotedAt = 0;
  let closed = false;

  function later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  }

  function connect(): void {
    if (closed || next) return;
    if (primary) seen ??= new Set();
    next = openSession(url, idleMs, { onOpen, onConfirmed, onRefused, onMessage, onPing, onDown });
  }

  function onOpen(session: Session): void {
    session.subscribe([...wanted]);
    onConfirmed(session);
  }

  function onConfirmed(session: Session): void {
    if (session === next && complete(session)) promote(session);
    if (session === primary) settle();
  }

  function complete(session: Session): boolean {
    for (const name of wanted) if (!session.confirmed.has(name)) return false;
    return true;
  }

  function promote(session: Session): void {
    const old = primary;
    primary = session;
    next = null;
    promotedAt = performance.now();
    if (old) later(overlapMs, () => endOverlap(old));
    else seen = null;
    if (lostAt !== null) emit({ type: 'gap', from: lostAt, to: Date.now() });
    lostAt = null;
    later(renewAfterMs, () => {
      if (primary !== session) return;
      attempts = 0;
      connect();
    });
  }

  function endOverlap(old: Session): void {
    old.close();
    seen = null;
  }

  function onRefused(names: readonly string[], error: ExchangeError): void {
    for (const name of names) wanted.delete(name);
    const concerned = (waiter: Waiter) => waiter.names.some((name) => names.includes(name));
    const refused = waiters.filter(concerned);
    waiters = waiters.filter((waiter) => !concerned(waiter));
    for (const waiter of refused) waiter.reject(error);
    if (refused.length === 0)
      logger.error({ streams: names, err: error }, 'The exchange refused market streams.');
    if (next) onConfirmed(next);
  }

  function onMessage(message: Json, text: string, session: Session): void {
    if (seen) {
      if (seen.has(text)) return;
      seen.add(text);
    }
    if (message.e === 'serverShutdown' || message.stream === '!serverShutdown') {
      if (session === primary) connect();
      return;
    }
    const event = marketEvent(message);
    if (event) emit(event);
  }

  function onPing(payload: string, session: Session): void {
    if (primary === null || session === primary) barrier(payload);
  }

  function onDown(reason: string, session: Session): void {
    if (session !== primary && session !== next) return;
    logger.warn({ reason }, 'The market stream is down.');
    if (session === primary) {
      lostAt ??= session.lastReceived();
      if (performance.now() - promotedAt >= lastedMs) attempts = 0;
      primary = null;
      seen = null;
    } else next = null;
    if (!next) later(backoff(attempts++), connect);
  }

  function settle(): void {
    const done = waiters.filter(({ names }) =>
      names.every((name) => !wanted.has(name) || primary!.confirmed.has(name)),
    );
    waiters = waiters.filter((waiter) => !done.includes(waiter));
    for (const waiter of done) waiter.resolve();
  }

  connect();
  return {
    ok: () => primary !== null && complete(primary),
    add(more) {
      if (closed) return Promise.reject(networkError('this stream is closed'));
      const names = more.map(streamName);
      const fresh = names.filter((name) => !wanted.has(name));
      for (const name of fresh) wanted.add(name);
      return new Promise((resolve, reject) => {
        waiters.push({ names, resolve, reject });
        for (const session of [primary, next]) session?.subscribe(fresh);
        if (primary) settle();
      });
    },
    remove(specs) {
      const names = specs.map(streamName).filter((name) => wanted.delete(name));
      if (primary) settle();
      if (names.length === 0) return Promise.resolve();
      next?.unsubscribe(names, () => undefined);
      const asked = primary;
      return asked ? new Promise((resolve) => asked.unsubscribe(names, resolve)) : Promise.resolve();
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      primary?.close();
      next?.close();
      for (const waiter of waiters) waiter.reject(networkError('this stream is closed'));
      waiters = [];
    },
  };
}
