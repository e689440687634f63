/** Why bots do what they do, or do not, for people at a terminal: the same judgement as the page's. */
import type { BotView, DecisionView } from '../bot/files/view.js';
import type { SeenFinding, WhyBot } from '../views/why-model.js';
import { duration } from '../views/time.js';
import { clock } from './bot-views.js';
import { table } from './output.js';

/** What came of a decision, in the words of the dashboard. */
function deedWords({ verdict, outcome }: Pick<DecisionView, 'verdict' | 'outcome'>): string {
  if (outcome === 'enters') return 'buy';
  if (outcome === 'exits') return 'sell';
  const aside = ASIDES[`${verdict} ${outcome}`];
  return aside === undefined ? 'wait' : `wait (${aside})`;
}

const ASIDES: Readonly<Record<string, string>> = {
  'enter holds': 'already holding',
  'exit waits': 'nothing to sell',
  'exit entering': 'buy under way',
  'exit exiting': 'already selling',
};

/** What keeps it from acting, its last decisions, and what it waits for now. */
export function whyWords(
  bot: BotView,
  findings: readonly SeenFinding[],
  decisions: readonly Pick<DecisionView, 'time' | 'verdict' | 'outcome' | 'reasoning'>[],
): string {
  const rows = decisions.map((decision) => [clock(decision.time), deedWords(decision), decision.reasoning]);
  const past = rows.length > 0 ? table(rows) : `${bot.id} has not decided anything yet.`;
  const now =
    bot.actual === 'stopped' ? 'It is stopped.' : `Now: ${bot.waitingFor ?? 'it has not said yet'}.`;
  const hinders = findings.filter(({ weight }) => weight !== 'calm').map(findingWords);
  const resume = bot.paused ? [`flotilla bot resume ${bot.id} ends the pause.`] : [];
  return [past, now, ...hinders, ...resume].join('\n');
}

/** Every bot that needs its user or is held back. */
export function whyAllWords(bots: readonly WhyBot[]): string {
  if (bots.length === 0) return 'No bot needs you, and none is held back.';
  return bots
    .map(({ id, findings }) => [id, ...findings.map((each) => `  ${findingWords(each)}`)].join('\n'))
    .join('\n');
}

const MARKS = { act: 'NEEDS YOU  ', held: 'held back  ', calm: '' } as const;

/** `held back  It has lost 5.2 % … (loss today 5.2 %, limit 5 %; for 3 h)`. */
function findingWords({ weight, sentence, numbers, since, atLeast }: SeenFinding): string {
  const figures = numbers.map(({ name, value }) => `${name} ${value}`).join(', ');
  const long = since === null ? '' : `for ${atLeast ? 'at least ' : ''}${duration(Date.now() - since)}`;
  const aside = [figures, long].filter(Boolean).join('; ');
  return `${MARKS[weight]}${sentence}${aside === '' ? '' : ` (${aside})`}`;
}
