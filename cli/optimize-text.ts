import type { Figures } from '../bot/optimize/figures.js';
import type { Heat } from '../bot/optimize/heat.js';
import { objective, type ObjectiveName } from '../bot/optimize/objective.js';
import type { OptimizeReport } from '../bot/optimize/report.js';
import { spaced } from '../bot/optimize/space.js';
import type { Stretch } from '../bot/optimize/job.js';
import type { Walk } from '../bot/optimize/walk.js';
import { table } from './output.js';

/** What the optimizer found, as a page of text. */
export function optimizedText(report: OptimizeReport): string {
  const { sets, combinations, left, train, heldBack, objective: name, best, walk, heat, warnings } = report;
  const tried = sets === combinations ? `${spaced(sets)}` : `${spaced(sets)} of ${spaced(combinations)}`;
  const parts = [
    ...report.unused.map((each) => `${each}.`),
    [
      `Klines of ${report.symbol}, ${report.interval}: ${days(report)}.`,
      `Tried ${tried} ${sets === 1 ? 'set' : 'sets'} of settings on ${days(train)}; the best by ${name}:`,
      ...(left.count === 0 ? [] : [`${spaced(left.count)} cannot be and are left out: ${left.because}.`]),
    ].join('\n'),
    bestTable(best, name, heldBack !== null),
    heldBack === null
      ? 'Nothing was held back: how these settings do on klines that they were not chosen by is not known.'
      : `Held back and chosen by nothing: ${days(heldBack)}.`,
    ...(walk === null ? [] : [walkText(walk, name)]),
    ...(heat === null ? [] : [heatText(heat, name)]),
    ...(warnings.length === 0 ? [] : [warnings.map((each) => `! ${each}`).join('\n')]),
    ...(report.notes.length === 0 ? [] : [report.notes.join('\n')]),
  ];
  return parts.join('\n\n');
}

function bestTable(best: OptimizeReport['best'], name: ObjectiveName, judged: boolean): string {
  const paths = Object.keys(best[0]?.values ?? {});
  const figures = [...new Set([name, 'return', 'max-drawdown', 'sharpe'] as const)];
  const head = [
    '#',
    ...paths,
    ...figures,
    'trades',
    ...(judged ? ['| held back:', ...figures, 'trades'] : []),
  ];
  const cells = (each: Figures | null): string[] => [
    ...figures.map((figure) => (each === null ? '–' : shown(figure, each))),
    each === null ? '–' : String(each.trades),
  ];
  const rows = best.map(({ values, figures: inside, heldBack }, index) => [
    String(index + 1),
    ...paths.map((path) => values[path]!),
    ...cells(inside),
    ...(judged ? ['|', ...cells(heldBack)] : []),
  ]);
  return table([head, ...rows]);
}

function shown(name: ObjectiveName, figures: Figures): string {
  const { shown: of, unit } = objective(name);
  return numberText(of(figures), unit);
}

function numberText(value: number | null, unit: '%' | ''): string {
  return value === null ? '–' : `${value.toFixed(2)}${unit === '' ? '' : ` ${unit}`}`;
}

function walkText({ windows, returnPercent, efficiency, won }: Walk, name: ObjectiveName): string {
  const rows = windows.map(({ train, test, values, inside, outside }) => [
    days(train),
    inside === null ? '–' : shown(name, inside),
    days(test),
    outside === null ? '–' : shown(name, outside),
    outside === null ? '–' : shown('return', outside),
    values === null
      ? '–'
      : Object.entries(values)
          .map((pair) => pair.join('='))
          .join(' '),
  ]);
  const kept =
    efficiency === null
      ? ''
      : `; ${(100 * efficiency).toFixed(0)} % of the growth a year that they were optimized to`;
  return [
    'Walking forward:',
    table([['chosen on', name, 'tested on', name, 'return', 'settings'], ...rows]),
    `All tests one after the other: ${numberText(returnPercent, '%')}, ${won} of ${windows.length} made money${kept}.`,
  ].join('\n');
}

const SHADES = [' ', '░', '▒', '▓', '█'];
const WIDE = 10;

/** Numbers where they fit on a line, shades where they do not. */
function heatText({ rows, columns, cells }: Heat, name: ObjectiveName): string {
  const { unit } = objective(name);
  const top =
    columns === null
      ? `mean ${name} by ${rows.path}:`
      : `Mean ${name}, ${rows.path} down, ${columns.path} across:`;
  const inNumbers = (columns?.values.length ?? 1) <= WIDE;
  const values = cells.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const shade = (value: number | null): string => {
    if (value === null) return '·';
    const place =
      high === low ? SHADES.length - 1 : Math.floor(((value - low) / (high - low)) * SHADES.length);
    return SHADES[Math.min(place, SHADES.length - 1)]!.repeat(3);
  };
  const head = ['', ...(columns?.values ?? [name])];
  const lines = cells.map((row, index) => [
    rows.values[index]!,
    ...row.map((value) => (inNumbers ? numberText(value, '') : shade(value))),
  ]);
  const legend =
    values.length === 0
      ? 'Nothing to show.'
      : `From ${numberText(low, unit)}${inNumbers ? '' : ' (light)'} to ${numberText(high, unit)}${inNumbers ? '' : ' (dark)'}.`;
  return [top, table([head, ...lines]), legend].join('\n');
}

function days({ start, end }: Stretch): string {
  const day = (time: number): string =>
    new Date(time).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');
  return `${day(start)} to ${day(end)}`;
}
