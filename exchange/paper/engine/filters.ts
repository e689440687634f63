import { dec, type Decimal } from '../../../core/decimal.js';
import { isConditional, isPriced } from './matching.js';
import { PaperError, type OrderType, type Side, type SymbolInfo } from './types.js';

interface Range {
  readonly min: Decimal;
  readonly max: Decimal;
  readonly step: Decimal;
}
interface Notional {
  readonly name: string;
  readonly min: Decimal | null;
  readonly max: Decimal | null;
  readonly minForMarket: boolean;
  readonly maxForMarket: boolean;
}
interface Band {
  readonly name: string;
  readonly BUY: { readonly up: Decimal; readonly down: Decimal };
  readonly SELL: { readonly up: Decimal; readonly down: Decimal };
}

/** A symbol's filters, parsed once. What the exchange does not state is null. */
export interface SymbolRules {
  readonly price: Range | null;
  readonly lot: Range | null;
  readonly marketLot: Range | null;
  readonly notional: readonly Notional[];
  readonly band: Band | null;
  readonly maxOrders: number | null;
  readonly maxAlgoOrders: number | null;
  readonly maxLists: number | null;
  readonly maxPosition: Decimal | null;
}

/** Reads the filters of `exchangeInfo` (Binance filters.md). */
export function symbolRules(info: SymbolInfo): SymbolRules {
  const find = (name: string) => info.filters.find((filter) => filter.filterType === name);
  const price = find('PRICE_FILTER');
  return {
    price: price ? range(price.minPrice, price.maxPrice, price.tickSize) : null,
    lot: lotRange(find('LOT_SIZE')),
    marketLot: lotRange(find('MARKET_LOT_SIZE')),
    notional: [find('MIN_NOTIONAL'), find('NOTIONAL')].flatMap((filter) =>
      filter ? [notional(filter)] : [],
    ),
    band: band(find('PERCENT_PRICE'), find('PERCENT_PRICE_BY_SIDE')),
    maxOrders: count(find('MAX_NUM_ORDERS')?.maxNumOrders),
    maxAlgoOrders: count(find('MAX_NUM_ALGO_ORDERS')?.maxNumAlgoOrders),
    maxLists: count(find('MAX_NUM_ORDER_LISTS')?.maxNumOrderLists),
    maxPosition: optional(find('MAX_POSITION')?.maxPosition),
  };
}

export interface FilteredOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal;
  /** Zero where the type has none. */
  readonly price: Decimal;
  readonly stopPrice: Decimal;
}

/** The filters that look at one order alone. `reference` stands for Binance's average: the last price. */
export function checkOrder(rules: SymbolRules, order: FilteredOrder, reference: Decimal): void {
  if (rules.price !== null) {
    if (isPriced(order.type)) checkRange('PRICE_FILTER', rules.price, order.price);
    if (isConditional(order.type)) checkRange('PRICE_FILTER', rules.price, order.stopPrice);
  }
  if (rules.band !== null && isPriced(order.type)) checkBand(rules.band, order, reference);
  if (rules.lot !== null) checkRange('LOT_SIZE', rules.lot, order.quantity);
  if (rules.marketLot !== null && order.type === 'MARKET')
    checkRange('MARKET_LOT_SIZE', rules.marketLot, order.quantity);
  for (const notional of rules.notional) checkNotional(notional, order, reference);
}

export interface OpenCounts {
  readonly orders: number;
  /** Stops that have not been triggered. */
  readonly algoOrders: number;
  readonly lists: number;
}

/** The filters that count what is open on the symbol; `adding` is what the request would add. */
export function checkCounts(rules: SymbolRules, open: OpenCounts, adding: OpenCounts): void {
  const check = (name: string, limit: number | null, kind: keyof OpenCounts) => {
    if (limit !== null && adding[kind] > 0 && open[kind] + adding[kind] > limit) fail(name);
  };
  check('MAX_NUM_ORDERS', rules.maxOrders, 'orders');
  check('MAX_NUM_ALGO_ORDERS', rules.maxAlgoOrders, 'algoOrders');
  check('MAX_NUM_ORDER_LISTS', rules.maxLists, 'lists');
}

/** What is held and what open buys may add, with the new quantity, stays within MAX_POSITION. */
export function checkPosition(rules: SymbolRules, held: Decimal, buying: Decimal, quantity: Decimal): void {
  if (rules.maxPosition !== null && held.plus(buying).plus(quantity).gt(rules.maxPosition))
    fail('MAX_POSITION');
}

function checkRange(name: string, { min, max, step }: Range, value: Decimal): void {
  const below = min.gt(0) && value.lt(min);
  const above = max.gt(0) && value.gt(max);
  if (below || above || (step.gt(0) && !value.mod(step).eq(0))) fail(name);
}

function checkBand(band: Band, order: FilteredOrder, reference: Decimal): void {
  const { up, down } = band[order.side];
  if (order.price.gt(reference.times(up)) || order.price.lt(reference.times(down))) fail(band.name);
}

function checkNotional(rule: Notional, order: FilteredOrder, reference: Decimal): void {
  const priced = isPriced(order.type);
  const value = order.quantity.times(priced ? order.price : reference);
  if (rule.min !== null && (priced || rule.minForMarket) && value.lt(rule.min)) fail(rule.name);
  if (rule.max !== null && (priced || rule.maxForMarket) && value.gt(rule.max)) fail(rule.name);
}

export function fail(name: string): never {
  throw new PaperError(-1013, `Filter failure: ${name}`);
}

type Raw = Record<string, unknown>;

function lotRange(filter: Raw | undefined): Range | null {
  return filter ? range(filter.minQty, filter.maxQty, filter.stepSize) : null;
}

function range(min: unknown, max: unknown, step: unknown): Range {
  return { min: dec(String(min)), max: dec(String(max)), step: dec(String(step)) };
}

/** MIN_NOTIONAL, the older form, says `applyToMarket`; NOTIONAL says it for both bounds. */
function notional(filter: Raw): Notional {
  return {
    name: String(filter.filterType),
    min: optional(filter.minNotional),
    max: optional(filter.maxNotional),
    minForMarket: filter.applyMinToMarket === true || filter.applyToMarket === true,
    maxForMarket: filter.applyMaxToMarket === true,
  };
}

function band(both: Raw | undefined, bySide: Raw | undefined): Band | null {
  if (bySide !== undefined)
    return {
      name: 'PERCENT_PRICE_BY_SIDE',
      BUY: { up: dec(String(bySide.bidMultiplierUp)), down: dec(String(bySide.bidMultiplierDown)) },
      SELL: { up: dec(String(bySide.askMultiplierUp)), down: dec(String(bySide.askMultiplierDown)) },
    };
  if (both === undefined) return null;
  const limits = { up: dec(String(both.multiplierUp)), down: dec(String(both.multiplierDown)) };
  return { name: 'PERCENT_PRICE', BUY: limits, SELL: limits };
}

function count(value: unknown): number | null {
  return value === undefined ? null : Number(value);
}

function optional(value: unknown): Decimal | null {
  return value === undefined ? null : dec(String(value));
}
