import { z } from 'zod';
import { ceilTo, dec, floorTo, percent, rounded, text } from '../../core/decimal.js';
import type { FollowGroup } from '../../core/follow-group.js';
import { slotOfGroup } from '../../core/follow-group.js';
import type {
  DesiredOrder,
  PlanAnswer,
  PlanDefinition,
  PlanStake,
  PlanView,
  WorstCase,
} from '../../core/strategy.js';

const parameters = z.strictObject({
  sellAbovePercent: z.number().gt(0).max(1000).default(1).meta({
    title: 'Sell above (%)',
    description: 'What you buy by hand is sold this far above the price that you paid.',
  }),
  buyBelowPercent: z.number().gt(0).max(99).default(1).meta({
    title: 'Buy below (%)',
    description: 'What you sell by hand is bought back this far below the price that you got.',
  }),
  answers: z.enum(['both', 'buys', 'sells']).default('both').meta({
    title: 'Answers',
    description: 'Which of your own trades are answered: both sides, or only what you buy, or what you sell.',
  }),
});

type Parameters = z.output<typeof parameters>;

/** One limit order for each group of the user's own trades; the groups are made of fills, in `core/follow.ts`. */
export const follow: PlanDefinition<typeof parameters> = {
  name: 'follow',
  title: 'Follow your trades',
  description:
    'Answers your own trades on the symbol: what you buy by hand is sold at a profit, what you sell is bought back cheaper. Orders of bots set nothing off. It needs the signal manual, for nothing else leads it.',
  parameters,
  watchesPrice: () => false,
  answer,
  follows: ({ answers, sellAbovePercent, buyBelowPercent }) => ({
    sellAbovePercent: answers === 'sells' ? null : sellAbovePercent,
    buyBelowPercent: answers === 'buys' ? null : buyBelowPercent,
  }),
  denies: () => 'follows',
  heedsExit: () => false,
  worstCase,
  words: ({ code }) => code,
};

function answer({ phase, groups = [], quantity }: PlanView): PlanAnswer {
  const open = groups.filter(({ state, dropped }) => state === 'open' && dropped !== true);
  const buys = open.filter(({ side }) => side === 'SELL').map(counterOrder);
  if (phase === 'exiting') return { orders: [{ slot: 'exit', type: 'market-sell', quantity }, ...buys] };
  return { orders: [...open.filter(({ side }) => side === 'BUY').map(counterOrder), ...buys] };
}

function counterOrder(group: FollowGroup): DesiredOrder {
  const side = group.side === 'BUY' ? 'SELL' : 'BUY';
  return { slot: slotOfGroup(group), type: 'limit', side, price: group.price ?? '0', quantity: group.open };
}

function worstCase(plan: Parameters, { budget, instrument, price }: PlanStake): WorstCase {
  const { quote, base, tickSize } = instrument;
  const { sellAbovePercent: above, buyBelowPercent: below, answers } = plan;
  const spends = `It buys back for ${rounded(budget, 2)} ${quote} at most at a time, and never for more than your sale brought in, less ${below} %; what it buys is yours. If the price does not fall so far, your coins stay sold.`;
  const holds = `What you buy is for sale ${above} % higher, with no stop below: if the price does not rise so far, you keep the coins, and may lose all that you paid for them.`;
  const words = [answers === 'buys' ? [] : [spends], answers === 'sells' ? [] : [holds]].flat();
  if (price !== null) {
    const tick = dec(tickSize);
    const sale = text(ceilTo(dec(price).times(percent(above).plus(1)), tick));
    const buy = text(floorTo(dec(price).times(percent(-below).plus(1)), tick));
    const bought = `if you buy 1 ${base} at ${price}, it rests a sale at ${sale}`;
    const sold = `if you sell 1 ${base} at ${price}, it rests a buy at ${buy}`;
    const both = answers === 'both' ? `${bought}; ${sold}` : answers === 'buys' ? bought : sold;
    words.push(`For example, ${both}.`);
  }
  return { cost: answers === 'buys' ? '0' : budget, loss: null, words };
}
