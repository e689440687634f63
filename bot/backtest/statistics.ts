/** The figures by which a backtest is judged. Ratios and rates are doubles; money in them is for reading, not for books. */
import type { EquityCurve } from './equity-curve.js';
import type { Trade } from './ledger.js';

const DAY_MS = 86_400_000;
/** Crypto trades every day of the year. */
const DAYS_A_YEAR = 365;
const YEAR_MS = DAYS_A_YEAR * DAY_MS;

export interface Statistics {
  readonly trades: number;
  readonly wins: number;
  /** Fractions of 100; null where there is nothing to divide by. */
  readonly winRatePercent: number | null;
  /** Mean PnL of a trade, in quote. */
  readonly expectancy: number | null;
  /** Gross profit over gross loss; null without a loss. */
  readonly profitFactor: number | null;
  readonly returnPercent: number;
  readonly maxDrawdownPercent: number;
  /** How long equity stayed below an earlier high, at most (ms). */
  readonly maxDrawdownMs: number;
  /** Mean over deviation of daily returns, times √365, without a risk-free rate (Sharpe 1994); null below two days. */
  readonly sharpe: number | null;
  /** The same against the deviation of losses alone (Sortino 1994). */
  readonly sortino: number | null;
  /** Yearly growth over the deepest drawdown (Young 1991); null where either cannot be said. */
  readonly calmar: number | null;
  /** Share of the time in which something was held. */
  readonly exposurePercent: number;
  readonly longestLosingRun: number;
  readonly best: Trade | null;
  readonly worst: Trade | null;
  readonly months: readonly Month[];
}

/** By the UTC month in which trades were closed. */
export interface Month {
  /** `2024-03`. */
  readonly month: string;
  readonly trades: number;
  readonly wins: number;
  readonly pnl: number;
}

export interface Judged {
  readonly trades: readonly Trade[];
  readonly curve: EquityCurve;
  readonly initialEquity: number;
  readonly finalEquity: number;
  /** UTC ms. */
  readonly start: number;
  readonly end: number;
  /** Since when what is still held has been held; empty when flat. */
  readonly openSince: readonly number[];
}

export function statistics(judged: Judged): Statistics {
  const { trades, curve, initialEquity, finalEquity } = judged;
  const pnls = trades.map(({ pnl }) => Number(pnl));
  const wins = pnls.filter((pnl) => pnl > 0).length;
  const gain = sum(pnls.filter((pnl) => pnl > 0));
  const loss = -sum(pnls.filter((pnl) => pnl < 0));
  const returns = dailyReturns(curve, initialEquity);
  const { best, worst } = extremes(pnls);
  return {
    trades: trades.length,
    wins,
    winRatePercent: trades.length === 0 ? null : (100 * wins) / trades.length,
    expectancy: trades.length === 0 ? null : sum(pnls) / trades.length,
    profitFactor: loss === 0 ? null : gain / loss,
    returnPercent: 100 * (finalEquity / initialEquity - 1),
    maxDrawdownPercent: 100 * curve.maxDrawdown,
    maxDrawdownMs: curve.longestDrawdownMs,
    sharpe: ratio(returns, deviation(returns)),
    sortino: ratio(returns, downside(returns)),
    calmar: calmar(judged),
    exposurePercent: exposure(judged),
    longestLosingRun: longestRun(pnls, (pnl) => pnl < 0),
    best: trades[best] ?? null,
    worst: trades[worst] ?? null,
    months: monthsOf(trades, pnls),
  };
}

/** The places of the first of the highest and of the last of the lowest; -1 where there are none. */
function extremes(values: readonly number[]): { best: number; worst: number } {
  let [best, worst] = [-1, -1];
  for (const [index, value] of values.entries()) {
    if (best < 0 || value > values[best]!) best = index;
    if (worst < 0 || value <= values[worst]!) worst = index;
  }
  return { best, worst };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Change of equity over each UTC day, as fractions. */
export function dailyReturns({ days }: EquityCurve, initial: number): number[] {
  return days.map(({ equity }, index) => equity / (days[index - 1]?.equity ?? initial) - 1);
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

function downside(values: readonly number[]): number {
  return Math.sqrt(sum(values.map((value) => Math.min(0, value) ** 2)) / values.length);
}

function ratio(returns: readonly number[], spread: number): number | null {
  if (returns.length < 2 || !(spread > 0)) return null;
  return (mean(returns) / spread) * Math.sqrt(DAYS_A_YEAR);
}

function calmar({ curve, initialEquity, finalEquity, start, end }: Judged): number | null {
  const growth = yearly(finalEquity / initialEquity, end - start);
  return growth === null || curve.maxDrawdown === 0 ? null : growth / 100 / curve.maxDrawdown;
}

/** Growth over so many ms as per cent a year of 365 days; null where there is none to speak of, or it is beyond all numbers. */
export function yearly(growth: number, ms: number): number | null {
  if (!(ms > 0) || !(growth > 0)) return null;
  const rate = 100 * (growth ** (YEAR_MS / ms) - 1);
  return Number.isFinite(rate) ? rate : null;
}

/** Holdings of several bots at a time count once. */
function exposure({ trades, openSince, start, end }: Judged): number {
  const spans = [
    ...trades.map(({ entryTime, exitTime }) => [entryTime, exitTime] as const),
    ...openSince.map((time) => [time, end] as const),
  ].sort((a, b) => a[0] - b[0]);
  let [held, until] = [0, -Infinity];
  for (const [from, to] of spans) {
    held += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return end > start ? (100 * held) / (end - start) : 0;
}

function longestRun(values: readonly number[], holds: (value: number) => boolean): number {
  let [longest, run] = [0, 0];
  for (const value of values) {
    run = holds(value) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function monthsOf(trades: readonly Trade[], pnls: readonly number[]): Month[] {
  const months = new Map<string, { trades: number; wins: number; pnl: number }>();
  let [month, from, to] = ['', 0, 0];
  for (const [index, { exitTime }] of trades.entries()) {
    // Trades of a month follow each other: it is named once.
    if (exitTime < from || exitTime >= to) [month, from, to] = monthOf(exitTime);
    const pnl = pnls[index]!;
    const before = months.get(month) ?? { trades: 0, wins: 0, pnl: 0 };
    months.set(month, {
      trades: before.trades + 1,
      wins: before.wins + (pnl > 0 ? 1 : 0),
      pnl: before.pnl + pnl,
    });
  }
  return [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, figures]) => ({ month, ...figures }));
}

/** Its name, when it begins, and when the next does. */
function monthOf(time: number): [string, number, number] {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [date.toISOString().slice(0, 7), Date.UTC(year, month), Date.UTC(year, month + 1)];
}
