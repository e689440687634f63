/** Drives the market: by hand, as fast as bots settle, or along real time. */
import type { ClosedKline, Point } from '../market/types.js';
import type { Interval } from '../../../core/kline.js';
import { MarketClock } from './clock.js';
import type { PaperExchange } from './exchange.js';
import type { Lockstep } from './lockstep.js';
import type { Ticks } from './price-ticks.js';

/** Who tells clients what the market does. */
export interface MarketFeed {
  /** Klines that ended during an outage. */
  overdue(closed: readonly ClosedKline[]): void;
  /** A point has been reached, with the klines that closed there. */
  point(point: Point, closed: readonly ClosedKline[]): void;
  /** A price between two points. */
  glide(symbol: string, price: number, time: number): void;
  /** A second of real time has passed (not in lock step): running klines and tickers. */
  second(): void;
}

export interface RunnerOptions {
  readonly exchange: PaperExchange;
  readonly lockstep: Lockstep;
  readonly feed: MarketFeed;
  /** A multiple of real time, or lock step. */
  readonly speed: number | 'max' | 'manual';
  readonly stepInterval: Interval;
  readonly waitFor: number;
  /** Market time goes on from here, at numeric speeds. */
  readonly anchor: number;
  /** For prices between points. */
  readonly ticks: Ticks;
  /** Ends all connections of market streams. */
  readonly cutMarketStreams: () => void;
}

export interface StepResult {
  /** Market time. */
  readonly time: number;
  /** Klines of the step interval that closed. */
  readonly klines: number;
  /** The data have ended. */
  readonly done: boolean;
}

const SECOND = 1_000;
/** The loop lets requests in after so long. */
const SLICE_MS = 8;

export class Runner {
  private clock: MarketClock | null;
  private stopping = false;
  private running: Promise<unknown> = Promise.resolve();
  private lastKline = -Infinity;
  private sleep: { timer: NodeJS.Timeout; wake: () => void } | null = null;
  private untold = false;
  private readonly segments = new Map<string, { time: number; price: number }>();

  constructor(private readonly options: RunnerOptions) {
    const { exchange, speed, anchor } = options;
    this.clock = typeof speed === 'number' ? new MarketClock(anchor, speed) : null;
    if (this.clock) exchange.clock = () => this.clock!.now();
  }

  start(): void {
    if (this.options.speed === 'manual') return;
    this.running = this.clock ? this.alongTime() : this.asFastAsBots();
    this.running.catch((error: unknown) => {
      // A bug here leaves no market: better no exchange than one that stands still unnoticed.
      setImmediate(() => {
        throw error;
      });
    });
  }

  /** The data have ended. A live market's never do. */
  get done(): boolean {
    const { source, walker } = this.options.exchange;
    return source.live === undefined && walker.peek() === null;
  }

  /** A market that waits for its next kline goes on at once. */
  wake(): void {
    if (this.sleep === null) return;
    clearTimeout(this.sleep.timer);
    this.sleep.wake();
  }

  /** Advances by so many klines of the step interval; steps asked for meanwhile follow one another. */
  step(klines: number): Promise<StepResult> {
    const result = this.running.then(() => this.advance(klines));
    this.running = result.catch(() => undefined);
    return result;
  }

  /** Runs it while the market stands between two points, and goes on from where it then is. */
  async between(run: () => Promise<void>): Promise<void> {
    const { exchange, speed } = this.options;
    if (speed === 'manual') await this.running;
    while (!exchange.walker.betweenPoints) await breathe();
    const { walker } = exchange;
    const done = run();
    // Before anything else can happen: a clock that is ahead of a market set back would drive it on at once.
    if (exchange.walker !== walker) this.goOnFrom(exchange.walker.now);
    await done;
  }

  private goOnFrom(time: number): void {
    const { speed, exchange } = this.options;
    // The real market did not go back.
    const from = exchange.source.live ? Date.now() : time;
    if (typeof speed === 'number') this.clock = new MarketClock(from, speed);
    this.segments.clear();
    this.lastKline = -Infinity;
  }

  /** Resolves when the market stands still. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.options.lockstep.stop();
    this.wake();
    await this.running.catch(() => undefined);
  }

  private async advance(klines: number): Promise<StepResult> {
    const { exchange } = this.options;
    let closed = 0;
    await this.hold();
    let sliceEnd = performance.now() + SLICE_MS;
    while (closed < klines && !this.done && !this.stopping) {
      const waited = this.lockedPoint();
      closed += typeof waited === 'number' ? waited : await waited;
      exchange.maybeSnapshot();
      if (performance.now() > sliceEnd) {
        await breathe();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
    await exchange.saveTime();
    return { time: exchange.now(), klines: closed, done: this.done };
  }

  private async asFastAsBots(): Promise<void> {
    const { lockstep, exchange, waitFor } = this.options;
    await lockstep.arrived(waitFor);
    let sliceEnd = performance.now() + SLICE_MS;
    while (!this.done && !this.stopping) {
      const waited = this.lockedPoint();
      if (typeof waited !== 'number') await waited;
      exchange.maybeSnapshot();
      if (performance.now() > sliceEnd) {
        await breathe();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
    await exchange.saveTime();
  }

  /** One point in lock step: how many klines of the step interval it closed. A promise only where somebody is waited for. */
  private lockedPoint(): number | Promise<number> {
    const { exchange, feed } = this.options;
    const point = exchange.walker.peek()!;
    if (!point.overdue && !this.options.lockstep.registered.length) {
      // Nobody is waited for: fills are told as they become durable.
      while (exchange.walker.call() === 'struck') exchange.noteStruck();
      exchange.noteStruck();
      const closed = exchange.finishPoint();
      feed.point(point, closed);
      return this.count(closed);
    }
    return this.heldPoint(point);
  }

