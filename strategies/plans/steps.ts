/** The arithmetic of a ladder: what each step of a batch sells, exact to the last digit. Pure. */
import type { Decimal } from '../../core/decimal.js';
import { ZERO, dec, floorTo, max, min, percent } from '../../core/decimal.js';
import { lotPrice, soldOf } from '../../core/lots.js';
import type { Instrument } from '../../core/rules.js';
import { breachOf } from '../../core/rules.js';
import type { Lot } from '../../core/strategy.js';

/** So much of the batch, in per cent, at so much profit, in per cent. */
export interface Step {
  readonly percent: Decimal;
  readonly profitPercent: Decimal;
}

export interface OpenStep {
  readonly slot: string;
  readonly target: Decimal;
  /** What should be sold there now; zero where it is sold, or has rolled into another step. */
  readonly quantity: Decimal;
}

/** A step's share of its batch. */
export interface Share {
  readonly slot: string;
  readonly target: Decimal;
  readonly percent: Decimal;
  readonly profitPercent: Decimal;
  readonly quantity: Decimal;
  readonly sold: Decimal;
}

/**
 * Each step's share and what of it is sold. Steps execute in order, so what a batch has sold counts to its first steps:
 * the sum of shares is the batch, and the sum of what is left is what remains, whatever was sold where. Source: SYSTEMS A
 * (remaining quantity × step percentage / remaining per cent; the last step takes all that remains).
 */
export function sharesOf(lot: Lot, steps: readonly Step[], instrument: Instrument): readonly Share[] {
  const [whole, sold, price] = [dec(lot.quantity), soldOf(lot), lotPrice(lot)];
  let cumulated = ZERO;
  let from = ZERO;
  return steps.map((step, index) => {
    cumulated = cumulated.plus(step.percent);
    const last = index === steps.length - 1;
    const to = last ? whole : floorTo(whole.times(cumulated).div(100), dec(instrument.stepSize));
    // Field by field: a spread with more behind it has a shape of its own each time, and that costs V8 a microsecond.
    const share: Share = {
      percent: step.percent,
      profitPercent: step.profitPercent,
      slot: `b${lot.id}_s${index + 1}`,
      target: price.times(percent(step.profitPercent.toFixed()).plus(1)),
      quantity: to.minus(from),
      sold: min(max(ZERO, sold.minus(from)), to.minus(from)),
    };
    from = to;
    return share;
  });
}

/**
 * What should be sold at each target now. A share that the exchange would not take, valued at `floor` (its stop, the lowest
 * price it may be sold at), rolls into the next step; what is too small at the end joins the last step that is large
 * enough, so that nothing is stranded. `extra`: dust that joins the last step.
 */
export function openSteps(
  shares: readonly Share[],
  floor: Decimal,
  extra: Decimal,
  instrument: Instrument,
): readonly OpenStep[] {
  let carried = ZERO;
  const open: OpenStep[] = shares.map(({ slot, target, quantity: share, sold }) => {
    const quantity = carried.plus(share.minus(sold));
    const cut = floorTo(quantity, dec(instrument.stepSize));
    const value = { quantity: cut, price: min(target, floor), market: true };
    const fits =
      breachOf(instrument, value) === null && breachOf(instrument, { ...value, market: false }) === null;
    carried = fits ? ZERO : quantity;
    return { slot, target, quantity: fits ? quantity : ZERO };
  });
  const rest = carried.plus(extra);
  let last = open.length - 1;
  while (last >= 0 && open[last]!.quantity.eq(0)) last -= 1;
  // Too small in all its steps, and yet to be sold: at the last target, if the whole is large enough.
  if (last < 0) last = open.length - 1;
  return open.map((step, index) => (index === last ? { ...step, quantity: step.quantity.plus(rest) } : step));
}

const STEP = /^([0-9]+(?:\.[0-9]+)?)\s*%?\s*@\s*\+?([0-9]+(?:\.[0-9]+)?)\s*%?$/;

/** Reads `33@1.2, 33@2, 34@4`: per cent of the batch at per cent of profit. A sentence's end where it cannot. */
export function readSteps(written: string): readonly Step[] | string {
  const parts = written.split(',').map((part) => part.trim());
  const steps: Step[] = [];
  for (const part of parts) {
    const [, share, profit] = STEP.exec(part) ?? [];
    if (share === undefined || profit === undefined) {
      const form = 'must be steps such as "33@1.2, 33@2, 34@4" (per cent of the batch @ per cent of profit)';
      return parts.length === 1 ? form : `${form}, and "${part}" is none`;
    }
    steps.push({ percent: dec(share), profitPercent: dec(profit) });
  }
  if (steps.length > 10) return `must be at most 10 steps, is ${steps.length}`;
  if (steps.some((step) => step.percent.lte(0) || step.profitPercent.lte(0)))
    return 'must have per cents above 0 in every step';
  const rising = steps.every(
    (step, index) => index === 0 || step.profitPercent.gt(steps[index - 1]!.profitPercent),
  );
  if (!rising) return 'must have a higher profit in each step than in the one before';
  const sum = steps.reduce((total, step) => total.plus(step.percent), ZERO);
  if (sum.eq(100)) return steps;
  return `must sum to 100 per cent, is ${steps.map((step) => step.percent.toFixed()).join(' + ')} = ${sum.toFixed()}`;
}
