/** What the forms of bots and of backtests share: fields with help and error, signals and plans with their parameters. */
import { html, NOTHING, type Html } from './html.js';
import type { Choice, FormTexts, Parameter } from './model.js';

/** How many fields need a change, or what belongs to none of them. */
export function problems(errors: FormTexts): Html {
  const count = Object.keys(errors).length;
  if (count === 0) return NOTHING;
  const text =
    errors['form'] ?? (count === 1 ? 'One field needs a change.' : `${count} fields need a change.`);
  return html`<p class="problems" role="alert">${text}</p>`;
}

/** The attributes that tie an input to its help and its error. */
type FieldMaker = (attributes: Html) => Html;

/** A field's name as a part of ids. */
const idOf = (name: string): string => name.replace(/[^\w-]/g, '-');

/** Where the sentence about a field stands. */
export const errorSlot = (name: string): string => `e-${idOf(name)}`;

/** The sentence about a field; empty and unseen while there is none, so that one may come while somebody types. */
export function errorOf(name: string, errors: FormTexts): Html {
  return html`<p class="error" id="${errorSlot(name)}">${errors[name] ?? ''}</p>`;
}

/** Makes fields; those with an error say so. */
export function fieldOf(errors: FormTexts) {
  return (name: string, title: string, help: string, input: FieldMaker): Html => {
    const id = idOf(name);
    const wrong = errors[name] !== undefined;
    const attributes = html`id="f-${id}" name="${name}" aria-describedby="h-${id}"
    aria-errormessage="${errorSlot(name)}"${wrong ? html` aria-invalid="true"` : NOTHING}`;
    return html`<div class="field${wrong ? ' wrong' : ''}">
      <label for="f-${id}">${title}</label>${input(attributes)}${errorOf(name, errors)}
      <p class="help" id="h-${id}">${help}</p>
    </div>`;
  };
}

export const option = (value: string, title: string, chosen: boolean): Html =>
  html`<option value="${value}" ${chosen ? html` selected` : NOTHING}>${title}</option>`;

export const options = (values: readonly string[], chosen: string): Html[] =>
  values.map((value) => option(value, value, value === chosen));

/**
 * A signal or a plan to choose among cards, with the parameters of the chosen one; `again` takes the form as it is filled in
 * and answers its page with those of another one, without scripts: nothing of a form ever stands in an address.
 */
export function strategyFieldset(
  kind: 'signal' | 'plan',
  title: string,
  help: string,
  choices: readonly Choice[],
  values: FormTexts,
  errors: FormTexts,
  again = '/bots/new',
): Html {
  const chosen = choices.find(({ name }) => name === values[kind]) ?? choices[0];
  return html`
    <fieldset class="strategy">
      <legend>${title}</legend>
      <p class="help">${help}</p>
      <div class="cards">${choices.map((choice) => card(kind, choice, choice === chosen))}</div>
      ${errorOf(kind, errors)}
      <noscript
        ><button class="button" formaction="${again}" formnovalidate>Show its parameters</button></noscript
      >
      ${chosen ? parametersFieldset(kind, chosen, values, errors) : NOTHING}
    </fieldset>
  `;
}

/** One to choose: its name is the choice, its description explains it. */
function card(kind: 'signal' | 'plan', { name, title, description }: Choice, chosen: boolean): Html {
  const id = `${kind}-${name}`;
  return html`<div class="card">
    <input
      type="radio"
      id="${id}"
      name="${kind}"
      value="${name}"
      aria-describedby="about-${id}"
      ${chosen ? html` checked` : NOTHING}
      hx-get="/bots/new/parameters"
      hx-target="#${kind}-parameters"
      hx-swap="outerHTML"
    />
    <label for="${id}">${title}</label>
    <p id="about-${id}">${plain(gist(description))}</p>
  </div>`;
}

/** Descriptions are also made into docs, where a name stands between backticks. */
const plain = (description: string): string => description.replaceAll('`', '');

/** The first sentences of a description, as far as a card has room for. */
function gist(description: string): string {
  const sentences = description.match(/.+?[.!?](?=\s|$)/g) ?? [description];
  const fits = sentences.filter((_, index) => sentences.slice(0, index + 1).join('').length <= CARD_LETTERS);
  return (fits.length === 0 ? sentences.slice(0, 1) : fits).join('').trim();
}

const CARD_LETTERS = 240;

/** The parameters of one signal or plan, as fields `signal.<name>` or `plan.<name>`. Target `#signal-parameters` or `#plan-parameters`. */
export function parametersFieldset(
  kind: 'signal' | 'plan',
  choice: Choice,
  values: FormTexts = {},
  errors: FormTexts = {},
): Html {
  const { description, parameters } = choice;
  return html`
    <div id="${kind}-parameters" class="parameters" data-of="${choice.name}">
      ${gist(description) === description ? NOTHING : html`<p class="about">${plain(description)}</p>`}
      ${parameters.map((parameter) => parameterField(kind, parameter, values, errors))}
    </div>
  `;
}

function parameterField(kind: string, parameter: Parameter, values: FormTexts, errors: FormTexts): Html {
  return settingField(`${kind}.${parameter.name}`, parameter, values, errors);
}

/** A field for one setting, with its explanation and its bounds; `name` is its path in the config. */
export function settingField(name: string, parameter: Parameter, values: FormTexts, errors: FormTexts): Html {
  const value = values[name] ?? (parameter.default == null ? '' : String(parameter.default));
  const help = [parameter.description, bounds(parameter), standard(parameter)].filter(Boolean).join(' ');
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
      ${choices.map((each) => option(each, each === '' ? 'as usual' : each, each === value))}
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

/** What it is when nothing is said. */
function standard({ default: value, type }: Parameter): string {
  if (value == null || type === 'boolean') return '';
  return `Usually ${typeof value === 'string' ? value : String(value)}.`;
}

const RISK: readonly (readonly [name: string, title: string, help: string])[] = [
  [
    'risk.maxDailyLossPercent',
    'Daily loss limit (%)',
    'No entries for the rest of the UTC day once equity is down by this much. Empty: none.',
  ],
  [
    'risk.maxDrawdownPercent',
    'Drawdown limit (%)',
    'No entries once equity is this far below its highest, until the bot is resumed. Empty: none.',
  ],
  ['risk.maxOrdersPerHour', 'Entries per hour', 'At most so many entry orders in any hour. Empty: any.'],
];

export const RISK_NAMES: readonly string[] = RISK.map(([name]) => name);

/** The caps of one bot; each may stay empty. */
export function riskFields(field: ReturnType<typeof fieldOf>, values: FormTexts): Html[] {
  return RISK.map(([name, title, help]) =>
    field(
      name,
      title,
      help,
      (a) => html`<input ${a} value="${values[name] ?? ''}" inputmode="decimal" autocomplete="off" />`,
    ),
  );
}
