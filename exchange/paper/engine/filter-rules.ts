import { dec, type Decimal } from '../../../core/decimal.js';
import type { SymbolInfo } from './types.js';

export interface Range {
  readonly min: Decimal;
  readonly max: Decimal;
  readonly step: Decimal;
}
export interface Notional {
  readonly name: string;
  readonly min: Decimal | null;
  readonly max: Decimal | null;
  readonly minForMarket: boolean;
  readonly maxForMarket: boolean;
  /** Over how many minutes the price of a market order is averaged; 0 is the last price. */
  readonly minutes: number;
}
export interface Band {
  readonly name: string;
  readonly minutes: number;
  readonly BUY: { readonly up: Decimal; readonly down: Decimal };
  readonly SELL: { readonly up: Decimal; readonly down: Decimal };
}
/** Basis points. `above` bounds what follows the market from a higher stop price, `below` from a lower one. */
export interface TrailingBounds {
  readonly above: { readonly min: number; readonly max: number };
  readonly below: { readonly min: number; readonly max: number };
}
/** How many orders and lists may be open; null is any. */
export interface CountLimits {
  readonly orders: number | null;
  readonly algoOrders: number | null;
  readonly icebergOrders: number | null;
  readonly lists: number | null;
  /** Of all; Infinity where there is none. */
  readonly least: number;
}

/** A symbol's filters, parsed once. What the exchange does not state is null. */
export interface SymbolRules {
  readonly price: Range | null;
  readonly lot: Range | null;
  readonly marketLot: Range | null;
  readonly notional: readonly Notional[];
  readonly band: Band | null;
  readonly icebergParts: number | null;
  readonly trailing: TrailingBounds | null;
  readonly counts: CountLimits;
  readonly maxPosition: Decimal | null;
  /** How often one order may be amended. */
  readonly maxAmends: number | null;
}

type Raw = Record<string, unknown>;

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
    icebergParts: count(find('ICEBERG_PARTS')?.limit),
    trailing: trailing(find('TRAILING_DELTA')),
    counts: countLimits(info.filters, ''),
    maxPosition: optional(find('MAX_POSITION')?.maxPosition),
    maxAmends: count(find('MAX_NUM_ORDER_AMENDS')?.maxNumOrderAmends),
  };
}

/** The counting filters; those of the whole exchange begin with `EXCHANGE_`. */
export function countLimits(filters: readonly Raw[], prefix: '' | 'EXCHANGE_'): CountLimits {
  const limit = (name: string, field: string) =>
    count(filters.find((filter) => filter.filterType === prefix + name)?.[field]);
  const limits = {
    orders: limit('MAX_NUM_ORDERS', 'maxNumOrders'),
    algoOrders: limit('MAX_NUM_ALGO_ORDERS', 'maxNumAlgoOrders'),
    icebergOrders: limit('MAX_NUM_ICEBERG_ORDERS', 'maxNumIcebergOrders'),
    lists: limit('MAX_NUM_ORDER_LISTS', 'maxNumOrderLists'),
  };
  const { orders, algoOrders, icebergOrders, lists } = limits;
  const least = Math.min(...Object.values(limits).map((each) => each ?? Infinity));
  // Written out: each spread makes objects of a shape of its own, and what was compiled for the last engine's would not do.
  return { orders, algoOrders, icebergOrders, lists, least };
}

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
    minutes: Number(filter.avgPriceMins ?? 0),
  };
}

function band(both: Raw | undefined, bySide: Raw | undefined): Band | null {
  if (bySide !== undefined)
    return {
      name: 'PERCENT_PRICE_BY_SIDE',
      minutes: Number(bySide.avgPriceMins ?? 0),
      BUY: { up: dec(String(bySide.bidMultiplierUp)), down: dec(String(bySide.bidMultiplierDown)) },
      SELL: { up: dec(String(bySide.askMultiplierUp)), down: dec(String(bySide.askMultiplierDown)) },
    };
  if (both === undefined) return null;
  const limits = { up: dec(String(both.multiplierUp)), down: dec(String(both.multiplierDown)) };
  return { name: 'PERCENT_PRICE', minutes: Number(both.avgPriceMins ?? 0), BUY: limits, SELL: limits };
}

function trailing(filter: Raw | undefined): TrailingBounds | null {
  if (filter === undefined) return null;
  return {
    above: { min: Number(filter.minTrailingAboveDelta), max: Number(filter.maxTrailingAboveDelta) },
    below: { min: Number(filter.minTrailingBelowDelta), max: Number(filter.maxTrailingBelowDelta) },
  };
}

function count(value: unknown): number | null {
  return value === undefined ? null : Number(value);
}

function optional(value: unknown): Decimal | null {
  return value === undefined ? null : dec(String(value));
}
