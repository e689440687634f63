/** What is kept of one backtest among thousands: numbers, a few hundred bytes. */
import type { MarketSource } from '../../exchange/paper/market/types.js';
import type { Backtest } from '../backtest/run.js';
import { dailyReturns, statistics, yearly } from '../backtest/statistics.js';
import { moments, type Moments } from './moments.js';

export interface Figures {
  readonly trades: number;
  readonly wins: number;
  readonly returnPercent: number;
  /** Per cent a year of 365 days at which the return compounds; null where the time is too short to say. */
  readonly yearlyPercent: number | null;
  readonly maxDrawdownPercent: number;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly profitFactor: number | null;
  readonly expectancy: number | null;
  readonly winRatePercent: number | null;
  readonly exposurePercent: number;
  /** In quote. */
  readonly finalEquity: string;
  readonly fees: string;
  /** Of the daily returns. */
  readonly daily: Moments;
}

export function figuresOf(run: Backtest, budget: number, { start, end }: MarketSource): Figures {
  const finalEquity = Number(run.finalEquity);
  const last = end ?? start;
  const all = statistics({
    trades: run.trades,
    curve: run.curve,
    initialEquity: budget,
    finalEquity,
    start,
    end: last,
    openSince: run.open.map(({ entryTime }) => entryTime),
  });
  const { trades, wins, returnPercent, maxDrawdownPercent, sharpe, sortino, calmar } = all;
  const { profitFactor, expectancy, winRatePercent, exposurePercent } = all;
  return {
    trades,
    wins,
    returnPercent,
    yearlyPercent: yearly(finalEquity / budget, last - start),
    maxDrawdownPercent,
    sharpe,
    sortino,
    calmar,
    profitFactor,
    expectancy,
    winRatePercent,
    exposurePercent,
    finalEquity: run.finalEquity,
    fees: run.fees,
    daily: moments(dailyReturns(run.curve, budget)),
  };
}
