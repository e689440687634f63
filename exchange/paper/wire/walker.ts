/**
 * The market on its way: drives the engine along the schedule, one call at a time, and knows at each moment exactly
 * where it stands. The same position is reached again by walking there, so a journal needs to note positions only.
 */
import { INTERVAL_MS } from '../../../core/kline.js';
import type { Engine } from '../engine/types.js';
import type { Course } from '../market/schedule.js';
import type { ClosedKline, MarketSource, Point, Tick } from '../market/types.js';

/** Points before `time` and `phase` have happened; of that one `calls` engine calls have, and these glides. */
export interface Position {
  readonly time: number;
  readonly phase: Point['phase'];
  readonly calls: number;
  /** Of a recording of trades: the number of the next tick. */
  readonly tick?: number;
  /** Prices between two points that real time has shown: symbol → time and price. */
  readonly glides?: Readonly<Record<string, readonly [number, number]>>;
}

export class Walker {
  /** Market time: that of the last thing that happened. */
  now: number;
  private calls = 0;
  private move = 0;
  private glides: Record<string, readonly [number, number]> = {};
  private gliding = false;

  constructor(
    private readonly source: MarketSource,
    private readonly engine: Engine,
    private readonly schedule: Course,
  ) {
    this.now = source.start;
  }

  /** A new market stands in a boundary before its first klines; the history's last close is the prior one. */
  begin(): void {
    for (const { symbol } of this.source.symbols) {
      const open = this.schedule.nextOpen(symbol);
      const series = this.source.series(symbol);
      const before = series.indexAt(this.source.start) - 1;
      const prior = before >= 0 ? series.kline(before).close : null;
      // Nobody knows what a live market will open at: it stands at its last price.
      if (this.source.live && prior !== null) this.engine.boundary(symbol, this.source.start, prior, prior);
      else if (open !== null) this.engine.boundary(symbol, this.source.start, open, prior);
    }
  }

  /** Goes on at a position that the engine's state belongs to; only between two points. */
  resume(position: Position, now: number): void {
    this.schedule.seek(position);
    this.now = now;
  }

  position(): Position {
    const place = { ...this.schedule.cursor(), calls: this.calls };
    return this.gliding ? { ...place, glides: { ...this.glides } } : place;
  }

  /** Whether no point has been begun: a snapshot can be taken. */
  get betweenPoints(): boolean {
    return this.calls === 0;
  }

  peek(): Point | null {
    return this.schedule.peek();
  }

  /** One engine call of the next point: `struck` when it stopped after an order, to be called again. */
  call(): 'struck' | 'reached' {
    const point = this.schedule.peek()!;
    this.now = point.time;
    if (point.tick !== undefined) return this.callTick(point.tick);
    while (this.move < point.moves.length) {
      const { symbol, price, kline } = point.moves[this.move]!;
      this.calls += 1;
      // A kline's path has three stretches between its four points; how its volume lay on them is not recorded.
      const volume = point.phase === 'open' ? 0 : kline.volume / 3;
      // Between two seconds of a live market nothing was traded: its next price is a jump, as between recorded trades.
      const jumps = this.source.live && point.phase === 'open';
      const reached = jumps
        ? this.engine.jumpTo(symbol, point.time, price, volume)
        : this.engine.moveTo(symbol, point.time, price, volume);
      if (!reached) return 'struck';
      this.move += 1;
    }
    return 'reached';
  }

  private callTick({ symbol, time, trade, top }: Tick): 'struck' | 'reached' {
    if (top !== null) this.engine.setTop(symbol, top);
    if (trade === null) return 'reached';
    this.calls += 1;
    return this.engine.jumpTo(symbol, time, trade.price, trade.quantity) ? 'reached' : 'struck';
  }

  /**
   * The time of what happens to a symbol now. Between a close and the next open that is the next open's: there it
   * executes, and a fill then lies inside the kline of its time. At the data's end, and in a live market, it is the
   * last close's.
   */
  timeOf(symbol: string, now: number): number {
    const series = this.source.series(symbol);
    const index = series.indexAt(now + 1) - 1;
    const isRunning = index >= 0 && series.openTime(index) + INTERVAL_MS[series.interval(index)] - 1 > now;
    if (isRunning || this.schedule.nextOpen(symbol) === null) return now;
    return index + 1 < series.length ? series.openTime(index + 1) : now;
  }

  /** The point has happened: tells the klines that it closed and enters the boundary behind them. */
  finish(): ClosedKline[] {
    const point = this.schedule.next()!;
    const closed = this.schedule.closedKlines(point);
    this.calls = 0;
    this.move = 0;
    if (this.gliding) this.glides = {};
    this.gliding = false;
    if (this.source.ticks !== undefined || this.source.live) {
      for (const { symbol, interval } of closed) if (interval === '1m') this.engine.finishKline(symbol);
    } else if (point.phase === 'close') {
      for (const { symbol, price } of point.moves) {
        const open = this.schedule.nextOpen(symbol) ?? price;
        this.engine.boundary(symbol, this.timeOf(symbol, point.time), open, price);
      }
    }
    return closed;
  }

  /** Moves a symbol part of the way to its next point. */
  glide(symbol: string, time: number, price: number): void {
    this.gliding = true;
    this.now = Math.max(this.now, time);
    this.glides[symbol] = [time, price];
    while (!this.engine.moveTo(symbol, time, price));
  }

  /** Walks to a position that a journal has noted. Throws when this market does not lead there. */
  walkTo(position: Position): void {
    const behind = (): boolean => {
      const { time, phase, tick } = this.schedule.cursor();
      return time !== position.time || phase !== position.phase || tick !== position.tick;
    };
    while (behind()) {
      const point = this.schedule.peek();
      const passed = (this.schedule.cursor().tick ?? 0) > (position.tick ?? Infinity);
      if (point === null || point.time > position.time || passed)
        throw new Error(
          `the market has no point ${position.phase} at ${new Date(position.time).toISOString()}`,
        );
      while (this.call() === 'struck');
      this.finish();
    }
    for (const [symbol, [time, price]] of Object.entries(position.glides ?? {})) {
      if (this.glides[symbol]?.[0] !== time) this.glide(symbol, time, price);
    }
    while (this.calls < position.calls) this.call();
  }
}
