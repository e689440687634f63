import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, floorTo, max, min, text } from './decimal.js';

/**
 * What an exchange demands of orders on one symbol (Binance filters; `BINANCE.md` 2.5). "0" switches a bound off,
 * as Binance does. A rule the exchange does not state is absent.
 */
export interface Instrument {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: 'trading' | 'halted' | 'cancel-only';
  readonly tickSize: DecimalText;
  readonly stepSize: DecimalText;
  readonly minQuantity: DecimalText;
  readonly maxQuantity: DecimalText;
  readonly minPrice: DecimalText;
  readonly maxPrice: DecimalText;
  /** MARKET_LOT_SIZE, in addition to the lot size; "0" where disabled. */
  readonly marketStepSize: DecimalText;
  readonly marketMinQuantity: DecimalText;
  readonly marketMaxQuantity: DecimalText;
  readonly minNotional: DecimalText;
  readonly minNotionalForMarket: boolean;
  readonly maxNotional: DecimalText;
  readonly maxNotionalForMarket: boolean;
  /** Allowed price band around the reference price, as multipliers; absent where the exchange states none. */
  readonly priceBand?: {
    readonly bidUp: DecimalText;
    readonly bidDown: DecimalText;
    readonly askUp: DecimalText;
    readonly askDown: DecimalText;
  };
  readonly maxOrders?: number;
  readonly maxAlgoOrders?: number;
  readonly maxOrderLists?: number;
  readonly orderTypes: readonly string[];
  readonly oco: boolean;
}

/** Market orders are valued at the exchange's 5-minute average, not at the last price: keep this much above the minimum. */
const MARKET_NOTIONAL_MARGIN = '1.02';

/** An instrument's amounts as decimals. Every event asks for them, and they do not change: they are read once. */
export interface Limits {
  readonly tickSize: Decimal;
  readonly stepSize: Decimal;
  readonly minQuantity: Decimal;
  readonly maxQuantity: Decimal;
  readonly minPrice: Decimal;
  readonly maxPrice: Decimal;
  readonly marketStepSize: Decimal;
  readonly marketMaxQuantity: Decimal;
  /** Of a market order: both minima. */
  readonly leastForMarket: Decimal;
  readonly minNotional: Decimal;
  /** With the margin of a market order; zero where none is asked for. */
  readonly minNotionalForMarket: Decimal;
}

const known = new WeakMap<Instrument, Limits>();
/** The one that was asked for last is asked for next nearly always. */
let last: { readonly instrument: Instrument | null; readonly limits: Limits | null } = {
  instrument: null,
  limits: null,
};

export function limitsOf(instrument: Instrument): Limits {
  if (last.limits !== null && last.instrument === instrument) return last.limits;
  let limits = known.get(instrument);
  if (limits === undefined) known.set(instrument, (limits = read(instrument)));
  last = { instrument, limits };
  return limits;
}

function read(instrument: Instrument): Limits {
  const minQuantity = dec(instrument.minQuantity);
  const minNotional = dec(instrument.minNotional);
  return {
    tickSize: dec(instrument.tickSize),
    stepSize: dec(instrument.stepSize),
    minQuantity,
    maxQuantity: dec(instrument.maxQuantity),
    minPrice: dec(instrument.minPrice),
    maxPrice: dec(instrument.maxPrice),
    marketStepSize: dec(instrument.marketStepSize),
    marketMaxQuantity: dec(instrument.marketMaxQuantity),
    leastForMarket: max(minQuantity, dec(instrument.marketMinQuantity)),
    minNotional,
    minNotionalForMarket: instrument.minNotionalForMarket ? minNotional.times(MARKET_NOTIONAL_MARGIN) : ZERO,
  };
}

/** Quantity cut down to what the lot size allows, and for a market order to the market lot size too. */
export function lotQuantity(instrument: Instrument, quantity: Decimal, market: boolean): Decimal {
  const { stepSize, maxQuantity, marketMaxQuantity, marketStepSize } = limitsOf(instrument);
  let cut = min(floorTo(quantity, stepSize), maxQuantity);
  if (market && marketMaxQuantity.sign > 0) cut = min(cut, marketMaxQuantity);
  if (market) cut = floorTo(cut, marketStepSize);
  return cut;
}

export type RuleBreach =
  | { readonly rule: 'quantity'; readonly minimum: DecimalText; readonly value: DecimalText }
  | { readonly rule: 'notional'; readonly minimum: DecimalText; readonly value: DecimalText }
  | {
      readonly rule: 'price';
      readonly minimum: DecimalText;
      readonly maximum: DecimalText;
      readonly value: DecimalText;
    };

/** The smallest value in quote that an order may have, with a margin for market orders. */
export function minimumNotional(instrument: Instrument, market: boolean): Decimal {
  const { minNotional, minNotionalForMarket } = limitsOf(instrument);
  return market ? minNotionalForMarket : minNotional;
}

/** What an order of this size would break: LOT_SIZE, NOTIONAL or PRICE_FILTER; null when it may be sent. */
export function breachOf(
  instrument: Instrument,
  order: { readonly quantity: Decimal; readonly price: Decimal; readonly market: boolean },
): RuleBreach | null {
  const { quantity, price, market } = order;
  const { leastForMarket, minQuantity } = limitsOf(instrument);
  const smallest = market ? leastForMarket : minQuantity;
  if (quantity.sign <= 0 || quantity.lt(smallest))
    return { rule: 'quantity', minimum: text(smallest), value: text(quantity) };
  if (!market && !priceAllowed(instrument, price)) {
    return { rule: 'price', minimum: instrument.minPrice, maximum: instrument.maxPrice, value: text(price) };
  }
  const notional = quantity.times(price);
  const least = minimumNotional(instrument, market);
  if (notional.lt(least)) return { rule: 'notional', minimum: text(least), value: text(notional) };
  return null;
}

function priceAllowed(instrument: Instrument, price: Decimal): boolean {
  const { minPrice, maxPrice } = limitsOf(instrument);
  return price.gte(minPrice) && (maxPrice.sign === 0 || price.lte(maxPrice));
}

/** Whether this much could be sold at market now; what cannot is dust, and a bot that holds only dust is flat. */
export function sellable(
  instrument: Instrument,
  quantity: Decimal | DecimalText,
  price: Decimal | DecimalText | null,
): boolean {
  if (sold.instrument !== instrument || sold.quantity !== quantity || sold.price !== price) {
    sold.answer = isSellable(instrument, dec(quantity), price === null ? null : dec(price));
    sold.instrument = instrument;
    sold.quantity = quantity;
    sold.price = price;
  }
  return sold.answer;
}

/** An event asks for the same several times: for the last question the answer is known. */
const sold: {
  instrument: Instrument | null;
  quantity: Decimal | DecimalText;
  price: Decimal | DecimalText | null;
  answer: boolean;
} = { instrument: null, quantity: ZERO, price: null, answer: false };

function isSellable(instrument: Instrument, quantity: Decimal, price: Decimal | null): boolean {
  const cut = lotQuantity(instrument, quantity, true);
  if (price === null) return cut.sign > 0 && cut.gte(limitsOf(instrument).minQuantity);
  return breachOf(instrument, { quantity: cut, price, market: true }) === null;
}
