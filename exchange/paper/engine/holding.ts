import type { Decimal } from '../../../core/decimal.js';
import type { Fees } from './commission.js';
import { isPriced } from './matching.js';
import type { Hold } from './state.js';
import type { OrderType, Side, SymbolInfo } from './types.js';

/** What of an order says what it may cost. */
interface Priced {
  readonly type: OrderType;
  readonly price: Decimal;
  readonly stopPrice: Decimal;
}

/** What a resting order locks: its quantity to sell, or the most that it can cost to buy. */
export function holdOf(fees: Fees, info: SymbolInfo, side: Side, order: Priced, quantity: Decimal): Hold {
  return side === 'SELL'
    ? { asset: info.baseAsset, amount: quantity }
    : buyHold(fees, info, worstBuyPrice(order), quantity);
}

/** The cost of buying at `price`, with the commission where that is charged on top, in quote. */
function buyHold(fees: Fees, info: SymbolInfo, price: Decimal, quantity: Decimal): Hold {
  return { asset: info.quoteAsset, amount: price.times(quantity).times(fees.buyFactor) };
}

/** The limit, or for a market stop its stop: a gap may make that dearer, and is looked at when it comes. */
function worstBuyPrice(order: Priced): Decimal {
  return isPriced(order.type) ? order.price : order.stopPrice;
}
