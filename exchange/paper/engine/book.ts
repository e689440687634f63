import { dec, text, type Decimal, type DecimalText } from '../../../core/decimal.js';
import { symbolRules, type SymbolRules } from './filters.js';
import { Triggers } from './triggers.js';
import type { OpenOrder, PriceInput } from './state.js';
import { PaperError, type SymbolInfo } from './types.js';

/** Between a close and the next open. Once `crossing`, the path stands at the open and meets the resting orders. */
export interface Boundary {
  readonly prior: Decimal | null;
  crossing: boolean;
}

/** One symbol's market: where its path stands and what rests on it, of all accounts. */
export class Book {
  readonly rules: SymbolRules;
  readonly triggers = new Triggers();
  /** Partially filled on this stretch of the path: each order gets one fill per stretch. */
  readonly served = new Set<number>();
  boundary: Boundary | null = null;
  lastTradeId = 0;
  time = 0;
  private input: PriceInput | null = null;
  private parsed: Decimal | null = null;

  constructor(readonly info: SymbolInfo) {
    this.rules = symbolRules(info);
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
    this.input = Number(price);
    this.parsed = price;
  }

  /** True when no resting order can be touched between here and `price`: decided by doubles, so at a fixed cost. */
  quietTo(price: PriceInput): boolean {
    const to = typeof price === 'number' ? price : Number(price);
    const from = this.input === null ? to : typeof this.input === 'number' ? this.input : Number(this.input);
    return this.triggers.above > (from > to ? from : to) && this.triggers.below < (from < to ? from : to);
  }

  rest(order: OpenOrder): void {
    this.triggers.add(order);
  }

  remove(order: OpenOrder): void {
    this.triggers.remove(order);
    this.served.delete(order.record.orderId);
  }
}
