import type { Decimal, DecimalText } from '../../core/decimal.js';
import { ONE, ZERO, ceilTo, dec, floorTo, percent, rounded, text } from '../../core/decimal.js';
import { limitsOf, minimumNotional } from '../../core/rules.js';
import type {
  DesiredOrder,
  Lot,
  PlanAnswer,
  PlanDefinition,
  PlanDenial,
  PlanProgress,
  PlanStake,
  PlanView,
  PriceRange,
  Reason,
  WorstCase,
} from '../../core/strategy.js';
import { ladderParameters as parameters, type LadderParameters } from './ladder-parameters.js';
import { lotPrice } from '../../core/lots.js';
import {
  batchShares,
  batchesOf,
  drops,
  isFalling,
  openLots,
  stepsOf,
  stopShare,
  type Batch,
} from './ladder-batches.js';
import { remembered } from './remembered.js';
import { openSteps } from './steps.js';

/** Several entries at once, each a batch of its own that is sold in steps, with its own stop. */
export const ladder: PlanDefinition<typeof parameters> = {
  name: 'ladder',
  title: 'Ladder',
  description:
    'Holds up to four batches at once, one for each entry signal, each with an equal share of the cash. Each batch is sold in steps at rising targets and has its own stop loss; targets and stops rest on the exchange as far as it takes them.',
  parameters,
  // Stops that find no room on the exchange, and trailing ones, are watched.
  watchesPrice: () => true,
  quietBetween,
  seesCloses: drops,
  answer,
  entrySlot: (lot) => `b${lot}_entry`,
  entries: ({ maxBatches }) => maxBatches,
  takesAmount: () => true,
  denies,
  heedsExit: ({ exitOnSignal }) => exitOnSignal,
  check,
  worstCase,
  progress,
  words,
};

function answer(view: PlanView, plan: LadderParameters): PlanAnswer {
  if (view.phase === 'flat') return { orders: [] };
  if (view.phase === 'exiting')
    return { orders: [{ slot: 'exit', type: 'market-sell', quantity: view.quantity }] };
  const batches = batchesOf(view, plan);
  return {
    orders: [...entry(view, plan), ...(drops(plan) ? dropSales : touchSales)(batches)],
    leave: batches.flatMap((batch) => leaves(batch, view, plan)),
  };
}

/** What is left of the cash is shared by the batches that may still be opened. */
function entry(view: PlanView, plan: LadderParameters): DesiredOrder[] {
  const { entry: begun, cash } = view;
  if (begun === null) return [];
  const others = openLots(view).filter(({ id }) => id !== begun.lot).length;
  const quote = begun.amount ?? text(dec(cash).div(Math.max(1, plan.maxBatches - others)));
  return [{ slot: begun.slot, type: 'market-buy', quote }];
}

const touchSales = remembered((batches: readonly Batch[]) => sales(batches, false));
const dropSales = remembered((batches: readonly Batch[]) => sales(batches, true));

function sales(batches: readonly Batch[], atDrops: boolean): DesiredOrder[] {
  return batches.flatMap((batch) => {
    const { lot, extra } = batch;
    const whole = lot.leaving.find(({ quantity }) => quantity === null);
    const all = text(dec(lot.remaining).plus(extra));
    if (whole !== undefined) return [{ slot: whole.slot, type: 'market-sell', quantity: all } as const];
    const leaving = lot.leaving.map(({ slot, quantity }): DesiredOrder => ({
      slot,
      type: 'market-sell',
      quantity: quantity ?? '0',
    }));
    return [...leaving, ...(atDrops ? stopOf(batch) : restingSteps(batch))];
  });
}

/** A pair of target and stop where there is room for a stop, else the target alone. */
function restingSteps({ lot, steps, stop, protectedSlots }: Batch): DesiredOrder[] {
  const leaves = (slot: string) => lot.leaving.some((each) => each.slot === slot);
  return steps
    .filter(({ slot, quantity }) => quantity.gt(0) && !leaves(slot))
    .map(({ slot, target, quantity: amount }): DesiredOrder => {
      const quantity = text(amount);
      return protectedSlots.has(slot)
        ? { slot, type: 'oco', takeProfit: text(target), stop: text(stop), quantity }
        : { slot, type: 'limit', side: 'SELL', price: text(target), quantity };
    });
}

