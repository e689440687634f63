/** Tells the market's course to the streams that somebody has subscribed to. */
import { INTERVAL_MS, isInterval, type Interval, type Kline } from '../../../core/kline.js';
import type { ClosedKline, Point, Tick } from '../market/types.js';
import { eight } from './amounts.js';
import type { PaperExchange } from './exchange.js';
import type { MessageSubject } from './faults/faults.js';
import type { Lockstep } from './lockstep.js';
import { depthUpdate, type BookState, type BookView } from './book-view.js';
import {
  aggTradePayload,
  avgPricePayload,
  bookTickerPayload,
  klinePayload,
  miniTickerPayload,
  tickerPayload,
  tradePayload,
  windowTickerPayload,
} from './market-payloads.js';
import { monthKlines } from './months.js';
import type { MarketFeed } from './runner.js';
import { averagePrice, lastPrice, tickerOf, withPrice } from './ticker.js';
import { publicTrades, tradeId, type PublicTrade } from './trades.js';
import { rankOf } from '../market/path.js';
import { zonedKlines } from './zoned.js';

/** Whoever takes market messages. */
export interface Subscriber {
  /** Whether messages name their stream: `{"stream":…,"data":…}`. */
  readonly combined: boolean;
  tell(text: string, subject: MessageSubject): void;
}

/** The one other zone that streams have, and the intervals whose klines it shifts. */
const ZONE = '@+08:00';
const ZONE_MS = 8 * INTERVAL_MS['1h'];
const ZONED: readonly Interval[] = ['6h', '12h', '1d', '3d', '1w'];

/** A price between two points is shown as the smallest of trades: the kline's volume lies on its points. */
const GLIDE_QUANTITY = 0.001;

export class Feed implements MarketFeed {
  private readonly subscribers = new Map<string, Set<Subscriber>>();
  private readonly prices = new Map<string, number>();
  private readonly lastTradeIds = new Map<string, number>();
  /** The book as a diff stream knows it. */
  private readonly books = new Map<string, BookState>();
  private readonly tops = new Map<string, number>();
  /** Those of the streams that tell a book. */
  private readonly bookStreams = new Set<string>();
  private readonly zonedStreams = new Set<string>();
  /** The last running kline told on a stream, so that an unchanged one is not told again. */
  private readonly told = new Map<string, string>();
  private readonly changed = new Set<string>();
  private seconds = 0;

  constructor(
    private readonly exchange: PaperExchange,
    private readonly lockstep: Lockstep,
    private readonly view: BookView,
  ) {}

  subscribe(stream: string, subscriber: Subscriber): void {
    let set = this.subscribers.get(stream);
    if (!set) this.subscribers.set(stream, (set = new Set()));
    set.add(subscriber);
    if (stream.includes('@depth')) this.bookStreams.add(stream);
    if (stream.endsWith(ZONE)) this.zonedStreams.add(stream);
    this.beginBook(stream);
  }

  unsubscribe(stream: string, subscriber: Subscriber): void {
    const set = this.subscribers.get(stream);
    if (set?.delete(subscriber) && set.size === 0) {
      this.subscribers.delete(stream);
      this.told.delete(stream);
      this.books.delete(stream);
      this.bookStreams.delete(stream);
      this.zonedStreams.delete(stream);
    }
  }

  overdue(closed: readonly ClosedKline[]): void {
    this.tellClosed(closed);
  }

  point(point: Point, closed: readonly ClosedKline[]): void {
    if (this.subscribers.size === 0) return;
    if (point.tick !== undefined) return this.tick(point.tick);
    for (const { symbol, price, kline, index } of point.moves) {
      const id = tradeId(this.exchange.source, symbol, index, rankOf(point.phase));
      this.tellPrice(symbol, price, kline.volume / 4, point.time, id);
    }
    this.tellClosed(point.overdue ? closed.filter(({ overdue }) => !overdue) : closed);
    if (this.lockstep.enabled && point.phase === 'close')
      this.tellTickers(new Set(closed.map(({ symbol }) => symbol)));
  }

  /** A recorded trade or best price, told as it was. */
  private tick({ symbol, time, trade, top }: Tick): void {
    if (trade !== null) return this.tellTrade(symbol, { ...trade, time: Math.floor(trade.time) });
    this.changed.add(symbol);
    const name = symbol.toLowerCase();
    const { updateId, bid, bidQuantity, ask, askQuantity } = top!;
    this.tell(`${name}@bookTicker`, () =>
      bookTickerPayload(symbol, [eight(bid), eight(bidQuantity)], [eight(ask), eight(askQuantity)], updateId),
    );
    this.tellBooks(symbol, name, time);
  }

