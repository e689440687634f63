import type { BotView } from '../../bot/files/view.js';
import { isBotId } from '../../bot/config.js';
import { isOn, needsEdit } from '../../views/state.js';
import type { Who } from '../auth/context.js';
import type { ServerDeps } from '../deps.js';
import { readConfigText, type ConfigEdit } from '../fleet/configs.js';
import { FlotillaError } from '../fleet/errors.js';
import { cloneIds } from './clone-ids.js';
import { atOnce } from './at-once.js';
import type { Item, Wish } from './wish.js';

type Deps = Pick<ServerDeps, 'data' | 'store' | 'owners' | 'fleet'>;

const AT_ONCE = 8;

/** What the wish would do to each of its bots; nothing is changed. Bots that `who` may not see do not exist. */
export async function prepare(deps: Deps, who: Who, wish: Wish): Promise<readonly Item[]> {
  const ids = [...new Set(wish.ids)];
  const taken = new Set(deps.store.all().map(({ id }) => id));
  return atOnce(AT_ONCE, ids, async (id) => {
    const bot = isBotId(id) ? await deps.store.fresh(id) : undefined;
    if (bot === undefined)
      return { id, name: id, outcome: 'refused', message: `There is no bot "${id.slice(0, 60)}".` };
    if (deps.owners.access(who, id) !== 'own')
      return refused(bot, `${id} is shared with you to look at; only its owner or an admin can change it.`);
    return one(deps, wish, bot, taken);
  });
}

const would = (bot: BotView, message: string, more: Partial<Item> = {}): Item => ({
  id: bot.id,
  name: bot.name,
  outcome: 'would',
  message,
  ...more,
});
const skipped = ({ id, name }: BotView, message: string): Item => ({ id, name, outcome: 'skipped', message });
const refused = ({ id, name }: BotView, message: string): Item => ({ id, name, outcome: 'refused', message });

function one(deps: Deps, wish: Wish, bot: BotView, taken: Set<string>): Item | Promise<Item> {
  switch (wish.action) {
    case 'start':
      return start(wish, bot);
    case 'stop':
      return isOn(bot) || bot.actual !== 'stopped'
        ? would(bot, 'is stopped')
        : skipped(bot, 'is stopped already');
    case 'pause':
      if (bot.paused) return skipped(bot, 'is paused already');
      return isOn(bot) ? would(bot, 'buys nothing until it is resumed') : skipped(bot, 'does not run');
    case 'resume':
      return bot.paused ? would(bot, 'may buy again') : skipped(bot, 'is not paused');
    case 'tag':
    case 'untag':
      return tagged(deps, wish, bot);
    case 'edit':
      return edited(deps, wish, bot);
    case 'clone':
      return copied(wish, bot, taken);
    case 'delete':
      return would(bot, isOn(bot) ? 'is stopped and deleted' : 'is deleted');
  }
}

function start({ realMoney = false }: Wish, bot: BotView): Item {
  if (isOn(bot)) return skipped(bot, 'runs already');
  if (needsEdit(bot)) return refused(bot, bot.errors[0] ?? 'Its settings keep it from starting.');
  if (bot.venue !== 'binance') return would(bot, `is started on ${bot.venue}`);
  if (realMoney)
    return would(bot, `trades real money, up to ${bot.budget} ${bot.quote}`, { asksPassword: true });
  return refused(bot, 'It trades real money: say so (realMoney), having given your password just now.');
}

function tagged(deps: Deps, { action, tag = '' }: Wish, bot: BotView): Item | Promise<Item> {
  const has = bot.tags.includes(tag);
  if (action === 'tag' && has) return skipped(bot, `has the tag "${tag}" already`);
  if (action === 'untag' && !has) return skipped(bot, `has no tag "${tag}"`);
  const value = action === 'tag' ? [...bot.tags, tag] : bot.tags.filter((each) => each !== tag);
  return checked(deps, bot, { changes: [{ path: 'tags', value }] });
}

function edited(deps: Deps, { edit = {}, of }: Wish, bot: BotView): Item | Promise<Item> {
  if (of !== undefined && bot[of.part] !== of.name)
    return skipped(bot, `has the ${of.part} ${bot[of.part]}, not ${of.name}`);
  return checked(deps, bot, edit);
}

async function checked(deps: Deps, bot: BotView, edit: ConfigEdit): Promise<Item> {
  try {
    const before = await readConfigText(deps.data, bot.id);
    const seen: ConfigEdit = { ...edit, seen: before };
    const { changes, now, nextCycle, appliesTo, movesOrders, asksPassword } = await deps.fleet.previewEdit(
      bot.id,
      seen,
    );
    if (changes.length === 0) return skipped(bot, 'says so already');
    const words = changes.map(({ path, before: old, after }) => `${path}: ${old ?? '—'} → ${after ?? '—'}`);
    const effects = appliesTo === 'now' ? now : nextCycle;
    const message = `${words.join('; ')}. ${effects.join(' ')}`.trim();
    return would(bot, message, { edit: { edit: seen, before }, movesOrders, asksPassword });
  } catch (error) {
    if (error instanceof FlotillaError && error.httpStatus < 500) return refused(bot, inFile(error.message));
    throw error;
  }
}

/** `/data/bots/a/config.json:3:16: …` without what its reader knows. */
const inFile = (message: string): string => message.replace(/^.*?([^/\\]+\.json:\d+:\d+)/, '$1');

function copied({ symbols }: Wish, bot: BotView, taken: Set<string>): Item {
  if (bot.symbol === '') return refused(bot, 'Its settings are not valid, so there is nothing to copy.');
  const copies = cloneIds(bot, symbols, taken);
  const words = copies.map(({ id, symbol = bot.symbol }) => `${id} on ${symbol}`);
  return would(bot, `makes ${words.join(', ')}`, { copies });
}