  private async heldPoint(point: Point): Promise<number> {
    const { exchange, feed } = this.options;
    if (point.overdue) {
      feed.overdue(point.overdue);
      await this.hold();
    }
    for (let outcome = 'struck'; outcome === 'struck';) {
      if (this.stopping) return 0;
      outcome = exchange.walker.call();
      if (exchange.noteStruck()) {
        await exchange.journal.durable();
        await this.hold();
      }
    }
    if (this.stopping) return 0;
    const closed = exchange.finishPoint();
    feed.point(point, closed);
    const held = this.hold();
    if (held) await held;
    return this.count(closed);
  }

  private hold(): Promise<void> | null {
    return this.options.lockstep.settle(() => this.options.exchange.journal.durable());
  }

  /** Klines of several symbols that open together count once. */
  private count(closed: readonly ClosedKline[]): number {
    let counted = 0;
    for (const { interval, kline } of closed) {
      if (interval !== this.options.stepInterval || kline.openTime <= this.lastKline) continue;
      this.lastKline = kline.openTime;
      counted = 1;
    }
    return counted;
  }

  private async alongTime(): Promise<void> {
    const { exchange, feed } = this.options;
    let nextSecond = performance.now() + SECOND;
    while (!this.stopping) {
      let sliceEnd = performance.now() + SLICE_MS;
      for (
        let next = exchange.walker.peek();
        next && next.time <= this.clock!.now();
        next = exchange.walker.peek()
      ) {
        this.freePoint(next);
        if (performance.now() > sliceEnd) {
          await breathe();
          if (this.stopping) return;
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      const now = performance.now();
      if (now >= nextSecond) {
        nextSecond = Math.max(nextSecond + SECOND, now + SECOND / 2);
        this.glide(this.clock!.now());
        feed.second();
        exchange.noteTime();
        exchange.journal.writeNote();
        exchange.maybeSnapshot();
        await exchange.thin();
      }
      const next = exchange.walker.peek();
      if (next === null) this.caughtUp();
      if (next === null && this.done && (await this.endOfData())) return;
      const wait = Math.min(next ? this.clock!.until(next.time) : SECOND, nextSecond - performance.now());
      await this.pause(Math.max(1, wait));
    }
  }

  private async endOfData(): Promise<boolean> {
    await this.options.exchange.saveTime();
    return true;
  }

  private freePoint(point: Point): void {
    const { exchange, feed } = this.options;
    const untold = point.time < (exchange.source.live?.untoldBefore ?? -Infinity);
    if (!untold) this.caughtUp();
    this.untold = untold;
    if (point.overdue && !untold) feed.overdue(point.overdue);
    while (exchange.walker.call() === 'struck');
    exchange.noteStruck();
    const closed = exchange.finishPoint();
    if (untold) return;
    feed.point(point, closed);
    for (const { symbol, price } of point.moves) this.segments.set(symbol, { time: point.time, price });
  }

  /**
   * What was missed has been walked without a word on the market's streams: who listens is cut off, as by an exchange
   * that was away, and asks for what it missed.
   */
  private caughtUp(): void {
    if (!this.untold) return;
    this.untold = false;
    this.options.cutMarketStreams();
  }

  /** Shows where the straight path to the next point stands now, so that slow markets move visibly. */
  private glide(time: number): void {
    const { exchange, feed, ticks } = this.options;
    const next = exchange.walker.peek();
    if (
      next === null ||
      next.phase === 'open' ||
      next.moves.length === 0 ||
      this.clock!.until(next.time) < SECOND / 2
    )
      return;
    const now = Math.floor(time);
    for (const { symbol, price } of next.moves) {
      const from = this.segments.get(symbol) ?? this.beginSegment(symbol, now);
      const share = (now - from.time) / (next.time - from.time);
      if (!(share > 0 && share < 1)) continue;
      const decimals = ticks.get(symbol)?.decimals ?? 8;
      const between = Number((from.price + (price - from.price) * share).toFixed(decimals));
      if (between === Number(exchange.engine.price(symbol))) continue;
      exchange.walker.glide(symbol, now, between);
      exchange.noteStruck();
      feed.glide(symbol, between, now);
    }
  }

  /** After a restart the path goes on from where the price stands. */
  private beginSegment(symbol: string, time: number): { time: number; price: number } {
    const segment = { time, price: Number(this.options.exchange.engine.price(symbol)) };
    this.segments.set(symbol, segment);
    return segment;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.sleep = null;
        resolve();
      };
      this.sleep = { timer: setTimeout(wake, ms), wake };
    });
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
