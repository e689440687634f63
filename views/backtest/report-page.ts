/** A backtest as one file that opens from a disk, offline: styles, scripts and data are inside. */
import { raw } from 'hono/html';
import type { BacktestChart } from '../../bot/backtest/chart.js';
import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import { html, type Html } from '../html.js';
import { sprite } from '../icons.js';
import { chartFigure } from './chart.js';
import { figuresTable, headline } from './figures.js';
import { assumptions, bestAndWorst, monthsTable, openTable, settingsTable, tradesTable } from './tables.js';
import { day } from './values.js';

export interface ReportPageModel {
  readonly report: BacktestExcerpt;
  readonly chart: BacktestChart;
  /** Texts of the style sheets and scripts that go into it. */
  readonly style: string;
  readonly scripts: readonly string[];
  /** Content security policy by the hashes of these texts: nothing else runs, nothing is fetched. */
  readonly policy: string;
}

export function reportPage({ report, chart, style, scripts, policy }: ReportPageModel): Html {
  const title = titleOf(report);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Flotilla backtest</title>
        ${inside('style', style)}
      </head>
      <body>
        ${sprite()}
        <main class="backtest">
          <header class="backtest-header">
            <h1>${title}</h1>
            <p class="muted">Backtest from ${day(report.start)} to ${day(report.end)}. All times are UTC.</p>
          </header>
          ${headline(report)} ${chartFigure(report, null)}
          <div class="columns">
            <div>${figuresTable(report)}${settingsTable(report)}</div>
            <div>${assumptions(report)}${monthsTable(report)}${bestAndWorst(report)}${openTable(report)}</div>
          </div>
          ${tradesTable(report, html`Write all of them with <code>--trades FILE.csv</code>.`)}
        </main>
        ${inside('script', inScript(chart), ' type="application/json" id="chart-data"')}
        ${scripts.map((script) => inside('script', script))}
      </body>
    </html>`;
}

/** `BTCUSDT · 5m · rsi × single`, or how many bots it is of. */
function titleOf({ bots }: BacktestExcerpt): string {
  const [first] = bots;
  if (first === undefined || bots.length > 1)
    return `${bots.length} bots on ${[...new Set(bots.map(({ symbol }) => symbol))].join(', ')}`;
  return `${first.symbol} · ${first.interval} · ${first.signal.name} × ${first.plan.name}`;
}

/** The text exactly as it was hashed: not a space more. It is ours, not a user's. */
function inside(name: 'style' | 'script', text: string, attributes = ''): Html {
  return raw(`<${name}${attributes}>${text}</${name}>`);
}

/** JSON in which nothing can end the script that holds it. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
