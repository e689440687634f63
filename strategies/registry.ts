/** Every signal and plan there is. A new one is one file and one line here. */
import type { PlanDefinition, SignalDefinition } from '../core/strategy.js';
import { follow } from './plans/follow.js';
import { ladder } from './plans/ladder.js';
import { martingale } from './plans/martingale.js';
import { single } from './plans/single.js';
import { always } from './signals/always.js';
import { manual } from './signals/manual.js';
import { rsi } from './signals/rsi.js';
import { rsiMacdBollinger } from './signals/rsi-macd-bollinger.js';
import { simple } from './signals/simple.js';

export { decimalText, parametersOf, type ParameterInfo } from './parameters.js';

/** When to enter and exit, by name; the first is what forms offer first. */
export const signals: ReadonlyMap<string, SignalDefinition> = byName<SignalDefinition>([
  rsiMacdBollinger,
  rsi,
  simple,
  always,
  manual,
]);

/** What to hold and how to leave, by name. */
export const plans: ReadonlyMap<string, PlanDefinition> = byName<PlanDefinition>([
  single,
  ladder,
  martingale,
  follow,
]);

/** The signal of that name; throws where there is none (a config that was parsed names only known ones). */
export function signalNamed(name: string): SignalDefinition {
  return found(signals, name, 'signal');
}

/** The plan of that name; throws where there is none. */
export function planNamed(name: string): PlanDefinition {
  return found(plans, name, 'plan');
}

/** All of them, for documentation and forms. */
export function allStrategies(): {
  readonly signals: readonly SignalDefinition[];
  readonly plans: readonly PlanDefinition[];
} {
  return { signals: [...signals.values()], plans: [...plans.values()] };
}

function byName<D extends { readonly name: string }>(definitions: readonly D[]): ReadonlyMap<string, D> {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

function found<D>(definitions: ReadonlyMap<string, D>, name: string, what: string): D {
  const definition = definitions.get(name);
  if (definition === undefined)
    throw new Error(`There is no ${what} "${name}"; known: ${[...definitions.keys()].join(', ')}.`);
  return definition;
}
