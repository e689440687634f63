/** `exchangeInfo` → Instrument (Binance filters: PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE, NOTIONAL, …). */
import type { Instrument } from '../../core/rules.js';
import type { Json } from './library.js';
import { plain } from './numbers.js';

export function instrumentOf(symbol: Json): Instrument {
  const filter = (type: string): Json => symbol.filters.find((each: Json) => each.filterType === type);
  const price = filter('PRICE_FILTER') ?? {};
  const lot = filter('LOT_SIZE') ?? {};
  const marketLot = filter('MARKET_LOT_SIZE') ?? {};
  const maxOrders = filter('MAX_NUM_ORDERS')?.maxNumOrders;
  const maxAlgoOrders = filter('MAX_NUM_ALGO_ORDERS')?.maxNumAlgoOrders;
  const maxOrderLists = filter('MAX_NUM_ORDER_LISTS')?.maxNumOrderLists;
  return {
    symbol: symbol.symbol,
    base: symbol.baseAsset,
    quote: symbol.quoteAsset,
    status: statusOf(symbol.status),
    tickSize: plain(price.tickSize),
    minPrice: plain(price.minPrice),
    maxPrice: plain(price.maxPrice),
    stepSize: plain(lot.stepSize),
    minQuantity: plain(lot.minQty),
    maxQuantity: plain(lot.maxQty),
    marketStepSize: plain(marketLot.stepSize),
    marketMinQuantity: plain(marketLot.minQty),
    marketMaxQuantity: plain(marketLot.maxQty),
    ...notionalOf(filter('NOTIONAL'), filter('MIN_NOTIONAL')),
    ...bandOf(filter('PERCENT_PRICE_BY_SIDE'), filter('PERCENT_PRICE')),
    ...(maxOrders === undefined ? {} : { maxOrders: Number(maxOrders) }),
    ...(maxAlgoOrders === undefined ? {} : { maxAlgoOrders: Number(maxAlgoOrders) }),
    ...(maxOrderLists === undefined ? {} : { maxOrderLists: Number(maxOrderLists) }),
    orderTypes: [...symbol.orderTypes],
    oco: Boolean(symbol.ocoAllowed),
  };
}

function statusOf(status: string): Instrument['status'] {
  if (status === 'TRADING') return 'trading';
  return status === 'CANCEL_ONLY' ? 'cancel-only' : 'halted';
}

/** NOTIONAL replaced MIN_NOTIONAL; some symbols still have the old one. */
function notionalOf(notional: Json, old: Json) {
  return {
    minNotional: plain(notional?.minNotional ?? old?.minNotional),
    minNotionalForMarket: Boolean(notional?.applyMinToMarket ?? old?.applyToMarket),
    maxNotional: plain(notional?.maxNotional),
    maxNotionalForMarket: Boolean(notional?.applyMaxToMarket),
  };
}

function bandOf(bySide: Json, both: Json): Pick<Instrument, 'priceBand'> {
  if (bySide) {
    return {
      priceBand: {
        bidUp: plain(bySide.bidMultiplierUp),
        bidDown: plain(bySide.bidMultiplierDown),
        askUp: plain(bySide.askMultiplierUp),
        askDown: plain(bySide.askMultiplierDown),
      },
    };
  }
  if (!both) return {};
  const [up, down] = [plain(both.multiplierUp), plain(both.multiplierDown)];
  return { priceBand: { bidUp: up, bidDown: down, askUp: up, askDown: down } };
}
