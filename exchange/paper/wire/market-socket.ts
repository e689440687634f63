/** One connection to the market streams: raw (`/ws/…`), combined (`/stream?streams=…`), and its requests. */
import type { MessageSubject } from './faults/faults.js';
import type { Feed, Subscriber } from './feed.js';
import type { Link } from './link.js';
import { looksLikeListenKey, type ListenKeys } from './listen-keys.js';
import type { Lockstep } from './lockstep.js';
import type { Subscription, UserStreams } from './user-streams.js';

/** As Binance limits a connection. */
const MAX_STREAMS = 1024;

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: unknown;
}

export interface MarketSocketOptions {
  readonly path: string;
  readonly query: string;
  readonly listenKeys: ListenKeys;
  readonly userStreams: UserStreams;
}

/** Streams named by the address: `/ws/a/b`, `/stream?streams=a/b`. ccxt's numbered sockets (`/ws/0`) name none. */
function streamsOf(path: string, query: string): string[] {
  const named =
    path === '/stream' ? (new URLSearchParams(query).get('streams') ?? '') : path.replace(/^\/ws\/?/, '');
  return decoded(named)
    .split('/')
    .filter((name) => name.includes('@') || name.startsWith('!') || looksLikeListenKey(name));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export class MarketSocket implements Subscriber {
  combined: boolean;
  private readonly listenKeys: ListenKeys;
  private readonly userStreams: UserStreams;
  private readonly streams = new Set<string>();
  /** The user streams among them, by listen key. */
  private readonly users = new Map<string, { account: string; subscription: Subscription }>();

  constructor(
    private readonly link: Link,
    private readonly feed: Feed,
    private readonly lockstep: Lockstep,
    { path, query, listenKeys, userStreams }: MarketSocketOptions,
  ) {
    this.listenKeys = listenKeys;
    this.userStreams = userStreams;
    this.combined = path === '/stream';
    link.onMessage = (text) => this.onMessage(text);
    link.onClose(() => this.remove([...this.streams]));
    this.add(streamsOf(path, query));
    this.joinHold();
  }

  tell(text: string, subject: MessageSubject): void {
    this.link.tell(text, subject);
  }

  private onMessage(text: string): void {
    const request = parseRequest(text);
    if (request === null)
      return this.refuse(null, 'Invalid JSON: expected an object with method, params and id');
    const { id, method } = request;
    if (!isId(id)) return this.refuse(null, 'Invalid request: request ID must be an unsigned integer');
    switch (method) {
      case 'SUBSCRIBE':
        return this.withNames(request, (names) => this.subscribe(id, names));
      case 'UNSUBSCRIBE':
        return this.withNames(request, (names) => {
          this.remove(names);
          this.reply(id, null);
        });
      case 'LIST_SUBSCRIPTIONS':
        return this.reply(id, [...this.streams]);
      case 'SET_PROPERTY':
        return this.setProperty(id, request.params);
      case 'GET_PROPERTY':
        return this.reply(id, this.combined);
      default:
        return this.refuse(
          id,
          `Invalid request: unknown variant \`${method}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\``,
        );
    }
  }

  private withNames({ id, params }: Request, run: (names: string[]) => void): void {
    if (!Array.isArray(params) || !params.every((name) => typeof name === 'string'))
      return this.refuse(id, 'Invalid request: params must be a list of stream names');
    run(params as string[]);
  }

  private subscribe(id: unknown, names: string[]): void {
    if (this.streams.size + names.length > MAX_STREAMS)
      return this.refuse(id, `Invalid request: at most ${MAX_STREAMS} streams on one connection`);
    this.add(names);
    this.reply(id, null);
    this.joinHold();
  }

  private setProperty(id: unknown, params: unknown): void {
    const [name, value] = Array.isArray(params) ? (params as unknown[]) : [];
    if (name !== 'combined' || typeof value !== 'boolean')
      return this.refuse(id, 'Invalid request: the only property is ["combined", true | false]');
    this.combined = value;
    this.reply(id, null);
  }

  private add(names: readonly string[]): void {
    for (const name of names) {
      this.streams.add(name);
      if (looksLikeListenKey(name)) this.listen(name);
      else this.feed.subscribe(streamKey(name), this);
    }
  }

  /** A key that is unknown, or has run out, stays silent, as Binance has it. */
  private listen(listenKey: string): void {
    const account = this.listenKeys.accountOf(listenKey, Date.now());
    if (account === null || this.users.has(listenKey)) return;
    const frame = (event: string): string =>
      this.combined ? `{"stream":"${listenKey}","data":${event}}` : event;
    const subscription = { link: this.link, id: -1, frame };
    this.users.set(listenKey, { account, subscription });
    this.userStreams.add(account, subscription);
  }

  private remove(names: readonly string[]): void {
    for (const name of names) {
      if (!this.streams.delete(name)) continue;
      const user = this.users.get(name);
      if (user !== undefined) this.userStreams.remove(user.account, user.subscription);
      else this.feed.unsubscribe(streamKey(name), this);
      this.users.delete(name);
    }
  }

  /** A stream opened during a hold is part of it. */
  private joinHold(): void {
    const payload = this.lockstep.currentPayload();
    if (payload !== null && this.streams.size > 0) this.link.ping(payload);
  }

  private reply(id: unknown, result: unknown): void {
    this.link.send(JSON.stringify({ result, id }));
  }

  private refuse(id: unknown, msg: string): void {
    this.link.send(JSON.stringify({ error: { code: 2, msg }, id }));
  }
}

/** A second is the usual speed of books; a zone shifts the days of klines, which here are UTC's. */
function streamKey(name: string): string {
  return name.replace(/@1000ms$/, '').replace(/@\+00:00$/, '');
}

function isId(id: unknown): boolean {
  if (id === null || id === undefined) return true;
  return typeof id === 'string' ? id.length <= 36 : Number.isSafeInteger(id);
}

function parseRequest(text: string): Request | null {
  try {
    const { id, method, params } = JSON.parse(text) as Request;
    return typeof method === 'string' ? { id: id ?? null, method, params } : null;
  } catch {
    return null;
  }
}
