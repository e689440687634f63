/**
 * Whether a plan is what it must be: a function of what it is shown. What it is shown holds nothing of the future, so it
 * can know it only by remembering; and then it answers the same question differently.
 */
import type { PlanDefinition, PlanView } from '../../core/strategy.js';
import { viewOf } from '../../core/view.js';
import { plans } from '../../strategies/registry.js';
import { backtest } from '../backtest/run.js';
import { configOf } from '../config.js';
import { futures } from './futures.js';

const KLINES = 150;
const MOMENTS = 8;
const APART = 11;

/** Sentences about what is wrong; none where nothing is. `parameters` are checked ones. */
export function planFaults(definition: PlanDefinition, parameters: never): string[] {
  const views = (moments ??= seen());
  const ask = (view: PlanView): string =>
    JSON.stringify([definition.answer(view, parameters), definition.denies?.(view, parameters) ?? null]);
  const first = views.map(ask);
  for (const order of [views.map((_, index) => index), views.map((_, index) => index).reverse()])
    for (const index of order) {
      const again = ask(views[index]!);
      if (again === first[index]) continue;
      return [
        `The plan "${definition.name}": asked again about the same position (${moment(views[index]!)}), it answers ${again} instead of ${first[index]}: it keeps state of its own, or uses chance or the clock. What it remembers of a run is the future of the next.`,
      ];
    }
  return [];
}

let moments: readonly PlanView[] | null = null;

/** What plans are shown at many moments of made-up runs: flat, entering, holding one lot or several. */
function seen(): PlanView[] {
  const market = futures('5m', KLINES, 3);
  // One that its user leads does nothing in a run of its own.
  const running = [...plans.values()].filter(({ follows }) => follows === undefined);
  return running.flatMap(({ name: plan }) => {
    const signal =
      plan === 'martingale' ? { name: 'always' } : { name: 'rsi', period: 5, buyBelow: 48, sellAbove: 52 };
    const config = {
      id: 'lookahead',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal,
      plan: { name: plan },
    };
    return Array.from({ length: MOMENTS }, (_, index) => {
      const past = market.past(KLINES - (MOMENTS - 1 - index) * APART);
      const { members } = backtest({ bots: [configOf(config, 'lookahead')], market: market.market(past) });
      const { settings, state } = members[0]!;
      return frozen(viewOf(settings, state));
    });
  });
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function moment({ phase, lots, price }: PlanView): string {
  return `${phase}, ${lots.length} lots, price ${price ?? 'unknown'}`;
}
