import { closeTimeAt, INTERVAL_MS, type Interval, type Kline } from '../../core/kline.js';
import type { Engine } from '../../exchange/paper/engine/types.js';
import { Aggregation, fits } from '../../exchange/paper/market/buckets.js';
import { pointTime, priceAt } from '../../exchange/paper/market/path.js';
import type { KlineColumns, KlineSeries } from '../../exchange/paper/market/series.js';
import type { EquityCurve } from './equity-curve.js';
import { KlineView } from './kline-view.js';
import { ACCOUNT, type Member } from './member.js';

/** Quiet klines are gone through by so many: what is looked at for nothing behind the end of a quiet stretch stays little. */
const SPAN = 256;
/** After so many it is time to say how far it is. */
const MOST_AT_ONCE = 65_536;

/** The bots of one interval hear of the same klines; of base klines where `aggregation` is null. */
interface Hearing {
  readonly interval: Interval;
  readonly aggregation: Aggregation | null;
  readonly members: readonly Member[];
}

export interface LaneOptions {
  readonly symbol: string;
  readonly series: KlineSeries;
  readonly members: readonly Member[];
  readonly engine: Engine;
  /** UTC ms: the first open time, and the one behind the last. What lies before it is history. */
  readonly range: { readonly start: number; readonly end: number };
  readonly walkAll: boolean;
}

/**
 * One symbol on its way through a backtest, with the bots that trade it: the schedule of the paper exchange in lock
 * step (design §7). A base kline that touches no order, and on which no bot would act, costs a comparison of doubles;
 * with `walkAll` it is walked all the same, which must change nothing.
 */
export class Lane {
  /** The next base kline. */
  index: number;
  /** Of the last one. */
  close = NaN;
  private readonly end: number;
  private readonly view: KlineView;
  private readonly columns: KlineSeries['columns'];
  private readonly hearings: readonly Hearing[];
  /** Prices strictly between touch no order, and tell nobody anything. */
  private below = -Infinity;
  private above = Infinity;
  /** Somebody waits for the clock. */
  private awake = false;
  /** Somebody follows prices between closes: those of the klines that are walked. */
  private followed = false;
  /** The only bot, where it hears of base klines that all have one length. */
  private readonly lone: Member | null;
  /** The engine stands at the boundary before this kline. */
  private boundaryAt = -1;

  constructor(private readonly options: LaneOptions) {
    const { series, members, range } = options;
    this.columns = series.columns;
    this.view = new KlineView(this.columns);
    this.index = series.indexAt(range.start);
    this.end = series.indexAt(range.end);
    const intervals = [...new Set(members.map((member) => member.config.interval))];
    this.hearings = intervals.map((interval) => ({
      aggregation: series.uniform === interval ? null : new Aggregation(series, interval),
      interval,
      members: members.filter((member) => member.config.interval === interval),
    }));
    const [member, ...others] = members;
    const simple = others.length === 0 && !options.walkAll && this.hearings[0]?.aggregation === null;
    this.lone = simple && member !== undefined ? member : null;
    if (series.uniform !== null) this.view.length = INTERVAL_MS[series.uniform];
  }

  get symbol(): string {
    return this.options.symbol;
  }

  get nextOpenTime(): number {
    return this.index < this.end ? this.columns.openTime[this.index]! : Infinity;
  }

  /** What the bots of this symbol are worth at the last close, in quote. */
  get equity(): number {
    let sum = 0;
    for (const { cash, quantity } of this.options.members)
      sum += cash + (quantity === 0 ? 0 : quantity * this.close);
    return sum;
  }

  /** Shows the signals what came before, as a bot fetches it at its start, and ends each bot's recovery. */
  begin(): void {
    this.enterBoundary(this.index - 1);
    for (const hearing of this.hearings)
      for (const member of hearing.members) {
        for (const kline of this.history(hearing, member.warmup)) member.judge(kline);
        member.begin(this.columns.openTime[this.index] ?? 0);
      }
    this.settle(this.actingTime(this.index - 1));
  }

