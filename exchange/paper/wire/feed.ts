/** Tells the market's course to the streams that somebody has subscribed to. */
import { isInterval, type Interval } from '../../../core/kline.js';
import type { ClosedKline, Point } from '../market/types.js';
import type { PaperExchange } from './exchange.js';
import type { MessageSubject } from './faults/faults.js';
import type { Lockstep } from './lockstep.js';
import {
  aggTradePayload,
  avgPricePayload,
  bookLevels,
  bookTickerPayload,
  klinePayload,
  miniTickerPayload,
  tickerPayload,
  tradePayload,
} from './market-payloads.js';
import type { MarketFeed } from './runner.js';
import { averagePrice, lastPrice, tickerOf, withPrice } from './ticker.js';

/** Whoever takes market messages. */
export interface Subscriber {
  /** Whether messages name their stream: `{"stream":…,"data":…}`. */
  readonly combined: boolean;
  tell(text: string, subject: MessageSubject): void;
}

export class Feed implements MarketFeed {
  private readonly subscribers = new Map<string, Set<Subscriber>>();
  private readonly prices = new Map<string, number>();
  /** The last running kline told on a stream, so that an unchanged one is not told again. */
  private readonly told = new Map<string, string>();
  private readonly changed = new Set<string>();
  private updateId = Date.now();
  private tradeId = 0;

  constructor(
    private readonly exchange: PaperExchange,
    private readonly lockstep: Lockstep,
    private readonly ticks: ReadonlyMap<string, { tick: number; decimals: number }>,
  ) {}

  subscribe(stream: string, subscriber: Subscriber): void {
    let set = this.subscribers.get(stream);
    if (!set) this.subscribers.set(stream, (set = new Set()));
    set.add(subscriber);
  }

  unsubscribe(stream: string, subscriber: Subscriber): void {
    const set = this.subscribers.get(stream);
    if (set?.delete(subscriber) && set.size === 0) {
      this.subscribers.delete(stream);
      this.told.delete(stream);
    }
  }

  overdue(closed: readonly ClosedKline[]): void {
    this.tellClosed(closed);
  }

  point(point: Point, closed: readonly ClosedKline[]): void {
    if (this.subscribers.size === 0) return;
    for (const { symbol, price, kline } of point.moves)
      this.tellPrice(symbol, price, kline.volume / 4, point.time);
    this.tellClosed(point.overdue ? closed.filter(({ overdue }) => !overdue) : closed);
    if (this.lockstep.enabled && point.phase === 'close')
      this.tellTickers(new Set(point.moves.map(({ symbol }) => symbol)));
  }

  glide(symbol: string, price: number, time: number): void {
    if (this.subscribers.size > 0) this.tellPrice(symbol, price, 0.001, time);
  }

  second(): void {
    if (this.subscribers.size === 0) return;
    for (const stream of this.subscribers.keys()) this.tellRunning(stream);
    this.tellTickers(this.changed);
    this.changed.clear();
  }

  private tellPrice(symbol: string, price: number, quantity: number, time: number): void {
    const name = symbol.toLowerCase();
    this.changed.add(symbol);
    this.tradeId += 1;
    this.tell(`${name}@trade`, () => tradePayload(symbol, price, quantity, this.tradeId, time));
    this.tell(`${name}@aggTrade`, () => aggTradePayload(symbol, price, quantity, this.tradeId, time));
    if (this.prices.get(symbol) === price) return;
    this.prices.set(symbol, price);
    this.updateId += 1;
    this.tell(`${name}@bookTicker`, () => bookTickerPayload(symbol, price, this.updateId));
  }

  private tellClosed(closed: readonly ClosedKline[]): void {
    for (const { symbol, interval, kline } of closed) {
      const stream = `${symbol.toLowerCase()}@kline_${interval}`;
      this.tell(stream, () => klinePayload(symbol, interval, kline, true, this.exchange.walker.now));
    }
  }

  private tellRunning(stream: string): void {
    const [name = '', kind = ''] = stream.split('@');
    const symbol = name.toUpperCase();
    if (!this.exchange.engine.symbols.has(symbol)) return;
    const interval = kind.startsWith('kline_') ? kind.slice(6) : '';
    if (isInterval(interval)) this.tellRunningKline(stream, symbol, interval);
    const depth = /^depth(5|10|20)$/.exec(kind);
    if (depth) this.tell(stream, () => this.partialDepth(symbol, Number(depth[1])));
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

  private partialDepth(symbol: string, levels: number): object {
    const { tick, decimals } = this.ticks.get(symbol)!;
    const book = bookLevels(lastPrice(this.exchange, symbol), tick, decimals, levels);
    return { lastUpdateId: this.updateId, ...book };
  }

  private tellTickers(symbols: ReadonlySet<string>): void {
    const { exchange } = this;
    for (const symbol of symbols) {
      const name = symbol.toLowerCase();
      this.tell(`${name}@miniTicker`, () => miniTickerPayload(tickerOf(exchange, symbol)));
      this.tell(`${name}@ticker`, () => tickerPayload(tickerOf(exchange, symbol)));
      this.tell(`${name}@avgPrice`, () => {
        const { price, closeTime } = averagePrice(exchange, symbol);
        return avgPricePayload(symbol, price, closeTime);
      });
    }
    if (symbols.size === 0) return;
    const all = (payload: typeof miniTickerPayload) => () =>
      [...symbols].map((symbol) => payload(tickerOf(exchange, symbol)));
    this.tell('!miniTicker@arr', all(miniTickerPayload));
    this.tell('!ticker@arr', all(tickerPayload));
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