/** One stop for what does not leave. */
function stopOf({ lot, stop, extra, protectedSlots }: Batch): DesiredOrder[] {
  const slot = `b${lot.id}_stop`;
  const leaving = lot.leaving.reduce((sum, { quantity }) => sum.plus(quantity ?? '0'), ZERO);
  const quantity = dec(lot.remaining).plus(extra).minus(leaving);
  if (!protectedSlots.has(slot) || quantity.lte(0)) return [];
  return [{ slot, type: 'stop', stop: text(stop), quantity: text(quantity) }];
}

type Leave = NonNullable<PlanAnswer['leave']>[number];

function leaves(batch: Batch, view: PlanView, plan: LadderParameters): Leave[] {
  const { lot, stop } = batch;
  if (lot.leaving.some(({ quantity }) => quantity === null)) return [];
  const price = view.price === null ? null : dec(view.price);
  const all = (slot: string, reason: Reason): Leave[] => [{ lot: lot.id, slot, quantity: null, reason }];
  const values = { price: Number(view.price), stop: Number(rounded(stop, 8)) };
  // One of its stops was met, or the bot saw the price at one that does not rest: the batch leaves as a whole.
  const met = lot.sales.some(({ kind }) => kind === 'stop');
  const watched = price !== null && price.lte(stop) && !isResting(batch, plan);
  if (met || watched) return all(`b${lot.id}_stop`, { code: 'stop-loss', values });
  const highest = highestOf(view, lot);
  const high = trailingHigh(highest, plan);
  if (high !== null && price !== null && price.lte(high))
    return all(`b${lot.id}_out`, {
      code: 'trailing-stop',
      values: { price: Number(price), stop: Number(high), highest: Number(highest) },
    });
  return drops(plan) ? droppedSteps(batch, view) : [];
}

function isResting({ lot, steps, protectedSlots }: Batch, plan: LadderParameters): boolean {
  if (drops(plan)) return protectedSlots.has(`b${lot.id}_stop`);
  return steps.every(({ slot, quantity }) => quantity.eq(0) || protectedSlots.has(slot));
}

function trailingHigh(highest: DecimalText, plan: LadderParameters): Decimal | null {
  if (plan.multiStep || plan.trailingStopPercent === undefined) return null;
  return dec(highest).times(ONE.minus(percent(plan.trailingStopPercent)));
}

/** Now: a batch may have been read when it was lower. */
function highestOf({ lots }: PlanView, { id, highestPrice }: Lot): DecimalText {
  return lots.find((each) => each.id === id)?.highestPrice ?? highestPrice;
}

/** Above the stops that it watches; with a trailing one, below the high that this counts from. */
function quietBetween(view: PlanView, plan: LadderParameters): PriceRange | null {
  let [below, above] = [-Infinity, Infinity];
  for (const batch of batchesOf(view, plan)) {
    const { lot, stop } = batch;
    if (lot.leaving.length > 0 || lot.sales.some(({ kind }) => kind === 'stop')) return null;
    if (!isResting(batch, plan)) below = Math.max(below, Number(stop));
    const highest = highestOf(view, lot);
    const high = trailingHigh(highest, plan);
    if (high === null) continue;
    below = Math.max(below, Number(high));
    above = Math.min(above, Number(highest));
  }
  return { below, above };
}

/** The steps whose targets the close has reached while the price falls; at a close only, and not latched. */
function droppedSteps({ lot, steps }: Batch, { klineClosed, closes }: PlanView): Leave[] {
  const [close] = closes;
  if (!klineClosed || close === undefined || !isFalling(closes)) return [];
  return steps
    .filter(({ target, quantity }) => quantity.gt(0) && target.lte(close))
    .map(({ slot, target, quantity }) => ({
      lot: lot.id,
      slot,
      quantity: text(quantity),
      reason: { code: 'drop', values: { price: Number(close), target: Number(rounded(target, 8)) } },
    }));
}

