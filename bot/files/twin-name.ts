import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { accountOf } from '../config/account.js';

/**
 * What a process that trades as the bot of this tag holds among all of its machine: of a bot and its copied folder only
 * one may. An account on paper belongs to its data folder. `folder`: the bot's, which is there.
 */
export async function twinName(
  tag: string,
  folder: string,
  bot: Parameters<typeof accountOf>[0],
): Promise<string> {
  const account = accountOf(bot);
  const where = bot.venue === 'paper' ? `${account} of ${await realpath(dirname(folder))}` : account;
  return `bot ${tag} on ${where}`;
}
