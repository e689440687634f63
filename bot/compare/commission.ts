/** What commission a bot was charged: a fraction of what is traded, in which asset. */
import { dec, rounded, text } from '../../core/decimal.js';
import type { ReportedFill } from '../../core/events.js';
import type { Instrument } from '../../core/rules.js';

export interface Commission {
  readonly fee: string;
  readonly feeAsset: 'received' | 'quote';
}

const USUAL: Commission = { fee: '0.001', feeAsset: 'received' };
/** Commissions are cut to eight decimals; a fraction of them has no more digits than this. */
const DIGITS = 6;

/** By its largest fill, where cut digits weigh least; Binance's usual one where it has none, or pays in a third coin. */
export function commissionOf(fills: readonly ReportedFill[], { base, quote }: Instrument): Commission {
  const paid = fills.filter(({ feeAsset }) => feeAsset === base || feeAsset === quote);
  const largest = paid.toSorted((a, b) => amount(b) - amount(a))[0];
  if (largest === undefined) return USUAL;
  const { side, feeAsset, fee, price, quantity } = largest;
  const inQuote = feeAsset === quote;
  const traded = inQuote ? dec(price).times(quantity) : dec(quantity);
  const inQuoteAlways = paid.some((each) => each.side === 'BUY' && each.feeAsset === quote);
  return {
    fee: text(dec(rounded(dec(fee).div(traded), DIGITS))),
    feeAsset: inQuoteAlways || (side === 'SELL' && feeAsset === base) ? 'quote' : 'received',
  };
}

function amount({ price, quantity }: ReportedFill): number {
  return Number(price) * Number(quantity);
}
