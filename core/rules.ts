import type { DecimalText } from './decimal.js';

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
  readonly orderTypes: readonly string[];
  readonly oco: boolean;
}
