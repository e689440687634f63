/** The lines of a recording in columns, and the one-second klines that its trades make. Pure. */
import { INTERVAL_MS, openTimeAt, type Kline } from '../../../core/kline.js';
import { Sum } from './buckets.js';
import { KlineSeries } from './series.js';
import type { BaseSeries, Cursor, RecordedTop, RecordedTrade, Tick, Ticks } from './types.js';

/** What a line told; `time` is set by whoever puts the lines in order. */
export interface RawTick {
  readonly symbol: string;
  time: number;
  readonly trade: RecordedTrade | null;
  readonly top: RecordedTop | null;
}

const SECOND = INTERVAL_MS['1s'];
const TRADE = 1;
type ColumnName = 'time' | 'id' | 'a' | 'b' | 'c' | 'd';

/** All lines, 50 bytes each. `ticks` must ascend by time. */
export class TickColumns implements Ticks {
  readonly length: number;
  private readonly symbols: string[];
  private readonly symbol: Uint16Array;
  /** 0 for a best price, else 1, plus 2 where the buyer was the maker. */
  private readonly kind: Uint8Array;
  private readonly columns: Record<ColumnName, Float64Array>;
  private readonly trades = new Map<string, Uint32Array>();

  constructor(ticks: readonly RawTick[]) {
    this.length = ticks.length;
    this.symbols = [...new Set(ticks.map(({ symbol }) => symbol))].sort();
    const numbers = new Map(this.symbols.map((symbol, number) => [symbol, number]));
    this.symbol = Uint16Array.from(ticks, ({ symbol }) => numbers.get(symbol)!);
    this.kind = Uint8Array.from(ticks, ({ trade }) =>
      trade === null ? 0 : trade.buyerIsMaker ? TRADE + 2 : TRADE,
    );
    const column = (read: (tick: RawTick) => number) => Float64Array.from(ticks, read);
    this.columns = {
      time: column(({ time }) => time),
      id: column(({ trade, top }) => trade?.id ?? top!.updateId),
      a: column(({ trade, top }) => trade?.price ?? top!.bid),
      b: column(({ trade, top }) => trade?.quantity ?? top!.bidQuantity),
      c: column(({ trade, top }) => trade?.time ?? top!.ask),
      d: column(({ top }) => top?.askQuantity ?? 0),
    };
    for (const [number, symbol] of this.symbols.entries()) this.trades.set(symbol, this.indexesOf(number));
  }

  at(index: number): Tick {
    const { time, id, a, b, c, d } = this.columns;
    const kind = this.kind[index]!;
    const at = { symbol: this.symbols[this.symbol[index]!]!, time: time[index]! };
    if (kind === 0) {
      const [bid, ask] = [a[index]!, c[index]!];
      const sizes = { bidQuantity: b[index]!, askQuantity: d[index]! };
      return { ...at, trade: null, top: { updateId: id[index]!, bid, ask, ...sizes } };
    }
    const trade = {
      id: id[index]!,
      price: a[index]!,
      quantity: b[index]!,
      time: c[index]!,
      buyerIsMaker: kind > TRADE,
    };
    return { ...at, trade, top: null };
  }

  indexAt(time: number): number {
    const times = this.columns.time;
    return lowerBound(this.length, (index) => times[index]! < time);
  }

  tradesOf(symbol: string): Uint32Array {
    return this.trades.get(symbol) ?? new Uint32Array();
  }

  private indexesOf(symbol: number): Uint32Array {
    const found: number[] = [];
    for (let index = 0; index < this.length; index += 1)
      if (this.kind[index] !== 0 && this.symbol[index] === symbol) found.push(index);
    return Uint32Array.from(found);
  }
}

