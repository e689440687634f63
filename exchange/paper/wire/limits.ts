/** Request weight and order counts in calendar windows, as Binance counts them (BINANCE.md 2.2). */
import { PaperError } from '../engine/types.js';

/** HTTP 429: the client is asked to wait. */
export class LimitError extends PaperError {
  constructor(
    code: number,
    message: string,
    readonly retryAfterSeconds: number,
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
    this.used += amount;
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
}

export class Weights {
  private readonly minute = new Window(60_000);
  private readonly orders = new Map<string, { short: Window; day: Window }>();

  constructor(readonly limits: Limits) {}

  used(now: number): number {
    return this.minute.add(now, 0);
  }

  /** Errors: -1003 with the seconds until the window ends. */
  spend(weight: number, now: number): void {
    if (this.minute.add(now, weight) <= this.limits.weightPerMinute) return;
    throw new LimitError(
      -1003,
      `Too much request weight used; current limit is ${this.limits.weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      this.minute.secondsLeft(now),
    );
  }

  /** Successful order requests are free: what was counted beforehand is given back. */
  giveBack(weight: number, now: number): void {
    this.minute.add(now, -weight);
  }

  /** Before orders are placed. Errors: -1015. */
  requireRoom(account: string, count: number, now: number): void {
    const { ordersPer10s, ordersPerDay } = this.limits;
    const { short, day } = this.windows(account);
    if (short.add(now, 0) + count > ordersPer10s)
      throw tooMany(ordersPer10s, '10 SECOND', short.secondsLeft(now));
    if (day.add(now, 0) + count > ordersPerDay) throw tooMany(ordersPerDay, '1 DAY', day.secondsLeft(now));
  }

  countOrders(account: string, count: number, now: number): { short: number; day: number } {
    const { short, day } = this.windows(account);
    return { short: short.add(now, count), day: day.add(now, count) };
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
