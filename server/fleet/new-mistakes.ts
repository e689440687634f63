import { ConfigError, configOf, isBotId } from '../../bot/config.js';
import { refuseExisting } from './existing.js';
import { configInvalid, idInvalid, type FlotillaError } from './errors.js';
import { mistakeOf, mistakesOfSound, partsOf, soundPart } from './sound-part.js';

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
  const wrong = partsOf(problems);
  if (isBotId(id)) await refuseExisting(data, id).catch((error: unknown) => found.push(mistakeOf(error)));
  const config = soundPart(given, wrong, { id: 'new' });
  return config === null ? found : [...found, ...(await mistakesOfSound(data, config, wrong))];
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