  glide(symbol: string, price: number, time: number): void {
    if (this.subscribers.size > 0)
      this.tellPrice(symbol, price, GLIDE_QUANTITY, time, this.lastTradeId(symbol) + 1);
  }

  /** After a restart ids go on behind the last point's. */
  private lastTradeId(symbol: string): number {
    return this.lastTradeIds.get(symbol) ?? publicTrades(this.exchange, symbol, { limit: 1 }).at(-1)?.id ?? 0;
  }

  second(): void {
    if (this.subscribers.size === 0) return;
    // Klines are told every two seconds, those of a second each second.
    this.seconds += 1;
    for (const stream of this.subscribers.keys())
      if (this.seconds % 2 === 0 || stream.endsWith('@kline_1s')) this.tellRunning(stream);
    for (const symbol of this.booked()) this.tellBook(symbol, symbol.toLowerCase(), '', this.exchange.now());
    this.tellTickers(this.changed);
    this.changed.clear();
  }

  private tellPrice(symbol: string, price: number, quantity: number, time: number, id: number): void {
    const before = this.prices.get(symbol);
    this.prices.set(symbol, price);
    this.lastTradeIds.set(symbol, id);
    const buyerIsMaker = before !== undefined && price < before;
    this.tellTrade(symbol, { id, price, quantity, time, buyerIsMaker });
    const name = symbol.toLowerCase();
    if (this.subscribers.has(`${name}@bookTicker`)) this.tellTop(symbol, name);
    this.tellBooks(symbol, name, time);
  }

  private tellTrade(symbol: string, trade: PublicTrade): void {
    const name = symbol.toLowerCase();
    this.changed.add(symbol);
    this.tell(`${name}@trade`, () => tradePayload(symbol, trade));
    this.tell(`${name}@aggTrade`, () => aggTradePayload(symbol, trade));
  }

  private tellBooks(symbol: string, name: string, time: number): void {
    if (this.bookStreams.size === 0) return;
    this.tellBook(symbol, name, '@100ms', time);
    // Lock step has no seconds: there each point of the path is one.
    if (this.lockstep.enabled) this.tellBook(symbol, name, '', time);
  }

  private tellTop(symbol: string, name: string): void {
    const top = this.view.top(symbol);
    if (this.tops.get(symbol) === top.id) return;
    this.tops.set(symbol, top.id);
    this.tell(`${name}@bookTicker`, () => bookTickerPayload(symbol, top.bid, top.ask, top.id));
  }

  /** Partial books and diffs of one update speed. */
  private tellBook(symbol: string, name: string, speed: '' | '@100ms', time: number): void {
    for (const levels of [5, 10, 20])
      this.tell(`${name}@depth${levels}${speed}`, () => {
        const { id, bids, asks } = this.view.current(symbol);
        return { lastUpdateId: id, bids: bids.slice(0, levels), asks: asks.slice(0, levels) };
      });
    const stream = `${name}@depth${speed}`;
    const known = this.books.get(stream);
    if (known === undefined) return;
    const now = this.view.current(symbol);
    if (now.id === known.id) return;
    this.books.set(stream, now);
    this.tell(stream, () => depthUpdate(symbol, known, now, time));
  }

  /** Symbols whose book somebody hears each second. */
  private booked(): Set<string> {
    const streams = [...this.bookStreams].filter((stream) => !stream.endsWith('ms'));
    const symbols = streams.map((stream) => stream.split('@')[0]!.toUpperCase());
    return new Set(symbols.filter((symbol) => this.exchange.engine.symbols.has(symbol)));
  }

  /** A diff stream tells what changes from its first subscription on. */
  private beginBook(stream: string): void {
    const symbol = /^(\w+)@depth(@100ms)?$/.exec(stream)?.[1]?.toUpperCase();
    if (symbol === undefined || this.books.has(stream) || !this.exchange.engine.symbols.has(symbol)) return;
    this.books.set(stream, this.view.current(symbol));
  }

  private tellClosed(closed: readonly ClosedKline[]): void {
    for (const { symbol, interval, kline } of closed) {
      const stream = `${symbol.toLowerCase()}@kline_${interval}`;
      this.tell(stream, () => klinePayload(symbol, interval, kline, true, this.exchange.walker.now));
      if (interval === '1d') this.tellMonth(symbol, kline.closeTime);
      if (this.zonedStreams.size > 0) this.tellZoned(symbol, interval, kline);
    }
  }

