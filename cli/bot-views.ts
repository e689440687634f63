import { dec, rounded } from '../core/decimal.js';
import { grouped } from '../bot/files/words.js';
import type { BotView, LogLine } from '../bot/files/view.js';
import { printable } from '../bot/output.js';
import { isApart } from '../views/clocks.js';
import { hasDust, TRADES_ON, tradesOn } from '../views/state.js';
import type { PlanProgress } from '../core/strategy.js';
import { table } from './output.js';

/** `2024-03-07 14:05:00`, UTC. */
export const clock = (time: number | null): string =>
  time === null ? '–' : new Date(time).toISOString().replace('T', ' ').slice(0, 19);

const money = (amount: string | null): string => (amount === null ? '–' : grouped(rounded(amount, 2)));

/** Where a market has a clock of its own: what the times of a log are. Null where there is only one time. */
export function clockWords(bot: BotView): string | null {
  if (!isApart(bot) || bot.lastDecision === null) return null;
  return `The times are UTC, on the wall; the market’s own clock was at ${clock(bot.lastDecision.time)} when ${bot.id} last decided.`;
}

/** All bots, one line each. */
export function listWords(bots: readonly BotView[]): string {
  if (bots.length === 0) return 'No bots yet. Make one with flotilla bot create, or in the dashboard.';
  const head = [
    'ID',
    'STATE',
    'SYMBOL',
    'EVERY',
    'SIGNAL',
    'PLAN',
    'HOLDS',
    'PRICE',
    'UNREALIZED',
    'REALIZED',
    'FILLS',
  ];
  const rows = bots.map((bot) => [
    bot.id,
    stateWords(bot),
    bot.symbol,
    bot.interval,
    bot.signal,
    bot.plan,
    bot.booksUnread ? '?' : bot.position.quantity,
    bot.price ?? '–',
    money(bot.position.unrealizedPnl),
    bot.booksUnread ? '?' : money(bot.realizedPnl),
    String(bot.tradeCount),
  ]);
  const [first] = bots.filter(needsUser);
  const way = first === undefined ? [] : [`What a bot needs of you: flotilla bot why ${first.id}`];
  return [table([head, ...rows]), ...way, ...haltWords(bots[0])].join('\n');
}

/** Said wherever bots are shown. */
function haltWords(bot: BotView | undefined): string[] {
  return bot?.fleetHalted === true
    ? ['The fleet is halted: no bot buys anything; flotilla resume ends that.']
    : [];
}

/** Whether it runs but waits for its user: refused, in need of a correction, or with books that differ. */
export function needsUser({ actual, errors, reconciled }: BotView): boolean {
  return actual === 'refused' || errors.length > 0 || (actual === 'online' && !reconciled);
}

function stateWords(bot: BotView): string {
  const { actual, desired } = bot;
  if (actual === 'refused') return actual;
  if (needsUser(bot)) return `${actual}, needs you`;
  if (actual === 'online' && bot.halted !== null) return `${actual}, market halted`;
  if (actual === 'online' && bot.fleetHalted) return `${actual}, fleet halted`;
  if (actual === 'online' && bot.paused) return `${actual}, paused`;
  const agree = (actual === 'stopped') === (desired === 'stopped');
  return agree ? actual : `${actual} (should be ${desired})`;
}

