/** Mistakes in what is to be tried, told before anything is. */
import type { z } from 'zod';
import { planNamed, signalNamed } from '../../strategies/registry.js';
import { ConfigError, parseSet, withSettings, type BotConfig } from '../config.js';
import type { Axis } from './axis.js';

/**
 * Errors: `ConfigError` for a setting given twice, and for values that are out of bounds whatever the others are.
 * Values that only contradict each other are no mistake: those sets are left out.
 */
export function checkAxes(config: BotConfig, axes: readonly Axis[]): void {
  const first = axes.map(({ path, at }) => `${path}=${at(0)}`);
  parseSet(first, { signal: config.signal.name, plan: config.plan.name });
  for (const axis of axes) for (const index of axis.ends) checkValue(config, axis.path, axis.at(index));
}

function checkValue(config: BotConfig, path: string, value: string): void {
  const pair = `${path}=${value}`;
  const tree = parseSet([pair], { signal: config.signal.name, plan: config.plan.name });
  if (isWithinBounds(config, path, tree)) return;
  try {
    withSettings(config, [pair]);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const own = error.problems.filter((problem) => problem.path === path);
    if (own.length > 0) throw new ConfigError(own.map((problem) => ({ ...problem, file: '--set' })));
  }
}

/** By the parameter's own schema, which knows no other parameter; what is no parameter has only its own rules anyway. */
function isWithinBounds(config: BotConfig, path: string, tree: Record<string, unknown>): boolean {
  const [section, name] = path.split('.') as [string, string?];
  if ((section !== 'signal' && section !== 'plan') || name === undefined) return false;
  const definition = section === 'signal' ? signalNamed(config.signal.name) : planNamed(config.plan.name);
  const schema = definition.parameters.shape[name] as z.ZodType;
  return schema.safeParse((tree[section] as Record<string, unknown>)[name]).success;
}
