/**
 * `docs/plans/*.md`: a page per plan. Parameters come from the schema, and every number of an example from the functions
 * that trade, so that a page cannot say what the plan does not do; a test keeps them up to date.
 */
import { ceilTo, dec, percent, rounded, text, ZERO } from '../core/decimal.js';
import type { Instrument } from '../core/rules.js';
import type { Lot, PlanDefinition } from '../core/strategy.js';
import { example, table } from './docs.js';
import { EXAMPLE_MARKET } from './example-market.js';
import { followDown, followExample, followRules } from './follow-docs.js';
import { parametersOf } from './parameters.js';
import { ladderParameters } from './plans/ladder-parameters.js';
import { batchShares, stopShare } from './plans/ladder-batches.js';
import { levelsOf, stopPrice } from './plans/levels.js';
import { martingaleParameters } from './plans/martingale-parameters.js';

/** What the examples are reckoned with, at which not all orders can rest. */
const MARKET: Instrument = { ...EXAMPLE_MARKET, maxAlgoOrders: 5, maxOrderLists: 20 };

interface Page {
  readonly example: () => string[];
  /** What the worst case of the page is reckoned for. */
  readonly stake: { readonly budget: string; readonly given: Record<string, unknown> };
  readonly down: readonly string[];
  readonly rules: readonly string[];
}

const PAGES: Readonly<Record<string, Page>> = {
  single: {
    stake: { budget: '1000', given: {} },
    example: singleExample,
    rules: [
      'The first cycle spends the budget, later ones what the bot made of it: profit is reinvested, a loss is not made up from other money.',
      'Target and stop are one OCO for all that is held, counted from the average price of the entry fills. A part of a target that fills ends the pair; the rest is protected anew at once.',
      'The trailing stop counts from the highest price since the entry and is watched by the bot beside the resting stop.',
      'A target or stop that the exchange refuses three times, or whose price has passed, becomes a sale at market.',
    ],
    down: [
      'Target and stop rest on the exchange and are met without the bot. The trailing stop and the exit of the signal are not.',
    ],
  },
  martingale: {
    stake: { budget: '1300', given: { initialPrice: '100', initialAmount: '1' } },
    example: martingaleExample,
    rules: [
      'The signal begins a cycle. With `always` the next one begins by itself at the first close after the last has ended, as a martingale is commonly run; with `rsi` or another it waits for that signal, and with `manual` it never begins by itself.',
      'Level 0 is a limit order at the initial price. It is placed unless the price is more than `maxAbovePercent` above it or at or below the stop, and is kept over closes until it fills or the price has run away by more than that. Without `initialPrice` each cycle counts from the close at which it begins.',
      'Each deeper level is placed `restAhead` levels before it is reached, or as soon as the price is there. A level bought in part is placed again for the rest; one that is cancelled at the exchange is placed again. A rest below the minimum order counts as bought.',
      'After each fill the one OCO for the whole position is replaced: its target is the average cost × (1 + `takeProfitPercent`), its stop stays where the initial price put it.',
      'When the target fills, the levels that still rest are taken back and the cycle ends. One that fills while it is taken back is a position again, with a target counted from its own price.',
      'After a take-profit a new cycle may begin; after a stop loss only with `restartAfterStop`, or when you stop and start the bot.',
      'Without `initialAmount` it is reckoned at the start of each cycle, so that all levels and their commissions cost the cash that is there. With it, a cycle is not begun unless the cash pays for all levels.',
      'Refused at configuration: a stop that is not below the last level, a level below the minimum order (level 0 valued at the stop), levels that cost more than the budget.',
      'Your stop of the bot takes the resting levels back and keeps the target and the stop.',
    ],
    down: [
      'Target and stop rest on the exchange for what was bought when the bot was last there, and so do `restAhead` levels: they are met without the bot.',
      'A level that fills meanwhile is bought without a target and a stop of its own until the bot is back: the pair that rests is for the quantity before. `restAhead: 0` buys nothing while the bot is down. When it is back, the first thing it does is to protect everything.',
    ],
  },
  follow: {
    stake: { budget: '1000', given: {} },
    example: () => followExample(MARKET, rows),
    rules: followRules,
    down: followDown,
  },
  ladder: {
    stake: { budget: '1000', given: {} },
    example: ladderExample,
    rules: [
      'Each entry of the signal opens a batch while fewer than `maxBatches` are open: it spends cash / (batches that may still be opened), so the batches get equal shares and profits are reinvested.',
      'Shares are cut to the lot size from the first step on, and the last step takes all that remains: they always sum to the batch. What a batch has sold counts to its first steps, in order.',
      'A step that the exchange would not take, valued at its stop (the lowest price it may be sold at; a commission is far less), rolls into the next one; what is too small at the end joins the last step that is large enough. Dust of completed batches is sold with the last step of the oldest one.',
      '`touch`: every step rests on the exchange, as an OCO of its target and the stop of its batch while the exchange takes stops (MAX_NUM_ALGO_ORDERS, MAX_NUM_ORDER_LISTS; other bots on the symbol count too), the nearest targets first; the others rest as limit orders and the bot watches their stop.',
      '`drop`: at a closed kline a step sells at market when the close is at or above its target and more than 0.3 % below the close before it, or more than 0.4 % below the one before that. It is not latched: a close below the target sells nothing. The stop of each batch rests on the exchange.',
      'A stop that is met sells all that remains of its batch and leaves the others alone.',
      'With `multiStep` off a batch leaves in one piece: at `takeProfitPercent`, `stopLossPercent` or `trailingStopPercent`. Batches opened under one setting go on under the other, as do positions of the plan `single`.',
      'The exit of the signal sells all batches at once, unless `exitOnSignal` is off.',
      'Refused at configuration: steps that do not sum to 100 %, and more batches than the budget makes large enough to be sold at their stop.',
    ],
    down: [
      'With `touch` the targets rest on the exchange and are met without the bot; the stops of the nearest steps too, as many as the exchange takes. The other stops, the `drop` trigger and the trailing stop need the bot.',
      'If one of the stops of a batch is met meanwhile, the rest of that batch is sold at market when the bot is back.',
    ],
  },
};

