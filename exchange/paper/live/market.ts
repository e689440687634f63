/** A market that is happening now, as far as it is known: its klines come from a follower, written down before. */
import type { Interval } from '../../../core/kline.js';
import type { BaseSeries, Live, LiveStatus, MarketSource, MarketSymbol } from '../market/types.js';
import type { KlineSeries } from '../market/series.js';
import type { Followed } from './folder.js';
import type { Rows } from './recorder.js';
import { thinFiles, thinned, thinningsAt } from './thin.js';

export interface LiveMarketOptions {
  readonly symbols: readonly MarketSymbol[];
  readonly followed: Followed;
  /** Where the market began when its folder was new (UTC ms). */
  readonly start: number;
  readonly series: Map<string, KlineSeries>;
  /** Where the recording is. */
  readonly folder: string;
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

  /**
   * Thins what is long past at market time `time`, on the disk and here. Whoever counts klines of a series begins anew.
   * Answers whether there was anything.
   */
  thin(time: number): boolean {
    const { series, folder } = this.options;
    let any = false;
    for (const thinning of thinningsAt(time)) {
      for (const [symbol, own] of series) {
        const result = thinned(own, thinning);
        if (result === null) continue;
        thinFiles(folder, symbol, thinning, result.made);
        series.set(symbol, result.series);
        any = true;
      }
    }
    return any;
  }

  /** Whether `thin` would find something; asked often, so it looks at one kline only. */
  growsOld(time: number): boolean {
    const [seconds, minutes] = thinningsAt(time);
    return [...this.options.series.values()].some((series) => {
      const at = series.indexAt(seconds!.before) - 1;
      const old = series.indexAt(minutes!.before) - 1;
      return (at >= 0 && series.interval(at) === '1s') || (old >= 0 && series.interval(old) === '1m');
    });
  }

  /** Klines of the same moments of all symbols: they come at once, so that none of them is known before another. */
  take(interval: Interval, rows: Rows): void {
    for (const [symbol, klines] of rows)
      for (const kline of klines) this.options.series.get(symbol)!.pushKline(interval, kline);
    this.onGrown();
  }
}
