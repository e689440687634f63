import { z } from 'zod';
import { ONE, dec, percent, rounded, text, type Decimal, type DecimalText } from '../../core/decimal.js';
import { decimalText } from '../parameters.js';
import { lastOf, remembered } from './remembered.js';
import type {
  DesiredOrder,
  PlanAnswer,
  PlanDefinition,
  PlanStake,
  PlanView,
  PriceRange,
  Reason,
  WorstCase,
} from '../../core/strategy.js';

const parameters = z.strictObject({
  stopLossPercent: z.number().gt(0).max(99).default(2).meta({
    title: 'Stop loss (%)',
    description:
      'Sells at market when the price falls this far below the average entry price. Rests on the exchange.',
  }),
  takeProfitPercent: z.number().gt(0).max(1000).default(5).meta({
    title: 'Take profit (%)',
    description: 'Sells when the price rises this far above the average entry price. Rests on the exchange.',
  }),
  trailingStopPercent: z.number().gt(0).max(99).optional().meta({
    title: 'Trailing stop (%)',
    description:
      'Sells at market when the price falls this far below its highest since the entry. Watched by the bot, beside the resting stop loss.',
  }),
  quantity: decimalText()
    .meta({
      title: 'Fixed quantity',
      description: 'Buys this much of the base asset each time instead of spending all the cash of the bot.',
      format: 'decimal',
    })
    .optional(),
});

type Parameters = z.output<typeof parameters>;

/** One position at a time: enter with all the bot's cash, rest an OCO of take-profit and stop loss, leave on either or on the signal. */
export const single: PlanDefinition<typeof parameters> = {
  name: 'single',
  title: 'Single position',
  description:
    'Enters once with the budget (later with what the bot made of it) and leaves in one piece: at the take profit or the stop loss, which rest on the exchange, at the trailing stop if there is one, or when the signal says exit.',
  parameters,
  watchesPrice: ({ trailingStopPercent }) => trailingStopPercent !== undefined,
  quietBetween,
  answer,
  takesAmount: ({ quantity }) => quantity === undefined,
  worstCase,
  words,
};

function answer(view: PlanView, plan: Parameters): PlanAnswer {
  switch (view.phase) {
    case 'flat':
      return { orders: [] };
    case 'entering':
      return { orders: [entry(view, plan), ...protection(view, plan)] };
    case 'holding': {
      const exit = trailingExit(view, plan);
      return exit === null ? { orders: protection(view, plan) } : { orders: [], exit };
    }
    case 'exiting':
      return { orders: [{ slot: 'exit', type: 'market-sell', quantity: view.quantity }] };
  }
}

function entry(view: PlanView, { quantity }: Parameters): DesiredOrder {
  return quantity === undefined ? buyFor(view.entry?.amount ?? view.cash) : buyOf(quantity);
}

const buyFor = lastOf((quote: DecimalText): DesiredOrder => ({ slot: 'entry', type: 'market-buy', quote }));
const buyOf = lastOf((quantity: DecimalText): DesiredOrder => ({
  slot: 'entry',
  type: 'market-buy-quantity',
  quantity,
}));

/** Target and stop for all that is held, from the average price of this cycle's entries. */
function protection({ averagePrice, quantity }: PlanView, plan: Parameters): readonly DesiredOrder[] {
  if (averagePrice === null) return NONE;
  if (asked.plan !== plan || asked.averagePrice !== averagePrice || asked.quantity !== quantity) {
    const average = dec(averagePrice);
    const { target, stop } = factors(plan);
    const takeProfit = text(average.times(target));
    asked.answer = [{ slot: 'protect', type: 'oco', takeProfit, stop: text(average.times(stop)), quantity }];
    asked.plan = plan;
    asked.averagePrice = averagePrice;
    asked.quantity = quantity;
  }
  return asked.answer;
}

const NONE: readonly DesiredOrder[] = [];

/** It is asked for by every event, and stays the same while the position does: the last answer is the next one. */
const asked: {
  plan: Parameters | null;
  averagePrice: DecimalText;
  quantity: DecimalText;
  answer: readonly DesiredOrder[];
} = { plan: null, averagePrice: '', quantity: '', answer: NONE };

const factors = remembered(({ takeProfitPercent, stopLossPercent }: Parameters) => ({
  target: ONE.plus(percent(takeProfitPercent)),
  stop: ONE.minus(percent(stopLossPercent)),
}));

function trailingStop({ highestPrice }: PlanView, { trailingStopPercent }: Parameters): Decimal | null {
  if (trailingStopPercent === undefined || highestPrice === null) return null;
  return dec(highestPrice).times(dec(1).minus(percent(trailingStopPercent)));
}

/** Between its trailing stop and the high that this counts from. */
function quietBetween(view: PlanView, plan: Parameters): PriceRange | null {
  const stop = trailingStop(view, plan);
  return stop === null ? null : { below: Number(stop), above: Number(view.highestPrice) };
}

function trailingExit(view: PlanView, plan: Parameters): Reason | null {
  const stop = trailingStop(view, plan);
  if (stop === null || view.price === null) return null;
  if (dec(view.price).gt(stop)) return null;
  return {
    code: 'trailing-stop',
    values: { price: Number(view.price), stop: Number(stop), highest: Number(view.highestPrice) },
  };
}

function worstCase(plan: Parameters, { budget, instrument, price }: PlanStake): WorstCase {
  const { quote } = instrument;
  const fixed = plan.quantity !== undefined && price !== null ? dec(plan.quantity).times(price) : dec(budget);
  const cost = fixed.lt(budget) ? fixed : dec(budget);
  const loss = cost.times(percent(plan.stopLossPercent));
  const words = [
    `It holds ${rounded(cost, 2)} ${quote} at most; at the stop ${plan.stopLossPercent} % below its price ${rounded(loss, 2)} ${quote} are lost; a gap below the stop loses more, and commissions come on top.`,
  ];
  return { cost: text(cost), loss: text(loss), words };
}

function words({ code, values }: Reason): string {
  if (code === 'trailing-stop')
    return `price ${values['price']} fell to the trailing stop ${values['stop']} below the high ${values['highest']}`;
  return code;
}
