import { closeTimeAt, INTERVAL_MS, INTERVALS, openTimeAt } from '../../../core/kline.js';
import { KlineBook } from './aggregate.js';
import { fits } from './buckets.js';
import type { Course } from './schedule.js';
import type { ClosedKline, Cursor, MarketSource, Point, Ticks } from './types.js';

const SECOND = INTERVAL_MS['1s'];

/**
 * The path of a recording of trades: each line is a point, and so is the last millisecond of each second, where klines
 * close. A line of that very millisecond comes before. The second of the last line never closes.
 */
export class TickSchedule implements Course {
  readonly book: KlineBook;
  private readonly ticks: Ticks;
  /** The next line, and the next second to close. */
  private tick = 0;
  private closing = 0;
  private readonly lastSecond: number;

  constructor(
    private readonly source: MarketSource,
    options: { readonly book?: KlineBook } = {},
  ) {
    this.book = options.book ?? new KlineBook(source);
    this.ticks = source.ticks!;
    this.lastSecond = openTimeAt(this.ticks.at(this.ticks.length - 1).time, '1s');
    this.seek({ time: source.start, phase: 'tick' });
  }

  seek(cursor: Cursor): void {
    this.tick = cursor.tick ?? this.ticks.indexAt(cursor.time);
    this.closing = openTimeAt(cursor.time, '1s');
  }

  peek(): Point | null {
    const closeTime = this.closing + SECOND - 1;
    if (this.tick < this.ticks.length) {
      const tick = this.ticks.at(this.tick);
      if (tick.time <= closeTime) return { time: tick.time, phase: 'tick', moves: [], tick };
    }
    return this.closing < this.lastSecond ? { time: closeTime, phase: 'close', moves: [] } : null;
  }

  next(): Point | null {
    const point = this.peek();
    if (point?.phase === 'tick') this.tick += 1;
    else if (point !== null) this.closing += SECOND;
    return point;
  }

  cursor(): Cursor {
    const point = this.peek();
    const { tick } = this;
    if (point === null) return { time: this.source.end!, phase: 'close', tick };
    return { time: point.time, phase: point.phase, tick };
  }

  /** There is no boundary between two seconds; the market begins at its first trade's price. */
  nextOpen(symbol: string): number | null {
    const [first] = this.ticks.tradesOf(symbol);
    return first !== undefined && this.tick <= first ? this.ticks.at(first).trade!.price : null;
  }

  closedKlines(point: Point): ClosedKline[] {
    if (point.phase !== 'close') return [];
    return this.source.symbols.flatMap(({ symbol }) => {
      const series = this.source.series(symbol);
      const index = series.indexAt(point.time - (SECOND - 1));
      if (index >= series.length || series.openTime(index) + SECOND - 1 !== point.time) return [];
      return INTERVALS.filter(
        (interval) => fits('1s', interval) && closeTimeAt(point.time, interval) === point.time,
      ).map((interval) => {
        const kline = interval === '1s' ? series.kline(index) : this.book.upTo(symbol, interval, index)!;
        return { symbol, interval, kline };
      });
    });
  }
}
