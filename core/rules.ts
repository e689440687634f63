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

/** Quantity cut down to what the lot size allows, and for a market order to the market lot size too. */
export function lotQuantity(instrument: Instrument, quantity: Decimal, market: boolean): Decimal {
  let cut = min(floorTo(quantity, dec(instrument.stepSize)), dec(instrument.maxQuantity));
  if (market && dec(instrument.marketMaxQuantity).gt(0)) cut = min(cut, dec(instrument.marketMaxQuantity));
  if (market) cut = floorTo(cut, dec(instrument.marketStepSize));
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
  if (!market) return dec(instrument.minNotional);
  return instrument.minNotionalForMarket ? dec(instrument.minNotional).times(MARKET_NOTIONAL_MARGIN) : ZERO;
}

/** What an order of this size would break: LOT_SIZE, NOTIONAL or PRICE_FILTER; null when it may be sent. */
export function breachOf(
  instrument: Instrument,
  order: { readonly quantity: Decimal; readonly price: Decimal; readonly market: boolean },
): RuleBreach | null {
  const { quantity, price, market } = order;
  const smallest = market
    ? max(dec(instrument.minQuantity), dec(instrument.marketMinQuantity))
    : dec(instrument.minQuantity);
  if (quantity.lte(0) || quantity.lt(smallest))
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
  if (price.lt(instrument.minPrice)) return false;
  return dec(instrument.maxPrice).eq(0) || price.lte(instrument.maxPrice);
}

/** Whether this much could be sold at market now; what cannot is dust, and a bot that holds only dust is flat. */
export function sellable(instrument: Instrument, quantity: Decimal, price: Decimal | null): boolean {
  const cut = lotQuantity(instrument, quantity, true);
  if (price === null) return cut.gt(0) && cut.gte(instrument.minQuantity);
  return breachOf(instrument, { quantity: cut, price, market: true }) === null;
}
