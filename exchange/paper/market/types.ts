/** Where a market's prices come from, and in which order they happen. Pure but for loading files. */
import type { Interval, Kline } from '../../../core/kline.js';

/** The finest klines of one symbol, ascending, in columns; a recording has gaps where the exchange had an outage. */
export interface BaseSeries {
  readonly symbol: string;
  readonly length: number;
  openTime(index: number): number;
  /** The interval of this kline; one series may join files of several intervals, the finest that covers a moment. */
  interval(index: number): Interval;
  kline(index: number): Kline;
  /** The first index whose open time is ≥ `time` (`length` when none). */
  indexAt(time: number): number;
  /** The interval of all klines where they share one; null where they differ. Absent: unknown. */
  readonly uniform?: Interval | null;
  /** Where klines are made of recorded trades: how many are closed, and the one that trades are making. */
  readonly runningAt?: (cursor: Cursor) => { complete: number; running: Kline | null };
}

export interface MarketSymbol {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Smallest price and quantity steps that the data need, e.g. "0.01", "0.00001". */
  readonly tickSize: string;
  readonly stepSize: string;
}

/**
 * A market source: recorded or synthetic. A synthetic one grows: `series` then covers all that was asked for so far,
 * and `extendTo` makes more. Klines before `start` are history: served, not traded.
 */
export interface MarketSource {
  readonly symbols: readonly MarketSymbol[];
  readonly start: number;
  /** The open time after the last kline; null when there is no end. */
  readonly end: number | null;
  series(symbol: string): BaseSeries;
  /** Makes sure that klines up to (excluding) `time` exist; false when the data end before. */
  extendTo(time: number): boolean;
  /** Sentences for the user: gaps reported, rows repaired. */
  readonly notes: readonly string[];
  /** Sentences about klines that are there and will not be walked, with the way to them; the first thing to know of a run. */
  readonly unused?: readonly string[];
  /** A recording of trades and best prices, which then make the path; absent where klines do. */
  readonly ticks?: Ticks;
  /** A market that is happening now: its klines come one after the other, and nobody knows the next one. */
  readonly live?: Live;
}

/** How a market that is happening now is walked. */
export interface Live {
  /** Where a symbol's klines begin to be walked; one that was added later has more history (UTC ms). */
  startOf(symbol: string): number;
  /** Points before this time were missed and fetched afterwards: they are walked, and told on no stream. */
  readonly untoldBefore: number;
  /** Called whenever klines have come. */
  onGrown: () => void;
  /**
   * Whether klines are so long past (market time, UTC ms) that they should be kept by the minute or hour; `thin` does
   * that, after which indexes of series mean other klines.
   */
  growsOld(time: number): boolean;
  thin(time: number): boolean;
  /** For people. */
  status(): LiveStatus;
}

export interface LiveStatus {
  /** The host that the prices come from. */
  readonly from: string;
  /** Up to where the market is known (UTC ms, exclusive). */
  readonly knownTo: number;
  /** Since when nothing has come (wall clock, ms), and why; null while it goes on. */
  readonly standing: { readonly since: number; readonly reason: string } | null;
}

/** A recorded trade, as Binance numbered it. */
export interface RecordedTrade {
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  readonly buyerIsMaker: boolean;
}

/** The best prices of a book, as recorded, and what stood there. */
export interface RecordedTop {
  readonly updateId: number;
  readonly bid: number;
  readonly bidQuantity: number;
  readonly ask: number;
  readonly askQuantity: number;
}

/** One line of a recording: a trade, or a new best price. */
export interface Tick {
  readonly symbol: string;
  /** UTC ms, never before the tick before. */
  readonly time: number;
  readonly trade: RecordedTrade | null;
  readonly top: RecordedTop | null;
}

/** All lines of a recording, ascending by time. */
export interface Ticks {
  readonly length: number;
  at(index: number): Tick;
  /** The first index whose time is ≥ `time`. */
  indexAt(time: number): number;
  /** Indexes of one symbol's trades, ascending. */
  tradesOf(symbol: string): Uint32Array;
}

/** One step of the market's path. All moves of a point happen at the same time; symbols in alphabetical order. */
export interface Point {
  readonly time: number;
  readonly phase: 'open' | 'low' | 'high' | 'close' | 'tick';
  /** Of a recording of trades: what happens, instead of moves. */
  readonly tick?: Tick;
  readonly moves: readonly {
    readonly symbol: string;
    readonly price: number;
    readonly kline: Kline;
    readonly index: number;
  }[];
  /**
   * Klines of higher intervals that ended during an outage before this point: nothing traded when they closed.
   * They are known before this point's moves. Absent where there are none.
   */
  readonly overdue?: readonly ClosedKline[];
}

/** A kline that has closed, ready to be told. */
export interface ClosedKline {
  readonly symbol: string;
  readonly interval: Interval;
  readonly kline: Kline;
  /** Its end passed during an outage: it is told before the moves of the point that it came with. */
  readonly overdue?: true;
}

/** Serializable place in the path: everything before it has happened. */
export interface Cursor {
  /** Time of the next point. */
  readonly time: number;
  readonly phase: Point['phase'];
  /** Of a recording of trades: the number of the next tick. */
  readonly tick?: number;
}
