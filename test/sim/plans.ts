import type { PlanDefinition } from '../../core/strategy.js';
import { parametersOf } from '../../strategies/registry.js';
import type { Dice } from './dice.js';

/**
 * Parameters for any plan: of those it takes, per cents drawn small, so that targets and stops are met within a run; what a
 * draw must not contradict is left to the plan's own checks, and its defaults serve where a draw fails them. `affordable`
 * is what the budget buys; null where no fixed quantity is to be drawn.
 */
export function planParameters(
  plan: PlanDefinition,
  dice: Dice,
  affordable: number | null,
): Record<string, unknown> {
  const drawn: Record<string, unknown> = {};
  for (const { name, type, choices } of parametersOf(plan)) {
    if (name === 'quantity') {
      // A fixed quantity, sometimes more than can be paid.
      if (affordable !== null && dice.chance(0.15))
        drawn[name] = (affordable * dice.between(0.3, 1.02)).toFixed(8);
      continue;
    }
    if (type === 'decimal') continue;
    if (name.startsWith('trailing') && dice.chance(0.7)) continue;
    if (name.endsWith('Percent')) drawn[name] = Number(dice.skewed(0.1, 6).toFixed(2));
    else if (name === 'amountMultiplier') drawn[name] = Number(dice.between(1, 2.5).toFixed(2));
    else if (name === 'steps') drawn[name] = stepsText(dice);
    else if (type === 'boolean') drawn[name] = dice.chance(name === 'multiStep' ? 0.7 : 0.5);
    else if (type === 'integer') drawn[name] = dice.whole(1, 5) - (name === 'restAhead' ? 1 : 0);
    else if (type === 'choice') drawn[name] = dice.pick(choices);
  }
  // A stop must be below the last level.
  const { priceDropPercent: drop, levels } = drawn as { priceDropPercent?: number; levels?: number };
  if (drop !== undefined && levels !== undefined)
    drawn['stopLossPercent'] = Number((drop * levels + dice.skewed(0.1, 3)).toFixed(2));
  const checked = plan.parameters.safeParse(drawn);
  return (checked.success ? checked.data : plan.parameters.parse({})) as Record<string, unknown>;
}

/** `33@1.2, 33@2, 34@4`: one to four steps that sum to 100, at small profits. */
function stepsText(dice: Dice): string {
  let left = 100;
  let profit = 0;
  const parts: string[] = [];
  const count = dice.whole(1, 4);
  for (let index = 1; index <= count; index += 1) {
    const share = index === count ? left : dice.whole(1, left - (count - index));
    left -= share;
    profit += dice.skewed(0.1, 3);
    parts.push(`${share}@${profit.toFixed(2)}`);
    profit = Number(profit.toFixed(2)) + 0.01;
  }
  return parts.join(', ');
}
