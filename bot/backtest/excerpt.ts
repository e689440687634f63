/** A backtest as pages show it: its report, what was tested, and as many trades as somebody reads. */
import type { BotConfig, StrategyChoice } from '../config.js';
import type { Risk } from '../config/schema.js';
import type { Trade } from './ledger.js';
import { decimalsOf } from './precision.js';
import type { BacktestReport } from './report.js';
import type { Backtest } from './run.js';

/** So many from the beginning, and so many from the end; all of them stand in the CSV. */
const SHOWN_EACH_END = 500;
const SHOWN_BEST = 5;

/** What one bot was told, and the decimals of its symbol. */
export interface TestedBot {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
  readonly budget: string;
  readonly signal: StrategyChoice;
  readonly plan: StrategyChoice;
  readonly risk: Risk;
  readonly base: string;
  readonly quote: string;
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
}

/** `trades` is their number; `tradeList` the first and the last of them where there are many. */
export interface BacktestExcerpt extends Omit<BacktestReport, 'bots'> {
  readonly bots: readonly TestedBot[];
  /** Trades between the first and the last of the list that are not in it. */
  readonly leftOut: number;
  /** By PnL, the best and the worst first. */
  readonly bestTrades: readonly Trade[];
  readonly worstTrades: readonly Trade[];
}

export function excerptOf(
  report: BacktestReport,
  run: Backtest,
  bots: readonly BotConfig[],
): BacktestExcerpt {
  const { tradeList } = report;
  const leftOut = Math.max(0, tradeList.length - 2 * SHOWN_EACH_END);
  const byPnl = [...tradeList].sort((a, b) => Number(b.pnl) - Number(a.pnl));
  return {
    ...report,
    bots: bots.map((bot, index) => testedBot(bot, run.members[index]!.settings.instrument)),
    tradeList:
      leftOut === 0
        ? tradeList
        : [...tradeList.slice(0, SHOWN_EACH_END), ...tradeList.slice(-SHOWN_EACH_END)],
    leftOut,
    bestTrades: byPnl.filter(({ pnl }) => Number(pnl) > 0).slice(0, SHOWN_BEST),
    worstTrades: byPnl
      .filter(({ pnl }) => Number(pnl) < 0)
      .slice(-SHOWN_BEST)
      .reverse(),
  };
}

interface Steps {
  readonly base: string;
  readonly quote: string;
  readonly tickSize: string;
  readonly stepSize: string;
}

function testedBot(
  { id, symbol, interval, budget, signal, plan, risk }: BotConfig,
  { base, quote, tickSize, stepSize }: Steps,
): TestedBot {
  return {
    id,
    symbol,
    interval,
    budget,
    signal,
    plan,
    risk,
    base,
    quote,
    pricePrecision: decimalsOf(tickSize),
    quantityPrecision: decimalsOf(stepSize),
  };
}
