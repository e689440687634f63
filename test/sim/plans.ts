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
  for (const { name } of parametersOf(plan)) {
    if (name === 'quantity') {
      // A fixed quantity, sometimes more than can be paid.
      if (affordable !== null && dice.chance(0.15))
        drawn[name] = (affordable * dice.between(0.3, 1.02)).toFixed(8);
      continue;
    }
    if (name.startsWith('trailing') && dice.chance(0.7)) continue;
    if (name.endsWith('Percent')) drawn[name] = Number(dice.skewed(0.1, 6).toFixed(2));
  }
  const checked = plan.parameters.safeParse(drawn);
  return (checked.success ? checked.data : plan.parameters.parse({})) as Record<string, unknown>;
}
