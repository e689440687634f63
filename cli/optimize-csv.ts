import type { Figures } from '../bot/optimize/figures.js';
import type { OptimizeReport } from '../bot/optimize/report.js';

const FIGURES = [
  'trades',
  'returnPercent',
  'yearlyPercent',
  'maxDrawdownPercent',
  'sharpe',
  'sortino',
  'calmar',
  'profitFactor',
  'expectancy',
  'winRatePercent',
  'exposurePercent',
  'finalEquity',
  'fees',
] as const satisfies readonly (keyof Figures)[];

/** One line for each of the best: its settings, its figures where it was chosen, and on the klines held back. */
export function optimizedCsv({ best }: OptimizeReport): string {
  const paths = Object.keys(best[0]?.values ?? {});
  const head = ['rank', 'set', ...paths, ...FIGURES, ...FIGURES.map((name) => `heldBack.${name}`)];
  const rows = best.map(({ set, values, figures, heldBack }, index) => [
    index + 1,
    set,
    ...paths.map((path) => values[path]!),
    ...FIGURES.map((name) => figures[name]),
    ...FIGURES.map((name) => heldBack?.[name] ?? null),
  ]);
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
