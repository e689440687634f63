import type { MarketSource } from '../../exchange/paper/market/types.js';
import { unfitPlan } from '../backtest/plan-check.js';
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

/** All tasks one after the other in this thread: for tests, and where threads are not to be had. */
export function inThisThread(job: Job, market: MarketSource): Evaluator {
  return {
    lanes: 1,
    evaluate: async (task) => evaluate(job, market, task),
    close: async () => undefined,
  };
}
