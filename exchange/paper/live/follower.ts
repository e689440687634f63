/**
 * Follows the real market: what happened in a second is shown once it is known of all symbols, and written down. Closed
 * klines come by the stream; what the stream missed is asked for. Late news are not news: a second that was shown stays.
 */
import { flawOf, INTERVAL_MS, openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import { backoffMs } from '../../binance/backoff.js';
import type { ExchangeError } from '../../port.js';
import type { LiveStatus } from '../market/types.js';
import type { LiveMarket } from './market.js';
import type { Recorder } from './recorder.js';
import { complete, wholeRows, type Moments } from './seconds.js';
import type { LiveVenue } from './venue.js';

const SECOND = INTERVAL_MS['1s'];
const PAGE = 1_000;
/** Without news for so long the exchange is asked: a symbol in which nothing is traded tells nothing. */
const SILENCE_MS = 5_000;
/** From here on the market is told to stand still. */
const STANDING_MS = 10_000;
/** What was missed for longer than this is told on no stream. */
const UNTOLD_MS = 10_000;
/** What was missed is asked for by the second in the last hour, by the minute before. */
const BY_SECONDS_MS = INTERVAL_MS['1h'];
const BUSY_WAIT_MS = 1_000;
/** How often, and in which distance, a second is asked for again that nobody tells while later ones are told. */
const PATIENCE = 3;
const PATIENCE_MS = 1_000;
/** No answer is behind the stream by more. */
const LATE_AT_MOST_MS = 10_000;

interface Page {
  readonly klines: readonly Kline[];
  /** Up to here it tells everything. */
  readonly end: number;
}

export interface FollowerOptions {
  readonly venue: LiveVenue;
  readonly market: LiveMarket;
  readonly recorder: Recorder;
  /** Up to where the market is known. */
  readonly knownTo: number;
  readonly note: (message: string) => void;
  /** Without a disk nothing can be shown. */
  readonly onFailure: (error: Error) => void;
}

export class Follower {
  private knownTo: number;
  /** Seconds that were heard of, and not shown yet. */
  private readonly heard = new Map<number, Map<string, Kline>>();
  private asks = true;
  private closed = false;
  private working: Promise<void> | null = null;
  private attempts = 0;
  private patience = 0;
  private retry: NodeJS.Timeout | null = null;
  private failure: string | null = null;
  private lastNews = Date.now();
  private hasNews = false;
  private readonly watch: NodeJS.Timeout;
  private readonly symbols: readonly string[];

  constructor(private readonly options: FollowerOptions) {
    this.knownTo = options.knownTo;
    this.symbols = options.market.symbols.map(({ symbol }) => symbol);
    options.market.status = () => this.status();
    options.venue.follow(
      this.symbols,
      (symbol, kline) => this.hear(symbol, kline),
      () => this.ask(),
    );
    this.watch = setInterval(() => this.look(), SECOND);
    this.kick();
  }

  /** Resolves once nothing is under way. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.watch);
    if (this.retry) clearTimeout(this.retry);
    await this.options.venue.close();
    await this.working;
    await this.options.recorder.close();
  }

  /** Resolves once what was missed has been fetched, or cannot be for now. */
  async firstRound(): Promise<void> {
    await this.working;
  }

  private status(): LiveStatus {
    const { lastNews, knownTo, failure } = this;
    const from = this.options.venue.host;
    if (Date.now() - lastNews < STANDING_MS) return { from, knownTo, standing: null };
    // Begun without a network, it stands since it was ended.
    const since = this.hasNews ? lastNews : knownTo;
    return { from, knownTo, standing: { since, reason: failure ?? 'it tells no new prices' } };
  }

  private hear(symbol: string, kline: Kline): void {
    if (kline.openTime < this.knownTo || flawOf(kline, '1s') !== null) return;
    const rows = this.heard.get(kline.openTime) ?? new Map<string, Kline>();
    this.heard.set(kline.openTime, rows.set(symbol, kline));
    this.kick();
  }

  private ask(): void {
    this.asks = true;
    this.kick();
  }

  private look(): void {
    if (Date.now() - this.lastNews >= SILENCE_MS) this.ask();
  }

  private kick(): void {
    if (this.closed || this.working || this.retry) return;
    this.working = this.work().then(
      () => {
        this.working = null;
        // What came between the last look and now.
        if (this.isReady()) this.kick();
      },
      (error: Error) => this.options.onFailure(error),
    );
  }

  private async work(): Promise<void> {
    while (!this.closed && this.isReady()) {
      if (!this.asks) {
        await this.show('1s', this.known());
        continue;
      }
      this.asks = false;
      try {
        await this.fetchMissed();
        [this.failure, this.attempts] = [null, 0];
      } catch (error) {
        if ((error as Error).name !== 'ExchangeError') throw error;
        return this.tryAgain(error as ExchangeError);
      }
    }
  }

  /** Whether something can be shown, or has to be asked for. */
  private isReady(): boolean {
    const { heard, knownTo } = this;
    // A second of which nobody heard anything: the stream may have lost it.
    if (heard.size > 0 && Math.min(...heard.keys()) > knownTo) this.asks = true;
    return this.asks || this.known().size > 0;
  }

  private known(): Moments {
    return complete(this.heard, this.knownTo, (time) => this.following(time));
  }

  /** The symbols that are followed at that time. */
  private following(time: number): string[] {
    return this.symbols.filter((symbol) => this.options.market.startOf(symbol) <= time);
  }

  private tryAgain(error: ExchangeError): void {
    if (this.attempts === 0) this.options.note(`Prices cannot be fetched: ${error.message}`);
    this.failure = error.message;
    this.later(Math.max(error.retryAfterMs ?? 0, backoffMs(this.attempts++)));
  }

  private later(waitMs: number): void {
    this.asks = true;
    if (this.closed) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      this.kick();
    }, waitMs);
  }

  private async fetchMissed(): Promise<void> {
    const { heard, knownTo } = this;
    const newest = heard.size > 0 ? Math.max(...heard.keys()) : null;
    // The newest second that was heard of comes by the stream; alone, it may be the one whose rest was lost.
    const to = newest === null ? await this.lastClosed() : newest > knownTo ? newest : newest + SECOND;
    if (to - knownTo > UNTOLD_MS) this.options.market.untoldBefore = to;
    const minutesFrom = openTimeAt(knownTo + INTERVAL_MS['1m'] - 1, '1m');
    const minutesTo = openTimeAt(to - BY_SECONDS_MS, '1m');
    if (minutesTo > minutesFrom + BY_SECONDS_MS) {
      await this.fetch('1s', minutesFrom);
      await this.fetch('1m', minutesTo);
    }
    await this.fetch('1s', to);
    if (newest !== null && newest >= to) this.passTo(to);
  }

  /** Later seconds are known. What is not told before them may only be late for a while, then it never was. */
  private passTo(time: number): void {
    const isShort = this.knownTo < time && time - this.knownTo <= LATE_AT_MOST_MS;
    if (isShort && this.patience++ < PATIENCE) return this.later(PATIENCE_MS);
    this.patience = 0;
    for (const each of this.heard.keys()) if (each < time) this.heard.delete(each);
    this.knownTo = Math.max(this.knownTo, time);
  }

  /** Up to where klines have certainly closed, and stand where they are asked for. */
  private async lastClosed(): Promise<number> {
    return openTimeAt(await this.options.venue.marketTime(this.symbols[0]!), '1s') - SECOND;
  }

  /** Shows the klines up to `to` (exclusive), page by page. */
  private async fetch(interval: Interval, to: number): Promise<void> {
    for (let from = this.knownTo; from < to && !this.closed;) {
      const pages = new Map<string, Page>();
      for (const symbol of this.following(from))
        pages.set(symbol, await this.page(symbol, interval, from, to));
      const end = Math.min(to, ...[...pages.values()].map((page) => page.end));
      const moments = new Map<number, Map<string, Kline>>();
      const note = (symbol: string, kline: Kline): void => {
        const { openTime } = kline;
        if (openTime < from || openTime >= end || flawOf(kline, interval) !== null) return;
        moments.set(openTime, (moments.get(openTime) ?? new Map<string, Kline>()).set(symbol, kline));
      };
      if (interval === '1s')
        for (const rows of this.heard.values()) for (const [symbol, kline] of rows) note(symbol, kline);
      for (const [symbol, { klines }] of pages) for (const kline of klines) note(symbol, kline);
      if (!this.closed) await this.show(interval, moments);
      from = end;
    }
  }

  private async page(symbol: string, interval: Interval, from: number, to: number): Promise<Page> {
    const { venue } = this.options;
    while (venue.busy() && !this.closed) await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    const told = await venue.klines({ symbol, interval, startTime: from, endTime: to - 1, limit: PAGE });
    const klines = told.filter(({ openTime, closeTime }) => openTime >= from && closeTime < to);
    // A full page may have been cut anywhere.
    const end = told.length < PAGE ? to : told.at(-1)!.openTime + INTERVAL_MS[interval];
    return { klines, end };
  }

  /** Writes down, then shows; a symbol without trades in a moment in which others have some stood still. */
  private async show(interval: Interval, moments: Moments): Promise<void> {
    if (moments.size === 0) return;
    const { market, recorder } = this.options;
    const standing = this.symbols.map((symbol) => {
      const [from, lastClose] = [market.startOf(symbol), market.lastClose(symbol)];
      return [symbol, { from, lastClose }] as const;
    });
    const rows = wholeRows(moments, interval, new Map(standing));
    await recorder.append(interval, rows);
    this.knownTo = Math.max(...moments.keys()) + INTERVAL_MS[interval];
    for (const time of this.heard.keys()) if (time < this.knownTo) this.heard.delete(time);
    [this.lastNews, this.hasNews] = [Date.now(), true];
    market.take(interval, rows);
  }
}
