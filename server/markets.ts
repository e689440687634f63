import type { Interval, Kline } from '../core/kline.js';
import type { Instrument } from '../core/rules.js';
import {
  ExchangeError,
  type DayTicker,
  type Exchange,
  type MarketEvent,
  type MarketSubscription,
  type VenueName,
} from '../exchange/port.js';
import { MarketClock } from './market-clock.js';

export type ExchangeFor = (venue: VenueName) => Exchange;

const INSTRUMENTS_MS = 60_000;
const KLINES_MS = 1_000;
const TICKERS_MS = 15_000;
const RETRY_MS = 2_000;
const PULSE_MS = 5_000;

export interface PriceSink {
  setPrice(venue: string, symbol: string, price: string): void;
  clearPrices(venue: string): void;
  /** The symbols of a venue are known now. */
  instrumentsKnown(venue: string): void;
}

export interface Clock {
  readonly venue: string;
  /** Its time now (ms). */
  readonly market: number;
  /** Its ms per ms of ours; null while that is not known. */
  readonly rate: number | null;
}

interface Stream {
  readonly subscription: MarketSubscription;
  symbols: ReadonlySet<string>;
}

/**
 * The server's view of the markets, read-only: one connection per venue in use, its last prices, symbols and klines.
 * An exchange that cannot be reached costs prices, never a page: it is tried again.
 */
