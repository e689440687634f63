import { dec, text, ZERO, type Decimal } from '../../core/decimal.js';
import type { BotView } from '../../bot/files/view.js';

/** Sums over bots that share a kind of money. */
export interface EquityTotals {
  readonly currency: string;
  readonly equity: string;
  readonly budget: string;
  /** Equity − budget: what all of them made since each one's beginning. */
  readonly gain: string;
  readonly inMarketPercent: number;
}

/** Live money is real; everything else (paper, testnet) is not. */
export function isLive(bot: Pick<BotView, 'venue'>): boolean {
  return bot.venue === 'binance';
}

/**
 * Totals in the quote asset most of the bots count in; bots of another quote are left out of the sum, because adding
 * different assets would be an invention. Null without bots.
 */
export function totals(bots: readonly BotView[]): EquityTotals | null {
  const currency = commonQuote(bots);
  if (currency === null) return null;
  let equity: Decimal = ZERO;
  let budget: Decimal = ZERO;
  let cash: Decimal = ZERO;
  for (const bot of bots) {
    if (bot.quote !== currency) continue;
    equity = equity.plus(bot.equity);
    budget = budget.plus(bot.budget);
    cash = cash.plus(bot.cash);
  }
  const inMarketPercent = equity.gt(0) ? Number(equity.minus(cash).div(equity).times(100).toFixed(1)) : 0;
  return {
    currency,
    equity: text(equity),
    budget: text(budget),
    gain: text(dec(equity).minus(budget)),
    inMarketPercent,
  };
}

function commonQuote(bots: readonly BotView[]): string | null {
  const counts = new Map<string, number>();
  for (const { quote } of bots) if (quote !== '') counts.set(quote, (counts.get(quote) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return most?.[0] ?? null;
}
