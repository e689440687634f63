import { cutTo, ONE, dec, max, type Decimal } from '../../../core/decimal.js';
import type { EngineOptions, Side, SymbolInfo } from './types.js';

/** Commission rates as fractions, and the asset they are charged in. */
export interface Fees {
  readonly maker: Decimal;
  readonly taker: Decimal;
  readonly asset: 'received' | 'quote';
  /** What a buyer must set aside per unit of notional: more than one where commissions come on top, in quote. */
  readonly buyFactor: Decimal;
}

export function feesOf(options: EngineOptions): Fees {
  const maker = dec(options.makerFee ?? '0.001');
  const taker = dec(options.takerFee ?? '0.001');
  const asset = options.feeAsset ?? 'received';
  return { maker, taker, asset, buyFactor: asset === 'quote' ? ONE.plus(max(maker, taker)) : ONE };
}

export interface Commission {
  readonly asset: string;
  readonly amount: Decimal;
}

/**
 * Binance charges what is received: base on a buy, quote on a sell (faqs/commission_faq.md), cut to the asset's
 * precision. Backtests may charge everything in quote.
 */
export function commission(
  fees: Fees,
  info: SymbolInfo,
  fill: { side: Side; quantity: Decimal; quote: Decimal; maker: boolean },
): Commission {
  const rate = fill.maker ? fees.maker : fees.taker;
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
