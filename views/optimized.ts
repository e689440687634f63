import type { Figures } from '../bot/optimize/figures.js';
import type { Heat } from '../bot/optimize/heat.js';
import type { Stretch } from '../bot/optimize/job.js';
import type { OptimizeReport } from '../bot/optimize/report.js';
import type { Walk } from '../bot/optimize/walk.js';
import { raw } from 'hono/html';
import { html, NOTHING, type Html } from './html.js';
import { ABSENT } from './number.js';

const STYLE = `:root{color-scheme:light dark;--bg:light-dark(#f3f5f7,#0b0f13);--surface:light-dark(#fff,#12171d);
--line:light-dark(#e4e8ed,#222b35);--strong:light-dark(#c5ccd5,#3a4755);--ink:light-dark(#131920,#e7ecf1);--muted:light-dark(#56616d,#96a3b0);
--attention:light-dark(#8a5600,#f3bb4c);--attention-tint:light-dark(#fff3d9,#2a200c)}
body{margin:0 auto;max-width:1440px;padding:24px;background:var(--bg);color:var(--ink);
font:14px/20px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:20px;line-height:28px;margin:0}h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0 0}.muted{color:var(--muted)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;
background:linear-gradient(to right,var(--surface) 40%,transparent) left/32px 100% no-repeat local,
linear-gradient(to left,var(--surface) 40%,transparent) right/32px 100% no-repeat local,
linear-gradient(to right,var(--strong),transparent) left/10px 100% no-repeat scroll,
linear-gradient(to left,var(--strong),transparent) right/10px 100% no-repeat scroll,var(--surface)}
table{border-collapse:collapse;width:100%}th,td{padding:8px 12px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}th{color:var(--muted);font-weight:500}.text{text-align:left}.apart{border-left:2px solid var(--line)}
.warnings{margin:16px 0 0;padding:12px 16px 12px 32px;color:var(--attention);background:var(--attention-tint);border-radius:8px}
.heat td,.heat thead th{text-align:center}.heat td{color:light-dark(#131920,#fff);border:0}.heat th{position:sticky;left:0;background:var(--surface)}`;

