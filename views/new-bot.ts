import { draftBacktest } from './draft-backtest.js';
import { draftChart, draftPreview } from './draft-preview.js';
import {
  errorOf,
  errorSlot,
  fieldOf,
  option,
  options,
  problems,
  RISK_NAMES,
  riskFields,
  strategyFieldset,
} from './form-fields.js';
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { FormTexts, NewBotModel, SymbolOption } from './model.js';
import { partial, tokenField } from './parts.js';
import { saveTemplate, startFrom } from './start-from.js';
import { symbolFacts, symbolInput } from './symbol-search.js';
import type { DraftReport } from './draft.js';

export { parametersFieldset } from './form-fields.js';

/** The form for a new bot; after a mistake it comes back as it was typed, with a sentence at each field. */
export function newBotPage(model: NewBotModel): Html {
  const { values, errors, signals, plans, report } = model;
  return layout({
    title: 'New bot',
    active: 'new',
    now: model.now,
    health: model.health,
    user: model.user,
    scripts: [
      '/vendor/lightweight-charts.js',
      '/public/chart-kit.js',
      '/public/draft-chart.js',
      '/public/new-bot.js',
    ],
    body: html`
      <form class="new-bot with-preview" method="post" action="/bots">
        ${tokenField(model.token)} ${enterMakes}
        <header>
          <h1>New bot</h1>
          <p class="lead">
            One signal says when, one plan says what. Nothing is bought before it is started, and everything
            here can be changed later.
          </p>
          ${model.said === undefined ? NOTHING : html`<p class="said" role="status">${model.said}</p>`}
          ${problems(errors)} ${startFrom(model)}
        </header>
        <div class="sections">
          ${basics(model)}
          ${strategyFieldset('signal', 'Signal', 'When it enters and leaves.', signals, values, errors)}
          ${strategyFieldset('plan', 'Plan', 'What it holds, and how it leaves.', plans, values, errors)}
        </div>
        <aside class="preview" aria-label="What it would do">
          ${draftChart}
          <div id="draft-preview">${draftPreview(report)}</div>
          ${draftBacktest} ${checker}
        </aside>
        <div class="foot">
          <button class="button primary" name="start" value="yes" data-busy="Creating…">
            Create and start</button
          ><button class="button" data-busy="Creating…">Create bot</button
          ><noscript
            ><button class="button" formaction="/bots/new" formnovalidate>Check and preview</button></noscript
          ><a class="button quiet" href="/">Cancel</a>
          ${saveTemplate(model)}
        </div>
      </form>
    `,
  });
}

/** Enter takes the first button there is: one that makes the bot and starts nothing. */
const enterMakes: Html = html`<button hidden data-busy="Creating…">Create bot</button>`;

/** Asks about the form as it is filled in: what is wrong at which field, and what it would do. */
const checker: Html = html`<div
  hx-post="/bots/new/check"
  hx-include=".new-bot"
  hx-trigger="load, input from:.new-bot delay:300ms, change from:.new-bot delay:150ms, again from:.new-bot"
  hx-sync="this:replace"
  hx-swap="none"
></div>`;

