/** One connection of the market stream and what the exchange has confirmed on it. */
import { ExchangeError } from '../port.js';
import { openLine, type Line } from './line.js';
import type { Json } from './library.js';

export interface Session {
  readonly confirmed: ReadonlySet<string>;
  /** Asks for streams, in messages of at most 100; each answer is told through `onConfirmed` or `onRefused`. */
  subscribe(names: readonly string[]): void;
  /** `done` is called when the exchange has confirmed, or the connection is down. */
  unsubscribe(names: readonly string[], done: () => void): void;
  lastReceived(): number;
  close(): void;
}

export interface SessionHandlers {
  onOpen(session: Session): void;
  onConfirmed(session: Session): void;
  onRefused(names: readonly string[], error: ExchangeError): void;
  onMessage(message: Json, text: string, session: Session): void;
  onPing(payload: string, session: Session): void;
  onDown(reason: string, session: Session): void;
}

interface Order {
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE';
  readonly names: readonly string[];
  readonly done: () => void;
}

const PER_MESSAGE = 100;
const REPLY_MS = 10_000;
/** Binance cuts whoever sends more than five messages a second; one is left for a pong. */
const MESSAGES_PER_SECOND = 4;

export function openSession(url: string, idleMs: number, handlers: SessionHandlers): Session {
  const confirmed = new Set<string>();
  const queue: Order[] = [];
  const sentAt: number[] = [];
  let open = false;
  let timer: NodeJS.Timeout | null = null;

  function enqueue(method: Order['method'], names: readonly string[], done = () => {}): void {
    for (let from = 0; from < names.length; from += PER_MESSAGE) {
      queue.push({ method, names: names.slice(from, from + PER_MESSAGE), done });
    }
    flush();
  }

  function flush(): void {
    while (open && timer === null && queue.length > 0) {
      const now = performance.now();
      while (sentAt.length > 0 && sentAt[0]! <= now - 1_000) sentAt.shift();
      if (sentAt.length < MESSAGES_PER_SECOND) send(queue.shift()!, now);
      else timer = setTimeout(resume, sentAt[0]! + 1_000 - now);
    }
  }

  function resume(): void {
    timer = null;
    flush();
  }

  function send({ method, names, done }: Order, now: number): void {
    sentAt.push(now);
    line.request({ method, params: names }, REPLY_MS, (error, reply) => {
      done();
      if (error) return line.fail(error.message);
      if (method === 'UNSUBSCRIBE') return;
      const refused = refusalOf(reply);
      if (refused) return handlers.onRefused(names, refused);
      for (const name of names) confirmed.add(name);
      handlers.onConfirmed(session);
    });
  }

  const line: Line = openLine(url, idleMs, {
    onOpen() {
      open = true;
      handlers.onOpen(session);
      flush();
    },
    onMessage: (message, text) => handlers.onMessage(message, text, session),
    onPing: (payload) => handlers.onPing(payload, session),
    onDown(reason) {
      stop();
      handlers.onDown(reason, session);
    },
  });

  function stop(): void {
    open = false;
    for (const { done } of queue.splice(0)) done();
    if (timer) clearTimeout(timer);
  }

  const session: Session = {
    confirmed,
    subscribe: (names) => enqueue('SUBSCRIBE', names),
    unsubscribe(names, done) {
      for (const name of names) confirmed.delete(name);
      enqueue('UNSUBSCRIBE', names, done);
    },
    lastReceived: () => line.lastReceived(),
    close() {
      stop();
      line.close();
    },
  };
  return session;
}

/** `{"error":{"code":2,"msg":"…"},"id":1}`, or the same without the wrapper. */
function refusalOf(reply: Json): ExchangeError | null {
  const error = reply.error ?? (reply.code === undefined ? null : reply);
  if (!error) return null;
  const details = { kind: 'invalid', execution: 'none', code: Number(error.code) } as const;
  return new ExchangeError(`Market stream: ${error.msg}`, details);
}
