/** A WebSocket API connection's own business: its session, and its subscriptions to user data streams. */
import { PaperError } from '../engine/types.js';
import type { Account } from './accounts.js';
import type { Gateway } from './gateway.js';
import type { Link } from './link.js';
import { mandatory, type Sent } from './params.js';
import { accountOfKey, checkSigned, checkTime, signedParams } from './security.js';
import type { Subscription, UserStreams } from './user-streams.js';

/** Binance's limit of user streams on one connection. */
const MAX_SUBSCRIPTIONS = 1000;
const SUBSCRIBE_WEIGHT = 2;

export interface SessionOptions {
  readonly link: Link;
  readonly gateway: Gateway;
  readonly users: UserStreams;
  /** Of the client. */
  readonly address: string;
  readonly returnRateLimits: boolean;
}

export class Session {
  private readonly subscriptions = new Map<number, { account: string; subscription: Subscription }>();
  private nextSubscription = 0;
  private owner: Account | null = null;
  private authorizedSince: number | null = null;

  constructor(private readonly options: SessionOptions) {
    options.link.onClose(() => this.unsubscribeAll());
  }

  /** What the method answers; undefined when it is not the session's business. Errors: `PaperError`. */
  answer(method: string, sent: Sent): object | undefined {
    switch (method) {
      case 'session.logon':
        return this.logon(sent);
      case 'session.status':
        return this.status();
      case 'session.logout':
        this.owner = null;
        this.authorizedSince = null;
        return this.status();
      case 'userDataStream.subscribe':
        if (this.owner === null)
          throw new PaperError(-2014, 'API-key format invalid: log on with session.logon first.');
        return this.subscribe(this.owner);
      case 'userDataStream.subscribe.signature':
        return this.subscribe(this.signer(sent, this.now, false));
      case 'userDataStream.unsubscribe':
        return this.unsubscribe(sent);
      case 'session.subscriptions':
        return [...this.subscriptions.keys()].map((subscriptionId) => ({ subscriptionId }));
      default:
        return undefined;
    }
  }

  /** Of a request: by its own key and signature, or by the session's. Errors: -1021, -1022, -1102, -2014, -2015. */
  authenticate(sent: Sent, now: number, trades: boolean): Account {
    if (this.owner === null || sent.has('apiKey')) return this.signer(sent, now, trades);
    checkTime(sent, now);
    return this.permitted(this.owner.key, now, trades);
  }

  /** The key that rules and counts go by. */
  keyOf(sent: Sent): string | undefined {
    return sent.get('apiKey') ?? this.owner?.key;
  }

  private get now(): number {
    return this.options.gateway.now();
  }

  private signer(sent: Sent, now: number, trades: boolean): Account {
    const key = sent.get('apiKey');
    if (!key) throw mandatory('apiKey');
    const account = this.permitted(key, now, trades);
    checkSigned(account, sent, signedParams(sent), now);
    return account;
  }

  private permitted(key: string, now: number, trades: boolean): Account {
    const { gateway, address } = this.options;
    return accountOfKey(gateway.exchange.accounts, { key, address }, trades, now);
  }

  private logon(sent: Sent): object {
    this.options.gateway.weights.spend(2, this.now);
    const account = this.signer(sent, this.now, false);
    if (account.publicKey === undefined)
      throw new PaperError(-4056, 'HMAC_SHA256 API key is not supported: only Ed25519 keys can log on.');
    this.owner = account;
    this.authorizedSince = this.now;
    return this.status();
  }

  private status(): object {
    return {
      apiKey: this.owner?.key ?? null,
      authorizedSince: this.authorizedSince,
      connectedSince: this.options.link.openedAt,
      returnRateLimits: this.options.returnRateLimits,
      serverTime: this.now,
      userDataStream: this.subscriptions.size > 0,
    };
  }

  private subscribe(account: Account): object {
    const { gateway, users, link } = this.options;
    gateway.weights.spend(SUBSCRIBE_WEIGHT, this.now);
    for (const { account: known } of this.subscriptions.values())
      if (known === account.id) throw new PaperError(-2035, 'User Data Stream subscription already active.');
    if (this.subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new PaperError(-1000, `At most ${MAX_SUBSCRIPTIONS} user data streams on one connection.`);
    const id = this.nextSubscription;
    this.nextSubscription += 1;
    const subscription = { link, id };
    this.subscriptions.set(id, { account: account.id, subscription });
    users.add(account.id, subscription);
    return { subscriptionId: id };
  }

  private unsubscribe(sent: Sent): object {
    const named = sent.get('subscriptionId');
    if (named === undefined) this.unsubscribeAll();
    else this.end(Number(named));
    return {};
  }

  private unsubscribeAll(): void {
    for (const id of [...this.subscriptions.keys()]) this.end(id);
  }

  private end(id: number): void {
    const found = this.subscriptions.get(id);
    if (!found) return;
    this.subscriptions.delete(id);
    this.options.users.remove(found.account, found.subscription);
  }
}
