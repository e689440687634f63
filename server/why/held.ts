import type { BotView, DecisionView } from '../../bot/files/view.js';
import { outcomeWords } from '../../bot/files/words.js';
import { settingLink, type Figure, type Finding, type Link } from './finding.js';
import { times } from './protection.js';

/** What keeps a bot that runs from buying or selling, and passes by itself or by its user's word. */
export function heldFindings(bot: BotView, now: number): Finding[] {
  const waiting = waitingCommands(bot);
  if (bot.desired !== 'running' || bot.actual === 'stopped') return waiting;
  return [
    ...halted(bot),
    ...paused(bot),
    ...dryRun(bot),
    ...recovering(bot),
    ...refused(bot, now),
    ...denied(bot),
    ...unsettled(bot),
    ...unheeded(bot),
    ...waiting,
  ];
}

type Given = Omit<Finding, 'weight' | 'numbers' | 'since'> & Partial<Pick<Finding, 'numbers' | 'since'>>;
const held = (finding: Given): Finding[] => [{ weight: 'held', numbers: [], since: null, ...finding }];

const page = (id: string, text: string): Link => ({ href: `/bots/${id}`, text });

function halted({ halted: market, fleetHalted, symbol, id, holdUps }: BotView): Finding[] {
  const market_ =
    market === null
      ? []
      : held({
          code: 'market-halted',
          since: market.since,
          sentence: `The market of ${symbol} is halted; it waits and goes on by itself.`,
          link: settingLink(id, 'symbol', 'Symbol'),
        });
  if (!fleetHalted) return market_;
  return [
    ...market_,
    ...held({
      code: 'fleet-halted',
      since: holdUps?.haltedSince || null,
      sentence: 'The fleet is halted: it buys nothing until that is ended; exits and protection go on.',
      link: { href: '/resume', text: 'End the halt' },
    }),
  ];
}

function paused({ paused: isPaused, commands, id }: BotView): Finding[] {
  if (!isPaused) return [];
  const command = commands.findLast(({ name, done }) => name === 'pause' && done);
  return held({
    code: 'paused',
    since: command?.at ?? null,
    sentence: 'Its entries are paused: it buys nothing until you resume it; exits and protection go on.',
    link: page(id, 'Resume'),
  });
}

function dryRun({ dryRun: isDry, id }: BotView): Finding[] {
  if (!isDry) return [];
  return held({
    code: 'dry-run',
    sentence: 'It decides and records, but sends no order: it is set to a dry run.',
    link: settingLink(id, 'dryRun', 'Dry run'),
  });
}

function recovering({ reconciled, actual, difference, holdUps, id }: BotView): Finding[] {
  if (reconciled || actual !== 'online' || (difference !== null && !difference.ignored)) return [];
  if ((holdUps?.refusal ?? null) !== null) return [];
  return held({
    code: 'recovering',
    since: holdUps?.said?.since ?? null,
    sentence: 'It compares its books with the exchange, and does not buy before that is done.',
    link: { href: `/bots/${id}#log`, text: 'Log' },
  });
}

function refused({ holdUps, id }: BotView, now: number): Finding[] {
  const waits = holdUps?.backOff.find(({ side, until }) => side === 'BUY' && until > now);
  if (waits === undefined) return [];
  const { failures, code, until } = waits;
  const funds = code === 'funds';
  return held({
    code: 'refused-buy',
    sentence: funds
      ? 'The exchange refused to buy for want of money; it looks again when there is more.'
      : `The exchange refused to buy (${code}), ${times(failures)}; it tries again by itself.`,
    numbers: [
      { name: 'refusals', value: String(failures) },
      { name: 'tries again in', value: `${Math.ceil((until - now) / 1_000)} s` },
    ],
    link: funds ? { href: '/account', text: 'Account' } : { href: `/bots/${id}#log`, text: 'Log' },
  });
}

/** Where each of a plan's or the core's denials is decided; the others have findings of their own. */
const DENIED: Readonly<Record<string, readonly [path: string, text: string] | null>> = {
  full: ['plan.maxBatches', 'Batches at once'],
  'too-soon': ['plan.klinesBetweenBatches', 'Klines between batches'],
  'stopped-out': ['plan.restartAfterStop', 'Restart after a stop loss'],
  'above-start': ['plan.maxAbovePercent', 'At most above'],
  'below-stop': ['plan.stopLossPercent', 'Stop loss'],
  uncovered: ['budget', 'Budget'],
  'too-small': ['budget', 'Budget'],
  missed: ['interval', 'Interval'],
};

/** Its signal said buy, and it did not. */
function denied({ lastDecision, id, price, quote }: BotView): Finding[] {
  if (lastDecision === null || lastDecision.verdict !== 'enter') return [];
  const { outcome, block, reasoning } = lastDecision;
  const where = DENIED[outcome];
  if (where == null) return [];
  return held({
    code: outcome,
    sentence: `Its signal says buy (${signalPart(reasoning)}), but it ${outcomeWords(outcome, block)}.`,
    numbers: [
      ...indicators(lastDecision),
      ...(price === null ? [] : [{ name: 'price', value: `${price} ${quote}` }]),
    ],
    link: settingLink(id, ...where),
  });
}

/** What the signal said, without what came of it. */
const signalPart = (reasoning: string): string => reasoning.split(', but it ')[0] ?? reasoning;

/** Four significant digits are what an indicator is read at. */
export function indicators({ indicators: all }: DecisionView): Figure[] {
  return Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: String(Number(value.toPrecision(6))) }],
  );
}

function unsettled({ openOrders, id }: BotView): Finding[] {
  const asked = openOrders.filter(({ status }) => status === 'unresolved');
  if (asked.length === 0) return [];
  return held({
    code: 'unresolved',
    sentence: `The exchange has not said what became of ${asked.length === 1 ? 'an order' : `${asked.length} orders`}: it asks until it knows, and sends nothing twice.`,
    numbers: asked.map(({ slot, side, quantity }) => ({ name: slot, value: `${side} ${quantity}` })),
    link: { href: `/bots/${id}#orders`, text: 'Open orders' },
  });
}

/** Its signal says sell, and its plan does not listen. */
function unheeded({ lastDecision, holdUps, id, phase, plan }: BotView): Finding[] {
  if (phase !== 'holding' || lastDecision?.verdict !== 'exit' || lastDecision.outcome !== 'holds') return [];
  if (holdUps?.heedsExit !== false) return [];
  return held({
    code: 'exit-unheeded',
    sentence: `Its signal says sell (${signalPart(lastDecision.reasoning)}), but its plan sells only at its target or stop.`,
    numbers: indicators(lastDecision),
    link:
      plan === 'ladder' || plan === 'martingale'
        ? settingLink(id, 'plan.exitOnSignal', 'Exit on the signal')
        : settingLink(id, 'plan.name', 'Plan'),
  });
}

function waitingCommands({ waitingCommands: names, id }: BotView): Finding[] {
  if (names.length === 0) return [];
  return held({
    code: 'command-waits',
    sentence: `${names.join(', ')} ${names.length === 1 ? 'waits' : 'wait'} to be done: it does so when it runs.`,
    link: page(id, 'Start'),
  });
}
