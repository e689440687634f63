import { html, type Html } from '../html.js';
import { pnl, sparkline } from '../parts.js';
import { sum } from '../number.js';
import { isOver, type Run } from './model.js';
import { progressBar } from './state.js';
import { count, day, gainPercent, percent } from './values.js';

/** One run in a few figures; while it is under way it asks for itself again, and stops by itself. Target `#draft-run`. */
export function backtestBrief(run: Run): Html {
  if (!isOver(run))
    return html`<div
      id="draft-run"
      aria-live="polite"
      hx-get="/backtests/${run.id}/brief"
      hx-trigger="load delay:400ms"
      hx-swap="outerHTML"
    >
      ${progressBar(run)}
    </div>`;
  return html`<div id="draft-run" aria-live="polite">
    ${run.summary === null ? ended(run) : figures(run, run.summary)}
  </div>`;
}

function ended({ error }: Run): Html {
  return html`<p class="error">${error ?? 'It ended without a result.'}</p>`;
}

function figures({ id, settings }: Run, summary: NonNullable<Run['summary']>): Html {
  const { budget } = settings;
  const { quote, finalEquity, trades, winRatePercent, maxDrawdownPercent, line, klines, start, end } =
    summary;
  const gain = sum(finalEquity, `-${budget}`);
  return html`<dl class="brief">
      ${figure('Return', gainPercent(summary.returnPercent))}
      ${figure('Buy and hold', gainPercent(summary.buyAndHoldPercent))}
      ${figure('Max drawdown', html`<span class="num">−${percent(maxDrawdownPercent)}</span>`)}
      ${figure('Trades', html`${count(trades)} <small>${percent(winRatePercent)} won</small>`)}
    </dl>
    <p>${pnl(gain, 2)} ${quote} on ${count(klines)} klines from ${day(start)} to ${day(end)}.</p>
    ${sparkline(line, 'Equity over the time of the backtest', 400, 56)}
    <p><a href="/backtests/${id}">The whole report</a></p>`;
}

function figure(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><b>${value}</b></dd>
  </div>`;
}
