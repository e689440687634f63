import { configJsonSchema } from '../../bot/config.js';
import { parse } from 'jsonc-parser';
import { versionOf } from '../../bot/files/config-history.js';
import type { BotView } from '../../bot/files/view.js';
import { allStrategies } from '../../strategies/registry.js';
import type { ConfigModel, FormTexts, Parameter, SettingsFormModel } from '../../views/model.js';
import { appliesToOf } from './applies-to.js';
import type { FormFields } from './forms.js';
import { choiceOf } from './models.js';
import { shownFields } from './settings-form.js';

interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
}

const schema = configJsonSchema() as Property;

/** A setting as the schema of the config tells it. */
function parameter(name: string, { title, description, enum: choices, type }: Property): Parameter {
  return {
    name,
    title: title ?? name,
    ...(description === undefined ? {} : { description: description.replace(/([^.])$/, '$1.') }),
    type: type === 'boolean' ? 'boolean' : 'string',
    ...(choices === undefined ? {} : { choices }),
  };
}

const of = (name: string): Property => schema.properties?.[name] ?? {};

/** What the form asks beside signal, plan and caps; the account of a bot stays what it is. */
const BASICS: readonly Parameter[] = [
  parameter('name', of('name')),
  {
    ...parameter('symbol', of('symbol')),
    description:
      'The pair it trades. What it holds of the present one is parked, with what protects it, until it is sold.',
  },
  parameter('interval', of('interval')),
  parameter('budget', of('budget')),
  { ...parameter('tags', of('tags')), description: 'Words to find it by, with commas between them.' },
  parameter('dryRun', of('dryRun')),
  {
    ...parameter('protectionCancelled', of('protectionCancelled')),
    choices: ['', ...(of('protectionCancelled').enum ?? [])],
  },
];

const RISK: readonly Parameter[] = Object.entries(of('risk').properties ?? {}).map(([name, property]) => {
  const { title, description = '' } = parameter(name, property);
  return { name: `risk.${name}`, title, description: `${description} Empty: none.`, type: 'string' };
});

/** The form with these values and errors. */
export function settingsFormModel(values: FormTexts, errors: FormTexts = {}): SettingsFormModel {
  const { signals, plans } = allStrategies();
  const choices = { signals: signals.map(choiceOf), plans: plans.map(choiceOf) };
  return { values, errors, basics: BASICS, risk: RISK, ...choices };
}

/** The editor as it is shown first; `typed`: the form as it was filled in, where no script runs. */
export function configModel(bot: BotView, text: string, typed?: FormFields): ConfigModel {
  const holding = bot.phase !== 'flat';
  const model = { id: bot.id, text, version: versionOf(text), holding, appliesTo: appliesToOf(text) };
  // A text that is no object has no fields to show.
  const tree = parse(text, [], { allowTrailingComma: true }) as unknown;
  if (typeof tree !== 'object' || tree === null || bot.symbol === '') return model;
  if (typed === undefined) return { ...model, form: settingsFormModel(shownFields(text)) };
  const { version = model.version, base = text, ...values } = typed;
  // What it was typed on stays what it is compared with.
  return { ...model, version, base, form: settingsFormModel(values) };
}
