import { ZERO, dec, text, type Decimal, type DecimalText } from '../../../core/decimal.js';
import { Flow } from './book-model.js';
import { symbolRules, type SymbolRules } from './filter-rules.js';
import { copyInfo } from './records.js';
import { triggerOf } from './matching.js';
import { Triggers } from './triggers.js';
import type { OpenOrder, PriceInput } from './state.js';
import { PaperError, type Side, type SymbolInfo } from './types.js';

/** Between a close and the next open. Once `crossing`, the path stands at the open and meets the resting orders. */
export class Boundary {
  private parsed: Decimal | null = null;

  constructor(
    private readonly close: PriceInput | null,
    public crossing = false,
  ) {}

  /** The prior close: asked for by the few orders that it matters to. */
  get prior(): Decimal | null {
    if (this.close === null) return null;
    return (this.parsed ??= dec(this.close));
  }
}

/** The stretch of the path that is being walked: its volume, and what resting orders have left of it. Null is any. */
export interface Stretch {
  readonly volume: Decimal | null;
  left: Decimal | null;
}

/** Recorded best prices: takers meet these, not the last trade's price. */
export interface Top {
  readonly bid: Decimal;
  readonly bidQuantity: Decimal;
  readonly ask: Decimal;
  readonly askQuantity: Decimal;
}

/** One symbol's market: where its path stands and what rests on it, of all accounts. */
export class Book {
  rules: SymbolRules;
  /** Its rules are others than those that it was opened with. */
  reruled = false;
  readonly triggers = new Triggers();
  /** Had their fill of this stretch of the path: each order gets one per stretch. */
  readonly served = new Set<number>();
  /** Trailing stops that follow the market. */
  readonly trailing = new Set<OpenOrder>();
  boundary: Boundary | null = null;
  lastTradeId = 0;
  lastPreventedMatchId = -1;
  time = 0;
  /** For the `book` profile: what the market did, the stretch at hand, and what takers ate of each side's depth. */
  readonly flow = new Flow();
  stretch: Stretch | null = null;
  /** The best prices and what stands there, where a recording tells them; null where nothing does. */
  top: Top | null = null;
  eaten: Record<Side, Decimal> = { BUY: ZERO, SELL: ZERO };
  private input: PriceInput | null = null;
  private parsed: Decimal | null = null;

  constructor(readonly info: SymbolInfo) {
    this.rules = symbolRules(info);
  }

  /** Other rules from now on; what rests stays as it was taken. The status is none of them. */
  rule(info: SymbolInfo): void {
    Object.assign(this.info, copyInfo(info), { status: this.info.status });
    this.rules = symbolRules(this.info);
    this.reruled = true;
  }

  /** The least difference of two prices. */
  get tick(): Decimal {
    const step = this.rules.price?.step;
    return step?.gt(0) ? step : dec(10).pow(-this.info.quoteAssetPrecision);
  }

  /** The least quantity. */
  get step(): Decimal {
    const step = this.rules.lot?.step;
    return step?.gt(0) ? step : dec(10).pow(-this.info.baseAssetPrecision);
  }

  get started(): boolean {
    return this.input !== null;
  }

  get trading(): boolean {
    return this.info.status === 'TRADING';
  }

  /** The price at which a taker executes now: at a boundary, the coming open. */
  get current(): Decimal {
    if (this.input === null) throw new PaperError(-2010, 'Market is closed.');
    return (this.parsed ??= dec(this.input));
  }

  /** The prior close, while new orders still act before the open; else null. */
  get priorClose(): Decimal | null {
    return this.boundary !== null && !this.boundary.crossing ? this.boundary.prior : null;
  }

  /** Where the path stands for whoever watches it. */
  get shown(): DecimalText | null {
    if (this.input === null) return null;
    return text(this.priorClose ?? this.current);
  }

  stand(time: number, price: PriceInput): void {
    this.time = time;
    this.input = price;
    this.parsed = null;
  }

  standAt(time: number, price: Decimal): void {
    this.time = time;
    this.input = price.toNumber();
    this.parsed = price;
  }

  /** True when no resting order can be touched between here and `price`: decided by doubles, so at a fixed cost. */
  quietTo(price: PriceInput): boolean {
    const to = typeof price === 'number' ? price : Number(price);
    const from = this.input === null ? to : typeof this.input === 'number' ? this.input : Number(this.input);
    return this.triggers.above > (from > to ? from : to) && this.triggers.below < (from < to ? from : to);
  }

  /** A path strictly within touches no resting order, and moves no trailing stop. */
  quietRange(): { below: number; above: number } {
    let { below, above } = this.triggers;
    for (const { record, extreme } of this.trailing)
      if (record.side === 'SELL') above = Math.min(above, extreme!.toNumber());
      else below = Math.max(below, extreme!.toNumber());
    return { below, above };
  }

  setTop(top: Top): void {
    this.top = top;
    if (this.eaten.BUY.gt(0) || this.eaten.SELL.gt(0)) this.eaten = { BUY: ZERO, SELL: ZERO };
  }

  rest(order: OpenOrder): void {
    this.triggers.add(order, triggerOf(order, this.tick));
    if (order.extreme !== null && !order.record.isWorking) this.trailing.add(order);
  }

  remove(order: OpenOrder): void {
    this.triggers.remove(order);
    this.trailing.delete(order);
    this.served.delete(order.record.orderId);
  }

  /** Trailing stops go along with where the path has come to: up for a sale, down for a purchase. */
  follow(): void {
    if (this.trailing.size === 0) return;
    const { current } = this;
    for (const order of [...this.trailing]) {
      const better = order.record.side === 'SELL' ? current.gt(order.extreme!) : current.lt(order.extreme!);
      if (!better) continue;
      this.triggers.remove(order);
      order.extreme = current;
      this.triggers.add(order, triggerOf(order, this.tick));
    }
  }

  /** The path has come to the end of a stretch: orders may be filled again, the depth is whole again. */
  endStretch(): void {
    if (this.served.size > 0) this.served.clear();
    this.stretch = null;
    if (this.eaten.BUY.gt(0) || this.eaten.SELL.gt(0)) this.eaten = { BUY: ZERO, SELL: ZERO };
    this.follow();
  }
}
