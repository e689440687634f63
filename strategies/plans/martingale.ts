import type { z } from 'zod';
import type { Decimal } from '../../core/decimal.js';
import { ONE, ZERO, dec, floorTo, max, percent, rounded, text } from '../../core/decimal.js';
import { breachOf, limitsOf, sellable } from '../../core/rules.js';
import type {
  DesiredOrder,
  Lot,
  PlanAnswer,
  PlanDefinition,
  PlanDenial,
  PlanProgress,
  PlanStake,
  PlanView,
  WorstCase,
} from '../../core/strategy.js';
import {
  COMMISSION_MARGIN,
  amountOf,
  costOf,
  deepestPercent,
  levelsOf,
  stopPrice,
  type Level,
} from './levels.js';
import { martingaleParameters as parameters } from './martingale-parameters.js';

type Parameters = z.output<typeof parameters>;

/** Buys more at each level of a fall, and sells all at one target above the average cost; one stop below the last level. */
export const martingale: PlanDefinition<typeof parameters> = {
  name: 'martingale',
  title: 'Martingale',
  description:
    'Buys a first amount, and more of it at each level that the price falls to; sells everything at a target above the average cost, or at a stop below the last level. The signal says when a cycle begins: with `always` the next one begins by itself. It may lose most of its budget in one fall: see the worst case.',
  parameters,
  // Levels that rest ahead are met by the exchange; only one that is placed when reached must be watched for.
  watchesPrice: ({ restAhead }) => restAhead === 0,
  answer,
  entrySlot: () => 'so0',
  denies,
  keepsEntry: (view, plan) => !isAbove(view, plan),
  heedsExit: ({ exitOnSignal }) => exitOnSignal,
  check,
  worstCase,
  progress,
  words: ({ code }) => code,
};

function answer(view: PlanView, plan: Parameters): PlanAnswer {
  if (view.phase === 'flat') return { orders: [] };
  if (view.phase === 'exiting')
    return { orders: [{ slot: 'exit', type: 'market-sell', quantity: view.quantity }] };
  // Sold: the levels that still rest are taken back, and the cycle ends.
  if (isSoldOut(view)) return { orders: [] };
  return { orders: [...protection(view, plan), ...openLevels(view, plan)] };
}

function isSoldOut(view: PlanView): boolean {
  return view.lots.some(({ sales }) => sales.length > 0) && !isSellable(view);
}

function isSellable({ instrument, quantity, price }: PlanView): boolean {
  return sellable(instrument, dec(quantity), price === null ? null : dec(price));
}

const ALWAYS = { price: '0', cash: '0' };

function initialOf(view: PlanView, plan: Parameters): string {
  return plan.initialPrice ?? view.start?.price ?? view.price ?? '0';
}

/** What of each level is not bought yet, as far down as the plan rests them. */
function openLevels(view: PlanView, plan: Parameters): DesiredOrder[] {
  const levels = levelsOf(plan, view.start ?? ALWAYS, view.instrument);
  const price = dec(view.price ?? '0');
  if (price.lte(stopPrice(plan, initialOf(view, plan)))) return [];
  const deepest = levels.reduce(
    (last, { slot }, index) => (boughtIn(view.lots, slot).gt(0) ? index : last),
    -1,
  );
  return levels.flatMap((level, index) => {
    const due = index === 0 ? deepest >= 0 || !isAbove(view, plan) : index <= deepest + plan.restAhead;
    if (!due && price.gt(level.price)) return [];
    return openLevel(view, level);
  });
}

/** A rest that is too small to be an order counts as bought. */
function openLevel({ lots, instrument }: PlanView, { slot, price, quantity: wanted }: Level): DesiredOrder[] {
  const quantity = max(ZERO, wanted.minus(boughtIn(lots, slot)));
  if (breachOf(instrument, { quantity, price, market: false }) !== null) return [];
  return [{ slot, type: 'limit', side: 'BUY', price: text(price), quantity: text(quantity) }];
}

function boughtIn(lots: readonly Lot[], slot: string): Decimal {
  return dec(lots.find((lot) => lot.slot === slot)?.bought ?? '0');
}

/** One pair for the whole position: the target counts from the average cost, the stop from the initial price. */
function protection(view: PlanView, plan: Parameters): DesiredOrder[] {
  if (view.averagePrice === null || !isSellable(view)) return [];
  const takeProfit = dec(view.averagePrice).times(percent(plan.takeProfitPercent).plus(1));
  const stop = stopPrice(plan, initialOf(view, plan));
  return [
    { slot: 'protect', type: 'oco', takeProfit: text(takeProfit), stop: text(stop), quantity: view.quantity },
  ];
}

/** The price has run away from the initial price: no first order is placed, and one that rests is taken back. */
function isAbove(view: PlanView, plan: Parameters): boolean {
  if (view.price === null) return false;
  return dec(view.price).gt(dec(initialOf(view, plan)).times(percent(plan.maxAbovePercent).plus(1)));
}

