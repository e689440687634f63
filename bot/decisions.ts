/**
 * What a bot decides at its own klines: which signal is asked (a cycle is led to its end by the one that it began with),
 * and that each kline is decided on once, after the books are compared.
 */
import type { Event } from '../core/events.js';
import type { Kline } from '../core/kline.js';
import type { BotState, Terms } from '../core/state.js';
import type { Verdict } from '../core/strategy.js';
import type { Exchange } from '../exchange/port.js';
import type { BotConfig } from './config.js';
import { Feed } from './feed.js';
import { unguarded, type Guard } from './watchdog.js';

/** What it needs of the session. */
export interface DecisionsPort {
  readonly exchange: Exchange;
  readonly guard?: Guard;
  readonly config: () => BotConfig;
  readonly state: () => BotState;
  /** Whether what closes now is decided on later: the books are being compared. */
  readonly waits: () => boolean;
  /** The exchange's clock (ms). */
  readonly wall: () => number;
  readonly dispatch: (event: Event) => void;
  readonly note: (message: string) => void;
  /** While it works a hold of the market is not settled. */
  readonly track: (work: () => Promise<void>) => Promise<void>;
}

export class Decisions {
  private feed: Feed;
  /** What the feed asks. */
  private signal: BotConfig['signal'];
  /** By what it was chosen; null before the first feed is begun, and once the session has ended. */
  private followed: { readonly terms: Terms | null; readonly config: BotConfig } | null = null;
  private renewing: Promise<void> = Promise.resolve();
  /** Klines that closed while the books were being compared: decided on afterwards. */
  private readonly held: (() => void)[] = [];

  constructor(private readonly port: DecisionsPort) {
    this.signal = port.config().signal;
    this.feed = this.newFeed();
  }

  /** Warms the signal of the running cycle up, and tells what was missed. Errors: `ExchangeError`. */
  async begin(): Promise<void> {
    const { terms, lastKline } = this.port.state();
    const config = this.port.config();
    this.signal = (terms?.signal ?? config.signal) as BotConfig['signal'];
    this.followed = { terms, config };
    this.feed = this.newFeed();
    await this.feed.start(lastKline);
  }

  get busy(): boolean {
    return this.feed.busy;
  }

  /** Resolves once a signal that was changed is warm. */
  get renewed(): Promise<void> {
    return this.renewing;
  }

  /** A closed kline from the stream. */
  hear(kline: Kline): void {
    const { guard = unguarded, config } = this.port;
    // One watch over all that it leads to.
    guard(
      () => `A kline of ${config().symbol}`,
      () => this.feed.hear(kline),
    );
  }

  /** After a gap, and from time to time: what closed and was not told. */
  catchUp(): Promise<void> {
    return this.feed.catchUp();
  }

  /** The books are compared: what closed meanwhile is decided on. */
  release(): void {
    for (const decide of this.held.splice(0)) decide();
  }

  /**
   * After every event: a cycle is led to its end by the signal that it began with, as by its plan, unless the edit said
   * otherwise; then, or where nothing is held, by what the config says. Another signal is warmed up before it says anything.
   */
  look(): void {
    const { terms } = this.port.state();
    const config = this.port.config();
    if (this.followed === null) return;
    if (terms === this.followed.terms && config === this.followed.config) return;
    this.followed = { terms, config };
    const signal = terms?.signal ?? config.signal;
    if (JSON.stringify(signal) === JSON.stringify(this.signal)) return;
    this.signal = signal as BotConfig['signal'];
    // Later: this may be the very kline that the feed is telling.
    this.renewing = this.port.track(() => this.renewing.then(() => this.renew()));
  }

  close(): void {
    this.followed = null;
    this.feed.close();
  }

  private async renew(): Promise<void> {
    if (this.followed === null) return;
    this.feed.close();
    this.feed = this.newFeed();
    await this.feed.startUntilDone(this.port.state().lastKline);
  }

  private newFeed(): Feed {
    const { exchange, guard, config, note } = this.port;
    return new Feed({
      exchange,
      config: { ...config(), signal: this.signal },
      decided: (kline, verdict, late) => this.decide(kline, verdict, late),
      note,
      guard,
    });
  }

  private decide(kline: Kline, verdict: Verdict, late: boolean): void {
    if (this.port.waits()) {
      this.held.push(() => this.decide(kline, verdict, late));
      return;
    }
    // A feed that was begun anew meanwhile tells again what was held back: it is decided on once.
    const { lastKline } = this.port.state();
    if (lastKline !== null && kline.openTime <= lastKline) return;
    const event: Event = { type: 'kline', time: kline.closeTime, wall: this.port.wall(), kline, verdict };
    this.port.dispatch(late ? { ...event, late } : event);
  }
}