/** The first of `count` indexes that is not `before`. */
export function lowerBound(count: number, before: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * One-second klines of one symbol, from the second of its first trade to that of the recording's last line; a second
 * without trades repeats the last price with no volume, as Binance has it.
 */
export class TickSeries implements BaseSeries {
  readonly symbol: string;
  readonly uniform = '1s' as const;
  private readonly klines: KlineSeries;
  private readonly trades: Uint32Array;

  constructor(
    symbol: string,
    private readonly ticks: Ticks,
  ) {
    this.symbol = symbol;
    this.trades = ticks.tradesOf(symbol);
    this.klines = new KlineSeries(symbol);
    const last = openTimeAt(ticks.at(ticks.length - 1).time, '1s');
    const bucket = new TradeBucket();
    let at = 0;
    let openTime = openTimeAt(ticks.at(this.trades[0]!).time, '1s');
    for (let close = NaN; openTime <= last; openTime += SECOND) {
      bucket.start(openTime, close);
      for (; at < this.trades.length; at += 1) {
        const tick = ticks.at(this.trades[at]!);
        if (tick.time >= openTime + SECOND) break;
        bucket.add(tick.trade!);
      }
      const kline = bucket.kline();
      this.klines.pushKline('1s', kline);
      close = kline.close;
    }
    this.klines.trim();
  }

  get length(): number {
    return this.klines.length;
  }

  openTime(index: number): number {
    return this.klines.openTime(index);
  }

  interval(): '1s' {
    return '1s';
  }

  kline(index: number): Kline {
    return this.klines.kline(index);
  }

  indexAt(time: number): number {
    return this.klines.indexAt(time);
  }

  /** A second is closed once the path is past its last millisecond; the next one shows what has been traded in it. */
  runningAt(cursor: Cursor): { complete: number; running: Kline | null } {
    const complete = Math.min(this.indexAt(cursor.time - (SECOND - 1)), this.length);
    if (complete >= this.length) return { complete, running: null };
    const openTime = this.openTime(complete);
    const end = cursor.tick ?? this.ticks.indexAt(cursor.time);
    const { trades, ticks } = this;
    const before = (tick: number) => (index: number) => trades[index]! < tick;
    const first = lowerBound(trades.length, before(ticks.indexAt(openTime)));
    const after = lowerBound(trades.length, before(end));
    if (after <= first) return { complete, running: null };
    const bucket = new TradeBucket();
    bucket.start(openTime, NaN);
    for (let at = first; at < after; at += 1) bucket.add(ticks.at(trades[at]!).trade!);
    return { complete, running: bucket.kline() };
  }
}

/** A second while trades make it. */
class TradeBucket {
  private openTime = 0;
  private open = NaN;
  private high = NaN;
  private low = NaN;
  private close = NaN;
  private count = 0;
  private readonly sums = [new Sum(), new Sum(), new Sum(), new Sum()] as const;

  start(openTime: number, price: number): void {
    this.openTime = openTime;
    this.open = this.high = this.low = this.close = price;
    this.count = 0;
    for (const sum of this.sums) sum.clear();
  }

  add({ price, quantity, buyerIsMaker }: RecordedTrade): void {
    if (this.count === 0) this.open = this.high = this.low = price;
    this.high = Math.max(this.high, price);
    this.low = Math.min(this.low, price);
    this.close = price;
    this.count += 1;
    const [volume, quote, takerBase, takerQuote] = this.sums;
    volume.add(quantity);
    quote.add(price * quantity);
    if (buyerIsMaker) return;
    takerBase.add(quantity);
    takerQuote.add(price * quantity);
  }

  kline(): Kline {
    const [volume, quote, takerBase, takerQuote] = this.sums;
    return {
      openTime: this.openTime,
      closeTime: this.openTime + SECOND - 1,
      open: this.open,
      high: this.high,
      low: this.low,
      close: this.close,
      volume: volume.value,
      quoteVolume: quote.value,
      trades: this.count,
      takerBuyVolume: takerBase.value,
      takerBuyQuoteVolume: takerQuote.value,
    };
  }
}