function denies(view: PlanView, plan: Parameters): PlanDenial | null {
  if (view.lastEnd === 'stop-loss' && !plan.restartAfterStop) return 'stopped-out';
  if (isAbove(view, plan)) return 'above-start';
  const stop = stopPrice(plan, initialOf(view, plan));
  if (view.price !== null && dec(view.price).lte(stop)) return 'below-stop';
  // After losses the cash may no longer pay for all levels.
  const { instrument, price, cash: budget } = view;
  return check(plan, { instrument, price, budget }) === null ? null : 'uncovered';
}

function progress(view: PlanView, plan: Parameters): readonly PlanProgress[] {
  if (view.start === null) return [];
  const open = new Set(openLevels(view, plan).map(({ slot }) => slot));
  const steps = levelsOf(plan, view.start, view.instrument).map((level, index) => ({
    name: `Level ${index}`,
    slot: level.slot,
    price: text(level.price),
    quantity: text(level.quantity),
    state: open.has(level.slot)
      ? ('active' as const)
      : boughtIn(view.lots, level.slot).gt(0)
        ? ('done' as const)
        : ('pending' as const),
  }));
  const rest = { price: null, cost: null, quantity: null, remaining: null };
  // At the price that its order gets: a stop goes down to the tick (core/shape.ts).
  const stop = floorTo(stopPrice(plan, initialOf(view, plan)), limitsOf(view.instrument).tickSize);
  return [{ name: 'Levels', ...rest, stop: text(stop), steps }];
}

function startOf({ initialPrice }: Parameters, { price, budget }: PlanStake) {
  const from = initialPrice ?? price;
  return from === null ? null : { price: from, cash: budget };
}

function check(plan: Parameters, stake: PlanStake): { parameter: string; message: string } | null {
  const start = startOf(plan, stake);
  if (start === null) return null;
  const { instrument, budget } = stake;
  const levels = levelsOf(plan, start, instrument);
  const cost = costOf(levels).times(COMMISSION_MARGIN);
  const { quote, minNotional } = instrument;
  const wayOut =
    plan.initialAmount === undefined
      ? 'a larger budget, fewer levels'
      : 'a larger first amount, fewer levels';
  const parameter = plan.initialAmount === undefined ? 'budget' : 'initialAmount';
  if (cost.gt(budget))
    return {
      parameter,
      message: `must be small enough for the budget: all ${plan.levels} levels together cost ${rounded(cost, 2)} ${quote} with commissions, the budget is ${budget} ${quote}; is ${plan.initialAmount}`,
    };
  for (const [index, { price, quantity }] of levels.entries()) {
    const least = index === 0 ? stopPrice(plan, start.price).div(COMMISSION_MARGIN) : price;
    if (breachOf(instrument, { quantity, price: least, market: false }) === null) continue;
    const where = index === 0 ? 'at its stop' : 'at its price';
    return {
      parameter,
      message: `must be large enough: level ${index} (${text(quantity)} ${instrument.base} at ${text(price)}) is worth ${rounded(quantity.times(least), 2)} ${quote} ${where}, and the exchange takes orders from ${minNotional} ${quote} on: choose ${wayOut} or a smaller drop; is ${plan.initialAmount ?? budget}`,
    };
  }
  return null;
}

function worstCase(plan: Parameters, stake: PlanStake): WorstCase {
  const start = startOf(plan, stake);
  if (start === null) {
    const words = ['At most the budget is spent. The levels are worked out when the price is known.'];
    return { cost: stake.budget, loss: null, words };
  }
  const { base, quote } = stake.instrument;
  const levels = levelsOf(plan, start, stake.instrument);
  const [cost, amount] = [costOf(levels), amountOf(levels)];
  const stop = stopPrice(plan, start.price);
  const loss = cost.minus(amount.times(stop));
  const average = amount.eq(0) ? ZERO : cost.div(amount);
  const target = average.times(ONE.plus(percent(plan.takeProfitPercent)));
  const last = levels.at(-1)!;
  const share = dec(stake.budget).eq(0) ? ZERO : loss.div(stake.budget).times(100);
  const words = [
    `From ${start.price} down to ${text(last.price)} (${rounded(deepestPercent(plan), 2)} % lower) it buys ${text(amount)} ${base} for ${rounded(cost, 2)} ${quote}, at ${rounded(average, 2)} on average.`,
    `It then sells all at ${rounded(target, 2)}. If the price falls to the stop at ${rounded(stop, 2)} first, it loses ${rounded(loss, 2)} ${quote}, ${rounded(share, 1)} % of the budget; a gap below the stop loses more, and commissions come on top.`,
  ];
  return { cost: text(cost), loss: text(loss), words };
}
