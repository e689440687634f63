import { INTERVAL_MS, INTERVALS, type Interval, type Kline } from '../../../core/kline.js';
import type { BaseSeries } from './types.js';

/** The columns of a series. Only the first `length` entries of each are filled. */
export interface KlineColumns {
  openTime: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  quoteVolume: Float64Array;
  trades: Uint32Array;
  /** Index into `INTERVALS`. */
  interval: Uint8Array;
}

/** What takers bought; kept only where a source tells it. */
interface TakerColumns {
  base: Float64Array;
  quote: Float64Array;
}

const SMALLEST = 64;

function columns(capacity: number): KlineColumns {
  return {
    openTime: new Float64Array(capacity),
    open: new Float64Array(capacity),
    high: new Float64Array(capacity),
    low: new Float64Array(capacity),
    close: new Float64Array(capacity),
    volume: new Float64Array(capacity),
    quoteVolume: new Float64Array(capacity),
    trades: new Uint32Array(capacity),
    interval: new Uint8Array(capacity),
  };
}

/** A series in memory that threads share: it may be posted to another one, which sees the same klines without a copy. */
export interface SharedKlines {
  readonly symbol: string;
  readonly length: number;
  readonly columns: KlineColumns;
  readonly taker: TakerColumns | null;
}

/**
 * Klines of one symbol in columns: 61 bytes each, ascending by open time. It grows at its end; whoever fills it keeps
 * the order. `columns` is for loops that must not make an object per kline (the backtest).
 */
export class KlineSeries implements BaseSeries {
  readonly symbol: string;
  private filled = 0;
  private capacity: number;
  private data: KlineColumns;
  private mixed = false;
  private taker: TakerColumns | null = null;

  constructor(symbol: string, capacity = SMALLEST) {
    this.symbol = symbol;
    this.capacity = Math.max(capacity, 1);
    this.data = columns(this.capacity);
  }

  /** The klines that another thread shares. Whoever adds to this one has its own from then on. */
  static over({ symbol, length, columns, taker }: SharedKlines): KlineSeries {
    const series = new KlineSeries(symbol, 1);
    series.data = columns;
    series.taker = taker;
    series.capacity = series.filled = length;
    const [first] = columns.interval;
    series.mixed = columns.interval.subarray(0, length).some((each) => each !== first);
    return series;
  }

  /** A copy in memory that threads share. */
  shared(): SharedKlines {
    const { symbol, filled: length, data, taker } = this;
    return {
      symbol,
      length,
      columns: sharedColumns(data, length),
      taker: taker && sharedColumns(taker, length),
    };
  }

  get length(): number {
    return this.filled;
  }

  /** The interval of all klines so far; null when they differ or there are none. */
  get uniform(): Interval | null {
    return this.mixed || this.filled === 0 ? null : this.interval(0);
  }

  get columns(): Readonly<KlineColumns> {
    return this.data;
  }

  openTime(index: number): number {
    return this.data.openTime[index]!;
  }

  closeTime(index: number): number {
    return this.data.openTime[index]! + INTERVAL_MS[this.interval(index)] - 1;
  }

  interval(index: number): Interval {
    return INTERVALS[this.data.interval[index]!]!;
  }

  kline(index: number): Kline {
    const { data, taker } = this;
    const openTime = data.openTime[index]!;
    const closeTime = openTime + INTERVAL_MS[INTERVALS[data.interval[index]!]!] - 1;
    const open = data.open[index]!;
    const high = data.high[index]!;
    const low = data.low[index]!;
    const close = data.close[index]!;
    const volume = data.volume[index]!;
    const quoteVolume = data.quoteVolume[index]!;
    const trades = data.trades[index]!;
    if (taker === null) return { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades };
    const takerBuyVolume = taker.base[index]!;
    const takerBuyQuoteVolume = taker.quote[index]!;
    // Written out: a spread costs eight times as much, and this is done for every kline of every interval.
    // prettier-ignore
    return { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume };
  }

  /** What takers bought in the kline pushed last. */
  setTakerBuys(base: number, quote: number): void {
    this.taker ??= { base: new Float64Array(this.capacity), quote: new Float64Array(this.capacity) };
    this.taker.base[this.filled - 1] = base;
    this.taker.quote[this.filled - 1] = quote;
  }

