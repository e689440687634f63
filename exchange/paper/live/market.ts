/** A market that is happening now, as far as it is known: its klines come from a follower, written down before. */
import type { Interval } from '../../../core/kline.js';
import type { BaseSeries, Live, LiveStatus, MarketSource, MarketSymbol } from '../market/types.js';
import type { KlineSeries } from '../market/series.js';
import type { Followed } from './folder.js';
import type { Rows } from './recorder.js';

export interface LiveMarketOptions {
  readonly symbols: readonly MarketSymbol[];
  readonly followed: Followed;
  /** Where the market began when its folder was new (UTC ms). */
  readonly start: number;
  readonly series: ReadonlyMap<string, KlineSeries>;
  readonly notes: readonly string[];
}

export class LiveMarket implements MarketSource, Live {
  readonly symbols: readonly MarketSymbol[];
  readonly start: number;
  readonly end = null;
  readonly notes: readonly string[];
  readonly live = this;
  untoldBefore = -Infinity;
  onGrown: () => void = () => undefined;
  /** Set by who follows the real market. */
  status: () => LiveStatus;

  constructor(private readonly options: LiveMarketOptions) {
    this.symbols = options.symbols;
    this.start = options.start;
    this.notes = options.notes;
    this.status = () => ({ from: '', knownTo: this.start, standing: null });
  }

  series(symbol: string): BaseSeries {
    const series = this.options.series.get(symbol);
    if (!series) throw new Error(`no ${symbol} in this market`);
    return series;
  }

  /** Nobody can make more of it. */
  extendTo(): boolean {
    return false;
  }

  startOf(symbol: string): number {
    return this.options.followed[symbol] ?? this.start;
  }

  /** The last price known of a symbol. */
  lastClose(symbol: string): number {
    const series = this.options.series.get(symbol)!;
    return series.kline(series.length - 1).close;
  }

  /** Klines of the same moments of all symbols: they come at once, so that none of them is known before another. */
  take(interval: Interval, rows: Rows): void {
    for (const [symbol, klines] of rows)
      for (const kline of klines) this.options.series.get(symbol)!.pushKline(interval, kline);
    this.onGrown();
  }
}