/** The answer to that: a sentence or nothing for each of these fields, and the preview. */
export function checked(fields: readonly string[], report: DraftReport, symbol: SymbolOption | null): Html {
  const names = new Set([...fields.filter((name) => FIELD.test(name)), 'id', 'signal', 'plan']);
  return html`${[...names].map((name) =>
    partial(`#${errorSlot(name)}`, 'innerHTML', html`${report.errors[name] ?? ''}`),
  )}${partial('#draft-preview', 'innerHTML', draftPreview(report))}${partial(
    '#symbol-facts',
    'innerHTML',
    symbolFacts(symbol),
  )}`;
}

const FIELD = /^(name|id|symbol|interval|budget|venue|symbols|(signal|plan|risk)(\.[A-Za-z0-9]+)?)$/;

/** Paper on live prices has the symbols that it follows, and takes up more. */
const FOLLOWED =
  'The market it trades. Type to search: on paper, the symbols whose live prices are followed.';

function basics({ values, errors, symbols, intervals, venues, health }: NewBotModel): Html {
  const markets = health.livePrices == null ? 'The market it trades. Type to search.' : FOLLOWED;
  const field = fieldOf(errors);
  const value = (name: string): string => values[name] ?? '';
  const chosen = symbols.find(({ symbol }) => symbol === value('symbol').toUpperCase()) ?? null;
  const first = Object.keys(errors).length === 0 && value('name') === '' ? html` autofocus` : NOTHING;
  return html`
    <fieldset>
      <legend>Market and money</legend>
      <div class="fields">
        ${field('name', 'Name', 'As you call it.', (a) => html`<input ${a} value="${value('name')}" required maxlength="60" autocomplete="off" ${first} data-id-to="id" placeholder="BTC dip" />`)}
        ${field('id', 'Id', 'Its folder and its process, bot-<id>. Small letters, digits and dashes; empty: made from the name.', (a) => html`<input ${a} value="${value('id')}" pattern="[a-z0-9][a-z0-9_\\-]{0,39}" maxlength="40" autocomplete="off" spellcheck="false" placeholder="btc-dip" />`)}
        <div class="wide">
          ${field('symbol', 'Symbol', markets, (a) => symbolInput(a, value('symbol'), symbols))}
          <p id="symbol-facts" class="facts">${symbolFacts(chosen)}</p>
        </div>
        ${field(
          'interval',
          'Interval',
          'How long one kline is. It decides when one closes.',
          (a) =>
            html`<select ${a}>
              ${options(intervals, values['interval'] ?? '5m')}
            </select>`,
        )}
        ${field('budget', 'Budget', 'What it may spend, in the quote asset (USDT for BTCUSDT). Its profit stays with it.', (a) => html`<input ${a} value="${value('budget')}" required inputmode="decimal" autocomplete="off" placeholder="1000" />`)}
        ${venueField(field, values, venues)}
      </div>
      ${more(field, values, errors)} ${caps(field, values, errors)}
    </fieldset>
  `;
}

function venueField(
  field: ReturnType<typeof fieldOf>,
  values: FormTexts,
  venues: NewBotModel['venues'],
): Html {
  const chosen = values['venue'] ?? venues[0]?.name ?? 'paper';
  if (venues.length < 2)
    return html`<input type="hidden" name="venue" value="${chosen}" />${errorOf('venue', {})}`;
  return field(
    'venue',
    'Account',
    'Where it trades. Real money is asked about once more when it is started.',
    (a) =>
      html`<select ${a}>
        ${venues.map(({ name, title }) => option(name, title, name === chosen))}
      </select>`,
  );
}

/** One draft for many symbols. */
function more(field: ReturnType<typeof fieldOf>, values: FormTexts, errors: FormTexts): Html {
  const given = (values['symbols'] ?? '').trim() !== '' || errors['symbols'] !== undefined;
  return html`<details class="risk" ${given ? html` open` : NOTHING}>
    <summary>The same on more symbols</summary>
    ${field(
      'symbols',
      'More symbols',
      'Apart by blanks or lines, at most 50 in all. Makes a bot for the symbol above and one for each of these, all with this budget; their ids get the base asset behind: dip-btc, dip-eth. Each is made by itself: one that is refused holds back no other, and what came of each is told.',
      (a) =>
        html`<textarea
          ${a}
          rows="2"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          placeholder="ETHUSDT SOLUSDT"
        >
${values['symbols'] ?? ''}</textarea>`,
    )}
  </details>`;
}

/** Open where one was given: a mistake in it must be seen. */
function caps(
  field: ReturnType<typeof fieldOf>,
  values: NewBotModel['values'],
  errors: NewBotModel['errors'],
): Html {
  const given = RISK_NAMES.some((name) => (values[name] ?? '') !== '' || errors[name] !== undefined);
  return html`<details class="risk" ${given ? html` open` : NOTHING}>
    <summary>Caps: when it must stop buying</summary>
    <div class="fields">${riskFields(field, values)}</div>
  </details>`;
}