  /** `@+08:00`: where the zone's klines are the same ones they are told with them, longer ones with each hour. */
  private tellZoned(symbol: string, interval: Interval, kline: Kline): void {
    const stream = (of: Interval): string => `${symbol.toLowerCase()}@kline_${of}${ZONE}`;
    const now = this.exchange.walker.now;
    if (!ZONED.includes(interval))
      this.tell(stream(interval), () => klinePayload(symbol, interval, kline, true, now));
    if (interval !== '1h') return;
    for (const long of ZONED)
      this.tell(stream(long), () => {
        const query = { endTime: kline.closeTime, limit: 1 };
        const [zoned] = zonedKlines(this.exchange, symbol, long, query, ZONE_MS);
        return klinePayload(symbol, long, zoned!, zoned!.closeTime === kline.closeTime, now);
      });
  }

  /** A month is told with each of its days; the last one closes it. */
  private tellMonth(symbol: string, dayEnd: number): void {
    this.tell(`${symbol.toLowerCase()}@kline_1M`, () => {
      const [month] = monthKlines(this.exchange, symbol, { endTime: dayEnd, limit: 1 });
      return klinePayload(symbol, '1M', month!, month!.closeTime === dayEnd, this.exchange.walker.now);
    });
  }

  private tellRunning(stream: string): void {
    const [name = '', kind = ''] = stream.split('@');
    const symbol = name.toUpperCase();
    if (!this.exchange.engine.symbols.has(symbol)) return;
    const interval = kind.startsWith('kline_') ? kind.slice(6) : '';
    if (isInterval(interval)) this.tellRunningKline(stream, symbol, interval);
    if (interval === '1M') this.tellMonth(symbol, this.exchange.now());
  }

  private tellRunningKline(stream: string, symbol: string, interval: Interval): void {
    const latest = this.exchange.book.latest(symbol, interval, this.exchange.walker.position());
    const now = this.exchange.now();
    if (latest === null || latest.closeTime <= now) return;
    const kline = withPrice(latest, lastPrice(this.exchange, symbol));
    const fingerprint = `${kline.openTime} ${kline.close} ${kline.high} ${kline.low} ${kline.volume}`;
    if (this.told.get(stream) === fingerprint) return;
    this.told.set(stream, fingerprint);
    this.tell(stream, () => klinePayload(symbol, interval, kline, false, now));
  }

  private tellTickers(symbols: ReadonlySet<string>): void {
    const { exchange } = this;
    for (const symbol of symbols) {
      const name = symbol.toLowerCase();
      this.tell(`${name}@miniTicker`, () => miniTickerPayload(tickerOf(exchange, symbol)));
      this.tell(`${name}@ticker`, () => tickerPayload(tickerOf(exchange, symbol), this.view.top(symbol)));
      for (const window of ['1h', '4h', '1d'])
        this.tell(`${name}@ticker_${window}`, () =>
          windowTickerPayload(tickerOf(exchange, symbol, window), window),
        );
      this.tell(`${name}@avgPrice`, () => {
        const { price, closeTime } = averagePrice(exchange, symbol);
        return avgPricePayload(symbol, price, closeTime);
      });
    }
    if (symbols.size === 0) return;
    const each = (payload: (symbol: string) => object) => () => [...symbols].map(payload);
    this.tell(
      '!miniTicker@arr',
      each((symbol) => miniTickerPayload(tickerOf(exchange, symbol))),
    );
    this.tell(
      '!ticker@arr',
      each((symbol) => tickerPayload(tickerOf(exchange, symbol), this.view.top(symbol))),
    );
    for (const window of ['1h', '4h', '1d'])
      this.tell(
        `!ticker_${window}@arr`,
        each((symbol) => windowTickerPayload(tickerOf(exchange, symbol, window), window)),
      );
  }

  private tell(stream: string, payload: () => object): void {
    const subscribers = this.subscribers.get(stream);
    if (!subscribers) return;
    const data = JSON.stringify(payload());
    const combined = `{"stream":"${stream}","data":${data}}`;
    const subject = subjectOf(stream);
    for (const subscriber of subscribers) subscriber.tell(subscriber.combined ? combined : data, subject);
    this.lockstep.published();
  }
}

function subjectOf(stream: string): MessageSubject {
  const at = stream.indexOf('@');
  const symbol = at <= 0 || stream.startsWith('!') ? undefined : stream.slice(0, at).toUpperCase();
  return { stream, symbol, account: undefined };
}
