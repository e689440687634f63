/** From what a plan wants to what can be sent: prices on ticks, quantities on steps, cut to what is owned and approved. */
import type { Decimal, DecimalText } from './decimal.js';
import { ceilTo, dec, floorTo, min, text } from './decimal.js';
import type { LegType, Order, OrderSide } from './orders.js';
import { unfilled } from './orders.js';
import type { Instrument, RuleBreach } from './rules.js';
import { breachOf, limitsOf, lotQuantity, minimumNotional } from './rules.js';
import type { DesiredOrder } from './strategy.js';

export interface ShapedLeg {
  readonly suffix: '' | '_tp' | '_sl';
  readonly type: LegType;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
}

export interface Shaped {
  readonly slot: string;
  readonly type: DesiredOrder['type'];
  readonly side: OrderSide;
  readonly quantity: DecimalText | null;
  readonly quote: DecimalText | null;
  readonly legs: readonly ShapedLeg[];
}

const AT_MARKET: ShapedLeg = { suffix: '', type: 'MARKET', price: null, stopPrice: null };
/** Quote amounts are sent with at most eight decimals. */
const QUOTE_STEP = dec('0.00000001');
/** A buy of a fixed quantity must leave this much room for the price to move before it executes. */
const QUANTITY_MARGIN = dec('1.005');
/** A resting buy leaves this much for a commission in quote. */
const COMMISSION_MARGIN = dec('1.002');
/** A stop that may only rest as a limit gives way this far, so that it is met in a fall. */
const STOP_LIMIT_OFFSET = dec('0.995');

/** What the exchange, or the money that there is, stands against. */
export interface Refused {
  readonly shaped?: undefined;
  readonly breach:
    RuleBreach | { readonly rule: 'cash'; readonly minimum: DecimalText; readonly value: DecimalText };
}

export type Cut = { readonly shaped: Shaped } | Refused;

/** `available`: base for a sell, quote for a buy. `price`: the last one known, by which market orders are valued. */
export function shape(instrument: Instrument, want: DesiredOrder, available: Decimal, price: Decimal): Cut {
  if (
    last.cut !== null &&
    last.want === want &&
    last.available === available &&
    last.price === price &&
    last.instrument === instrument
  )
    return last.cut;
  const cut = cutOf(instrument, want, available, price);
  last.instrument = instrument;
  last.want = want;
  last.available = available;
  last.price = price;
  last.cut = cut;
  return cut;
}

/** Whether a want could be placed, and whether what rests is still it, is asked with the same money time and again. */
const last: {
  instrument: Instrument | null;
  want: DesiredOrder | null;
  available: Decimal | null;
  price: Decimal | null;
  cut: Cut | null;
} = { instrument: null, want: null, available: null, price: null, cut: null };

function cutOf(instrument: Instrument, want: DesiredOrder, available: Decimal, price: Decimal): Cut {
  switch (want.type) {
    case 'market-buy':
      return marketBuy(instrument, want.slot, floorTo(min(dec(want.quote), available), QUOTE_STEP));
    case 'market-buy-quantity':
      return fixedBuy(instrument, want, available, price);
    case 'market-sell': {
      const quantity = lotQuantity(instrument, min(dec(want.quantity), available), true);
      return checked(instrument, quantity, price, true, sell(want, quantity, [AT_MARKET]));
    }
    case 'limit':
      return limit(instrument, want, available);
    case 'stop': {
      const quantity = lotQuantity(instrument, min(dec(want.quantity), available), false);
      const stop = floorTo(dec(want.stop), limitsOf(instrument).tickSize);
      const legs = [stopLeg(instrument, stop, '')];
      return checked(instrument, quantity, stop, false, sell(want, quantity, legs));
    }
    case 'oco':
      return oco(instrument, want, available);
  }
}

/** Not by a spread: V8 gives each object that is made of one and more a shape of its own. */
function sell({ slot, type }: DesiredOrder, quantity: Decimal, legs: readonly ShapedLeg[]): Shaped {
  return { slot, type, side: 'SELL', quantity: text(quantity), quote: null, legs };
}

