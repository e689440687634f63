import { listBotIds } from '../bot/files/folder.js';
import { loadBotView } from '../bot/files/load.js';
import type { BotView } from '../bot/files/view.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { withAssets } from '../server/store/overlay.js';

const READ_AT_ONCE = 16;

/** Bots as their files tell them, whatever runs; all of them, or the one named. Errors: BOT_NOT_FOUND. */
export async function botsOnDisk(data: string, named?: string): Promise<BotView[]> {
  const ids = await listBotIds(data);
  if (named !== undefined && !ids.includes(named))
    throw new FlotillaError('BOT_NOT_FOUND', `There is no bot "${named}" in ${data}. See flotilla bot list.`);
  const wanted = named === undefined ? ids : [named];
  const bots: BotView[] = [];
  for (let at = 0; at < wanted.length; at += READ_AT_ONCE) {
    const some = wanted.slice(at, at + READ_AT_ONCE).map((id) => loadBotView(data, id, null, null));
    for (const bot of await Promise.all(some)) bots.push(withAssets(bot, undefined));
  }
  return bots;
}