/** One bot on one screen. */
export function botWords(bot: BotView): string {
  const { position } = bot;
  const apart = isApart(bot);
  const [byMarket, byWall] = apart ? [', by the market’s clock', ' UTC, on the wall'] : ['', ''];
  const holds = bot.booksUnread
    ? 'not known: its books cannot be read'
    : dec(position.quantity).eq(0)
      ? 'nothing'
      : hasDust(bot)
        ? `${position.quantity} ${bot.base}: dust, too small to be sold; it joins the next exit`
        : `${position.quantity} ${bot.base} bought at ${position.averagePrice === null ? '–' : priceOf(bot, position.averagePrice)}`;
  const lines: [string, string][] = [
    ['State', stateWords(bot)],
    [
      'Trades',
      `${bot.symbol} every ${bot.interval} on ${bot.venue}, ${bot.signal} × ${bot.plan}, budget ${bot.budget}`,
    ],
    ['Holds', holds],
    ['Price', bot.price ?? '–'],
    ['Cash', bot.booksUnread ? 'not known' : money(bot.cash)],
    ['Equity', bot.booksUnread ? 'not known' : money(bot.equity)],
    ['Unrealized', money(position.unrealizedPnl)],
    ['Realized', `${money(bot.realizedPnl)} in ${counted(bot.tradeCount, 'fill')}`],
    ...capLines(bot),
    ['Waits for', bot.waitingFor ?? '–'],
    [
      'Last decision',
      bot.lastDecision === null
        ? '–'
        : `${clock(bot.lastDecision.time)}${byMarket}  ${bot.lastDecision.reasoning}`,
    ],
    ['Last activity', `${clock(bot.lastActivity)}${byWall}`],
  ];
  const orders = bot.openOrders.map(
    (order) =>
      `  ${order.slot}: ${order.side} ${order.quantity} at ${order.price ?? order.stopPrice ?? 'market'} (${order.type}, ${order.status})`,
  );
  return [
    `${bot.id}${bot.name === bot.id ? '' : ` – ${bot.name}`}`,
    ...lines.map(([name, value]) => `  ${name.padEnd(14)}${value}`),
    ...(bot.progress ?? []).flatMap((part) => progressWords(part, bot)),
    ...followWords(bot),
    ...pastWords(bot),
    ...(orders.length > 0 ? ['Open orders', ...orders] : []),
    ...parkedWords(bot),
    ...handWords(bot),
    ...bookWords(bot),
    ...haltWords(bot),
    ...(bot.errors.length > 0
      ? ['Errors', ...bot.errors.map((error) => `  ${error}`), ...(tradesOn(bot) ? [`  ${TRADES_ON}`] : [])]
      : []),
  ].join('\n');
}

/** What it still holds of symbols that it traded before. */
function parkedWords({ parked = [] }: BotView): string[] {
  const words = parked.map(({ symbol, base, quote, phase, position, openOrders }) => {
    const { quantity, cost, unrealizedPnl } = position;
    const held = `  ${symbol}: ${quantity} ${base} that cost ${rounded(cost, 2)} ${quote}`;
    if (phase === 'flat') return `${held}, too little to be sold`;
    const orders = openOrders.map(
      ({ slot, price, stopPrice }) => `${slot} at ${price ?? stopPrice ?? 'market'}`,
    );
    const result = unrealizedPnl === null ? '' : `, unrealized ${rounded(unrealizedPnl, 2)}`;
    return `${held}${result}; ${orders.join(', ') || 'no open order'}`;
  });
  return words.length === 0 ? [] : ['Parked', ...words];
}

/** The user's own trades that it answers. */
function followWords({ follow, base, quote }: BotView): string[] {
  if (follow === undefined) return [];
  const { groups, average, account } = follow;
  const has = (total: string, asset: string): string => {
    const free = account?.free[asset];
    return `${total} ${asset}${free === undefined ? '' : ` (${free} free)`}`;
  };
  const held =
    account === null ? [] : [`  Account: ${has(account.base, base)}, ${has(account.quote, quote)}`];
  const ma7 =
    average?.value == null
      ? []
      : [`  MA7 of the minutes: ${rounded(average.value, 8)} ${(average.direction ?? '').toUpperCase()}`];
  const lines = groups.map(
    ({ id, side, orderIds, quantity, price, counterPrice, state }) =>
      `  ${id}: you ${side === 'BUY' ? 'bought' : 'sold'} ${quantity} at ${price} (order ${orderIds.join(', ')}); ${side === 'BUY' ? 'sale' : 'buy'} at ${counterPrice ?? '–'}: ${state}`,
  );
  return ['Your trades, answered', ...held, ...ma7, ...lines];
}

const CAPS = {
  budget: 'In use',
  'daily-loss': 'Loss today',
  drawdown: 'Drawdown',
  'orders-per-hour': 'Entries/hour',
} as const;

/** Every cap as used of limit, and what is set aside. */
function capLines({ caps = [], reservation, quote }: BotView): [string, string][] {
  const lines = caps.map(({ name, used, limit, unit, words }): [string, string] => {
    const amount = name === 'budget' ? `${money(used)} of ${money(limit)}` : `${used} of ${limit}`;
    return [CAPS[name], `${amount} ${unit}${words === null ? '' : `: it ${words}`}`];
  });
  if (reservation == null) return lines;
  const { buys = true } = reservation;
  const amount =
    reservation.amount === null
      ? 'nothing, so it buys nothing'
      : `${money(reservation.amount)} ${quote}${buys ? '' : ' for what it holds, so it buys nothing more'}`;
  return [
    ...lines,
    ['Set aside', `${amount}${reservation.denied === null ? '' : `: ${reservation.denied}`}`],
  ];
}