function checked(
  instrument: Instrument,
  quantity: Decimal,
  price: Decimal,
  market: boolean,
  shaped: Shaped,
): Cut {
  const breach = breachOf(instrument, { quantity, price, market });
  return breach === null ? { shaped } : { breach };
}

function marketBuy(instrument: Instrument, slot: string, quote: Decimal): Cut {
  const least = minimumNotional(instrument, true);
  if (quote.lte(0) || quote.lt(least))
    return { breach: { rule: 'notional', minimum: text(least), value: text(quote) } };
  return {
    shaped: { slot, type: 'market-buy', side: 'BUY', quantity: null, quote: text(quote), legs: [AT_MARKET] },
  };
}

function fixedBuy(
  instrument: Instrument,
  want: DesiredOrder & { type: 'market-buy-quantity' },
  cash: Decimal,
  price: Decimal,
): Cut {
  const quantity = lotQuantity(instrument, dec(want.quantity), true);
  const needed = quantity.times(price).times(QUANTITY_MARGIN);
  if (needed.gt(cash)) return { breach: { rule: 'cash', minimum: text(needed), value: text(cash) } };
  return checked(instrument, quantity, price, true, {
    slot: want.slot,
    type: want.type,
    side: 'BUY',
    quantity: text(quantity),
    quote: text(needed),
    legs: [AT_MARKET],
  });
}

function limit(instrument: Instrument, want: DesiredOrder & { type: 'limit' }, available: Decimal): Cut {
  const tick = limitsOf(instrument).tickSize;
  // A limit is never better for the market than asked: buys round down, sells up.
  const price = want.side === 'BUY' ? floorTo(dec(want.price), tick) : ceilTo(dec(want.price), tick);
  const most = want.side === 'BUY' ? available.div(price.times(COMMISSION_MARGIN)) : available;
  const quantity = lotQuantity(instrument, min(dec(want.quantity), most), false);
  return checked(instrument, quantity, price, false, {
    slot: want.slot,
    type: 'limit',
    side: want.side,
    quantity: text(quantity),
    quote: want.side === 'BUY' ? text(quantity.times(price)) : null,
    legs: [{ suffix: '', type: 'LIMIT', price: text(price), stopPrice: null }],
  });
}

/** Target up to the tick, stop down to it; valued at the stop, the lower of the two. */
function oco(instrument: Instrument, want: DesiredOrder & { type: 'oco' }, available: Decimal): Cut {
  const tick = limitsOf(instrument).tickSize;
  const target = ceilTo(dec(want.takeProfit), tick);
  const stop = floorTo(dec(want.stop), tick);
  const quantity = lotQuantity(instrument, min(dec(want.quantity), available), false);
  const above: ShapedLeg = { suffix: '_tp', type: 'LIMIT_MAKER', price: text(target), stopPrice: null };
  const legs = [above, stopLeg(instrument, stop, '_sl')];
  return checked(instrument, quantity, stop, false, sell(want, quantity, legs));
}

/** A market stop where the symbol allows it, else a stop-limit that gives way. */
function stopLeg(instrument: Instrument, stop: Decimal, suffix: '' | '_sl'): ShapedLeg {
  if (instrument.orderTypes.includes('STOP_LOSS'))
    return { suffix, type: 'STOP_LOSS', price: null, stopPrice: text(stop) };
  const price = floorTo(stop.times(STOP_LIMIT_OFFSET), limitsOf(instrument).tickSize);
  return { suffix, type: 'STOP_LOSS_LIMIT', price: text(price), stopPrice: text(stop) };
}

/** Whether a live order is what is wanted: a market order always is; the others by price and unfilled rest. */
export function isAsWanted(order: Order, shaped: Shaped): boolean {
  if (order.type !== shaped.type || order.side !== shaped.side) return false;
  if (order.legs.every((leg) => leg.type === 'MARKET')) return true;
  if (shaped.quantity === null || !unfilled(order).eq(shaped.quantity)) return false;
  return shaped.legs.every((leg, index) => {
    const live = order.legs[index];
    return live !== undefined && samePrice(live.price, leg.price) && samePrice(live.stopPrice, leg.stopPrice);
  });
}

function samePrice(a: DecimalText | null, b: DecimalText | null): boolean {
  return a === b || (a !== null && b !== null && dec(a).eq(b));
}
