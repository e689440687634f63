import type { BotView } from '../../bot/files/view.js';
import { dec, ZERO, type Decimal } from '../../core/decimal.js';
import { decimalsOf, fixed } from '../../views/number.js';
import { hasMoneyAtStake, isHolding } from '../../views/state.js';
import type { Item, Wish } from './wish.js';

const NAMED = 6;

/** What will happen, in numbers: one sentence each. */
export function factsOf(wish: Wish, items: readonly Item[], bots: ReadonlyMap<string, BotView>): string[] {
  const meant = items.filter(({ outcome }) => outcome === 'would');
  const views = meant.flatMap(({ id }) => bots.get(id) ?? []);
  return [...deeds(wish, meant, views), ...others(items)];
}

function deeds({ action, tag = '' }: Wish, meant: readonly Item[], bots: readonly BotView[]): string[] {
  const all = many(meant.length);
  if (meant.length === 0) return ['There is nothing to do.'];
  switch (action) {
    case 'start':
      return [`${all} ${be(meant.length)} started.`, ...money(bots)];
    case 'stop':
      return [
        `${all} ${be(meant.length)} stopped and ${meant.length === 1 ? 'decides' : 'decide'} nothing until started again.`,
        ...holdings(bots, 'Nothing is sold:'),
        ...orders(bots),
      ];
    case 'pause':
      return [
        `${all} ${meant.length === 1 ? 'buys' : 'buy'} nothing until resumed; exits and protection go on.`,
      ];
    case 'resume':
      return [`${all} may buy again, each at its next signal.`];
    case 'tag':
      return [`${all} ${meant.length === 1 ? 'gets' : 'get'} the tag "${tag}".`];
    case 'untag':
      return [`${all} ${meant.length === 1 ? 'loses' : 'lose'} the tag "${tag}".`];
    case 'edit':
      return [`The settings of ${all} change.`, ...moving(meant)];
    case 'clone': {
      const copies = meant.reduce((sum, item) => sum + (item.copies?.length ?? 0), 0);
      return [
        `${copies === 1 ? 'One new bot is' : `${copies} new bots are`} made of ${all}, stopped, with books of ${copies === 1 ? 'its' : 'their'} own.`,
      ];
    }
    case 'delete':
      return [
        `${all} ${be(meant.length)} deleted; settings, journal, log and trades leave the fleet, and the tables for taxes.`,
        ...holdings(bots, 'Nothing is sold, and no bot looks after it any more:'),
        ...parkedIn(bots),
        ...orders(bots),
      ];
  }
}

const many = (count: number): string => (count === 1 ? 'one bot' : `${count} bots`);
const be = (count: number): string => (count === 1 ? 'is' : 'are');

function money(bots: readonly BotView[]): string[] {
  const live = bots.filter(({ venue }) => venue === 'binance');
  const practice = bots.length - live.length;
  const facts = practice > 0 ? [`${many(practice)} with practice money.`] : [];
  if (live.length === 0) return facts;
  const sums = byQuote(live, ({ budget }) => dec(budget));
  return [...facts, `${many(live.length)} with REAL MONEY, up to ${sums} in all: ${named(live)}.`];
}

function holdings(bots: readonly BotView[], words: string): string[] {
  const holding = bots.filter(isHolding);
  const unread = bots.filter(({ booksUnread }) => booksUnread);
  if (unread.length > 0)
    return [
      `What ${named(unread)} ${unread.length === 1 ? 'holds' : 'hold'} is not known: the books cannot be read.`,
      ...holdings(
        bots.filter(({ booksUnread }) => !booksUnread),
        words,
      ).filter(() => holding.length > 0),
    ];
  if (holding.length === 0) return bots.some(hasMoneyAtStake) ? [] : ['None of them holds anything.'];
  const worth = byQuote(holding, ({ position, price }) => dec(position.quantity).times(price ?? '0'));
  return [
    `${words} ${many(holding.length)} ${holding.length === 1 ? 'holds' : 'hold'} about ${worth} (${named(holding)}).`,
  ];
}

/** What they still hold of symbols that they traded before. */
function parkedIn(bots: readonly BotView[]): string[] {
  return bots.flatMap(({ name, parked = [] }) =>
    parked.map(
      ({ symbol, base, position: { quantity } }) =>
        `${name} has ${fixed(quantity, decimalsOf(quantity))} ${base} parked in ${symbol}, which stay in the account.`,
    ),
  );
}

function orders(bots: readonly BotView[]): string[] {
  const open = bots.flatMap(({ openOrders }) => openOrders);
  const buys = open.filter(({ side }) => side === 'BUY').length;
  const sells = open.length - buys;
  const bare = bots.filter((bot) => isHolding(bot) && !bot.openOrders.some(({ side }) => side === 'SELL'));
  return [
    ...(buys > 0 ? [`${buys} open buy ${buys === 1 ? 'order is' : 'orders are'} cancelled.`] : []),
    ...(sells > 0
      ? [`${sells} sell ${sells === 1 ? 'order stays' : 'orders stay'} on the exchange and may still fill.`]
      : []),
    ...(bare.length > 0
      ? [`No sell order rests for ${named(bare)}: nothing protects what is held there.`]
      : []),
  ];
}

function moving(items: readonly Item[]): string[] {
  const count = items.filter(({ movesOrders }) => movesOrders === true).length;
  return count === 0 ? [] : [`Orders of ${many(count)} are cancelled or placed at once; see below.`];
}

/** Who stays as they are, and why; alike reasons together. */
function others(items: readonly Item[]): string[] {
  const facts: string[] = [];
  const skipped = items.filter(({ outcome }) => outcome === 'skipped').length;
  const refused = items.filter(({ outcome }) => outcome === 'refused').length;
  if (skipped > 0)
    facts.push(
      skipped === 1 ? 'One is left as it is; see below.' : `${skipped} are left as they are; see below.`,
    );
  if (refused > 0) facts.push(`${refused === 1 ? 'One' : refused} cannot be done; see below.`);
  return facts;
}

function byQuote(bots: readonly BotView[], amount: (bot: BotView) => Decimal): string {
  const sums = new Map<string, Decimal>();
  for (const bot of bots) sums.set(bot.quote, (sums.get(bot.quote) ?? ZERO).plus(amount(bot)));
  return [...sums].map(([quote, sum]) => `${fixed(sum.toFixed(8), 2)} ${quote}`).join(' and ');
}

function named(bots: readonly BotView[]): string {
  const names = bots.slice(0, NAMED).map(({ id }) => id);
  return bots.length > NAMED ? `${names.join(', ')} and ${bots.length - NAMED} more` : names.join(', ');
}
