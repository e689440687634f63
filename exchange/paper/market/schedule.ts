import { closeTimeAt, INTERVAL_MS, INTERVALS, type Interval, type Kline } from '../../../core/kline.js';
import { fits } from './buckets.js';
import { KlineBook } from './aggregate.js';
import { PHASES, pointTime, priceAt, progressAt, rankOf } from './path.js';
import type { BaseSeries, ClosedKline, Cursor, MarketSource, Point } from './types.js';

export interface ScheduleOptions {
  /** Shared with whoever answers questions for klines, so that higher intervals are made once. */
  readonly book?: KlineBook;
  /** The intervals that `closedKlines` tells of; default all. */
  readonly intervals?: readonly Interval[];
}

/** How many base klines a growing source makes ahead. */
const AHEAD = 240;

/** One symbol on its way: the next point is number `rank` of kline `index`, at `time` (Infinity at its end). */
interface Lane {
  readonly symbol: string;
  readonly series: BaseSeries;
  index: number;
  rank: number;
  time: number;
  length: number;
  kline: Kline | null;
  /** Klines before this one are history. */
  first: number;
  /** Higher intervals whose kline ends in the outage that the last close began. */
  overdue: { readonly interval: Interval; readonly closeTime: number; readonly index: number }[];
}

/** How a market's path is walked, whatever it is made of. */
export interface Course {
  seek(cursor: Cursor): void;
  peek(): Point | null;
  next(): Point | null;
  cursor(): Cursor;
  nextOpen(symbol: string): number | null;
  closedKlines(point: Point): ClosedKline[];
}

/**
 * All points of all symbols in the order of time, then of phase; points of the same time and phase are one. Klines
 * that open before the source's start are history and not walked.
 */
export class Schedule implements Course {
  readonly book: KlineBook;
  private readonly source: MarketSource;
  private readonly intervals: readonly Interval[];
  private readonly lanes: Lane[];
  private readonly bySymbol: ReadonlyMap<string, Lane>;
  private peeked: Point | null = null;
  private overdueAt = Infinity;

  constructor(source: MarketSource, options: ScheduleOptions = {}) {
    this.source = source;
    this.book = options.book ?? new KlineBook(source);
    this.intervals = options.intervals ?? INTERVALS;
    const symbols = source.symbols.map(({ symbol }) => symbol).sort();
    this.lanes = symbols.map((symbol) => lane(symbol, source.series(symbol)));
    this.bySymbol = new Map(this.lanes.map((each) => [each.symbol, each]));
    this.seek({ time: source.start, phase: 'open' });
  }

  /** Goes on at that place: everything before it counts as happened. */
  seek(cursor: Cursor): void {
    this.peeked = null;
    this.source.extendTo(cursor.time);
    let happened = -Infinity;
    for (const each of this.lanes) {
      const { complete, points } = progressAt(each.series, cursor);
      each.first = each.series.indexAt(this.startOf(each.symbol));
      each.index = Math.max(complete, each.first);
      each.rank = complete < each.first ? 0 : points;
      this.load(each);
      happened = Math.max(happened, lastTime(each));
    }
    for (const each of this.lanes) {
      each.overdue = each.rank === 0 ? this.endingInOutage(each) : [];
      each.overdue = each.overdue.filter(
        ({ closeTime }) => closeTime >= Math.max(happened, this.source.start),
      );
    }
    this.setOverdueAt();
  }

  /** The next point; null at the data's end. */
  peek(): Point | null {
    return (this.peeked ??= this.make());
  }

  /** The next point, which now counts as happened; null at the data's end. */
  next(): Point | null {
    const point = this.peek();
    if (!point) return null;
    this.peeked = null;
    if (point.overdue) this.forgetOverdue(point.time);
    const rank = rankOf(point.phase);
    for (const each of this.lanes) {
      if (each.time === point.time && each.rank === rank) this.advance(each);
    }
    return point;
  }

  /**
   * The place of the next point; after the last one, the open time that would follow. A live market is always there
   * between two klines: where it stands must not depend on whether the next one has come.
   */
  cursor(): Cursor {
    const next = this.nextPlace();
    if (next && !(next.rank === 0 && this.source.live)) return { time: next.time, phase: PHASES[next.rank]! };
    const last = this.lanes.map((each) => lastTime(each) + 1);
    return { time: this.source.end ?? Math.max(this.source.start, ...last), phase: 'open' };
  }

  /**
   * The open of the kline after the one that the path is in (or has just closed); null at the data's end, and in a live
   * market, where nobody knows it.
   */
  nextOpen(symbol: string): number | null {
    const each = this.bySymbol.get(symbol);
    if (!each || this.source.live) return null;
    if (each.rank === 0) return each.kline?.open ?? null;
    return this.exists(each, each.index + 1) ? each.series.kline(each.index + 1).open : null;
  }