/** What the user does by hand in the same account. */
function handWords({ manual, base, ...bot }: BotView): string[] {
  const { trades, tradeCount, bought, sold, orders } = manual;
  if (tradeCount === 0 && orders.length === 0) return [];
  const last = trades.at(-1);
  const lastWords =
    last === undefined
      ? ''
      : `; the last: ${last.side} ${last.quantity} at ${last.price} (${clock(last.time)})`;
  return [
    bot.follow === undefined ? 'By hand (the bot leaves it alone)' : 'By hand (the bot answers it)',
    `  ${counted(tradeCount, 'trade')} since it began: ${bought} ${base} bought, ${sold} sold${lastWords}`,
    ...orders.map(
      ({ side, quantity, price, stopPrice, type }) =>
        `  open: ${side} ${quantity} at ${dec(price).gt(0) ? price : stopPrice} (${type})`,
    ),
  ];
}

/** Differences, adjustments and commands, where there are any. */
function bookWords({ difference, adjustments, waitingCommands, base, quote }: BotView): string[] {
  const ignored = difference?.ignored === true ? ['Ignored difference', `  ${difference.message}`] : [];
  const adopted = adjustments.map(
    ({ time, quantity, cost, cash }) =>
      `  ${clock(time)}  ${quantity} ${base} that cost ${money(cost)} ${quote}, and ${money(cash)} ${quote} of cash`,
  );
  return [
    ...ignored,
    ...(adopted.length > 0 ? ['Adopted (taken out of the books)', ...adopted] : []),
    ...(waitingCommands.length > 0 ? [`Waits to be done: ${waitingCommands.join(', ')}`] : []),
  ];
}

const MARKS = { done: '✓', active: '◌', pending: '·', rolled: '↷' } as const;

/** At the symbol's decimals: an average may have many more. */
const priceOf = ({ pricePrecision }: BotView, price: string): string =>
  grouped(rounded(price, pricePrecision));

const counted = (count: number, what: string, many = `${what}s`): string =>
  `${count} ${count === 1 ? what : many}`;

/** `Batch 1: 250 USDT @ 104,500, stop 88,825` and a line for each of its steps. */
function progressWords(part: PlanProgress, bot: BotView): string[] {
  const { quote, openOrders } = bot;
  const { name, cost, price, stop, steps } = part;
  const amounts = cost === null || price === null ? [] : [`${money(cost)} ${quote} @ ${priceOf(bot, price)}`];
  const about = [...amounts, ...(stop === null ? [] : [`stop ${priceOf(bot, stop)}`])].join(', ');
  const resting = new Set(openOrders.map(({ slot }) => slot));
  const lines = steps.map(({ name: step, slot, quantity, price: at, state }) => {
    const rests = slot !== undefined && resting.has(slot) ? ', on exchange' : '';
    return `  ${MARKS[state]} ${step}: ${quantity} @ ${grouped(at)}${state === 'rolled' ? ', joins another step' : rests}`;
  });
  return [about === '' ? name : `${name}: ${about}`, ...lines];
}

/** Figures over what has ended, and the last three. */
function pastWords({ past, quote }: BotView): string[] {
  if (past === undefined) return [];
  const { cycles, batches, steps } = past.figures;
  const said = (what: string, many: string, { count, winRatePercent, pnl, averagePnl }: typeof cycles) =>
    count === 0
      ? []
      : [
          `  ${counted(count, what, many)}, ${winRatePercent} % with a profit, ${money(pnl)} ${quote} in all, ${money(averagePnl)} on average`,
        ];
  const last = past.cycles
    .slice(0, 3)
    .map(
      ({ number, closedAt, end, pnl }) =>
        `  cycle ${number} until ${clock(closedAt)}: ${money(pnl)} ${quote}${end === null ? '' : ` (${end.replace('-', ' ')})`}`,
    );
  return [
    'Past',
    ...said('cycle', 'cycles', cycles),
    ...said('batch', 'batches', batches),
    ...said('step sold', 'steps sold', steps),
    ...last,
  ];
}

export function logWords({ time, level, message }: LogLine): string {
  return `${clock(time)}  ${level === 'info' ? '' : `${level.toUpperCase()}  `}${printable(message)}`;
}
