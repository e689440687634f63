/**
 * A bot's folder, or the whole data folder, may be copied, by a backup or to try something on: the two then know each
 * other's orders as their own, and would spend the same money twice and book each fill twice. Of two such processes on
 * one machine only the first trades. On paper a copied data folder has an exchange of its own.
 */
import { acquireName, LockedError, type Lock } from '../exchange/lock.js';
import { accountOf, type BotConfig } from './config.js';
import { twinName } from './files/twin-name.js';
import { Refusal } from './refusal.js';

/**
 * `tag`: what the bot's orders are known by. `folder`: the bot's. Null where no twin can be known. Errors: `Refusal`
 * while another process trades on that account as this bot.
 */
export async function tradeAlone(
  tag: string,
  folder: string,
  config: Pick<BotConfig, 'id' | 'venue' | 'key'>,
): Promise<Lock | null> {
  const account = accountOf(config);
  try {
    return await acquireName(await twinName(tag, folder, config), `bot ${config.id} in ${folder}`);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { pid, purpose } = error.holder ?? {};
    const who = pid === undefined ? 'Another process' : `Process ${pid} (${purpose})`;
    throw new Refusal(
      `${who} trades on ${account} as this bot already: one of the two folders is a copy of the other, and both would spend the same money. Stop that bot and start this one again, or delete the copy; flotilla bot clone makes another bot with the same settings.`,
    );
  }
}
