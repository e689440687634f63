/** A plan at a price, as if its first entry had just filled there: the plan itself says what would rest where. Pure. */
import { dec, floorTo, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import { lotQuantity, type Instrument } from '../../core/rules.js';
import type { Entry, Lot, PlanDefinition, PlanView } from '../../core/strategy.js';

/** What Binance takes of every fill without discounts, and the paper exchange too. */
export const COMMISSION = dec('0.001');

/** Where a plan is asked. */
export interface Stake {
  readonly instrument: Instrument;
  readonly budget: DecimalText;
  readonly price: DecimalText;
}

export interface Bought {
  /** Base, before the commission that is taken of it. */
  readonly quantity: Decimal;
  readonly price: Decimal;
}

/** What the plan's first entry would buy; null where it enters by itself never, or the exchange takes no such order. */
export function firstEntry(plan: PlanDefinition, parameters: object, stake: Stake): Bought | null {
  const slot = plan.entrySlot?.(1) ?? 'entry';
  const view = { ...flat(stake), phase: 'entering' as const, entry: { slot, lot: 1 } satisfies Entry };
  const order = plan.answer(view, parameters as never).orders.find((each) => each.slot === slot);
  const price = dec(stake.price);
  const bought = (quantity: Decimal, at = price): Bought | null =>
    quantity.gt(0) ? { quantity, price: at } : null;
  if (order?.type === 'market-buy')
    return bought(lotQuantity(stake.instrument, dec(order.quote).div(price), true));
  if (order?.type === 'market-buy-quantity') return bought(dec(order.quantity));
  if (order?.type === 'limit' && order.side === 'BUY') return bought(dec(order.quantity), dec(order.price));
  return null;
}

/** The plan's view right after that entry. */
export function holding(plan: PlanDefinition, stake: Stake, { quantity, price }: Bought): PlanView {
  const { instrument, budget } = stake;
  const spent = quantity.times(price);
  const kept = text(floorTo(quantity.times(dec(1).minus(COMMISSION)), dec(instrument.stepSize)));
  const lot: Lot = {
    id: 1,
    slot: plan.entrySlot?.(1) ?? 'entry',
    openedAt: 0,
    bought: text(quantity),
    spent: text(spent),
    quantity: kept,
    remaining: kept,
    cost: text(spent),
    highestPrice: text(price),
    klines: 0,
    sales: [],
    leaving: [],
    completed: false,
  };
  return {
    ...flat(stake),
    phase: 'holding',
    cash: text(dec(budget).minus(spent)),
    quantity: kept,
    averagePrice: text(price),
    highestPrice: text(price),
    lots: [lot],
  };
}

function flat({ instrument, budget, price }: Stake): PlanView {
  return {
    phase: 'flat',
    instrument,
    cash: budget,
    quantity: text(ZERO),
    averagePrice: null,
    highestPrice: null,
    price,
    lots: [],
    entry: null,
    start: { price, cash: budget },
    lastEnd: null,
    closes: [price],
    klineClosed: false,
    stopRoom: instrument.maxAlgoOrders ?? 5,
  };
}