  indexAt(time: number): number {
    const times = this.data.openTime;
    let low = 0;
    let high = this.filled;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  push(
    interval: Interval,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    quoteVolume: number,
    trades: number,
  ): void {
    if (this.filled === this.capacity) this.resize(grown(this.capacity));
    const index = this.filled;
    const data = this.data;
    data.openTime[index] = openTime;
    data.open[index] = open;
    data.high[index] = high;
    data.low[index] = low;
    data.close[index] = close;
    data.volume[index] = volume;
    data.quoteVolume[index] = quoteVolume;
    data.trades[index] = trades;
    data.interval[index] = INTERVALS.indexOf(interval);
    if (data.interval[index] !== data.interval[0]) this.mixed = true;
    this.filled = index + 1;
  }

  pushKline(interval: Interval, kline: Kline): void {
    const { openTime, open, high, low, close, volume, quoteVolume, trades } = kline;
    this.push(interval, openTime, open, high, low, close, volume, quoteVolume, trades);
    if (kline.takerBuyVolume !== undefined)
      this.setTakerBuys(kline.takerBuyVolume, kline.takerBuyQuoteVolume ?? 0);
  }

  /** Copies the klines `from` (inclusive) to `to` (exclusive) of another series to the end of this one. */
  append(other: KlineSeries, from: number, to: number): void {
    const count = to - from;
    if (count <= 0) return;
    if (this.filled + count > this.capacity) this.resize(Math.max(this.filled + count, grown(this.capacity)));
    for (const name of Object.keys(this.data) as (keyof KlineColumns)[]) {
      this.data[name].set(other.data[name].subarray(from, to), this.filled);
    }
    if (other.taker !== null) {
      this.taker ??= { base: new Float64Array(this.capacity), quote: new Float64Array(this.capacity) };
      this.taker.base.set(other.taker.base.subarray(from, to), this.filled);
      this.taker.quote.set(other.taker.quote.subarray(from, to), this.filled);
    } else this.taker?.base.fill(0, this.filled, this.filled + count);
    this.filled += count;
    const [first] = this.data.interval;
    this.mixed ||= this.data.interval
      .subarray(this.filled - count, this.filled)
      .some((each) => each !== first);
  }

  /** Forgets all klines from `length` on. */
  truncate(length: number): void {
    this.filled = Math.min(this.filled, length);
  }

  /** Gives back the room kept for growing, unless it is too little to be worth a copy. */
  trim(): this {
    if (this.capacity > this.filled * 1.1) this.resize(Math.max(this.filled, 1));
    return this;
  }

  private resize(capacity: number): void {
    const next = columns(capacity);
    for (const name of Object.keys(next) as (keyof KlineColumns)[]) {
      next[name].set(this.data[name].subarray(0, this.filled));
    }
    this.data = next;
    this.capacity = capacity;
    if (this.taker === null) return;
    const { base, quote } = this.taker;
    this.taker = { base: new Float64Array(capacity), quote: new Float64Array(capacity) };
    this.taker.base.set(base.subarray(0, this.filled));
    this.taker.quote.set(quote.subarray(0, this.filled));
  }
}

type Column = Float64Array | Uint32Array | Uint8Array;

function sharedColumns<Columns extends KlineColumns | TakerColumns>(data: Columns, length: number): Columns {
  const copies = Object.entries(data as unknown as Record<string, Column>).map(([name, column]) => {
    const Kind = column.constructor as new (buffer: SharedArrayBuffer) => Column;
    const copy = new Kind(new SharedArrayBuffer(Math.max(1, length) * column.BYTES_PER_ELEMENT));
    copy.set(column.subarray(0, length));
    return [name, copy] as const;
  });
  return Object.fromEntries(copies) as unknown as Columns;
}

function grown(capacity: number): number {
  return Math.ceil(capacity * 1.5) + 1;
}

/** A series made of klines that are all of one interval. */
export function seriesOf(symbol: string, interval: Interval, klines: readonly Kline[]): KlineSeries {
  const series = new KlineSeries(symbol, klines.length);
  for (const kline of klines) series.pushKline(interval, kline);
  return series;
}
