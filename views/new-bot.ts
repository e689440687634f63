import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { Choice, FormTexts, NewBotModel, Parameter, SymbolOption } from './model.js';
import { tokenField } from './parts.js';

/** The form for a new bot; after a mistake it comes back as it was typed, with a sentence at each field. */
export function newBotPage(model: NewBotModel): Html {
  const { values, errors } = model;
  return layout({
    title: 'New bot',
    active: 'new',
    now: model.now,
    health: model.health,
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
          ${strategy('signal', 'Signal', 'When it enters and leaves', model.signals, values, errors)}
          ${strategy('plan', 'Plan', 'What it holds, and how it leaves', model.plans, values, errors)}
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

function problems(errors: FormTexts): Html {
  const count = Object.keys(errors).length;
  if (count === 0) return NOTHING;
  const text =
    errors['form'] ?? (count === 1 ? 'One field needs a change.' : `${count} fields need a change.`);
  return html`<p class="problems" role="alert">${text}</p>`;
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

/** The attributes that tie an input to its help and its error. */
type FieldMaker = (attributes: Html) => Html;

function fieldOf(errors: FormTexts) {
  return (name: string, title: string, help: string, input: FieldMaker): Html => {
    const error = errors[name];
    const id = name.replace(/[^\w-]/g, '-');
    const attributes = html`id="f-${id}" name="${name}"
    aria-describedby="h-${id}"${error === undefined ? NOTHING : html` aria-invalid="true" aria-errormessage="e-${id}"`}`;
    return html`<div class="field${error === undefined ? '' : ' wrong'}">
      <label for="f-${id}">${title}</label
      >${input(attributes)}${error === undefined ? NOTHING : html`<p class="error" id="e-${id}">${error}</p>`}
      <p class="help" id="h-${id}">${help}</p>
    </div>`;
  };
}

const option = (value: string, title: string, chosen: boolean): Html =>
  html`<option value="${value}" ${chosen ? html` selected` : NOTHING}>${title}</option>`;

const options = (values: readonly string[], chosen: string): Html[] =>
  values.map((value) => option(value, value, value === chosen));

/** What the search offers: options of the symbol's datalist. */
export function symbolOptions(symbols: readonly SymbolOption[]): Html {
  return html`${symbols.map(({ symbol, base, quote }) => html`<option value="${symbol}">${base} / ${quote}</option>`)}`;
}

function strategy(
  kind: 'signal' | 'plan',
  title: string,
  help: string,
  choices: readonly Choice[],
  values: FormTexts,
  errors: FormTexts,
): Html {
  const chosen = choices.find(({ name }) => name === values[kind]) ?? choices[0];
  const field = fieldOf(errors);
  return html`
    <fieldset>
      <legend>${title}</legend>
      ${field(
        kind,
        title,
        help,
        (a) =>
          html`<select ${a} hx-get="/bots/new/parameters" hx-target="#${kind}-parameters" hx-swap="outerHTML">
            ${choices.map((choice) => option(choice.name, choice.title, choice === chosen))}
          </select>`,
      )}
      <noscript
        ><button class="button" formaction="/bots/new" formmethod="get" formnovalidate>
          Show its parameters
        </button></noscript
      >
      ${chosen ? parametersFieldset(kind, chosen, values, errors) : NOTHING}
    </fieldset>
  `;
}

/** The parameters of one signal or plan, as fields `signal.<name>` or `plan.<name>`. Target `#signal-parameters` or `#plan-parameters`. */
export function parametersFieldset(
  kind: 'signal' | 'plan',
  choice: Choice,
  values: FormTexts = {},
  errors: FormTexts = {},
): Html {
  return html`
    <div id="${kind}-parameters" class="parameters">
      <p class="about">${choice.description}</p>
      ${choice.parameters.map((parameter) => parameterField(kind, parameter, values, errors))}
    </div>
  `;
}

function parameterField(kind: string, parameter: Parameter, values: FormTexts, errors: FormTexts): Html {
  const name = `${kind}.${parameter.name}`;
  const value = values[name] ?? (parameter.default == null ? '' : String(parameter.default));
  const help = [parameter.description, bounds(parameter)].filter(Boolean).join(' ');
  return fieldOf(errors)(name, parameter.title, help, (a) => parameterInput(parameter, value, a));
}

function parameterInput(parameter: Parameter, value: string, attributes: Html): Html {
  const { type, minimum, maximum, choices } = parameter;
  if (type === 'boolean')
    return html`<select ${attributes}>
      ${option('false', 'no', value !== 'true')}${option('true', 'yes', value === 'true')}
    </select>`;
  if (choices)
    return html`<select ${attributes}>
      ${options(choices, value)}
    </select>`;
  if (type === 'string') return html`<input ${attributes} value="${value}" autocomplete="off" />`;
  const least = minimum === undefined ? NOTHING : html` min="${minimum}"`;
  const most = maximum === undefined ? NOTHING : html` max="${maximum}"`;
  return html`<input
    ${attributes}
    type="number"
    value="${value}"
    step="${type === 'integer' ? '1' : 'any'}"
    ${least}${most}
    inputmode="decimal"
  />`;
}

function bounds({ type, minimum, exclusiveMinimum = false, maximum }: Parameter): string {
  if (type !== 'number' && type !== 'integer') return '';
  if (minimum === undefined) return maximum === undefined ? '' : `At most ${maximum}.`;
  if (exclusiveMinimum)
    return maximum === undefined ? `Above ${minimum}.` : `Above ${minimum}, at most ${maximum}.`;
  return maximum === undefined ? `At least ${minimum}.` : `From ${minimum} to ${maximum}.`;
}
