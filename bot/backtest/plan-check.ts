/** Whether bots' plans can do anything with their money on a market. */
import { dec, text } from '../../core/decimal.js';
import { instrumentOf } from '../../exchange/binance/instruments.js';
import { symbolInfo } from '../../exchange/paper/engine/exchange-info.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { planNamed } from '../../strategies/registry.js';
import type { BotConfig } from '../config.js';
import { BacktestRefused } from './refused.js';

/** Errors: `BacktestRefused` for what the fleet would not make a bot of: it would never trade, and that looks like a result. */
export function checkPlans(bots: readonly BotConfig[], market: MarketSource, tick?: string): void {
  for (const bot of bots) {
    const problem = unfitPlan(bot, market, tick);
    if (problem !== null) throw new BacktestRefused(`${bot.id}: ${problem}.`);
  }
}

/** What forbids a bot's plan with its money at the first price of this market, as a sentence; null when nothing does. */
export function unfitPlan(bot: BotConfig, market: MarketSource, tick?: string): string | null {
  const known = market.symbols.find(({ symbol }) => symbol === bot.symbol);
  const check = planNamed(bot.plan.name).check;
  if (known === undefined || check === undefined) return null;
  const instrument = instrumentOf(symbolInfo({ ...known, tickSize: tick ?? known.tickSize }));
  const series = market.series(bot.symbol);
  const first = series.indexAt(market.start);
  const price = first < series.length ? text(dec(series.kline(first).open)) : null;
  const problem = check(bot.plan, { instrument, price, budget: bot.budget });
  if (problem === null) return null;
  return `${problem.parameter === 'budget' ? 'budget' : `plan.${problem.parameter}`} ${problem.message}`;
}
