import { parseConfig, type BotConfig } from '../../bot/config.js';
import { settingsOf } from '../../bot/config/settings.js';
import { answerWords } from '../../bot/files/answers.js';
import { botFolder } from '../../bot/files/folder.js';
import { restore } from '../../bot/files/restore.js';
import { moveRefused } from '../../core/move.js';
import type { BotState, Settings } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import { FlotillaError } from './errors.js';
import { quoteOf } from './venue-check.js';

/**
 * A bot that has run may go on with another symbol or on another account, unless what it holds forbids that. The bot
 * itself asks again when it reads the file. Errors: CONFIG_INVALID.
 */
export async function refuseMove(data: string, present: string, wanted: BotConfig): Promise<void> {
  const folder = botFolder(data, wanted.id);
  const before = parsed(present, folder.config, wanted.id);
  const field = (['symbol', 'venue', 'key'] as const).find(
    (key) => before !== null && before[key] !== wanted[key],
  );
  if (before === null || field === undefined) return;
  const state = (await restore(folder, planNamed).catch(() => null))?.state ?? null;
  if (state === null) return;
  const refused = moveRefused(planNamed, state, await settingsThere(data, state, wanted));
  if (refused === null) return;
  throw new FlotillaError('CONFIG_INVALID', `${field}: ${answerWords(refused.code, refused.values)}.`, {
    field,
  });
}

/** As far as a move goes: which symbol, which quote asset, which account. */
async function settingsThere(data: string, { settings }: BotState, wanted: BotConfig): Promise<Settings> {
  const { instrument } = settings;
  const quote = (await quoteOf(data, wanted)) ?? instrument.quote;
  return settingsOf(wanted, { ...instrument, quote });
}

/** Null where the text is wrong: then the bot itself watches over its books. */
function parsed(text: string, file: string, id: string): BotConfig | null {
  try {
    return parseConfig(text, file, { id });
  } catch {
    return null;
  }
}