  /**
   * As many klines as nothing happens on: they touch no order, and what the bot judges leads to nothing. One bot that
   * follows the base klines needs no more than this for nearly all of them. Answers how many there were.
   */
  advanceQuietly(curve: EquityCurve): number {
    const member = this.lone;
    if (member === null || this.awake) return 0;
    const { columns, view } = this;
    const first = this.index;
    const end = Math.min(this.end, first + MOST_AT_ONCE);
    while (this.index < end) {
      const from = this.index;
      const passes = member.passesAt(closeOf(columns, view, from));
      const stop = passes === null ? from : this.untouchedUntil(from, member.passesUntil, end);
      if (passes === null || stop === from) break;
      const at = member.judgeWhile(columns, view, from, stop, passes);
      curve.addSpan(columns, from, at, member.cash, member.quantity);
      if (at > from) this.close = columns.close[at - 1]!;
      this.index = at;
      if (at === stop) continue;
      // It stopped at a verdict, which is not to be asked for again.
      view.index = at;
      this.actOnJudgement(member, curve);
      break;
    }
    return this.index - first;
  }

  /** The first kline from `from` on that touches an order or closes at `time` or later, or one not far off. */
  private untouchedUntil(from: number, time: number, most: number): number {
    const { below, above, columns, view } = this;
    const { low, high } = columns;
    let end = Math.min(most, from + SPAN);
    while (end > from && closeOf(columns, view, end - 1) >= time) end -= 1;
    if (below === -Infinity && above === Infinity) return end;
    let index = from;
    while (index < end && low[index]! > below && high[index]! < above) index += 1;
    return index;
  }

  private actOnJudgement(member: Member, curve: EquityCurve): void {
    const { index, columns } = this;
    this.close = columns.close[index]!;
    this.index = index + 1;
    if (this.boundaryAt !== index + 1) this.enterBoundary(index);
    member.hearKline(this.view, member.verdict());
    this.settle(this.actingTime(index));
    curve.add(columns.openTime[index]!, this.equity);
  }

  /** One base kline, from its open to the boundary behind its close. */
  advance(): void {
    const { index, columns } = this;
    const quiet = columns.low[index]! > this.below && columns.high[index]! < this.above;
    if (!quiet || this.awake || this.options.walkAll) this.walk(index);
    this.close = columns.close[index]!;
    this.index = index + 1;
    this.view.index = index;
    this.view.length = INTERVAL_MS[this.options.series.interval(index)];
    for (const hearing of this.hearings) this.tellClosed(hearing, index);
  }

  private walk(index: number): void {
    const { options, columns } = this;
    const { engine, symbol, series } = options;
    if (this.boundaryAt !== index) this.enterBoundary(index - 1);
    const kline = series.kline(index);
    const length = INTERVAL_MS[series.interval(index)];
    for (const rank of [0, 1, 2, 3]) {
      const time = pointTime(kline.openTime, length, rank);
      const volume = rank === 0 ? 0 : columns.volume[index]! / 3;
      while (!engine.moveTo(symbol, time, priceAt(kline, rank), volume)) this.struck(time);
      this.struck(time);
      if (rank === 3) this.enterBoundary(index);
      this.tellPrice(time, rank === 3 ? this.actingTime(index) : time);
    }
  }

  /** What the path has hit is told, and the bots answer where it stands. */
  private struck(time: number): void {
    if (this.tellNews(time)) this.settle(time);
  }

  /** What happened at the exchange that no reply has told. Answers whether anything did. */
  private readonly tellNews = (time: number): boolean => {
    const { engine, members } = this.options;
    const events = engine.drain();
    for (const event of events) for (const member of members) member.hear(event, time);
    const assets = engine.takeTouched(ACCOUNT);
    if (assets.length > 0) for (const member of members) member.hearBalances(assets, time);
    return events.length > 0;
  };