/** The whole page of a plan, as Markdown. */
export function planPage(plan: PlanDefinition): string {
  const page = PAGES[plan.name];
  if (page === undefined) throw new Error(`plan-docs.ts has no page for the plan ${plan.name}`);
  const parameters = parametersOf(plan);
  const { budget, given } = page.stake;
  const stake = { budget, instrument: MARKET, price: '100' };
  return [
    `# \`${plan.name}\`: ${plan.title}`,
    plan.description,
    '## Parameters',
    table(parameters),
    `In a config: \`${example(plan.name, 'plan', parameters)}\``,
    '## How it works',
    page.rules.map((rule) => `- ${rule}`).join('\n'),
    '## An example with numbers',
    ...page.example(),
    '## The worst case',
    `The dashboard shows this before a bot is made, and \`flotilla bot create\` after; here for the example, with a budget of ${budget} USDT at a price of 100:`,
    plan
      .worstCase(plan.parameters.parse(given), stake)
      .words.map((words) => `> ${words}`)
      .join('\n>\n'),
    '## While the bot is down',
    page.down.map((sentence) => `- ${sentence}`).join('\n'),
    'This page is made by `strategies/plan-docs.ts` from the schema and the functions of the plan; a test keeps it up to date.',
  ]
    .join('\n\n')
    .concat('\n');
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

/** Taken in base by Binance: 0.1 % of what is bought. */
const KEPT = '0.999';

function singleExample(): string[] {
  return [
    'The signal enters at 100 with a budget of 1,000 USDT: 10 BTC are bought, 9.99 after the commission of 0.1 %. An OCO for 9.99 rests at once: target 105, stop 98. At the target 9.99 × 105 = 1,048.95 USDT come in, less 1.05 commission: the next cycle spends 1,047.90. At the stop it is 9.99 × 98 = 979.02, less 0.98.',
  ];
}

function martingaleExample(): string[] {
  const plan = martingaleParameters.parse({ initialPrice: '100', initialAmount: '1' });
  const levels = levelsOf(plan, { price: '100', cash: '1300' }, MARKET);
  let [cost, amount] = [ZERO, ZERO];
  const lines = levels.map(({ price, quantity }, index) => {
    cost = cost.plus(price.times(quantity));
    amount = amount.plus(quantity);
    const average = cost.div(amount);
    const target = average.times(percent(plan.takeProfitPercent).plus(1));
    return [
      `${index}`,
      text(price),
      text(quantity),
      rounded(price.times(quantity), 2),
      rounded(cost, 2),
      rounded(average, 2),
      text(ceilTo(target, dec(MARKET.tickSize))),
    ];
  });
  return [
    `\`initialPrice\` 100, \`initialAmount\` 1, everything else as it is by default. Prices are rounded down to the tick, targets up; the stop is at ${text(stopPrice(plan, '100'))} throughout.`,
    rows(['level', 'price', 'buys', 'for', 'spent so far', 'average', 'target then'], lines),
  ];
}

function ladderExample(): string[] {
  const plan = ladderParameters.parse({});
  const quantity = text(dec('2.5').times(KEPT));
  const lot: Lot = {
    id: 1,
    slot: 'b1_entry',
    openedAt: 0,
    bought: '2.5',
    spent: '250',
    quantity,
    remaining: quantity,
    cost: '250',
    highestPrice: '100',
    klines: 0,
    sales: [],
    leaving: [],
    completed: false,
  };
  const lines = batchShares(lot, plan, MARKET).map((share, index) => [
    `${index + 1}`,
    `${text(share.percent)} %`,
    text(share.target),
    text(share.quantity),
    rounded(share.quantity.times(share.target), 2),
  ]);
  return [
    `A budget of 1,000 USDT, four batches: the first entry at 100 spends 250 and buys 2.5 BTC, ${quantity} after the commission. Its stop is at ${text(stopShare(plan).times(100))}, for each step as long as that is not sold.`,
    rows(['step', 'share', 'target', 'sells', 'for'], lines),
    'A second signal at 90 opens a second batch with 250 USDT, with steps and a stop of its own counted from 90. Of its six steps the five with the nearest targets have their stop on the exchange; the stop of the sixth is watched.',
  ];
}
