import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import {
  fieldOf,
  option,
  options,
  problems,
  RISK_NAMES,
  riskFields,
  strategyFieldset,
} from './form-fields.js';
import type { NewBotModel, SymbolOption } from './model.js';
import { tokenField } from './parts.js';

export { parametersFieldset } from './form-fields.js';

/** The form for a new bot; after a mistake it comes back as it was typed, with a sentence at each field. */
export function newBotPage(model: NewBotModel): Html {
  const { values, errors } = model;
  return layout({
    title: 'New bot',
    active: 'new',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`
      <form class="new-bot" method="post" action="/bots">
        ${tokenField(model.token)}
        <h1>New bot</h1>
        <p class="lead">
          One signal says when, one plan says what. It starts when you press Start, and everything here can be
          changed later.
        </p>
        ${problems(errors)}
        <div class="sections">
          ${basics(model)}
          ${strategyFieldset('signal', 'Signal', 'When it enters and leaves', model.signals, values, errors)}
          ${strategyFieldset('plan', 'Plan', 'What it holds, and how it leaves', model.plans, values, errors)}
        </div>
        ${worstCaseBox()}
        <div class="foot">
          <button class="button primary" data-busy="Creating…">Create bot</button
          ><a class="button quiet" href="/">Cancel</a>
        </div>
      </form>
    `,
  });
}

/** What the bot may cost, before it is made: asked for whenever the form has changed. Target `#worst-case`. */
function worstCaseBox(): Html {
  return html`<section
    id="worst-case"
    class="worst-case"
    aria-live="polite"
    hx-get="/bots/new/worst-case"
    hx-include=".sections"
    hx-trigger="change from:.new-bot delay:150ms, load delay:150ms"
    hx-target="this"
    hx-swap="innerHTML"
  ></section>`;
}

/** What stands in that box: nothing while the form does not mean a bot yet. */
export function worstCase(words: readonly string[]): Html {
  return words.length === 0
    ? NOTHING
    : html`<h2>In the worst case</h2>
        ${words.map((each) => html`<p>${each}</p>`)}`;
}

function basics({ values, errors, symbols, intervals, venues }: NewBotModel): Html {
  const field = fieldOf(errors);
  return html`
    <fieldset>
      <legend>Bot</legend>
      ${field('name', 'Name', 'As you call it.', (a) => html`<input ${a} value="${values['name'] ?? ''}" required maxlength="60" autocomplete="off" ${Object.keys(errors).length === 0 ? html` autofocus` : NOTHING} data-id-to="id" placeholder="BTC dip" />`)}
      ${field('id', 'Id', 'Its folder and its process, bot-<id>. Small letters, digits and dashes; empty: made from the name.', (a) => html`<input ${a} value="${values['id'] ?? ''}" pattern="[a-z0-9][a-z0-9_\\-]{0,39}" maxlength="40" autocomplete="off" spellcheck="false" placeholder="btc-dip" />`)}
      ${field('symbol', 'Symbol', 'The market it trades. Type to search.', (a) => html`<input ${a} value="${values['symbol'] ?? ''}" required list="symbols" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="BTCUSDT" hx-get="/symbols" hx-trigger="input changed delay:150ms" hx-target="#symbols" hx-swap="innerHTML" /><datalist id="symbols">${symbolOptions(symbols)}</datalist>`)}
      ${field(
        'interval',
        'Interval',
        'How long one kline is. It decides when one closes.',
        (a) =>
          html`<select ${a}>
            ${options(intervals, values['interval'] ?? '5m')}
          </select>`,
      )}
      ${field('budget', 'Budget', 'What it may spend, in the quote asset (USDT for BTCUSDT). Its profit stays with it.', (a) => html`<input ${a} value="${values['budget'] ?? ''}" required inputmode="decimal" autocomplete="off" placeholder="1000" />`)}
      ${caps(field, values, errors)}
      ${
        venues.length < 2
          ? html`<input
              type="hidden"
              name="venue"
              value="${values['venue'] ?? venues[0]?.name ?? 'paper'}"
            />`
          : field(
              'venue',
              'Venue',
              'Where it trades.',
              (a) =>
                html`<select ${a}>
                  ${venues.map(({ name, title }) => option(name, title, name === values['venue']))}
                </select>`,
            )
      }
    </fieldset>
  `;
}

/** Open where one was given: a mistake in it must be seen. */
function caps(
  field: ReturnType<typeof fieldOf>,
  values: NewBotModel['values'],
  errors: NewBotModel['errors'],
): Html {
  const given = RISK_NAMES.some((name) => (values[name] ?? '') !== '' || errors[name] !== undefined);
  return html`<details class="risk" ${given ? html` open` : NOTHING}>
    <summary>Caps</summary>
    ${riskFields(field, values)}
  </details>`;
}

/** What the search offers: options of the symbol's datalist. */
export function symbolOptions(symbols: readonly SymbolOption[]): Html {
  return html`${symbols.map(({ symbol, base, quote }) => html`<option value="${symbol}">${base} / ${quote}</option>`)}`;
}
