import { fieldOf, option, options, problems, riskFields, strategyFieldset } from '../form-fields.js';
import { html, NOTHING, type Html } from '../html.js';
import { layout } from '../layout.js';
import { tokenField } from '../parts.js';
import type { BacktestFormModel } from './model.js';

/** What shall be tested; after a mistake it comes back as it was typed, with a sentence at each field. */
export function backtestFormPage(model: BacktestFormModel): Html {
  const { values, errors, signals, plans } = model;
  const again = '/backtests/new';
  return layout({
    title: 'New backtest',
    active: 'backtests',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`
      <form class="new-bot" method="post" action="/backtests">
        ${tokenField(model.token)}
        <h1>New backtest</h1>
        <p class="lead">
          The same code that trades, on klines of the past. Nothing is bought, and no bot is made.
        </p>
        ${problems(errors)}
        <div class="sections one">
          ${market(model)} ${money(model)}
          ${strategyFieldset('signal', 'Signal', 'When it enters and leaves', signals, values, errors, again)}
          ${strategyFieldset('plan', 'Plan', 'What it holds, and how it leaves', plans, values, errors, again)}
        </div>
        <div class="foot">
          <button class="button primary" data-busy="Starting…">Run backtest</button
          ><a class="button quiet" href="/backtests">Cancel</a>
        </div>
      </form>
    `,
  });
}

function market(model: BacktestFormModel): Html {
  const { values, errors, sources, intervals } = model;
  const field = fieldOf(errors);
  const symbols = [
    ...new Set(sources.flatMap((source) => source.symbols.map(({ symbol }) => symbol))),
  ].sort();
  const chosen = values['source'] ?? sources[0]?.name ?? 'paper';
  return html`<fieldset>
    <legend>Klines</legend>
    <div class="fields">
      ${field(
        'source',
        'Klines from',
        'Recordings in the data folder, or what a venue tells of the past.',
        (a) =>
          html`<select ${a}>
            ${sources.map(({ name, title }) => option(name, title, name === chosen))}
          </select>`,
      )}
      ${field('symbol', 'Symbol', 'The market.', (a) => html`<input ${a} value="${values['symbol'] ?? ''}" required list="recorded" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="BTCUSDT" /><datalist id="recorded">${symbols.map((symbol) => html`<option value="${symbol}"></option>`)}</datalist>`)}
      ${field(
        'interval',
        'Interval',
        'How long one kline is. Finer klines of the recording make the path inside it.',
        (a) =>
          html`<select ${a}>
            ${options(intervals, values['interval'] ?? '5m')}
          </select>`,
      )}
      ${field('from', 'From', 'UTC, such as 2024-01-31 or 2024-01-31 14:30. Empty: where the klines begin (of a venue, the last 5,000).', (a) => html`<input ${a} value="${values['from'] ?? ''}" autocomplete="off" placeholder="2024-01-01" />`)}
      ${field('to', 'To', 'UTC. Empty: to the end of the klines.', (a) => html`<input ${a} value="${values['to'] ?? ''}" autocomplete="off" placeholder="2024-05-01" />`)}
      ${field(
        'acceptGaps',
        'Outages',
        'Klines that are missing for longer than the signal is warmed up with.',
        (a) =>
          html`<select ${a}>
            ${option('no', 'do not run across them', values['acceptGaps'] !== 'yes')}${option('yes', 'run across, as a bot would have', values['acceptGaps'] === 'yes')}
          </select>`,
      )}
    </div>
    ${available(model)}
  </fieldset>`;
}

/** What the recordings have, so that nobody has to guess. */
function available({ sources, folder }: BacktestFormModel): Html {
  const folders = sources.filter(({ kind }) => kind === 'folder');
  if (folders.length === 0)
    return html`<p class="about">
      No recordings yet. Put files such as BTCUSDT-5m.csv.gz into ${folder} to test on them.
    </p>`;
  return html`<details class="about">
    <summary>What the recordings have</summary>
    ${folders.map(
      ({ title, symbols }) =>
        html`<p class="recorded">
          <b>${title}</b
          ><br />${symbols.map(({ symbol, intervals }, index) => html`${index === 0 ? NOTHING : ', '}${symbol} ${intervals.join(' ')}`)}
        </p>`,
    )}
  </details>`;
}

function money({ values, errors }: BacktestFormModel): Html {
  const field = fieldOf(errors);
  const value = (name: string, otherwise = ''): string => values[name] ?? otherwise;
  return html`<fieldset>
    <legend>Money and costs</legend>
    <div class="fields">
      ${field('budget', 'Budget', 'What it may spend, in the quote asset.', (a) => html`<input ${a} value="${value('budget', '1000')}" required inputmode="decimal" autocomplete="off" placeholder="1000" />`)}
      ${field('feePercent', 'Fee (%)', 'Commission of every fill, maker and taker alike. Binance takes 0.1 without discounts.', (a) => html`<input ${a} value="${value('feePercent', '0.1')}" inputmode="decimal" autocomplete="off" />`)}
      ${field(
        'feeAsset',
        'Fee is taken in',
        'As Binance does: of what is received. Or always in the quote asset.',
        (a) =>
          html`<select ${a}>
            ${option('received', 'what is received', value('feeAsset') !== 'quote')}${option('quote', 'the quote asset', value('feeAsset') === 'quote')}
          </select>`,
      )}
      ${field(
        'profile',
        'Matching',
        'Touch: no spread, no slippage, unlimited depth. Book: spread and depth follow each kline’s range and volume.',
        (a) =>
          html`<select ${a}>
            ${option('touch', 'touch', value('profile') !== 'book')}${option('book', 'book', value('profile') === 'book')}
          </select>`,
      )}
      ${riskFields(field, values)}
      ${field('name', 'Name', 'To find it again; may stay empty.', (a) => html`<input ${a} value="${value('name')}" maxlength="60" autocomplete="off" />`)}
    </div>
  </fieldset>`;
}
