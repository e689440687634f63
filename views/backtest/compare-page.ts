import { html, type Html } from '../html.js';
import { layout } from '../layout.js';
import { fixed, signAt, signed } from '../number.js';
import { absent, pnl, sparkline } from '../parts.js';
import { nothing, panel } from '../tables.js';
import { caption, legend } from './chart.js';
import type { ComparedFigure, Comparison, ComparisonModel, Run } from './model.js';
import { runTitle, strategyOf } from './state.js';
import { day, span } from './values.js';

/** Two runs side by side: both curves in one chart, each figure with its difference, the settings that differ. */
export function comparisonPage({ comparison, now, health, user }: ComparisonModel): Html {
  const { a, b } = comparison;
  return layout({
    title: 'Two backtests',
    active: 'backtests',
    now,
    health,
    user,
    scripts: ['/vendor/lightweight-charts.js', '/public/chart-kit.js', '/public/backtest-chart.js'],
    body: html`<div class="backtest">
      <header class="backtest-header">
        <h1>Two backtests side by side</h1>
        <span class="grow"></span>
        <a class="button" href="/backtests/compare?run=${b.id}&amp;run=${a.id}">Swap</a>
        <a class="button" href="/backtests">All backtests</a>
      </header>
      <dl class="headline two">${side('A', 'accent', a)} ${side('B', 'attention', b)}</dl>
      ${curves(comparison)}
      <div class="columns">
        <div>${figuresPanel(comparison)}</div>
        <div>${settingsPanel(comparison)}</div>
      </div>
    </div>`,
  });
}

function side(letter: string, colour: string, run: Run): Html {
  const { settings, summary } = run;
  const time = summary === null ? '' : `${day(summary.start)} to ${day(summary.end)}`;
  return html`<div>
    <dt><i class="swatch c-${colour}"></i> ${letter}</dt>
    <dd>
      <b><a href="/backtests/${run.id}">${runTitle(run)}</a></b>
      <small>${settings.symbol} · ${settings.interval} · ${strategyOf(settings)} · ${time}</small>
    </dd>
  </div>`;
}

function curves({ a, b }: Comparison): Html {
  return html`<figure class="chart-panel backtest-chart two">
      ${legend([
        ['accent', 'A: equity, per cent since its beginning; drawdown below'],
        ['attention', 'B'],
      ])}
      <div
        class="chart"
        hx-morph-skip
        data-backtest="two"
        data-chart-a="/api/backtests/${a.id}/chart"
        data-chart-b="/api/backtests/${b.id}/chart"
        role="img"
        aria-label="Equity of both backtests in per cent, and how far each lay below its high"
      ></div>
      ${caption(html`<span>${runTitle(a)} and ${runTitle(b)}</span>`)}
    </figure>
    <noscript
      ><figure class="panel still">
        <h2>Equity of A, then of B</h2>
        ${sparkline(a.summary?.line ?? [], 'Equity of A', 1_000, 120)}
        ${sparkline(b.summary?.line ?? [], 'Equity of B', 1_000, 120)}
      </figure></noscript
    >`;
}

function figuresPanel({ figures }: Comparison): Html {
  return panel(
    'figures',
    'Figures',
    null,
    html`<div class="scroll" tabindex="0">
      <table class="list figures">
        <thead>
          <tr>
            <th scope="col">figure</th>
            <th scope="col" class="r">A</th>
            <th scope="col" class="r">B</th>
            <th scope="col" class="r">B − A</th>
          </tr>
        </thead>
        <tbody>
          ${figures.map(
            (figure) =>
              html`<tr>
                <th scope="row">${figure.name}</th>
                <td class="r">${shown(figure, figure.a)}</td>
                <td class="r">${shown(figure, figure.b)}</td>
                <td class="r">${difference(figure)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
}

const DIGITS = { percent: 2, money: 2, ratio: 2, count: 0, time: 0 } as const;

function text(value: string | number): string {
  return typeof value === 'string' ? value : value.toFixed(6);
}

function shown({ unit }: ComparedFigure, value: string | number | null): Html {
  if (value === null) return absent;
  if (unit === 'time') return span(Number(value));
  return html`<span class="num">${fixed(text(value), DIGITS[unit])}${unit === 'percent' ? ' %' : ''}</span>`;
}

/** Coloured by what is better, where one way is; the mark says it without colour. */
function difference({ unit, difference: value, better }: ComparedFigure): Html {
  if (value === null) return absent;
  if (unit === 'time') {
    const longer = Number(value);
    if (longer === 0) return html`<span class="even">=</span>`;
    return html`<span class="${longer < 0 ? 'gain' : 'loss'}"
      >${longer < 0 ? '−' : '+'}${span(Math.abs(longer))}</span
    >`;
  }
  const digits = DIGITS[unit];
  const sign = signAt(text(value), digits);
  if (sign === 0) return html`<span class="even num">=</span>`;
  if (better === 'higher')
    return html`${pnl(text(value), digits)}${unit === 'percent' ? html` <span class="sr">points</span>` : ''}`;
  const look = better === null ? '' : sign < 0 ? 'gain' : 'loss';
  return html`<span class="num ${look}">${signed(text(value), digits)}</span>`;
}

function settingsPanel({ settings }: Comparison): Html {
  if (settings.length === 0)
    return panel('settings', 'Settings that differ', null, nothing('None: both were told the same.'));
  return panel(
    'settings',
    'Settings that differ',
    settings.length,
    html`<div class="scroll" tabindex="0">
      <table class="list figures">
        <thead>
          <tr>
            <th scope="col">setting</th>
            <th scope="col" class="r">A</th>
            <th scope="col" class="r">B</th>
          </tr>
        </thead>
        <tbody>
          ${settings.map(
            ({ name, a, b }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="r wrap">${a}</td>
                <td class="r wrap">${b}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
}
