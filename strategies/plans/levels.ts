/** The arithmetic of a martingale: where its levels are, what they cost, and where it leaves. Pure and exact. */
import type { Decimal, DecimalText } from '../../core/decimal.js';
import { ONE, ZERO, dec, floorTo, percent } from '../../core/decimal.js';
import type { Instrument } from '../../core/rules.js';
import { lotQuantity } from '../../core/rules.js';

export interface MartingaleTerms {
  readonly initialPrice?: DecimalText | undefined;
  readonly priceDropPercent: number;
  readonly levels: number;
  readonly initialAmount?: DecimalText | undefined;
  readonly amountMultiplier: number;
  readonly stopLossPercent: number;
}

export interface Level {
  readonly slot: string;
  /** On a tick, rounded down as buys are. */
  readonly price: Decimal;
  /** Base, cut to the lot size. */
  readonly quantity: Decimal;
}

/** What a commission in quote may add to a buy; Binance takes 0.1 %. */
export const COMMISSION_MARGIN = dec('1.002');

/** price[i] = price[i−1] × (1 − drop), amount[i] = amount[i−1] × multiplier. */
export function levelsOf(
  terms: MartingaleTerms,
  start: { readonly price: DecimalText; readonly cash: DecimalText },
  instrument: Instrument,
): readonly Level[] {
  const prices = powers(dec(terms.initialPrice ?? start.price), fall(terms), terms.levels);
  const amounts = powers(ONE, dec(terms.amountMultiplier), terms.levels);
  const first =
    terms.initialAmount === undefined ? affordable(prices, amounts, start.cash) : dec(terms.initialAmount);
  return prices.map((price, index) => ({
    slot: `so${index}`,
    price: floorTo(price, dec(instrument.tickSize)),
    quantity: lotQuantity(instrument, first.times(amounts[index] ?? ONE), false),
  }));
}

/** The first amount with which all levels together cost the cash, commissions included. */
function affordable(prices: readonly Decimal[], amounts: readonly Decimal[], cash: DecimalText): Decimal {
  const unit = prices.reduce((sum, price, index) => sum.plus(price.times(amounts[index] ?? ONE)), ZERO);
  return unit.lte(0) ? ZERO : dec(cash).div(unit.times(COMMISSION_MARGIN));
}

function fall({ priceDropPercent }: MartingaleTerms): Decimal {
  return ONE.minus(percent(priceDropPercent));
}

function powers(first: Decimal, factor: Decimal, count: number): Decimal[] {
  const list = [first];
  while (list.length < count) list.push(list[list.length - 1]!.times(factor));
  return list;
}

/** Fixed from the initial price, wherever the average goes. */
export function stopPrice(terms: MartingaleTerms, initial: DecimalText): Decimal {
  return dec(initial).times(ONE.minus(percent(terms.stopLossPercent)));
}

/** How far the last level is below the initial price, in per cent. */
export function deepestPercent(terms: Pick<MartingaleTerms, 'priceDropPercent' | 'levels'>): Decimal {
  const last = powers(ONE, ONE.minus(percent(terms.priceDropPercent)), terms.levels).at(-1)!;
  return ONE.minus(last).times(100);
}

/** What all levels cost together, before commissions. */
export function costOf(levels: readonly Level[]): Decimal {
  return levels.reduce((sum, { price, quantity }) => sum.plus(price.times(quantity)), ZERO);
}

export function amountOf(levels: readonly Level[]): Decimal {
  return levels.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
}
