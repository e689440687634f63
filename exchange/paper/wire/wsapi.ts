/** The WebSocket API (`/ws-api/v3`): the same requests as REST, and the user data stream by signature. */
import type { RawData, WebSocket } from 'ws';
import type { EngineEvent } from '../engine/types.js';
import { PaperError } from '../engine/types.js';
import type { Account } from './accounts.js';
import { answerOf, type Answer, type Gateway } from './gateway.js';
import type { Lockstep } from './lockstep.js';
import { mandatory, type Sent } from './params.js';
import { accountOfKey, checkSigned, signedParams } from './security.js';
import { ping } from './sockets.js';
import { userPayload } from './user-payloads.js';

interface Subscription {
  readonly socket: WsApiSocket;
  readonly id: number;
}

/** Who listens to which account. */
export class UserStreams {
  private readonly byAccount = new Map<string, Set<Subscription>>();

  constructor(private readonly lockstep: Lockstep) {}

  add(account: string, subscription: Subscription): void {
    let set = this.byAccount.get(account);
    if (!set) this.byAccount.set(account, (set = new Set()));
    set.add(subscription);
  }

  remove(account: string, subscription: Subscription): void {
    this.byAccount.get(account)?.delete(subscription);
  }

  tell(events: readonly EngineEvent[]): void {
    for (const event of events) this.tellRaw(event.account, () => userPayload(event));
  }

  tellRaw(account: string, payload: () => object): void {
    const subscriptions = this.byAccount.get(account);
    if (!subscriptions?.size) return;
    const json = JSON.stringify(payload());
    for (const { socket, id } of subscriptions) socket.send(`{"subscriptionId":${id},"event":${json}}`);
    this.lockstep.published();
  }
}

export class WsApiSocket {
  private readonly subscriptions = new Map<number, { account: string; subscription: Subscription }>();
  private nextSubscription = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly gateway: Gateway,
    private readonly streams: UserStreams,
    private readonly lockstep: Lockstep,
    private readonly rateLimitsWanted: boolean,
  ) {
    socket.on('message', (data) => this.onMessage(data));
    socket.on('close', () => this.unsubscribeAll());
  }

  send(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  private onMessage(data: RawData): void {
    const request = parseRequest(String(data));
    if (request === null) {
      const msg = 'Invalid request: expected a JSON object with id, method and params.';
      return this.reply(null, { status: 400, body: { code: -1000, msg } }, null);
    }
    const { id, sent } = request;
    const method = request.method.replace(/^v3\//, '');
    // Replies follow the events that their requests caused, as they become durable.
    const answer = this.answer(method, sent);
    this.gateway.exchange.journal.after(() => {
      this.reply(id, answer, sent);
      if (method === 'userDataStream.subscribe.signature' && answer.status === 200) this.joinHold();
    });
  }

  private answer(method: string, sent: Sent): Answer {
    try {
      if (method === 'userDataStream.subscribe.signature') return this.subscribe(sent);
      if (method === 'userDataStream.unsubscribe') return this.unsubscribe(sent);
      if (method === 'session.status') return { status: 200, body: SESSION };
      if (method === 'session.logon' || method === 'userDataStream.subscribe')
        throw new PaperError(-4056, 'Unsupported session: only signed requests (HMAC) are known here.');
    } catch (error) {
      return answerOf(error);
    }
    const route = this.gateway.wsRoute(method);
    if (!route) return answerOf(new PaperError(-1100, `Unknown method '${method}'.`));
    return this.gateway.answer(route, sent, (now) => this.authenticate(sent, now));
  }

  private authenticate(sent: Sent, now: number): Account {
    if (!sent.get('apiKey')) throw mandatory('apiKey');
    const account = accountOfKey(this.gateway.exchange.accounts, sent.get('apiKey'));
    checkSigned(account, sent, signedParams(sent), now);
    return account;
  }

  private subscribe(sent: Sent): Answer {
    this.gateway.weights.spend(2, Date.now());
    const account = this.authenticate(sent, Date.now());
    for (const { account: known } of this.subscriptions.values())
      if (known === account.id) throw new PaperError(-2035, 'User Data Stream subscription already active.');
    const id = this.nextSubscription;
    this.nextSubscription += 1;
    const subscription = { socket: this, id };
    this.subscriptions.set(id, { account: account.id, subscription });
    this.streams.add(account.id, subscription);
    return { status: 200, body: { subscriptionId: id } };
  }

  private unsubscribe(sent: Sent): Answer {
    const named = sent.get('subscriptionId');
    if (named === undefined) this.unsubscribeAll();
    else this.end(Number(named));
    return { status: 200, body: {} };
  }

  private unsubscribeAll(): void {
    for (const id of [...this.subscriptions.keys()]) this.end(id);
  }

  private end(id: number): void {
    const found = this.subscriptions.get(id);
    if (!found) return;
    this.subscriptions.delete(id);
    this.streams.remove(found.account, found.subscription);
  }

  /** A user stream opened during a hold is part of it. */
  private joinHold(): void {
    const payload = this.lockstep.currentPayload();
    if (payload !== null) ping(this.socket, payload);
  }

  private reply(id: unknown, answer: Answer, sent: Sent | null): void {
    const { status, body } = answer;
    const wanted = sent?.get('returnRateLimits');
    const rateLimits =
      wanted === 'false' || (wanted === undefined && !this.rateLimitsWanted)
        ? {}
        : { rateLimits: this.rateLimits() };
    const content = status === 200 ? { result: body } : { error: withRetry(answer) };
    this.send(JSON.stringify({ id, status, ...content, ...rateLimits }));
  }

  private rateLimits(): object[] {
    const { weights } = this.gateway;
    const count = weights.used(Date.now());
    const limit = weights.limits.weightPerMinute;
    return [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit, count }];
  }
}

const SESSION = {
  apiKey: null,
  authorizedSince: null,
  connectedSince: null,
  returnRateLimits: true,
  serverTime: null,
  userDataStream: false,
};

function withRetry({ body, retryAfterSeconds }: Answer): unknown {
  if (retryAfterSeconds === undefined) return body;
  const serverTime = Date.now();
  return { ...(body as object), data: { serverTime, retryAfter: serverTime + retryAfterSeconds * 1_000 } };
}

/** Parameters become the text that was signed: numbers and booleans plain, lists as JSON. */
function parseRequest(text: string): { id: unknown; method: string; sent: Sent } | null {
  try {
    const { id, method, params } = JSON.parse(text) as Record<string, unknown>;
    if (typeof method !== 'string') return null;
    const sent = new Map<string, string>();
    for (const [name, value] of Object.entries((params ?? {}) as object))
      sent.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    return { id: id ?? null, method, sent };
  } catch {
    return null;
  }
}
