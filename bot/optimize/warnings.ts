/** When a result looks better than it will be: plain sentences with their numbers. docs/optimize.md has the sources. */
import type { Figures } from './figures.js';

/** Pardo (2008): less than half of the optimized growth outside means that the past was learnt by heart. */
const LEAST_EFFICIENCY = 0.5;
/** The usual level of confidence, as Bailey and López de Prado take it. */
const LEAST_CONFIDENCE = 0.95;
/** Fewer say nothing about a mean: the old rule for small samples. */
const FEW_TRADES = 30;

export interface Evidence {
  readonly best: Figures;
  readonly heldBack: Figures | null;
  /** Probability, 0 to 1. */
  readonly deflatedSharpe: number | null;
  readonly sets: number;
  readonly walk: { readonly efficiency: number | null; readonly tests: number; readonly won: number } | null;
}

export function warningsOf({ best, heldBack, deflatedSharpe, sets, walk }: Evidence): string[] {
  const warnings: string[] = [];
  if (best.returnPercent <= 0) warnings.push('No set made money: there is nothing here to trade.');
  if (heldBack !== null) warnings.push(...heldBackWarnings(best, heldBack));
  if (deflatedSharpe !== null && deflatedSharpe < LEAST_CONFIDENCE && sets > 1)
    warnings.push(
      `Luck is not ruled out: the best of ${sets} worthless sets would look like this too. The probability of a real edge is ${percent(100 * deflatedSharpe)} (deflated Sharpe ratio), below ${percent(100 * LEAST_CONFIDENCE)}.`,
    );
  if (best.trades < FEW_TRADES)
    warnings.push(`The best set made ${best.trades} trades: fewer than ${FEW_TRADES} prove little.`);
  if (walk !== null) warnings.push(...walkWarnings(walk));
  return warnings;
}

function heldBackWarnings(best: Figures, heldBack: Figures): string[] {
  if (best.returnPercent <= 0) return [];
  const share = efficiency(best, heldBack);
  if (heldBack.trades === 0)
    return [
      'Looks overfitted, or the time is too short: the best set made no trade in the klines held back.',
    ];
  if (share === null || share >= LEAST_EFFICIENCY) return [];
  return [
    `Looks overfitted: on the klines held back the best set grew ${yearlyText(heldBack)} a year, on those it was chosen by ${yearlyText(best)}; less than half.`,
  ];
}

function walkWarnings({ efficiency, tests, won }: NonNullable<Evidence['walk']>): string[] {
  const warnings: string[] = [];
  if (efficiency !== null && efficiency < LEAST_EFFICIENCY)
    warnings.push(
      `Looks overfitted: walking forward it kept ${percent(100 * efficiency)} of the growth that it was optimized to; less than half.`,
    );
  if (won * 2 < tests) warnings.push(`Walking forward, only ${won} of ${tests} tests made money.`);
  return warnings;
}

/** The growth outside as a share of the growth inside, a year each (Pardo's walk-forward efficiency); null where there is none inside. */
export function efficiency(inside: Pick<Figures, 'yearlyPercent'>, outside: Pick<Figures, 'yearlyPercent'>) {
  const [earned, kept] = [inside.yearlyPercent, outside.yearlyPercent];
  return earned === null || kept === null || earned <= 0 ? null : kept / earned;
}

function yearlyText({ yearlyPercent }: Figures): string {
  return yearlyPercent === null ? 'nothing to speak of' : percent(yearlyPercent);
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
