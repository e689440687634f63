import type { Decimal } from '../../../core/decimal.js';
import type { Band, CountLimits, Notional, Range, SymbolRules, TrailingBounds } from './filter-rules.js';
import { isConditional, isPriced, stopDirection } from './matching.js';
import { PaperError, type OrderType, type Side } from './types.js';

export interface FilteredOrder {
  readonly side: Side;
  readonly type: OrderType;
  /** Zero where the type has none. */
  readonly price: Decimal;
  readonly stopPrice: Decimal;
  readonly icebergQty: Decimal;
  readonly trailingDelta: number | null;
}

/** The average price over so many minutes; 0 is the last price. */
export type Average = (minutes: number) => Decimal;

/** The filters that look at one order alone (Binance filters.md). */
export function checkOrder(
  rules: SymbolRules,
  order: FilteredOrder,
  quantity: Decimal,
  average: Average,
): void {
  if (rules.price !== null) {
    if (isPriced(order.type)) checkRange('PRICE_FILTER', rules.price, order.price);
    if (order.stopPrice.sign > 0) checkRange('PRICE_FILTER', rules.price, order.stopPrice);
  }
  if (rules.band !== null && isPriced(order.type)) checkBand(rules.band, order, average);
  if (rules.lot !== null) {
    checkRange('LOT_SIZE', rules.lot, quantity);
    if (order.icebergQty.sign > 0) checkRange('LOT_SIZE', rules.lot, order.icebergQty);
  }
  if (rules.marketLot !== null && order.type === 'MARKET')
    checkRange('MARKET_LOT_SIZE', rules.marketLot, quantity);
  for (const notional of rules.notional) checkNotional(notional, order, quantity, average);
  if (rules.icebergParts !== null) checkParts(rules.icebergParts, order, quantity);
  if (rules.trailing !== null) checkTrailing(rules.trailing, order);
}

export interface OpenCounts {
  readonly orders: number;
  /** Stops and targets that have not been triggered. */
  readonly algoOrders: number;
  readonly icebergOrders: number;
  readonly lists: number;
}

/** The filters that count what is open on the symbol, or on the exchange; `adding` is what the request would add. */
export function checkCounts(
  limits: CountLimits,
  open: OpenCounts,
  adding: OpenCounts,
  prefix: '' | 'EXCHANGE_',
): void {
  const check = (name: string, kind: keyof OpenCounts) => {
    const limit = limits[kind];
    if (limit !== null && adding[kind] > 0 && open[kind] + adding[kind] > limit) fail(prefix + name);
  };
  check('MAX_NUM_ORDERS', 'orders');
  check('MAX_NUM_ALGO_ORDERS', 'algoOrders');
  check('MAX_NUM_ICEBERG_ORDERS', 'icebergOrders');
  check('MAX_NUM_ORDER_LISTS', 'lists');
}

/** What is held and what open buys may add, with the new quantity, stays within MAX_POSITION. */
export function checkPosition(rules: SymbolRules, held: Decimal, buying: Decimal, quantity: Decimal): void {
  if (rules.maxPosition !== null && held.plus(buying).plus(quantity).gt(rules.maxPosition))
    fail('MAX_POSITION');
}

function checkRange(name: string, { min, max, step }: Range, value: Decimal): void {
  const below = min.sign > 0 && value.lt(min);
  const above = max.sign > 0 && value.gt(max);
  if (below || above || (step.sign > 0 && !value.isMultipleOf(step))) fail(name);
}

function checkBand(band: Band, order: FilteredOrder, average: Average): void {
  const { up, down } = band[order.side];
  const reference = average(band.minutes);
  if (order.price.gt(reference.times(up)) || order.price.lt(reference.times(down))) fail(band.name);
}

function checkNotional(rule: Notional, order: FilteredOrder, quantity: Decimal, average: Average): void {
  const priced = isPriced(order.type);
  const value = quantity.times(priced ? order.price : average(rule.minutes));
  if (rule.min !== null && (priced || rule.minForMarket) && value.lt(rule.min)) fail(rule.name);
  if (rule.max !== null && (priced || rule.maxForMarket) && value.gt(rule.max)) fail(rule.name);
}

function checkParts(limit: number, { icebergQty }: FilteredOrder, quantity: Decimal): void {
  if (icebergQty.sign > 0 && quantity.gt(icebergQty.times(limit))) fail('ICEBERG_PARTS');
}

/** Which bounds hold depends on where the stop price would be: above the market or below it. */
function checkTrailing(bounds: TrailingBounds, { side, type, trailingDelta }: FilteredOrder): void {
  if (trailingDelta === null || !isConditional(type)) return;
  const { min, max } = stopDirection(side, type) === 'up' ? bounds.above : bounds.below;
  if (trailingDelta < min || trailingDelta > max) fail('TRAILING_DELTA');
}

export function fail(name: string): never {
  throw new PaperError(-1013, `Filter failure: ${name}`);
}
