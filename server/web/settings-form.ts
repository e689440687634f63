/** Between the text of a config and the fields of a form: what is shown of it, and what of it was changed. */
import { parse } from 'jsonc-parser';
import { toldChanges, type ToldChanges } from '../../bot/config.js';
import { parametersOf, plans, signals } from '../../strategies/registry.js';
import type { FormFields } from './forms.js';

const TOP = ['name', 'symbol', 'interval', 'budget', 'dryRun', 'protectionCancelled'] as const;
const RISK = ['maxDailyLossPercent', 'maxDrawdownPercent', 'maxOrdersPerHour'] as const;

/** Every field of the form that stands for a setting. */
const SETTING =
  /^(name|symbol|interval|budget|tags|dryRun|protectionCancelled|risk\.\w+|(signal|plan)(\.\w+)?)$/;

type Tree = Readonly<Record<string, unknown>>;

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

function written(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The fields as a form shows them: what the text says, and of a signal's and a plan's parameters the defaults too. */
export function shownFields(text: string): FormFields {
  const config = treeOf(parse(text, [], { allowTrailingComma: true }));
  const risk = treeOf(config['risk']);
  const tags = config['tags'];
  return {
    ...Object.fromEntries(TOP.map((name) => [name, written(config[name])])),
    dryRun: config['dryRun'] === true ? 'true' : 'false',
    tags: Array.isArray(tags) ? tags.map(written).join(', ') : '',
    ...Object.fromEntries(RISK.map((name) => [`risk.${name}`, written(risk[name])])),
    ...strategyFields('signal', treeOf(config['signal'])),
    ...strategyFields('plan', treeOf(config['plan'])),
  };
}

function strategyFields(kind: 'signal' | 'plan', choice: Tree): FormFields {
  const name = written(choice['name']);
  const parameters = parametersNamed(kind, name).map(({ name: parameter, default: standard }) => [
    `${kind}.${parameter}`,
    choice[parameter] === undefined ? written(standard) : written(choice[parameter]),
  ]);
  return { [kind]: name, ...Object.fromEntries(parameters) } as FormFields;
}

function parametersNamed(kind: 'signal' | 'plan', name: string) {
  const definition = (kind === 'signal' ? signals : plans).get(name);
  return definition === undefined ? [] : parametersOf(definition);
}

/**
 * The fields of a form that is shown again with another signal or plan: parameters of the one before are left out, though
 * some may bear the same name, for a stop loss that suits one plan means something else in another.
 */
export function shownAgain(fields: FormFields): FormFields {
  const kept = Object.entries(fields).filter(([name]) => name !== 'token');
  return (['signal', 'plan'] as const).reduce<FormFields>((rest, kind) => {
    const isParameter = (name: string): boolean => name.startsWith(`${kind}.`);
    const known = parametersNamed(kind, fields[kind] ?? '').map(({ name }) => `${kind}.${name}`);
    const sent = Object.keys(rest).filter(isParameter);
    if (sent.length === known.length && sent.every((name) => known.includes(name))) return rest;
    return Object.fromEntries(Object.entries(rest).filter(([name]) => !isParameter(name)));
  }, Object.fromEntries(kept));
}

/** Those that were changed in a form that showed `base`. A field that was not sent was not changed. */
export function changedFields(fields: FormFields, base: string): FormFields {
  const shown = shownFields(base);
  const changed = Object.entries(fields).filter(([name, value]) => {
    if (!SETTING.test(name)) return false;
    const [kind, parameter] = name.split('.') as [string, string?];
    // Parameters belong to the signal or plan that is chosen: those of another one come with it.
    if (parameter !== undefined && (kind === 'signal' || kind === 'plan')) {
      const known = parametersNamed(kind, fields[kind] ?? shown[kind] ?? '');
      const found = known.find(({ name: each }) => each === parameter);
      if (found === undefined) return false;
      if (fields[kind] !== undefined && fields[kind] !== shown[kind])
        return value.trim() !== '' && value.trim() !== written(found.default);
    }
    return value.trim() !== (shown[name] ?? '');
  });
  return Object.fromEntries(changed.map(([name, value]) => [name, value.trim()]));
}

/** As changes of the text, and what is wrong with values that cannot be read. */
export function formChanges(changed: FormFields, text: string): ToldChanges {
  const pairs = Object.entries(changed).map(([name, value]) => `${name}=${valueFor(name, value)}`);
  return toldChanges(pairs, text);
}

/** What a file need not say is taken out of it: an empty field, and what is so without a word. */
function valueFor(name: string, value: string): string {
  return name === 'dryRun' && value === 'false' ? '' : value;
}
