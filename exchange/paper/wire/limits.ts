/** Request weight, raw requests and order counts in calendar windows, and bans, as Binance counts them (BINANCE.md 2.2). */
import { PaperError } from '../engine/types.js';

/** HTTP 429: the client is asked to wait. HTTP 418: it did not, and is banned. */
export class LimitError extends PaperError {
  constructor(
    code: number,
    message: string,
    readonly retryAfterSeconds: number,
    readonly status: 429 | 418 = 429,
  ) {
    super(code, message);
    this.name = 'LimitError';
  }
}

class Window {
  private start = -1;
  private used = 0;

  constructor(private readonly lengthMs: number) {}

  add(now: number, amount: number): number {
    const start = Math.floor(now / this.lengthMs);
    if (start !== this.start) {
      this.start = start;
      this.used = 0;
    }
    this.used = Math.max(0, this.used + amount);
    return this.used;
  }

  secondsLeft(now: number): number {
    return Math.ceil((this.lengthMs - (now % this.lengthMs)) / 1_000);
  }
}

export interface Limits {
  readonly weightPerMinute: number;
  readonly ordersPer10s: number;
  readonly ordersPerDay: number;
  readonly requestsPer5m: number;
  /** Stream connections per five minutes; 0 is no limit. */
  readonly connectionsPer5m: number;
  /** Incoming messages per second of a market stream connection; 0 is no limit. */
  readonly messagesPerSecond: number;
  /** So many requests in one minute's 429 lead to a ban; 0 bans nobody. */
  readonly banAfter: number;
  /** The first ban; each further one is twice as long, three days at most. */
  readonly banSeconds: number;
}

/** Binance's own (2026), for one user at one address. */
export const BINANCE_LIMITS: Limits = {
  weightPerMinute: 6_000,
  ordersPer10s: 100,
  ordersPerDay: 200_000,
  requestsPer5m: 300_000,
  connectionsPer5m: 300,
  messagesPerSecond: 5,
  banAfter: 50,
  banSeconds: 120,
};

const THREE_DAYS = 259_200;
const STREAMS_HINT = 'Please use WebSocket Streams for live updates';

export class Weights {
  private readonly minute = new Window(60_000);
  private readonly refused = new Window(60_000);
  private readonly raw = new Window(300_000);
  private readonly connections = new Window(300_000);
  private readonly orders = new Map<string, { short: Window; day: Window }>();
  private bannedUntil = 0;
  private bans = 0;

  constructor(private current: Limits) {}

  get limits(): Limits {
    return this.current;
  }

  /** From now on; what has been counted stays. */
  configure(limits: Partial<Limits>): void {
    this.current = { ...this.current, ...limits };
  }

  /** Lifts a ban and forgets those before it. */
  pardon(): void {
    this.bannedUntil = 0;
    this.bans = 0;
  }

  get banEnds(): number {
    return this.bannedUntil;
  }

  used(now: number): number {
    return this.minute.add(now, 0);
  }

  /** Every request, before all else. Errors: -1003 as 418 or 429. */
  request(now: number): void {
    if (now < this.bannedUntil) throw this.banned(now);
    const { requestsPer5m } = this.current;
    if (this.raw.add(now, 1) <= requestsPer5m) return;
    const message = `Too many requests; current limit is ${requestsPer5m} requests per 5 MINUTE. ${STREAMS_HINT} to avoid polling the API.`;
    throw this.refuse(now, new LimitError(-1003, message, this.raw.secondsLeft(now)));
  }

  /** Errors: -1003 with the seconds until the window ends. */
  spend(weight: number, now: number): void {
    const { weightPerMinute } = this.current;
    if (this.minute.add(now, weight) <= weightPerMinute) return;
    const message = `Too much request weight used; current limit is ${weightPerMinute} request weight per 1 MINUTE. ${STREAMS_HINT} to avoid polling the API.`;
    throw this.refuse(now, new LimitError(-1003, message, this.minute.secondsLeft(now)));
  }

  /** Successful order requests are free: what was counted beforehand is given back. */
  giveBack(weight: number, now: number): void {
    this.minute.add(now, -weight);
  }

  /** A stream connection. False when there have been too many. */
  connect(now: number): boolean {
    const { connectionsPer5m } = this.current;
    return this.connections.add(now, 1) <= connectionsPer5m || connectionsPer5m === 0;
  }

  /** Before orders are placed. Errors: -1015. */
  requireRoom(account: string, count: number, now: number): void {
    const { ordersPer10s, ordersPerDay } = this.current;
    const { short, day } = this.windows(account);
    if (short.add(now, 0) + count > ordersPer10s)
      throw tooMany(ordersPer10s, '10 SECOND', short.secondsLeft(now));
    if (day.add(now, 0) + count > ordersPerDay) throw tooMany(ordersPerDay, '1 DAY', day.secondsLeft(now));
  }

  /** Negative where a fill gives back (faqs/order_count_decrement.md). */
  countOrders(account: string, count: number, now: number): { short: number; day: number } {
    const { short, day } = this.windows(account);
    return { short: short.add(now, count), day: day.add(now, count) };
  }

  /** Who goes on asking after a 429 is banned. */
  private refuse(now: number, error: LimitError): LimitError {
    const { banAfter, banSeconds } = this.current;
    if (banAfter === 0 || this.refused.add(now, 1) <= banAfter) return error;
    this.bannedUntil = now + Math.min(banSeconds * 2 ** this.bans, THREE_DAYS) * 1_000;
    this.bans += 1;
    return this.banned(now);
  }

  private banned(now: number): LimitError {
    const message = `Way too much request weight used; IP banned until ${this.bannedUntil}. ${STREAMS_HINT} to avoid bans.`;
    return new LimitError(-1003, message, Math.ceil((this.bannedUntil - now) / 1_000), 418);
  }

  private windows(account: string): { short: Window; day: Window } {
    let windows = this.orders.get(account);
    if (!windows)
      this.orders.set(account, (windows = { short: new Window(10_000), day: new Window(86_400_000) }));
    return windows;
  }
}

function tooMany(limit: number, interval: string, seconds: number): LimitError {
  return new LimitError(
    -1015,
    `Too many new orders; current limit is ${limit} orders per ${interval}.`,
    seconds,
  );
}
