import type { BotView } from '../../bot/files/view.js';
import type { CapView } from '../../bot/files/caps-view.js';
import { rounded } from '../../core/decimal.js';
import { settingLink, type Finding } from './finding.js';

/** Books that differ, money that is not set aside, caps that are reached, what cannot be recorded. */
export function moneyFindings(bot: BotView): Finding[] {
  return [...difference(bot), ...reservation(bot), ...caps(bot), ...unrecorded(bot)];
}

function difference({ difference: found, id }: BotView): Finding[] {
  if (found === null) return [];
  const ignored = found.ignored;
  return [
    {
      code: ignored ? 'difference-ignored' : 'diverged',
      weight: ignored ? 'held' : 'act',
      since: found.since,
      sentence: ignored
        ? `${found.message} You ignore it: it sells only what the account has.`
        : `${found.message} Nothing is bought until it is explained: bring them back, adopt it or ignore it.`,
      numbers: found.shortages.map(({ asset, missing }) => ({
        name: 'missing',
        value: `${missing} ${asset}`,
      })),
      link: { href: `/bots/${id}#bot-header`, text: 'Review the difference' },
    },
  ];
}

function reservation({ reservation: given, id, budget, quote }: BotView): Finding[] {
  if (given == null || given.denied === null) return [];
  const none = given.amount === null || given.buys === false;
  const byCap = /\bcap on\b/.test(given.denied);
  return [
    {
      code: none ? 'unreserved' : 'partly-reserved',
      weight: none ? 'act' : 'held',
      since: null,
      sentence: none
        ? `It buys nothing: ${lower(given.denied)}`
        : `It works with less than it asked for: ${lower(given.denied)}`,
      numbers: [
        { name: 'set aside', value: `${rounded(given.amount ?? '0', 2)} ${quote}` },
        { name: 'budget', value: `${budget} ${quote}` },
      ],
      link: byCap ? { href: '/caps', text: 'Caps' } : settingLink(id, 'budget', 'Budget'),
    },
  ];
}

const CAPS = {
  'daily-loss': ['maxDailyLossPercent', 'Daily loss limit', 'loss today'],
  drawdown: ['maxDrawdownPercent', 'Drawdown limit', 'below its highest'],
  'orders-per-hour': ['maxOrdersPerHour', 'Entries per hour', 'entries within an hour'],
} as const;

function caps({ caps: all = [], id, holdUps, lastActivity }: BotView): Finding[] {
  return all.flatMap((cap): Finding[] => {
    if (!cap.reached || cap.name === 'budget') return [];
    const [setting, title, label] = CAPS[cap.name];
    const at = cap.name === 'drawdown' ? (holdUps?.drawdownAt ?? null) : null;
    return [
      {
        code: cap.name,
        weight: cap.name === 'drawdown' ? 'act' : 'held',
        // Market time, which in a replay is not that of the wall.
        since: at !== null && lastActivity !== null && at > lastActivity - MARKET_LIVE_MS ? at : null,
        sentence: `It ${cap.words ?? 'buys nothing: a limit is reached'}.`,
        numbers: [
          { name: label, value: withUnit(cap, cap.used) },
          { name: 'limit', value: withUnit(cap, cap.limit) },
        ],
        link: settingLink(id, `risk.${setting}`, title),
      },
    ];
  });
}

const MARKET_LIVE_MS = 90 * 86_400_000;

const withUnit = ({ unit }: CapView, amount: string): string =>
  unit === 'entries' ? amount : `${amount} ${unit}`;

function unrecorded({ holdUps, id }: BotView): Finding[] {
  const sentence = holdUps?.unrecorded ?? null;
  if (sentence === null) return [];
  const link = { href: `/bots/${id}#log`, text: 'Log' };
  return [{ code: 'unrecorded', weight: 'act', since: null, sentence, numbers: [], link }];
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