  /**
   * The klines that have closed when `point` (the last one that `next` gave) is reached: at a close point those of
   * every interval that end with it. A kline whose last base kline is missing closes at the first point, of whatever
   * symbol, that lies after its end; it comes first, marked `overdue`, and is to be told before that point's moves.
   * One that is unfinished at the data's end never closes.
   */
  closedKlines(point: Point): ClosedKline[] {
    const closed: ClosedKline[] = point.overdue ? [...point.overdue] : [];
    if (point.phase !== 'close') return closed;
    for (const { symbol, kline, index } of point.moves) {
      const base = this.bySymbol.get(symbol)!.series.interval(index);
      for (const interval of this.intervals) {
        if (interval === base) closed.push({ symbol, interval, kline });
        else if (fits(base, interval) && closeTimeAt(kline.openTime, interval) === kline.closeTime) {
          closed.push({ symbol, interval, kline: this.book.upTo(symbol, interval, index)! });
        }
      }
    }
    return closed;
  }

  private make(): Point | null {
    const place = this.nextPlace();
    if (!place) return null;
    const { time, rank } = place;
    const moves: Point['moves'][number][] = [];
    for (const { symbol, kline, index, rank: own, time: at } of this.lanes) {
      if (at === time && own === rank)
        moves.push({ symbol, price: priceAt(kline!, rank), kline: kline!, index });
    }
    const phase = PHASES[rank]!;
    return this.overdueAt < time
      ? { time, phase, moves, overdue: this.overdueBefore(time) }
      : { time, phase, moves };
  }

  private nextPlace(): Lane | null {
    let best: Lane | null = null;
    for (const each of this.lanes) {
      if (each.time === Infinity && !this.wake(each)) continue;
      if (!best || each.time < best.time || (each.time === best.time && each.rank < best.rank)) best = each;
    }
    return best;
  }

  /** Whether a lane that stood at the end of what was known can go on. */
  private wake(each: Lane): boolean {
    if (!this.source.live) return false;
    this.load(each);
    if (!each.kline) return false;
    each.overdue = this.endingInOutage(each);
    this.setOverdueAt();
    return true;
  }

  private startOf(symbol: string): number {
    return this.source.live?.startOf(symbol) ?? this.source.start;
  }

  private advance(each: Lane): void {
    if (each.rank < 3) {
      each.rank += 1;
      each.time = pointTime(each.kline!.openTime, each.length, each.rank);
      return;
    }
    each.index += 1;
    each.rank = 0;
    this.load(each);
    each.overdue = this.endingInOutage(each);
    if (each.overdue.length > 0) this.setOverdueAt();
  }

  /** Reads the kline that the lane stands at. */
  private load(each: Lane): void {
    if (!this.exists(each, each.index)) {
      each.kline = null;
      each.time = Infinity;
      return;
    }
    each.kline = each.series.kline(each.index);
    each.length = INTERVAL_MS[each.series.interval(each.index)];
    each.time = pointTime(each.kline.openTime, each.length, each.rank);
  }

  private exists(each: Lane, index: number): boolean {
    const { series } = each;
    const { end } = this.source;
    if (index >= series.length && end === null) {
      const last = series.length - 1;
      const length = last < 0 ? INTERVAL_MS['1m'] : INTERVAL_MS[series.interval(last)];
      this.source.extendTo((last < 0 ? this.source.start : series.openTime(last)) + length * AHEAD);
    }
    return index < series.length && (end === null || series.openTime(index) < end);
  }

  /** Intervals whose kline the last closed base kline leaves unfinished, because an outage follows it. */
  private endingInOutage(each: Lane): Lane['overdue'] {
    if (!each.kline || each.index === 0) return [];
    const index = each.index - 1;
    const base = each.series.interval(index);
    const openTime = each.series.openTime(index);
    if (openTime + INTERVAL_MS[base] === each.kline.openTime) return [];
    return this.intervals.flatMap((interval) => {
      const closeTime = closeTimeAt(openTime, interval);
      const ends = closeTime >= openTime + INTERVAL_MS[base] && closeTime < each.kline!.openTime;
      return ends && fits(base, interval) ? [{ interval, closeTime, index }] : [];
    });
  }

  private overdueBefore(time: number): ClosedKline[] {
    return this.lanes.flatMap(({ symbol, overdue }) =>
      overdue
        .filter(({ closeTime }) => closeTime < time)
        .map(({ interval, index }) => {
          const kline = this.book.upTo(symbol, interval, index)!;
          return { symbol, interval, kline, overdue: true as const };
        }),
    );
  }

  private forgetOverdue(time: number): void {
    for (const each of this.lanes) each.overdue = each.overdue.filter(({ closeTime }) => closeTime >= time);
    this.setOverdueAt();
  }

  private setOverdueAt(): void {
    this.overdueAt = Infinity;
    for (const { overdue } of this.lanes) {
      for (const { closeTime } of overdue) this.overdueAt = Math.min(this.overdueAt, closeTime);
    }
  }
}

function lane(symbol: string, series: BaseSeries): Lane {
  return { symbol, series, index: 0, rank: 0, time: Infinity, length: 0, kline: null, first: 0, overdue: [] };
}

/** When the last point before the lane's next one was; -Infinity before the first. */
function lastTime({ series, index, rank, kline, length, first }: Lane): number {
  if (kline && rank > 0) return pointTime(kline.openTime, length, rank - 1);
  if (index <= first) return -Infinity;
  return series.openTime(index - 1) + INTERVAL_MS[series.interval(index - 1)] - 1;
}
