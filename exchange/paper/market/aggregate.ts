import type { Interval, Kline } from '../../../core/kline.js';
import { INTERVAL_MS, openTimeAt } from '../../../core/kline.js';
import { Aggregation, fits } from './buckets.js';
import { progressAt } from './path.js';
import type { BaseSeries, Cursor, MarketSource } from './types.js';

/** As Binance's `GET /api/v3/klines` asks: bounds are open times, both inclusive, ms. */
export interface KlineQuery {
  readonly startTime?: number;
  readonly endTime?: number;
  /** Default 500, at most 1000. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1000;

/** What klines(…) reads from: rows that are closed, then up to two more. */
interface Rows {
  /** Closed klines are the first `count` of `series`. */
  readonly series: Pick<BaseSeries, 'openTime' | 'kline' | 'indexAt'>;
  readonly count: number;
  readonly tail: readonly Kline[];
}

/**
 * The klines that a market shows at a moment, of any interval. A cursor says which moment: what lies at or behind it
 * is invisible, so nobody can look ahead. The base kline in progress shows the points of its path that have happened;
 * its volume, quote volume and trades count only once it has closed (they are 0 until then, and missing so long from
 * the running kline of a higher interval). Asking for the latest klines takes work only for what is new since.
 */
export class KlineBook {
  private readonly aggregations = new Map<string, Aggregation>();

  constructor(private readonly source: MarketSource) {}

  /**
   * Closed klines and the running one, ascending, as Binance selects them: from `startTime` on if given, else the
   * latest up to `endTime`. An interval finer than the data, or one that they do not add up to, has no klines: [].
   */
  klines(symbol: string, interval: Interval, query: KlineQuery, state: Cursor): Kline[] {
    const { series, count, tail } = this.rows(symbol, interval, state);
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const timeOf = (row: number): number =>
      row < count ? series.openTime(row) : tail[row - count]!.openTime;
    const firstAt = (time: number): number => {
      let row = Math.min(series.indexAt(time), count);
      while (row < count + tail.length && timeOf(row) < time) row += 1;
      return row;
    };
    let from = query.startTime === undefined ? 0 : firstAt(query.startTime);
    let to = query.endTime === undefined ? count + tail.length : firstAt(query.endTime + 1);
    if (query.startTime === undefined) from = Math.max(from, to - limit);
    else to = Math.min(to, from + limit);
    const rows: Kline[] = [];
    for (let row = from; row < to; row += 1) rows.push(row < count ? series.kline(row) : tail[row - count]!);
    return rows;
  }

  /** The newest kline at that moment, running or closed; null when there is none. */
  latest(symbol: string, interval: Interval, state: Cursor): Kline | null {
    const { series, count, tail } = this.rows(symbol, interval, state);
    return tail.at(-1) ?? (count > 0 ? series.kline(count - 1) : null);
  }

  /** The price where the path of the symbol stands; null before its first kline. */
  price(symbol: string, state: Cursor): number | null {
    const series = this.source.series(symbol);
    const { complete, running } = runningAt(series, state);
    if (running !== null) return running.close;
    return complete > 0 ? series.kline(complete - 1).close : null;
  }

  /** The kline of `interval` that base kline `index` belongs to, made of the base klines up to that one. */
  upTo(symbol: string, interval: Interval, index: number): Kline | null {
    const aggregation = this.aggregation(symbol, interval);
    aggregation.advance(index + 1);
    return aggregation.last();
  }

  private rows(symbol: string, interval: Interval, state: Cursor): Rows {
    const base = this.source.series(symbol);
    const { complete, running: begun } = runningAt(base, state);
    const running = begun !== null && fits(base.interval(complete), interval) ? begun : null;
    if (base.uniform === interval) return { series: base, count: complete, tail: running ? [running] : [] };

    const aggregation = this.aggregation(symbol, interval);
    aggregation.advance(complete);
    return {
      series: aggregation.done,
      count: aggregation.done.length,
      tail: withRunning(aggregation.last(), running, interval),
    };
  }

  private aggregation(symbol: string, interval: Interval): Aggregation {
    const key = `${symbol}@${interval}`;
    let aggregation = this.aggregations.get(key);
    if (!aggregation) {
      aggregation = new Aggregation(this.source.series(symbol), interval);
      this.aggregations.set(key, aggregation);
    }
    return aggregation;
  }
}

/** How many base klines are closed, and what the next one shows of itself. */
function runningAt(series: BaseSeries, state: Cursor): { complete: number; running: Kline | null } {
  if (series.runningAt !== undefined) return series.runningAt(state);
  const { complete, points } = progressAt(series, state);
  return { complete, running: points > 0 ? partial(series.kline(complete), points) : null };
}

/** The part of a base kline that its first `points` (1 open, 2 low, 3 high) show. */
function partial(kline: Kline, points: number): Kline {
  const close = points === 1 ? kline.open : points === 2 ? kline.low : kline.high;
  return {
    openTime: kline.openTime,
    closeTime: kline.closeTime,
    open: kline.open,
    high: points > 2 ? kline.high : kline.open,
    low: points > 1 ? kline.low : kline.open,
    close,
    volume: 0,
    quoteVolume: 0,
    trades: 0,
  };
}

/** The newest kline of the interval with the running base kline in it, or after it. */
function withRunning(last: Kline | null, running: Kline | null, interval: Interval): Kline[] {
  if (!running) return last ? [last] : [];
  const openTime = openTimeAt(running.openTime, interval);
  if (last?.openTime === openTime) {
    const high = Math.max(last.high, running.high);
    const low = Math.min(last.low, running.low);
    return [{ ...last, high, low, close: running.close, ...volumesOf(last, running) }];
  }
  const alone = { ...running, openTime, closeTime: openTime + (INTERVAL_MS[interval] - 1) };
  return last ? [last, alone] : [alone];
}

/** A path shows its volume at its end alone; trades show theirs as they happen. */
function volumesOf(last: Kline, running: Kline): Partial<Kline> {
  if (running.volume === 0) return {};
  const sum = (a = 0, b = 0): number => Math.round((a + b) * 1e8) / 1e8;
  return {
    volume: sum(last.volume, running.volume),
    quoteVolume: sum(last.quoteVolume, running.quoteVolume),
    trades: last.trades + running.trades,
    takerBuyVolume: sum(last.takerBuyVolume, running.takerBuyVolume),
    takerBuyQuoteVolume: sum(last.takerBuyQuoteVolume, running.takerBuyQuoteVolume),
  };
}
