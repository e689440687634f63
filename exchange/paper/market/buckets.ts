import { INTERVAL_MS, openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import { KlineSeries } from './series.js';
import type { BaseSeries } from './types.js';

/** Whether klines of `base` make up a kline of `interval` exactly (5m from 1m, never 5m from 3m or 1m from 1h). */
export function fits(base: Interval, interval: Interval): boolean {
  return INTERVAL_MS[interval] % INTERVAL_MS[base] === 0;
}

/** Up to here a product with a power of ten stays within a tenth of the whole number it stands for. */
const ROUNDABLE = 2 ** 50;

/**
 * A running sum that loses nothing worth mentioning (Neumaier 1974). `value` is rounded to the eight decimals that
 * Binance sends, or to as many as a double of that size can hold, so sums of volumes read like volumes.
 */
export class Sum {
  private total = 0;
  private lost = 0;

  clear(): void {
    this.total = 0;
    this.lost = 0;
  }

  add(value: number): void {
    const next = this.total + value;
    this.lost +=
      Math.abs(this.total) >= Math.abs(value) ? this.total - next + value : value - next + this.total;
    this.total = next;
  }

  get value(): number {
    const exact = this.total + this.lost;
    let scale = 1e8;
    while (scale > 1 && exact * scale > ROUNDABLE) scale /= 10;
    return Math.round(exact * scale) / scale;
  }
}

/** One kline of a higher interval while it is being made. */
class Bucket {
  openTime = -1;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private trades = 0;
  private readonly volume = new Sum();
  private readonly quoteVolume = new Sum();
  private readonly takerBase = new Sum();
  private readonly takerQuote = new Sum();
  private tellsTakers = false;

  start(openTime: number): void {
    this.openTime = openTime;
    this.trades = 0;
    this.volume.clear();
    this.quoteVolume.clear();
    this.takerBase.clear();
    this.takerQuote.clear();
    this.tellsTakers = false;
    this.open = NaN;
  }

  clear(): void {
    this.openTime = -1;
  }

  add(kline: Kline): void {
    if (Number.isNaN(this.open)) {
      this.open = kline.open;
      this.high = kline.high;
      this.low = kline.low;
    } else {
      if (kline.high > this.high) this.high = kline.high;
      if (kline.low < this.low) this.low = kline.low;
    }
    this.close = kline.close;
    this.trades += kline.trades;
    this.volume.add(kline.volume);
    this.quoteVolume.add(kline.quoteVolume);
    if (kline.takerBuyVolume === undefined) return;
    this.tellsTakers = true;
    this.takerBase.add(kline.takerBuyVolume);
    this.takerQuote.add(kline.takerBuyQuoteVolume ?? 0);
  }

  kline(length: number): Kline {
    const { openTime, open, high, low, close, trades } = this;
    const closeTime = openTime + length - 1;
    const [volume, quoteVolume] = [this.volume.value, this.quoteVolume.value];
    if (!this.tellsTakers)
      return { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades };
    const [takerBuyVolume, takerBuyQuoteVolume] = [this.takerBase.value, this.takerQuote.value];
    // prettier-ignore
    return { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume };
  }
}

/**
 * Klines of one interval made of a base series, as far as that has come: `advance(n)` takes in the base klines before
 * `n`, each once, so keeping up costs constant work per kline. Base klines that do not fit the interval are skipped.
 * A kline exists when at least one base kline inside it does: outages stay outages.
 */
export class Aggregation {
  /** Klines that a later base kline has left behind. */
  readonly done: KlineSeries;
  private readonly bucket = new Bucket();
  private taken = 0;
  private readonly length: number;

  constructor(
    private readonly base: BaseSeries,
    private readonly interval: Interval,
  ) {
    this.done = new KlineSeries(base.symbol);
    this.length = INTERVAL_MS[interval];
  }

  advance(count: number): void {
    if (count < this.taken) this.rewind(count);
    for (; this.taken < count; this.taken += 1) {
      if (!fits(this.base.interval(this.taken), this.interval)) continue;
      const kline = this.base.kline(this.taken);
      const openTime = openTimeAt(kline.openTime, this.interval);
      if (openTime !== this.bucket.openTime) {
        this.finish();
        this.bucket.start(openTime);
      }
      this.bucket.add(kline);
    }
  }

  /** The last kline, made of all base klines taken in; null before the first. */
  last(): Kline | null {
    return this.bucket.openTime < 0 ? null : this.bucket.kline(this.length);
  }

  private finish(): void {
    if (this.bucket.openTime >= 0) this.done.pushKline(this.interval, this.bucket.kline(this.length));
  }

  /** Forgets what `count` base klines do not give, at the cost of making the last kline before it anew. */
  private rewind(count: number): void {
    this.bucket.clear();
    const kept = count > 0 ? this.done.indexAt(openTimeAt(this.base.openTime(count - 1), this.interval)) : 0;
    this.done.truncate(kept);
    this.taken = kept > 0 ? this.base.indexAt(this.done.openTime(kept - 1) + this.length) : 0;
  }
}