  private tellPrice(time: number, acting: number): void {
    if (!this.awake && !this.followed) return;
    const price = this.bid();
    for (const member of this.options.members) {
      if (member.followsPrice) member.hearPrice(price, time);
      member.hearTime(time);
    }
    this.settle(acting);
  }

  private bid(): string {
    const { engine, symbol } = this.options;
    return engine.depth(symbol)?.bids[0]?.[0] ?? engine.price(symbol) ?? '0';
  }

  private tellClosed({ aggregation, interval, members }: Hearing, index: number): void {
    const kline = aggregation === null ? this.view : this.gathered(aggregation, interval, index);
    if (kline === null) return;
    let heard = false;
    for (const member of members) {
      const action = member.judge(kline);
      if (!this.options.walkAll && member.isIdle(action, kline.closeTime)) continue;
      if (!heard && this.boundaryAt !== index + 1) this.enterBoundary(index);
      heard = true;
      member.hearKline(kline, member.verdict());
    }
    if (heard) this.settle(this.actingTime(index));
  }

  /** The kline of a longer interval that ends with base kline `index`, or in the outage behind it. */
  private gathered(aggregation: Aggregation, interval: Interval, index: number): Kline | null {
    const { series } = this.options;
    if (!fits(series.interval(index), interval)) return null;
    const closeTime = closeTimeAt(this.columns.openTime[index]!, interval);
    const next = index + 1 < this.end ? this.columns.openTime[index + 1]! : -Infinity;
    if (this.view.closeTime !== closeTime && next <= closeTime) return null;
    aggregation.advance(index + 1);
    return aggregation.last();
  }

  private history({ interval, aggregation }: Hearing, count: number): Kline[] {
    const { series } = this.options;
    if (aggregation === null) return klines(series, Math.max(0, this.index - count), this.index);
    aggregation.advance(this.index);
    const { done } = aggregation;
    const last = aggregation.last();
    const start = this.columns.openTime[this.index] ?? Infinity;
    const whole = last !== null && closeTimeAt(last.openTime, interval) < start ? [last] : [];
    return [...klines(done, Math.max(0, done.length - count), done.length), ...whole].slice(-count);
  }

  /** Between a close and the next open, behind kline `index`. */
  private enterBoundary(index: number): void {
    const { engine, symbol } = this.options;
    const close = index >= 0 ? this.columns.close[index]! : null;
    const open = index + 1 < this.end ? this.columns.open[index + 1]! : close;
    if (open !== null) engine.boundary(symbol, this.actingTime(index), open, close);
    this.boundaryAt = index + 1;
  }

  /** What happens behind kline `index` happens at the next open; at the data's end, at the close. */
  private actingTime(index: number): number {
    if (index + 1 < this.end) return this.columns.openTime[index + 1]!;
    return index < 0
      ? 0
      : this.columns.openTime[index]! + INTERVAL_MS[this.options.series.interval(index)] - 1;
  }

  /** Until nobody has anything left to send. */
  private settle(time: number): void {
    const { members, engine, symbol } = this.options;
    for (let sent = true; sent;) {
      sent = false;
      for (const member of members) sent = member.settle(time, this.tellNews) || sent;
    }
    let { below, above } = engine.quietRange(symbol);
    this.awake = false;
    this.followed = false;
    for (const member of members) {
      if (member.waits) this.awake = true;
      if (!member.followsPrice) continue;
      this.followed = true;
      const quiet = member.quietPrices;
      below = Math.max(below, quiet.below);
      above = Math.min(above, quiet.above);
    }
    this.below = below;
    this.above = above;
  }
}

function closeOf({ openTime }: Readonly<KlineColumns>, { length }: KlineView, index: number): number {
  return openTime[index]! + length - 1;
}

function klines(series: KlineSeries, from: number, to: number): Kline[] {
  return Array.from({ length: to - from }, (_, index) => series.kline(from + index));
}
