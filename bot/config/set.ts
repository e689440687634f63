import { parametersOf, plans, signals, type ParameterInfo } from '../../strategies/registry.js';
import { ConfigError, pathText, type ConfigProblem } from './problems.js';
import { shown } from '../../strategies/shown.js';
import { hint } from './suggest.js';

/** What `--set` gives, as a part of a config: `{ signal: { rsiPeriod: 14 }, plan: { stopLossPercent: 2 } }`. */
export type SettingTree = { [key: string]: unknown };

export type SettingType = ParameterInfo['type'] | 'list';
type Type = SettingType;

/** Settings outside signal and plan; id, symbol, signal and plan names have options of their own. */
const TOP: Readonly<Record<string, Type>> = {
  name: 'text',
  venue: 'text',
  key: 'text',
  budget: 'decimal',
  'risk.maxDailyLossPercent': 'number',
  'risk.maxDrawdownPercent': 'number',
  'risk.maxOrdersPerHour': 'number',
  dryRun: 'boolean',
  tags: 'list',
  appliesTo: 'text',
};

/**
 * Reads `signal.rsiPeriod=14` and the like into typed values, by the schemas of the chosen signal and plan (or of all
 * of them where none is named). Throws `ConfigError` with a sentence for each pair that cannot be read; bounds are
 * checked later, with the whole config.
 */
export function parseSet(
  pairs: readonly string[],
  chosen: { readonly signal?: string; readonly plan?: string } = {},
): SettingTree {
  const { settings, problems } = settingsIn(pairs, chosen);
  if (problems.length > 0) throw new ConfigError(problems);
  return nested(settings);
}

/**
 * The same by path, with `more` keys known, and what is wrong with what cannot be read; with `empties` a pair without a value
 * means that the key is taken out.
 */
export function settingsIn(
  pairs: readonly string[],
  chosen: { readonly signal?: string; readonly plan?: string },
  { more = {}, empties = false }: { more?: Readonly<Record<string, Type>>; empties?: boolean } = {},
): { readonly settings: Map<string, unknown>; readonly problems: readonly ConfigProblem[] } {
  const known = new Map([...knownSettings(chosen), ...Object.entries(more)]);
  const problems: ConfigProblem[] = [];
  const settings = new Map<string, unknown>();
  for (const pair of pairs) {
    const [path, text] = split(pair);
    const type = known.get(path);
    const problem =
      text === null
        ? 'must have the form name=value'
        : settings.has(path)
          ? 'is given twice'
          : unknown(path, type, known);
    const value =
      problem !== null ? { problem } : empties && text === '' ? undefined : typed(text ?? '', type!);
    if (isProblem(value))
      problems.push({
        file: '--set',
        line: 0,
        column: 0,
        path: pathText(path.split('.')),
        message: value.problem,
        value: text,
      });
    else settings.set(path, value);
  }
  return { settings, problems };
}

/** What kind of value a setting takes, by the schemas of the chosen signal and plan; undefined where there is no such setting. */
export function settingType(
  path: string,
  chosen: { readonly signal?: string; readonly plan?: string } = {},
): SettingType | undefined {
  return knownSettings(chosen).get(path);
}

function split(pair: string): [string, string | null] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair.trim(), null] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}

function unknown(path: string, type: Type | undefined, known: ReadonlyMap<string, Type>): string | null {
  return type === undefined ? `unknown setting${hint(path, [...known.keys()])}` : null;
}

function knownSettings({
  signal,
  plan,
}: {
  readonly signal?: string;
  readonly plan?: string;
}): ReadonlyMap<string, Type> {
  const known = new Map<string, Type>(Object.entries(TOP));
  for (const definition of signals.values())
    if (signal === undefined || signal === definition.name) add('signal', parametersOf(definition));
  for (const definition of plans.values())
    if (plan === undefined || plan === definition.name) add('plan', parametersOf(definition));
  return known;

  function add(section: string, parameters: readonly ParameterInfo[]): void {
    for (const { name, type } of parameters) known.set(`${section}.${name}`, type);
  }
}

interface Unreadable {
  readonly problem: string;
}

const isProblem = (value: unknown): value is Unreadable =>
  typeof value === 'object' && value !== null && 'problem' in value;

function typed(text: string, type: Type): unknown {
  if (type === 'boolean')
    return text === 'true'
      ? true
      : text === 'false'
        ? false
        : { problem: `must be true or false, is ${shown(text)}` };
  if (type === 'list') return text === '' ? [] : text.split(',').map((item) => item.trim());
  if (type !== 'number' && type !== 'integer') return text;
  return /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text)
    ? Number(text)
    : { problem: `must be a plain decimal number, is ${shown(text)}` };
}

function nested(settings: ReadonlyMap<string, unknown>): SettingTree {
  const tree: SettingTree = {};
  for (const [path, value] of settings) {
    const [section, key] = path.split('.') as [string, string?];
    if (key === undefined) tree[section] = value;
    else tree[section] = { ...(tree[section] as SettingTree | undefined), [key]: value };
  }
  return tree;
}
