import type { BotView } from '../../bot/files/view.js';
import { calmFinding } from './calm.js';
import type { Finding } from './finding.js';
import { heldFindings } from './held.js';
import { moneyFindings } from './money.js';
import { processFindings } from './process.js';
import { protectionFindings } from './protection.js';
import { staleFinding } from './stale.js';

/** What of a bot is out of order or held back, the gravest first; nothing where it does as it should. */
export function hindrances(bot: BotView, now: number): Finding[] {
  const found = [
    ...processFindings(bot),
    ...protectionFindings(bot, now),
    ...moneyFindings(bot),
    ...staleFinding(bot, now),
    ...heldFindings(bot, now),
  ];
  const [act, held] = [found.filter(isAct), found.filter((each) => !isAct(each))];
  return [...(act.length > 0 ? act : trouble(bot)), ...held];
}

const isAct = ({ weight }: Finding): boolean => weight === 'act';

/** What its files or its process complain of, and nothing above has named. */
function trouble({ errors, id, holdUps }: BotView): Finding[] {
  const [sentence] = errors;
  if (sentence === undefined) return [];
  const link = { href: `/bots/${id}#log`, text: 'Log' };
  return [
    { code: 'trouble', weight: 'act', since: holdUps?.said?.since ?? null, sentence, numbers: [], link },
  ];
}

/** Why a bot is not trading, or not selling: what hinders it, and else what it waits for. */
export function judge(bot: BotView, now: number): Finding[] {
  const found = hindrances(bot, now);
  return found.length > 0 ? found : [calmFinding(bot)];
}

/** A look counts for so long where nothing of the bot changes: a little more than it takes `WhySince` to come round. */
const KEPT_MS = 2_500;

/** The last look at each view, and what was found. */
const looks = new WeakMap<BotView, { readonly now: number; readonly found: readonly Finding[] }>();

/** As `hindrances`, from a look of the last moments if there was one: every page asks for those of every bot. */
export function lookedAt(bot: BotView, now: number): readonly Finding[] {
  const last = looks.get(bot);
  return last !== undefined && Math.abs(now - last.now) < KEPT_MS ? last.found : look(bot, now);
}

/** A look at it now. */
export function look(bot: BotView, now: number): readonly Finding[] {
  const found = hindrances(bot, now);
  looks.set(bot, { now, found });
  return found;
}

/** The gravest of what somebody must do about it; none where nobody must. */
export function needsYou(bot: BotView, now: number): Finding | undefined {
  return lookedAt(bot, now).find(isAct);
}

/** How many bots do not do what their owner might expect: those that wait as they should do not count. */
export function whyCount(bots: readonly BotView[], now: number): number {
  return bots.reduce((count, bot) => (lookedAt(bot, now).length > 0 ? count + 1 : count), 0);
}
