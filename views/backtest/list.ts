import { html, NOTHING, type Html } from '../html.js';
import { icon } from '../icons.js';
import { layout } from '../layout.js';
import { ago, explained, partial, sparkline } from '../parts.js';
import type { Run, RunsModel } from './model.js';
import { isOver } from './model.js';
import { progressBar, runActions, runState, runTitle, strategyOf, tookWords } from './state.js';
import { count, day, gainPercent, percent, ratio } from './values.js';

/** All backtests that are kept. */
export function backtestsPage(model: RunsModel): Html {
  return layout({
    title: 'Backtests',
    active: 'backtests',
    now: model.now,
    health: model.health,
    user: model.user,
    events: '/backtests/events',
    body: html`<div class="backtest">
      <header class="backtest-header">
        <h1>Backtests</h1>
        <span class="grow"></span>
        <a class="button primary for-traders" href="/backtests/new">${icon('plus')}New backtest</a>
      </header>
      ${runsSection(model)}
    </div>`,
  });
}

/** The list, or an invitation. Target `#runs`. */
function runsSection({ runs, most, folder, now, token }: RunsModel): Html {
  if (runs.length === 0) return invitation(folder);
  const done = runs.filter(({ state }) => state === 'done').length;
  return html`<section id="runs">
    <form id="compare" class="runs-tools" action="/backtests/compare">
      <p class="muted">
        The newest ${most} are kept.${done < 2 ? '' : ' Mark two to see them side by side.'}
      </p>
      <span class="grow"></span>
      ${done < 2 ? NOTHING : html`<button class="button">Compare two</button>`}
    </form>
    <div class="panel scroll">
      <table class="list runs">
        <thead>
          <tr>
            <th scope="col"><span class="sr">compare</span></th>
            <th scope="col">backtest</th>
            <th scope="col">state</th>
            <th scope="col" class="wide">klines</th>
            <th scope="col" class="r">
              ${explained('return', 'Below it what buying at the first open and holding to the last close gave, without fees')}
            </th>
            <th scope="col" class="r wide">${explained('drawdown', 'Deepest fall below an earlier high')}</th>
            <th scope="col" class="r wide">trades</th>
            <th scope="col" class="r wide">Sharpe</th>
            <th scope="col" class="wide">equity</th>
            <th scope="col" class="wide">when</th>
            <th scope="col"><span class="sr">actions</span></th>
          </tr>
        </thead>
        <tbody id="run-rows">
          ${runs.map((run) => runRow(run, now, token))}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** One run. Target `#run-<id>`. */
export function runRow(run: Run, now: number, token: string | undefined): Html {
  const { id, settings, summary } = run;
  return html`<tr id="run-${id}">
    <td>
      ${run.state === 'done' ? html`<input type="checkbox" form="compare" name="run" value="${id}" aria-label="Compare ${runTitle(run)}" />` : NOTHING}
    </td>
    <td>
      <a class="run-name" href="/backtests/${id}">${runTitle(run)}</a
      ><span class="aside">${settings.symbol} · ${settings.interval} · ${strategyOf(settings)}</span>
    </td>
    <td>${runState(run)}</td>
    ${summary === null ? html`<td colspan="6" class="wrap">${withoutResult(run)}</td>` : figures(summary)}
    <td class="wide">
      ${ago(run.endedAt ?? run.createdAt, now)}<span class="aside">${tookWords(run)}</span>
    </td>
    <td class="r c-act">${runActions(run, token, 'list')}</td>
  </tr>`;
}

function withoutResult(run: Run): Html | string {
  if (!isOver(run)) return progressBar(run);
  return run.error ?? 'You ended it before there was a result.';
}

function figures(summary: NonNullable<Run['summary']>): Html {
  const { start, end, klines, returnPercent, buyAndHoldPercent, maxDrawdownPercent, trades, sharpe } =
    summary;
  return html`<td class="wide">
      <span class="num">${day(start)} – ${day(end)}</span><span class="aside">${count(klines)} klines</span>
    </td>
    <td class="r">
      ${gainPercent(returnPercent)}<span class="aside">hold ${gainPercent(buyAndHoldPercent)}</span>
    </td>
    <td class="r wide">${percent(maxDrawdownPercent)}</td>
    <td class="r wide">${count(trades)}</td>
    <td class="r wide">${ratio(sharpe)}</td>
    <td class="curve wide">${sparkline(summary.line, 'Equity', 96)}</td>`;
}

/** A push of one row; the run is in the list already. */
export function pushRow(run: Run, now: number, token: string | undefined): Html {
  return partial(`#run-${run.id}`, 'outerMorph', runRow(run, now, token));
}

/** A push of the whole list. */
export function pushRuns(model: RunsModel): Html {
  return partial('#runs', 'outerMorph', runsSection(model));
}

/** No backtest yet is an invitation. */
function invitation(folder: string): Html {
  return html`<section id="runs" class="empty" aria-labelledby="empty-title">
    <div class="invitation">
      <h1 id="empty-title">What would it have done?</h1>
      <p class="lead">
        A backtest lets a bot live through recorded klines in seconds: the same signal, plan, money and
        matching as on the paper exchange, without an order being sent.
      </p>
      <div class="ways">
        <div class="way">
          <h2>Run the first one</h2>
          <p>
            Choose klines, a signal and a plan. The result shows every trade, its costs, and what holding
            would have given.
          </p>
          <a class="button primary" href="/backtests/new">${icon('plus')}New backtest</a>
        </div>
        <div class="way">
          <h2>Bring klines of your own</h2>
          <p>
            Put files such as BTCUSDT-5m.csv.gz into this folder, or take klines from the paper exchange or
            from Binance.
          </p>
          <pre class="command"><code>${folder}</code></pre>
        </div>
      </div>
    </div>
    ${picture()}
  </section>`;
}

/** Equity against holding, as a promise. */
function picture(): Html {
  return html`<svg class="preview" viewBox="0 0 400 260" role="img" aria-label="Equity against buy and hold">
    <g fill="none" stroke-linejoin="round" stroke-linecap="round">
      <path class="c-line" d="M24 40H376M24 100H376M24 160H376M24 220H376" stroke="currentColor" />
      <path
        class="c-muted"
        d="M24 160 60 150 96 176 132 196 168 170 204 186 240 206 276 178 312 190 348 160 376 168"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-dasharray="4 4"
      />
      <path
        class="c-accent"
        d="M24 160 60 156 96 150 132 158 168 132 204 138 240 118 276 104 312 110 348 78 376 70"
        stroke="currentColor"
        stroke-width="2.5"
      />
    </g>
    <circle class="c-accent" cx="376" cy="70" r="4" fill="currentColor" />
  </svg>`;
}
