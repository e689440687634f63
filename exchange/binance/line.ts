/**
 * One WebSocket connection that is either alive or down, once: open, numbered requests with replies, messages and pings
 * in order, and a watchdog that takes silence for death. What to do when it is down is the stream's business.
 */
import WebSocket, { type RawData } from 'ws';
import { ExchangeError } from '../port.js';
import type { Json } from './library.js';

export interface LineHandlers {
  /** How a message is read; default `JSON.parse`. */
  readonly parse?: (text: string) => Json;
  onOpen(): void;
  /** Everything that is not a reply. `text` is the message as it came. */
  onMessage(message: Json, text: string): void;
  onPing(payload: string): void;
  /** Called once, whatever ended it. */
  onDown(reason: string): void;
}

export interface Line {
  /** Calls back at once when the reply comes, before any later message is handed over. */
  request(
    message: object,
    timeoutMs: number,
    onReply: (error: ExchangeError | null, reply: Json) => void,
  ): void;
  /** Local time (ms) at which something was last received. */
  lastReceived(): number;
  /** Ends it as a failure: `onDown` follows at once. */
  fail(reason: string): void;
  /** Ends it without `onDown`. */
  close(): void;
}

const HANDSHAKE_MS = 10_000;

interface Pending {
  readonly timer: NodeJS.Timeout;
  readonly onReply: (error: ExchangeError | null, reply: Json) => void;
}

export function openLine(url: string, idleMs: number, handlers: LineHandlers): Line {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS });
  const parse = handlers.parse ?? JSON.parse;
  const pending = new Map<number, Pending>();
  let count = 0;
  let over = false;
  let receivedAt = Date.now();
  let received = performance.now();
  let watchdog = setTimeout(watch, idleMs);

  function alive(): void {
    received = performance.now();
    receivedAt = Date.now();
  }

  /** Messages only note the time; the timer looks at it and sleeps for the rest. */
  function watch(): void {
    const rest = received + idleMs - performance.now();
    if (rest <= 0) return end(`nothing received for ${Math.round(idleMs / 1_000)} s`);
    watchdog = setTimeout(watch, rest);
  }

  function finish(reason: string): boolean {
    if (over) return false;
    over = true;
    clearTimeout(watchdog);
    for (const [, { timer, onReply }] of pending) {
      clearTimeout(timer);
      onReply(networkError(reason), null);
    }
    pending.clear();
    socket.terminate();
    return true;
  }

  function end(reason: string): void {
    if (finish(reason)) handlers.onDown(reason);
  }

  function answer(message: Json): boolean {
    const waiting = message.id === undefined ? undefined : pending.get(message.id);
    if (!waiting) return false;
    pending.delete(message.id);
    clearTimeout(waiting.timer);
    waiting.onReply(null, message);
    return true;
  }

  function receive(data: RawData): void {
    if (over) return;
    alive();
    const text = data.toString();
    let message: Json;
    try {
      message = parse(text);
    } catch {
      return end('a message that is not JSON');
    }
    if (!answer(message)) handlers.onMessage(message, text);
  }

  socket.on('open', () => {
    alive();
    if (!over) handlers.onOpen();
  });
  socket.on('message', receive);
  socket.on('ping', (payload: Buffer) => {
    alive();
    if (!over) handlers.onPing(payload.toString());
  });
  socket.on('pong', alive);
  socket.on('error', (error) => end(error.message));
  socket.on('close', (code, reason) => end(`closed with ${code} ${reason.toString()}`.trim()));

  return {
    request(message, timeoutMs, onReply) {
      if (over) return onReply(networkError('the connection is down'), null);
      const id = ++count;
      const expire = () => {
        pending.delete(id);
        onReply(networkError(`no reply within ${timeoutMs} ms`), null);
      };
      pending.set(id, { timer: setTimeout(expire, timeoutMs), onReply });
      socket.send(JSON.stringify({ id, ...message }));
    },
    lastReceived: () => receivedAt,
    fail: end,
    close: () => void finish('closed here'),
  };
}

/** Ids of 16 digits and more do not survive as doubles: they become text before parsing. */
export function parseExact(text: string): Json {
  return JSON.parse(/[:[,]\d{16,}/.test(text) ? text.replace(/([:[,])(\d{16,})(?=[,}\]])/g, '$1"$2"') : text);
}

export function networkError(reason: string): ExchangeError {
  return new ExchangeError(`WebSocket: ${reason}`, { kind: 'network', execution: 'none' });
}
