import { cutTo, ONE, dec, max, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { EngineState } from './state.js';
import type { CommissionRates, EngineOptions, Side, SymbolInfo } from './types.js';

/** Commission rates as fractions, and the asset they are charged in. */
export interface Fees {
  readonly maker: Decimal;
  readonly taker: Decimal;
  readonly asset: 'received' | 'quote';
  /** What a buyer must set aside per unit of notional: more than one where commissions come on top, in quote. */
  readonly buyFactor: Decimal;
}

export function feesOf(options: Pick<EngineOptions, 'makerFee' | 'takerFee' | 'feeAsset'>): Fees {
  const maker = dec(options.makerFee ?? '0.001');
  const taker = dec(options.takerFee ?? '0.001');
  const asset = options.feeAsset ?? 'received';
  return { maker, taker, asset, buyFactor: asset === 'quote' ? ONE.plus(max(maker, taker)) : ONE };
}

export interface Commission {
  readonly asset: string;
  readonly amount: Decimal;
}

interface Fill {
  readonly side: Side;
  readonly quantity: Decimal;
  readonly quote: Decimal;
  readonly maker: boolean;
}

/** Binance multiplies the standard commission with it when that is paid in BNB (faqs/commission_faq.md). */
const BNB_DISCOUNT = '0.75';
const BNB_PRECISION = 8;

/**
 * Binance charges what is received: base on a buy, quote on a sell (faqs/commission_faq.md), cut to the asset's
 * precision; or BNB, discounted, where the account wants that and has enough. Backtests may charge everything in
 * quote. To be asked when the account has received what it traded for.
 */
export function commission(state: EngineState, account: Account, info: SymbolInfo, fill: Fill): Commission {
  const { fees } = account;
  const rate = fill.maker ? fees.maker : fees.taker;
  if (fees.asset === 'received' && account.bnbBurn) {
    const amount = inBnb(state, info, fill, rate);
    if (amount !== null && account.free('BNB').gte(amount)) return { asset: 'BNB', amount };
  }
  if (fill.side === 'BUY' && fees.asset === 'received')
    return {
      asset: info.baseAsset,
      amount: cutTo(fill.quantity.times(rate), info.baseAssetPrecision),
    };
  return {
    asset: info.quoteAsset,
    amount: cutTo(fill.quote.times(rate), info.quoteAssetPrecision),
  };
}

/** Null where BNB has no price in the symbol's quote asset. */
function inBnb(state: EngineState, info: SymbolInfo, fill: Fill, rate: Decimal): Decimal | null {
  const discounted = (amount: Decimal) => cutTo(amount.times(rate).times(BNB_DISCOUNT), BNB_PRECISION);
  if (info.baseAsset === 'BNB') return discounted(fill.quantity);
  if (info.quoteAsset === 'BNB') return discounted(fill.quote);
  const price = state.books.get(`BNB${info.quoteAsset}`)?.shown ?? null;
  return price === null ? null : discounted(fill.quote.div(price));
}

export function commissionRates(state: EngineState, account: Account, info: SymbolInfo): CommissionRates {
  const { fees } = account;
  const priced =
    [info.baseAsset, info.quoteAsset].includes('BNB') || state.books.has(`BNB${info.quoteAsset}`);
  return {
    maker: fees.maker.toFixed(),
    taker: fees.taker.toFixed(),
    discount: {
      enabledForAccount: account.bnbBurn,
      enabledForSymbol: fees.asset === 'received' && priced,
      discountAsset: 'BNB',
      discount: BNB_DISCOUNT,
    },
  };
}