export class Markets {
  readonly #open: ExchangeFor;
  readonly #exchanges = new Map<string, Promise<Exchange>>();
  readonly #streams = new Map<string, Stream>();
  readonly #cache = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();
  #wanted: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #sink: PriceSink | null = null;
  readonly #connected = new Map<string, Exchange>();
  readonly #instruments = new Map<string, ReadonlyMap<string, Instrument>>();
  readonly #clocks = new Map<string, MarketClock>();
  #heardAt: number | null = null;
  #problem: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  readonly #pulse: NodeJS.Timeout;
  #feeling = false;
  #applying: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(open: ExchangeFor) {
    this.#open = open;
    this.#pulse = setInterval(() => void this.#feelPulse(), PULSE_MS).unref();
  }

  /** The prices of these symbols flow into `sink` from now on. */
  follow(wanted: ReadonlyMap<string, ReadonlySet<string>>, sink: PriceSink): void {
    this.#wanted = wanted;
    this.#sink = sink;
    this.#applying = this.#applying.then(() => this.#apply());
  }

  /** Every symbol of a venue; kept for a minute. Errors: `ExchangeError`. */
  async instruments(venue: VenueName): Promise<readonly Instrument[]> {
    return this.#cached(`instruments ${venue}`, INSTRUMENTS_MS, async () => {
      const instruments = await (await this.#exchange(venue)).instruments();
      this.#instruments.set(venue, new Map(instruments.map((one) => [one.symbol, one])));
      return instruments;
    });
  }

  /** The latest klines, the running one last; kept for a second. Errors: `ExchangeError`. */
  async klines(
    venue: VenueName,
    symbol: string,
    interval: Interval,
    limit: number,
  ): Promise<readonly Kline[]> {
    const key = `klines ${venue} ${symbol} ${interval} ${limit}`;
    return this.#cached(key, KLINES_MS, async () =>
      (await this.#exchange(venue)).klines({ symbol, interval, limit }),
    );
  }

  /** The last day of every symbol, by symbol; kept for some seconds, for it is heavy to ask. Errors: `ExchangeError`. */
  async tickers(venue: VenueName): Promise<ReadonlyMap<string, DayTicker>> {
    return this.#cached(`tickers ${venue}`, TICKERS_MS, async () => {
      const all = await (await this.#exchange(venue)).tickers();
      return new Map(all.map((one) => [one.symbol, one]));
    });
  }

  /** How the market is heard: the worst of the venues in use, for the header of every page. */
  health(): {
    readonly exchangeLatencyMs: number | null;
    readonly streamAgeMs: number | null;
    readonly problem?: string;
    readonly idle?: boolean;
    /** What time it is on each venue, and how fast its clock goes. */
    readonly clocks?: readonly Clock[];
  } {
    const healths = [...this.#connected.values()].map((exchange) => exchange.health());
    const answers = healths.length > 0 && healths.every((health) => health.restOk);
    const exchangeLatencyMs = answers ? Math.max(...healths.map((health) => health.latencyMs)) : null;
    const streamAgeMs = this.#heardAt === null ? null : performance.now() - this.#heardAt;
    return {
      exchangeLatencyMs,
      streamAgeMs,
      ...(this.#problem === null ? {} : { problem: this.#problem }),
      ...(this.#wanted.size === 0 ? { idle: true } : {}),
      clocks: this.#clocksNow(),
    };
  }

  #clocksNow(): Clock[] {
    const at = performance.now();
    return [...this.#clocks].flatMap(([venue, clock]) => {
      const now = clock.now(at);
      return now === null ? [] : [{ venue, ...now }];
    });
  }

  /** A symbol's rules if they are known already; asks for nothing. */
  known(venue: string, symbol: string): Instrument | undefined {
    return this.#instruments.get(venue)?.get(symbol);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pulse);
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#applying;
    for (const stream of this.#streams.values()) stream.subscription.close();
    const open = [...this.#exchanges.values()].map((opening) => opening.then((exchange) => exchange.close()));
    await Promise.allSettled(open);
  }

  #exchange(venue: VenueName): Promise<Exchange> {
    const known = this.#exchanges.get(venue);
    if (known !== undefined) return known;
    const opening = this.#connect(venue);
    this.#exchanges.set(venue, opening);
    // A failed opening is forgotten, so that the next question tries again.
    opening.catch(() => this.#exchanges.delete(venue));
    return opening;
  }

  async #connect(venue: VenueName): Promise<Exchange> {
    const exchange = this.#opened(venue);
    try {
      await exchange.connect();
    } catch (error) {
      await exchange.close().catch(() => {});
      throw error;
    }
    this.#connected.set(venue, exchange);
    return exchange;
  }

  #opened(venue: VenueName): Exchange {
    try {
      return this.#open(venue);
    } catch (error) {
      throw new ExchangeError((error as Error).message, { kind: 'network', execution: 'none', cause: error });
    }
  }

  async #cached<T>(key: string, ms: number, ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#cache.get(key);
    if (known !== undefined && known.until > now) return known.value as Promise<T>;
    for (const [old, { until }] of this.#cache) if (until <= now) this.#cache.delete(old);
    const value = ask();
    this.#cache.set(key, { until: now + ms, value });
    value.catch(() => this.#cache.delete(key));
    return value;
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    const venues = new Set([...this.#wanted.keys(), ...this.#streams.keys()]);
    const done = await Promise.allSettled([...venues].map((venue) => this.#applyVenue(venue as VenueName)));
    const failed = done.find((one) => one.status === 'rejected');
    this.#problem = failed === undefined ? null : 'The exchange cannot be reached.';
    if (failed !== undefined) this.#tryAgainLater();
  }

  /** Asked now and then, so that health tells of now and not of the last request, whenever that was. */
  async #feelPulse(): Promise<void> {
    if (this.#feeling) return;
    this.#feeling = true;
    const asked = [...this.#streams].map(async ([venue, { symbols }]) => {
      const [symbol] = symbols;
      if (symbol !== undefined) await this.#connected.get(venue)?.price(symbol);
    });
    await Promise.allSettled(asked);
    this.#feeling = false;
  }

  #tryAgainLater(): void {
    if (this.#closed || this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#applying = this.#applying.then(() => this.#apply());
    }, RETRY_MS);
    this.#retry.unref();
  }

  async #applyVenue(venue: VenueName): Promise<void> {
    const wanted = this.#wanted.get(venue) ?? new Set<string>();
    const stream = this.#streams.get(venue);
    if (stream === undefined) return this.#openStream(venue, wanted);
    const added = [...wanted].filter((symbol) => !stream.symbols.has(symbol));
    const removed = [...stream.symbols].filter((symbol) => !wanted.has(symbol));
    stream.symbols = wanted;
    if (added.length > 0) await stream.subscription.add(added.map(ticker));
    if (removed.length > 0) await stream.subscription.remove(removed.map(ticker));
  }

  async #openStream(venue: VenueName, symbols: ReadonlySet<string>): Promise<void> {
    if (symbols.size === 0) return;
    const exchange = await this.#exchange(venue);
    if (this.#closed) return;
    const event = (one: MarketEvent): void => this.#heard(venue, one);
    this.#streams.set(venue, {
      subscription: exchange.marketStream([...symbols].map(ticker), { event }),
      symbols,
    });
    await this.instruments(venue).then(
      () => this.#sink?.instrumentsKnown(venue),
      () => {},
    );
    // A first price at once: a quiet market may not tick for a while.
    await Promise.allSettled(
      [...symbols].map(async (symbol) => this.#sink?.setPrice(venue, symbol, await exchange.price(symbol))),
    );
  }

  #heard(venue: string, event: MarketEvent): void {
    if (event.type !== 'gap') this.#heardAt = performance.now();
    if (event.type === 'ticker') {
      this.#sink?.setPrice(venue, event.symbol, event.last);
      const clock = this.#clocks.get(venue) ?? new MarketClock();
      this.#clocks.set(venue, clock);
      clock.heard(event.time, performance.now());
    } else if (event.type === 'gap') this.#sink?.clearPrices(venue);
  }
}

function ticker(symbol: string): { type: 'ticker'; symbol: string } {
  return { type: 'ticker', symbol };
}
