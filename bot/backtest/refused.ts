import { planNamed } from '../../strategies/registry.js';
import type { BotConfig } from '../config.js';

/** A backtest that cannot be, or would mean nothing, as a sentence with the way out. */
export class BacktestRefused extends Error {
  override readonly name = 'BacktestRefused';
}

/** Why a plan that answers its user's own trades cannot be tested: it would look like a result. Null for others. */
export function followerProblem({ id, plan }: Pick<BotConfig, 'id' | 'plan'>): string | null {
  if (planNamed(plan.name).follows === undefined) return null;
  return `The plan "${plan.name}" of ${id} answers your own trades, and recorded klines hold none: a backtest of it would do nothing. Try it on paper with trades by hand, or backtest another plan.`;
}
