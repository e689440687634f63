import { dec } from '../../core/decimal.js';
import type { BotView } from '../../bot/files/view.js';
import { settingLink, type Finding } from './finding.js';

const holds = ({ phase, position }: BotView): boolean => phase !== 'flat' && dec(position.quantity).gt(0);

/** What it holds, and whether that can leave. */
export function protectionFindings(bot: BotView, now: number): Finding[] {
  const { id, holdUps, desired, actual } = bot;
  const found: Finding[] = [];
  const { unprotected = null, leftBare = null, backOff = [] } = holdUps ?? {};
  if (unprotected !== null)
    found.push({
      code: 'unprotected',
      weight: 'act',
      since: unprotected.since,
      sentence: unprotected.sentence,
      numbers: held(bot),
      link: settingLink(id, 'plan.stopLossPercent', 'Stop loss'),
    });
  if (leftBare !== null)
    found.push({
      code: 'protection-left',
      weight: 'act',
      since: null,
      sentence: leftBare,
      numbers: held(bot),
      link: settingLink(id, 'protectionCancelled', 'When protection is cancelled by hand'),
    });
  const refused = backOff.find(({ side, until }) => side === 'SELL' && until > now);
  if (refused !== undefined)
    found.push({
      code: 'refused-sell',
      weight: 'act',
      since: null,
      sentence: `The exchange refused to sell or to protect (${refused.code}), ${times(refused.failures)}; it tries again by itself.`,
      numbers: [...held(bot), { name: 'refusals', value: String(refused.failures) }],
      link: { href: `/bots/${id}#orders`, text: 'Open orders' },
    });
  if (desired === 'stopped' && actual === 'stopped' && holds(bot)) found.push(stopped(bot));
  return found;
}

function stopped(bot: BotView): Finding {
  const { holdUps, id } = bot;
  const safe = holdUps?.protected ?? false;
  return {
    code: safe ? 'stopped-holding' : 'stopped-unprotected',
    weight: safe ? 'held' : 'act',
    since: holdUps?.said?.phase === 'stopped' ? holdUps.said.since : null,
    sentence: safe
      ? 'It is stopped and holds a position. Its protection rests on the exchange; nothing else sells until it is started.'
      : 'It is stopped and holds a position that nothing protects: start it, or sell by hand.',
    numbers: held(bot),
    link: { href: `/bots/${id}`, text: 'Start' },
  };
}

function held({ position, base, quote }: BotView): Finding['numbers'] {
  const { quantity, averagePrice } = position;
  return [
    { name: 'holds', value: `${quantity} ${base}` },
    ...(averagePrice === null ? [] : [{ name: 'bought at', value: `${averagePrice} ${quote}` }]),
  ];
}

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times in a row`);
