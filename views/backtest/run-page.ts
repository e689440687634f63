import { html, join, NOTHING, type Html } from '../html.js';
import { icon } from '../icons.js';
import { layout } from '../layout.js';
import { ago, partial, sparkline } from '../parts.js';
import { chartFigure } from './chart.js';
import { figuresTable, headline } from './figures.js';
import { isOver, type Run, type RunModel } from './model.js';
import { progressBar, runActions, runState, runTitle, strategyOf, tookWords } from './state.js';
import { assumptions, bestAndWorst, monthsTable, openTable, settingsTable, tradesTable } from './tables.js';
import { day } from './values.js';

/** One backtest: how far it is, or what came of it. */
export function runPage(model: RunModel): Html {
  const { run } = model;
  return layout({
    title: runTitle(run),
    active: 'backtests',
    now: model.now,
    health: model.health,
    user: model.user,
    ...(isOver(run) ? {} : { events: `/backtests/${run.id}/events` }),
    scripts: ['/vendor/lightweight-charts.js', '/public/chart-kit.js', '/public/backtest-chart.js'],
    body: runBody(model),
  });
}

/** Everything below the bar. Target `#run-<id>`. */
export function runBody(model: RunModel): Html {
  const { run, report } = model;
  return html`<div id="run-${run.id}" class="backtest">
    ${header(model)} ${report === null ? withoutResult(model) : result(run, report)}
  </div>`;
}

/** A push of a run's whole page, when its state has changed. */
export function pushRun(model: RunModel): Html {
  return partial(`#run-${model.run.id}`, 'outerMorph', runBody(model));
}

/** A push of how far it is. */
export function pushProgress(run: Run): Html {
  return partial(`#progress-${run.id}`, 'outerMorph', progressBar(run));
}

function header({ run, now, token, botAddress, others }: RunModel): Html {
  const { settings, summary } = run;
  const time = summary === null ? '' : `${day(summary.start)} to ${day(summary.end)}`;
  const when = [ago(run.endedAt ?? run.startedAt ?? run.createdAt, now), tookWords(run)].filter(
    (each) => each !== '',
  );
  const what = [settings.symbol, settings.interval, strategyOf(settings), time, ...when].filter(
    (each) => each !== '',
  );
  return html`<header class="backtest-header run">
    <div class="title">
      <h1>${runTitle(run)}</h1>
      <p class="what">
        ${join(
          what.map((each) => html`<span>${each}</span>`),
          html`<i>·</i>`,
        )}
      </p>
    </div>
    <div class="status">${runState(run)}</div>
    <span class="grow"></span>
    <div class="actions">
      ${isOver(run) ? html`<a class="button" href="/backtests/new?again=${run.id}">Change and run again</a>` : NOTHING}
      ${run.state === 'done' ? html`<a class="button primary" href="${botAddress}">Create a bot with these settings</a>` : NOTHING}
      ${runActions(run, token, 'page')}
    </div>
    ${run.state === 'done' && others.length > 0 ? compareForm(run, others) : NOTHING}
  </header>`;
}

function compareForm(run: Run, others: readonly Run[]): Html {
  return html`<form class="compare-with" action="/backtests/compare">
    <input type="hidden" name="run" value="${run.id}" />
    <label for="compare-with">Compare with</label>
    <select id="compare-with" name="run">
      ${others.map((each) => html`<option value="${each.id}">${runTitle(each)}, ${day(each.createdAt)}</option>`)}
    </select>
    <button class="button">Compare</button>
  </form>`;
}

function withoutResult({ run, problem }: RunModel): Html {
  if (!isOver(run))
    return html`<section class="panel under-way" aria-live="polite">
      <h2>${run.state === 'waiting' ? 'It waits' : 'It runs'}</h2>
      ${progressBar(run)}
      <noscript
        ><p class="nothing">
          <a href="/backtests/${run.id}">Load the page again</a> to see how far it is.
        </p></noscript
      >
    </section>`;
  if (run.state === 'cancelled')
    return html`<section class="panel under-way">
      <h2>Cancelled</h2>
      <p class="nothing">You ended it before there was a result. Run it again whenever you like.</p>
    </section>`;
  return html`<p class="problems" role="alert">
    ${icon('needs-you')} ${problem ?? run.error ?? 'It ended without a result.'}
  </p>`;
}

function result({ id, summary }: Run, report: NonNullable<RunModel['report']>): Html {
  const csv = html`<a href="/api/backtests/${id}/trades.csv" download="trades-${id}.csv"
    >All trades as CSV</a
  >`;
  return html`${headline(report)} ${chartFigure(report, `/api/backtests/${id}/chart`)}
    <noscript
      ><figure class="panel still">
        <h2>Equity</h2>
        ${sparkline(summary?.line ?? [], 'Equity over the time of the backtest', 1_000, 160)}
      </figure></noscript
    >
    <div class="columns">
      <div>${figuresTable(report)}${settingsTable(report)}</div>
      <div>${assumptions(report)}${monthsTable(report)}${bestAndWorst(report)}${openTable(report)}</div>
    </div>
    ${tradesTable(report, csv)}`;
}
