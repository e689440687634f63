import { text, dec } from '../../core/decimal.js';
import { instrumentOf } from '../../exchange/binance/instruments.js';
import { symbolInfo } from '../../exchange/paper/engine/exchange-info.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { planNamed } from '../../strategies/registry.js';
import { backtest } from '../backtest/run.js';
import { ConfigError, withSettings, type BotConfig } from '../config.js';
import { figuresOf } from './figures.js';
import { marketWithin, type Evaluator, type Job, type Outcome, type Task } from './job.js';

/** One task, here and now. */
export function evaluate({ config, assumed }: Job, market: MarketSource, task: Task): Outcome {
  const within = marketWithin(market, task.stretch);
  let bot: BotConfig;
  try {
    bot = withSettings(config, task.pairs);
  } catch (error) {
    if (error instanceof ConfigError) return { invalid: wordsOf(error) };
    throw error;
  }
  const unfit = unfitPlan(bot, within, assumed.tick);
  if (unfit !== null) return { invalid: unfit };
  const run = backtest({ bots: [bot], market: within, ...assumed });
  return { figures: figuresOf(run, Number(bot.budget), within) };
}

function wordsOf({ problems }: ConfigError): string {
  return problems.map(({ path, message }) => `${path} ${message}`).join('; ');
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

/** All tasks one after the other in this thread: for tests, and where threads are not to be had. */
export function inThisThread(job: Job, market: MarketSource): Evaluator {
  return {
    lanes: 1,
    evaluate: async (task) => evaluate(job, market, task),
    close: async () => undefined,
  };
}
