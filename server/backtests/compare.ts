/** Two backtests, figure by figure and setting by setting. */
import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import { dec, text } from '../../core/decimal.js';
import type { ComparedFigure, ComparedSetting, Comparison } from '../../views/backtest/model.js';
import { fieldsOfSettings } from './settings.js';
import type { Run } from './types.js';

type Value = string | number | null;
type Row = readonly [
  name: string,
  unit: ComparedFigure['unit'],
  better: ComparedFigure['better'],
  of: (report: BacktestExcerpt) => Value,
];

const FIGURES: readonly Row[] = [
  ['Return', 'percent', 'higher', (report) => report.returnPercent],
  ['Buy and hold', 'percent', null, (report) => report.buyAndHoldPercent],
  ['End equity', 'money', 'higher', (report) => report.finalEquity],
  ['Trades', 'count', null, (report) => report.trades],
  ['Win rate', 'percent', 'higher', (report) => report.winRatePercent],
  ['Expectancy', 'money', 'higher', (report) => report.expectancy],
  ['Profit factor', 'ratio', 'higher', (report) => report.profitFactor],
  ['Max drawdown', 'percent', 'lower', (report) => report.maxDrawdownPercent],
  ['Longest drawdown', 'time', 'lower', (report) => report.maxDrawdownMs],
  ['Sharpe', 'ratio', 'higher', (report) => report.sharpe],
  ['Sortino', 'ratio', 'higher', (report) => report.sortino],
  ['Calmar', 'ratio', 'higher', (report) => report.calmar],
  ['Exposure', 'percent', null, (report) => report.exposurePercent],
  ['Fees', 'money', 'lower', (report) => report.fees],
  ['Longest losing run', 'count', 'lower', (report) => report.longestLosingRun],
  ['Klines', 'count', null, (report) => report.klines],
];

export interface Compared {
  readonly run: Run;
  readonly report: BacktestExcerpt;
}

export function compare(a: Compared, b: Compared): Comparison {
  return {
    a: a.run,
    b: b.run,
    figures: FIGURES.map(([name, unit, better, of]) => {
      const values = { a: of(a.report), b: of(b.report) };
      return { name, unit, better, ...values, difference: difference(values.a, values.b) };
    }),
    settings: differing(a.run, b.run),
  };
}

/** Money stays decimal. */
function difference(a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  if (typeof a === 'string' || typeof b === 'string') return text(dec(b).minus(dec(a)));
  return b - a;
}

const UNSET = 'not set';

function differing(a: Run, b: Run): ComparedSetting[] {
  const [left, right] = [fieldsOfSettings(a.settings), fieldsOfSettings(b.settings)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((name) => name !== 'name');
  return names
    .filter((name) => (left[name] ?? '') !== (right[name] ?? ''))
    .map((name) => ({ name, a: left[name] || UNSET, b: right[name] || UNSET }));
}