function denies({ lots }: PlanView, plan: LadderParameters): PlanDenial | null {
  const youngest = Math.min(...lots.map(({ klines }) => klines));
  return youngest < plan.klinesBetweenBatches ? 'too-soon' : null;
}

/** At the prices that its orders get: targets up to the tick, stops down (core/shape.ts). */
function progress(view: PlanView, plan: LadderParameters): readonly PlanProgress[] {
  const { tickSize } = limitsOf(view.instrument);
  return openLots(view).map((lot) => {
    const shares = batchShares(lot, plan, view.instrument);
    const stop = lotPrice(lot).times(stopShare(plan));
    const open = openSteps(shares, stop, ZERO, view.instrument);
    const isSold = ({ sold, quantity }: (typeof shares)[number]) => sold.gte(quantity);
    const next = shares.findIndex((share, index) => !isSold(share) && open[index]!.quantity.gt(0));
    const stateOf = (share: (typeof shares)[number], index: number) => {
      if (isSold(share)) return 'done';
      if (open[index]!.quantity.eq(0)) return 'rolled';
      return index === next ? 'active' : 'pending';
    };
    return {
      name: `Batch ${lot.id}`,
      lot: lot.id,
      price: text(lotPrice(lot)),
      cost: lot.cost,
      quantity: lot.quantity,
      remaining: lot.remaining,
      stop: text(floorTo(stop, tickSize)),
      steps: shares.map((share, index) => ({
        name: `${text(share.percent)} % at +${text(share.profitPercent)} %`,
        slot: share.slot,
        price: text(ceilTo(share.target, tickSize)),
        quantity: text(share.quantity),
        state: stateOf(share, index),
      })),
    };
  });
}

function check(plan: LadderParameters, { budget, instrument }: PlanStake) {
  const share = dec(budget).div(plan.maxBatches);
  const least = share.times(stopShare(plan));
  const minimum = minimumNotional(instrument, true);
  if (least.gte(minimum)) return null;
  const { quote } = instrument;
  return {
    parameter: 'maxBatches',
    message: `must leave each batch worth enough to be sold at its stop: ${rounded(share, 2)} ${quote} each, ${rounded(least, 2)} ${quote} at the stop, and the exchange takes orders from ${rounded(minimum, 2)} ${quote} on; is ${plan.maxBatches}`,
  };
}

function worstCase(plan: LadderParameters, { budget, instrument }: PlanStake): WorstCase {
  const { quote } = instrument;
  const loss = dec(budget).times(percent(plan.stopLossPercent));
  const share = dec(budget).div(plan.maxBatches);
  const room = Math.min(instrument.maxAlgoOrders ?? Infinity, instrument.maxOrderLists ?? Infinity);
  const stops = plan.maxBatches * (drops(plan) ? 1 : stepsOf(plan).length);
  const words = [
    `${plan.maxBatches} ${plan.maxBatches === 1 ? 'batch' : 'batches'} of ${rounded(share, 2)} ${quote} each; if every one meets its stop ${plan.stopLossPercent} % below its price, ${rounded(loss, 2)} ${quote} are lost; a gap below a stop loses more, and commissions come on top.`,
  ];
  if (stops > room)
    words.push(
      `The exchange takes ${room} stops on ${instrument.symbol} at once, this plan wants up to ${stops}: the others are watched by the bot and protect nothing while it is down.`,
    );
  return { cost: budget, loss: text(loss), words };
}

function words({ code, values }: Reason): string {
  if (code === 'trailing-stop')
    return `price ${values['price']} fell to the trailing stop ${values['stop']} below the high ${values['highest']}`;
  if (code === 'stop-loss') return `price ${values['price']} fell to the stop ${values['stop']}`;
  if (code === 'drop')
    return `the close ${values['price']} is above the target ${values['target']} and falling`;
  return code;
}
