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

/** How many bots do not do what their owner might expect: those that wait as they should do not count. */
export function whyCount(bots: readonly BotView[], now: number): number {
  if (bots === last.bots && now - last.now < KEPT_MS && now >= last.now) return last.count;
  const count = bots.filter((bot) => hindrances(bot, now).length > 0).length;
  last = { bots, now, count };
  return count;
}

/** Every page shows the count: the same bots are judged once a second. */
const KEPT_MS = 1_000;
let last: { readonly bots: readonly BotView[] | null; readonly now: number; readonly count: number } = {
  bots: null,
  now: 0,
  count: 0,
};
