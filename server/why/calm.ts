import { dec, rounded } from '../../core/decimal.js';
import type { BotView } from '../../bot/files/view.js';
import { settingLink, type Figure, type Finding, type Link } from './finding.js';
import { indicators } from './held.js';

/** What a bot waits for that does as it should: its signal, its target, its user. */
export function calmFinding(bot: BotView): Finding {
  const { desired, actual, phase } = bot;
  if (desired === 'stopped' || actual === 'stopped') return stopped(bot);
  if (phase === 'flat') return signal(bot);
  if (phase === 'holding') return target(bot);
  return acting(bot);
}

const calm = (finding: Omit<Finding, 'weight'>): Finding => ({ weight: 'calm', ...finding });

function stopped({ id, tradeCount, holdUps }: BotView): Finding {
  const never = holdUps === undefined && tradeCount === 0;
  return calm({
    code: never ? 'new' : 'stopped',
    since: holdUps?.said?.phase === 'stopped' ? holdUps.said.since : null,
    sentence: never ? 'It was never started.' : 'It is stopped and holds nothing.',
    numbers: [],
    link: { href: `/bots/${id}`, text: 'Start' },
  });
}

/** The parameter that a signal's entry turns on most. */
const DECIDES: Readonly<Record<string, readonly [path: string, text: string]>> = {
  rsi: ['signal.buyBelow', 'RSI to buy'],
  'rsi-macd-bollinger': ['signal.votes', 'Votes needed'],
  simple: ['signal.rsiLevel', 'RSI level'],
};

function signal(bot: BotView): Finding {
  const { id, waitingFor, lastDecision, trades, plan } = bot;
  const follows = plan === 'follow';
  const [path, text] = (follows ? ['plan.answers', 'Answers'] : DECIDES[bot.signal]) ?? [
    'signal.name',
    'Signal',
  ];
  return calm({
    code: follows ? 'follows' : 'signal',
    since: liveTime(bot, trades.at(-1)?.time ?? null),
    sentence: `It waits: ${waitingFor ?? 'it has not said yet'}.`,
    numbers: lastDecision === null ? [] : indicators(lastDecision),
    link: settingLink(id, path, text),
  });
}

/** Trades carry market time, which in a replay is not that of the wall. */
function liveTime({ lastActivity }: BotView, time: number | null): number | null {
  if (time === null || lastActivity === null) return null;
  return time > lastActivity - LIVE_WITHIN_MS && time <= lastActivity + MINUTE_MS ? time : null;
}

const MINUTE_MS = 60_000;
const LIVE_WITHIN_MS = 60 * 86_400_000;

function target(bot: BotView): Finding {
  const { id, waitingFor, nextExits, price, position, quote, trades } = bot;
  const at = nextExits?.target ?? null;
  const stop = nextExits?.stop?.price ?? null;
  return calm({
    code: 'target',
    since: liveTime(bot, trades.findLast(({ side }) => side === 'BUY')?.time ?? null),
    sentence: `It holds and waits: ${waitingFor ?? 'it has not said yet'}.`,
    numbers: [
      ...(price === null ? [] : [{ name: 'price', value: `${price} ${quote}` }]),
      ...away('to the target', price, at),
      ...away('to the stop', price, stop),
      ...(position.averagePrice === null
        ? []
        : [{ name: 'bought at', value: `${rounded(position.averagePrice, bot.pricePrecision)} ${quote}` }]),
    ],
    link:
      at === null && stop !== null ? settingLink(id, 'plan.stopLossPercent', 'Stop loss') : targetLink(bot),
  });
}

function targetLink({ id, plan }: BotView): Link {
  if (plan === 'ladder') return settingLink(id, 'plan.steps', 'Steps');
  if (plan === 'follow') return settingLink(id, 'plan.sellAbovePercent', 'Sell above');
  return settingLink(id, 'plan.takeProfitPercent', 'Take profit');
}

/** How far the price has to go, in per cent of it. */
function away(name: string, price: string | null, to: string | null): Figure[] {
  if (price === null || to === null || dec(price).lte(0)) return [];
  const percent = rounded(dec(to).minus(price).times(100).div(price), 2);
  return [{ name, value: `${percent.startsWith('-') ? percent.replace('-', '−') : `+${percent}`} %` }];
}

function acting({ id, phase, waitingFor }: BotView): Finding {
  return calm({
    code: phase,
    since: null,
    sentence: `It is ${waitingFor ?? (phase === 'entering' ? 'buying' : 'selling')}.`,
    numbers: [],
    link: { href: `/bots/${id}#orders`, text: 'Open orders' },
  });
}
