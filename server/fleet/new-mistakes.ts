import { ConfigError, configOf, isBotId, type BotConfig } from '../../bot/config.js';
import { refuseExisting } from './existing.js';
import { configInvalid, FlotillaError, idInvalid } from './errors.js';
import { checkKey, venueMistakes } from './venue-check.js';

/** Take the place of what is wrong, so that the rest can be asked about. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  signal: { name: 'manual' },
  plan: { name: 'single' },
};

/**
 * All that is wrong with the config of a bot that is to be made, in one round: BOT_ID_INVALID, CONFIG_INVALID, BOT_EXISTS
 * and what its venue does not take. What follows from another mistake is not said.
 */
export async function newMistakes(data: string, input: unknown): Promise<FlotillaError[]> {
  const given = Object(input) as Readonly<Record<string, unknown>>;
  const { id } = given;
  const found = isBotId(id) ? [] : [idInvalid(id)];
  const problems = problemsOf(input).filter(({ path }) => found.length === 0 || path !== 'id');
  if (problems.length > 0) found.push(configInvalid(new ConfigError(problems)));
  const wrong = new Set(problems.map(({ path }) => path.split('.')[0] ?? ''));
  if (isBotId(id)) await refuseExisting(data, id).catch((error: unknown) => found.push(own(error)));
  const config = soundPart(given, wrong);
  return config === null ? found : [...found, ...(await ofVenue(data, config, wrong))];
}

function problemsOf(input: unknown): ConfigError['problems'] {
  try {
    configOf(input, 'request');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** What is right, and stand-ins for what is not; null where that makes no whole. */
function soundPart(given: Readonly<Record<string, unknown>>, wrong: ReadonlySet<string>): BotConfig | null {
  const right = Object.entries(given).filter(([name]) => !wrong.has(name));
  try {
    return configOf({ ...STAND_INS, ...Object.fromEntries(right), id: 'new' }, 'request');
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** Nothing of what a stand-in brought about. */
async function ofVenue(
  data: string,
  config: BotConfig,
  wrong: ReadonlySet<string>,
): Promise<FlotillaError[]> {
  if (wrong.has('venue') || wrong.has('key')) return [];
  if (wrong.has('symbol'))
    return checkKey(data, config).then(
      () => [],
      (error: unknown) => [own(error)],
    );
  const mistakes = await venueMistakes(data, config);
  return mistakes.filter(({ field = '' }) => {
    const [part = ''] = field.split('.');
    return !wrong.has(part) && (part !== 'plan' || !wrong.has('budget'));
  });
}

/** A user's mistake; anything else goes on as it is. */
function own(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  throw error;
}
