/** What is right of a config that is wrong: the rest of the world can be asked about it in the same round. */
import { ConfigError, configOf, type BotConfig, type ConfigProblem } from '../../bot/config.js';
import { FlotillaError } from './errors.js';
import { checkKey, venueMistakes } from './venue-check.js';

/** Take the place of what is wrong, so that the rest can be asked about. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  signal: { name: 'manual' },
  plan: { name: 'single' },
};

type Values = Readonly<Record<string, unknown>>;

/** `plan` for what is wrong with `plan.stopLossPercent`. */
export function partsOf(problems: readonly ConfigProblem[]): ReadonlySet<string> {
  return new Set(problems.map(({ path }) => path.split('.')[0] ?? ''));
}

/** What is right, and stand-ins for the parts that are wrong: as it was before where there is that; null where that makes no whole. */
export function soundPart(
  given: Values,
  wrong: ReadonlySet<string>,
  { id, before = {} }: { readonly id: string; readonly before?: Values },
): BotConfig | null {
  const right = Object.entries(given).filter(([name]) => !wrong.has(name));
  const was = Object.entries(before).filter(([name]) => wrong.has(name));
  try {
    return configOf({ ...STAND_INS, ...Object.fromEntries([...right, ...was]), id }, 'request');
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** What its venue does not take of it; nothing of what a stand-in brought about. */
export async function mistakesOfSound(
  data: string,
  config: BotConfig,
  wrong: ReadonlySet<string>,
): Promise<FlotillaError[]> {
  if (wrong.has('venue') || wrong.has('key')) return [];
  const mistakes = wrong.has('symbol')
    ? await checkKey(data, config).then(
        () => [],
        (error: unknown) => [mistakeOf(error)],
      )
    : await venueMistakes(data, config);
  return mistakes.filter(({ field = '' }) => {
    const [part = ''] = field.split('.');
    return !wrong.has(part) && (part !== 'plan' || !wrong.has('budget'));
  });
}

/** A user's mistake; anything else goes on as it is. */
export function mistakeOf(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  throw error;
}