/** What the optimizer found, as one file that needs no other: open it in any browser, offline too. */
export function optimizedPage(report: OptimizeReport): string {
  const { sets, combinations, left, train, heldBack, objective, best, walk, heat, warnings, notes } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Optimized by ${called(objective)} · Flotilla</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>The best settings by ${called(objective)}</h1>
        ${list(report.unused, 'warnings')}
        <p class="muted">
          Klines of ${report.symbol}, ${report.interval}: ${days(report)}. ${sets} of ${combinations} sets
          tried on ${days(train)}${left.count === 0 ? '' : `; ${left.count} cannot be (${left.because})`}.
          ${heldBack === null ? 'Nothing was held back.' : `Held back and chosen by nothing: ${days(heldBack)}.`}
        </p>
        ${list(warnings, 'warnings')} ${bestTable(best, heldBack !== null)}
        ${walk === null ? NOTHING : walkTable(walk)}
        ${heat === null ? NOTHING : heatTable(heat, called(objective))} ${list(notes, 'muted')}
      </body>
    </html>`;
  return `${String(page)}\n`;
}

/** `profit factor`, and in capitals what is named after somebody. */
function called(objective: string): string {
  const isName = ['sharpe', 'sortino', 'calmar'].includes(objective);
  return isName ? objective.charAt(0).toUpperCase() + objective.slice(1) : objective.replaceAll('-', ' ');
}

const COLUMNS: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['return %', ({ returnPercent }) => number(returnPercent)],
  ['a year %', ({ yearlyPercent }) => number(yearlyPercent)],
  ['drawdown %', ({ maxDrawdownPercent }) => number(maxDrawdownPercent)],
  ['Sharpe', ({ sharpe }) => number(sharpe)],
  ['Sortino', ({ sortino }) => number(sortino)],
  ['profit factor', ({ profitFactor }) => number(profitFactor)],
  ['trades', ({ trades }) => String(trades)],
];

/** Of what was held back: few enough to stand beside the others on a screen. */
const JUDGED: ReadonlySet<string> = new Set(['return %', 'drawdown %', 'Sharpe', 'trades']);

function bestTable(best: OptimizeReport['best'], judged: boolean): Html {
  const paths = Object.keys(best[0]?.values ?? {});
  const outside = judged ? COLUMNS.filter(([name]) => JUDGED.has(name)) : [];
  return html`<h2>Best</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>#</th>
            ${paths.map((path) => html`<th>${path}</th>`)}
            ${COLUMNS.map(([name], index) => html`<th class="${index === 0 ? 'apart' : ''}">${name}</th>`)}
            ${outside.map(([name], index) => html`<th class="${index === 0 ? 'apart' : ''}">${index === 0 ? 'held back: ' : ''}${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${best.map(
            ({ values, figures, heldBack }, index) =>
              html`<tr>
                <td>${index + 1}</td>
                ${paths.map((path) => html`<td>${values[path]}</td>`)} ${figureCells(COLUMNS, figures)}
                ${figureCells(outside, heldBack)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function figureCells(columns: typeof COLUMNS, figures: Figures | null): Html {
  return html`${columns.map(
    ([, cell], index) =>
      html`<td class="${index === 0 ? 'apart' : ''}">${figures === null ? ABSENT : cell(figures)}</td>`,
  )}`;
}

function walkTable({ windows, returnPercent, efficiency, won }: Walk): Html {
  const kept = efficiency === null ? '' : `, ${number(100 * efficiency)} % of the growth a year optimized to`;
  return html`<h2>Walking forward</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">chosen on</th>
            <th>return %</th>
            <th class="text">tested on</th>
            <th>return %</th>
            <th class="text">settings</th>
          </tr>
        </thead>
        <tbody>
          ${windows.map(
            ({ train, test, values, inside, outside }) =>
              html`<tr>
                <td class="text">${days(train)}</td>
                <td>${number(inside?.returnPercent ?? null)}</td>
                <td class="text">${days(test)}</td>
                <td>${number(outside?.returnPercent ?? null)}</td>
                <td class="text">
                  ${
                    values === null
                      ? ABSENT
                      : Object.entries(values)
                          .map((pair) => pair.join(' '))
                          .join(', ')
                  }
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p>
      All tests one after the other: ${number(returnPercent)} %, ${won} of ${windows.length} made
      money${kept}.
    </p>`;
}

/** Worse is warm, better is cool; the number stands in the cell, so nothing depends on the colour. */
function heatTable({ rows, columns, cells }: Heat, objective: string): Html {
  const values = cells.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const colour = (value: number | null): string => {
    if (value === null) return '';
    const share = high === low ? 1 : (value - low) / (high - low);
    return `background:color-mix(in oklab, light-dark(#8fd0f5, #0e6a9c) ${Math.round(100 * share)}%, light-dark(#ffd9b8, #6b3410))`;
  };
  return html`<h2>
      Mean ${objective}${columns === null ? '' : ` by ${rows.path} (down) and ${columns.path} (across)`}
    </h2>
    <div class="scroll">
      <table class="heat">
        <thead>
          <tr>
            <th>${columns === null ? rows.path : ''}</th>
            ${(columns?.values ?? [objective]).map((value) => html`<th>${value}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            (row, index) =>
              html`<tr>
                <th>${rows.values[index]}</th>
                ${row.map((value) => html`<td style="${colour(value)}">${number(value)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function list(sentences: readonly string[], kind: string): Html {
  if (sentences.length === 0) return NOTHING;
  return html`<ul class="${kind}">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`;
}

function number(value: number | null): string {
  return value === null ? ABSENT : value.toFixed(2).replace('-', '−');
}

function days({ start, end }: Stretch): string {
  const day = (time: number): string =>
    new Date(time).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');
  return `${day(start)} to ${day(end)}`;
}
