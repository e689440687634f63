import { dec, text, ZERO, type Decimal } from '../../core/decimal.js';
import type { BotView } from '../../bot/files/view.js';

/** Sums over bots that share a kind of money and a quote asset. */
interface Sums {
  readonly currency: string;
  readonly equity: string;
  readonly budget: string;
  /** Equity − budget: what all of them made since each one's beginning. */
  readonly gain: string;
  /** Of it, since the UTC day began. */
  readonly today: string;
  readonly inMarketPercent: number;
}

export interface EquityTotals extends Sums {
  /** Of bots that count in other quote assets, each for itself: in none of the sums above. */
  readonly others: readonly Pick<Sums, 'currency' | 'equity' | 'gain'>[];
  /** How many bots are in no sum at all, because their books cannot be read. */
  readonly unread: number;
}

/** Live money is real; everything else (paper, testnet) is not. */
export function isLive(bot: Pick<BotView, 'venue'>): boolean {
  return bot.venue === 'binance';
}

/** Whether its budget is at work: a bot that never ran has nothing that could gain or lose, and of one without books nobody knows. */
function counts(bot: BotView): boolean {
  if (bot.booksUnread) return false;
  return bot.desired === 'running' || bot.lastKline !== null || bot.cycle > 0 || bot.tradeCount > 0;
}

/** What its user has put to work in it: the budget, less what was taken out of the books because the account lacked it. */
export function capital({ budget, adjustments }: Pick<BotView, 'budget' | 'adjustments'>): Decimal {
  return adjustments.reduce((left, { cost, cash }) => left.minus(cost).minus(cash), dec(budget));
}

const NO_OPENINGS: ReadonlyMap<string, string> = new Map();

/**
 * Totals in the quote asset most of the bots count in, and beside them those of other quotes: adding different assets would
 * be an invention. Bots that never ran count with nothing, so that making or deleting one moves
 * no figure. `openings`: the gain each bot began the day with, by id. Null without bots.
 */
export function totals(
  bots: readonly BotView[],
  openings: ReadonlyMap<string, string> = NO_OPENINGS,
): EquityTotals | null {
  const working = bots.filter(counts);
  const [currency, ...others] = quotesOf(working.some(({ quote }) => quote !== '') ? working : bots);
  if (currency === undefined) return null;
  return {
    ...sumsIn(currency, working, openings),
    others: others.map((other) => {
      const { equity, gain } = sumsIn(other, working, openings);
      return { currency: other, equity, gain };
    }),
    unread: bots.filter(({ booksUnread }) => booksUnread).length,
  };
}

function sumsIn(currency: string, working: readonly BotView[], openings: ReadonlyMap<string, string>): Sums {
  let equity: Decimal = ZERO;
  let budget: Decimal = ZERO;
  let cash: Decimal = ZERO;
  let opening: Decimal = ZERO;
  for (const bot of working) {
    if (bot.quote !== currency) continue;
    equity = equity.plus(bot.equity);
    budget = budget.plus(capital(bot));
    // What a follower holds its user has bought.
    cash = cash.plus(bot.follow === undefined ? bot.cash : bot.equity);
    opening = opening.plus(openings.get(bot.id) ?? dec(bot.equity).minus(capital(bot)));
  }
  const inMarketPercent = equity.gt(0) ? Number(equity.minus(cash).div(equity).times(100).toFixed(1)) : 0;
  const gain = equity.minus(budget);
  return {
    currency,
    equity: text(equity),
    budget: text(budget),
    gain: text(gain),
    today: text(gain.minus(opening)),
    inMarketPercent,
  };
}

/** The quote assets they count in, that of most bots first. */
function quotesOf(bots: readonly BotView[]): string[] {
  const counts = new Map<string, number>();
  for (const { quote } of bots) if (quote !== '') counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([quote]) => quote);
}
