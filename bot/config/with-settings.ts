import { configOf } from './parse.js';
import type { BotConfig } from './schema.js';
import { OPTIONS } from './problems.js';
import { parseSet } from './set.js';

/** A config with the settings of `--set` in it: `signal.rsiPeriod=14`. Errors: `ConfigError`. */
export function withSettings(config: BotConfig, pairs: readonly string[]): BotConfig {
  const { signal, plan, ...rest } = parseSet(pairs, { signal: config.signal.name, plan: config.plan.name });
  const merged = (part: object, change: unknown) => ({ ...part, ...(change as object | undefined) });
  return configOf(
    { ...config, ...rest, signal: merged(config.signal, signal), plan: merged(config.plan, plan) },
    OPTIONS,
  );
}
