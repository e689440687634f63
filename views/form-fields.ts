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

/** Makes fields; those with an error say so. */
export function fieldOf(errors: FormTexts) {
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

export const option = (value: string, title: string, chosen: boolean): Html =>
  html`<option value="${value}" ${chosen ? html` selected` : NOTHING}>${title}</option>`;

export const options = (values: readonly string[], chosen: string): Html[] =>
  values.map((value) => option(value, value, value === chosen));

/** A signal or a plan to choose, with its parameters; `again` is the page that shows those of another one without scripts. */
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
        ><button class="button" formaction="${again}" formmethod="get" formnovalidate>
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
  return settingField(`${kind}.${parameter.name}`, parameter, values, errors);
}

/** A field for one setting, with its explanation and its bounds; `name` is its path in the config. */
export function settingField(name: string, parameter: Parameter, values: FormTexts, errors: FormTexts): Html {
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
