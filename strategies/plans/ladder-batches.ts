/** A ladder's batches as they stand: their steps, their stops, and which of these rest on the exchange. Pure. */
import type { Decimal } from '../../core/decimal.js';
import { ONE, ZERO, dec, percent } from '../../core/decimal.js';
import { lotPrice, looseQuantity } from '../../core/lots.js';
import type { Lot, PlanView } from '../../core/strategy.js';
import type { LadderParameters } from './ladder-parameters.js';
import { remembered } from './remembered.js';
import { openSteps, readSteps, sharesOf, type OpenStep, type Share, type Step } from './steps.js';

/** What a stop is of the batch's price. */
export function stopShare({ stopLossPercent }: LadderParameters): Decimal {
  return ONE.minus(percent(stopLossPercent));
}

export function openLots({ lots }: PlanView): readonly Lot[] {
  return lots.filter(({ completed }) => !completed);
}

export interface Batch {
  readonly lot: Lot;
  readonly stop: Decimal;
  readonly steps: readonly OpenStep[];
  /** Steps whose stop rests on the exchange; in the `drop` trigger one for the whole batch, `b1_stop`. */
  readonly protectedSlots: ReadonlySet<string>;
  /** Dust that is sold with it. */
  readonly extra: Decimal;
}

/** The steps in force: with multi-step off a single one, for all of the batch. */
export const stepsOf = remembered((plan: LadderParameters): readonly Step[] => {
  const steps = plan.multiStep ? readSteps(plan.steps) : [];
  if (typeof steps === 'string') throw new Error(`steps ${steps}`);
  return plan.multiStep ? steps : [{ percent: dec(100), profitPercent: dec(plan.takeProfitPercent) }];
});

/** Each step of a batch with its share and what of it is sold. */
export function batchShares(
  lot: Lot,
  plan: LadderParameters,
  instrument: PlanView['instrument'],
): readonly Share[] {
  return sharesOf(lot, stepsOf(plan), instrument);
}

/** Steps sell at closes in a fall, not at a touch. */
export const drops = (plan: LadderParameters): boolean => plan.multiStep && plan.trigger === 'drop';

/** What a plan was last asked about lots, which are never changed in place. */
interface Asked extends Pick<PlanView, 'instrument' | 'quantity' | 'stopRoom' | 'lots'> {
  readonly batches: readonly Batch[];
}
const asked = new WeakMap<LadderParameters, Asked>();

/**
 * The batches of what is held. Asked at every price, and most prices change no lot but its age and its high: then they are
 * what they were, and so are those of them in `lot`.
 */
export function batchesOf(view: PlanView, plan: LadderParameters): readonly Batch[] {
  const { lots, instrument, quantity, stopRoom } = view;
  const known = asked.get(plan);
  if (
    known?.instrument === instrument &&
    known.quantity === quantity &&
    known.stopRoom === stopRoom &&
    sameBatches(known.lots, lots)
  )
    return known.batches;
  const batches = readBatches(view, plan);
  asked.set(plan, { lots, instrument, quantity, stopRoom, batches });
  return batches;
}

/** Lots grow older with each kline, and have new highs: that changes no batch but its `klines` and `highestPrice`. */
function sameBatches(before: readonly Lot[], lots: readonly Lot[]): boolean {
  if (before === lots) return true;
  return (
    before.length === lots.length &&
    lots.every((lot, index) => {
      const known = before[index]!;
      return (
        known === lot ||
        (known.id === lot.id &&
          known.bought === lot.bought &&
          known.spent === lot.spent &&
          known.quantity === lot.quantity &&
          known.remaining === lot.remaining &&
          known.sales === lot.sales &&
          known.leaving === lot.leaving &&
          known.completed === lot.completed)
      );
    })
  );
}

function readBatches(view: PlanView, plan: LadderParameters): readonly Batch[] {
  const { instrument, quantity } = view;
  const loose = looseQuantity(quantity, view.lots);
  const batches = openLots(view).map((lot, index) => {
    const stop = lotPrice(lot).times(stopShare(plan));
    const extra = index === 0 ? loose : ZERO;
    return {
      lot,
      stop,
      extra,
      steps: openSteps(batchShares(lot, plan, instrument), stop, extra, instrument),
    };
  });
  const nearest = drops(plan)
    ? batches.map(({ lot, stop }) => ({ slot: `b${lot.id}_stop`, near: stop.neg() }))
    : batches.flatMap(({ steps }) =>
        steps.filter((step) => step.quantity.gt(0)).map(({ slot, target }) => ({ slot, near: target })),
      );
  // By prices that do not move, so that the choice stays what it is while the market moves.
  const sorted = [...nearest].sort((a, b) => a.near.cmp(b.near));
  const protectedSlots = new Set(sorted.slice(0, view.stopRoom).map(({ slot }) => slot));
  // Field by field, as the shares are.
  return batches.map(({ lot, stop, extra, steps }) => ({ lot, stop, extra, steps, protectedSlots }));
}

/** More than 0.3 % below the close before, or more than 0.4 % below the one before that. */
export function isFalling([close, before, earlier]: readonly string[]): boolean {
  if (close === undefined) return false;
  if (before !== undefined && dec(close).lt(dec(before).times('0.997'))) return true;
  return earlier !== undefined && dec(close).lt(dec(earlier).times('0.996'));
}
