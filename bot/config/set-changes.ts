/** What `flotilla bot set` is told, as changes of a config's text. */
import { parse } from 'jsonc-parser';
import { plans, signals } from '../../strategies/registry.js';
import type { ConfigChange } from './edit.js';
import { ConfigError, type ConfigProblem } from './problems.js';
import { settingsIn } from './set.js';

/** Keys that a bot has from its birth on, beside those that `create --set` knows. */
const EDITABLE = {
  symbol: 'text',
  interval: 'text',
  signal: 'text',
  plan: 'text',
  protectionCancelled: 'text',
} as const;

const FIXED_ID = {
  ...{ file: '--set', line: 0, column: 0, path: 'id' },
  message:
    'cannot be changed, for its orders and books are known by it; make another bot of it (flotilla bot clone)',
};

type Names = { signal?: string; plan?: string };

/** What was told, as far as it can be read, and what is wrong with the rest. */
export interface ToldChanges {
  readonly changes: readonly ConfigChange[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads `plan.stopLossPercent=2`, `tags=a,b`, `name=Dip` and the like. An empty value takes the key out, so that its
 * default counts again; a symbol may be typed in lower case. `signal=NAME` and `plan=NAME` put another one in place of the old with all its parameters, for
 * those would mean nothing to it. `text` is the
 * config as it stands. Errors: `ConfigError` with a sentence for each pair that cannot be read.
 */
export function readChanges(pairs: readonly string[], text: string): readonly ConfigChange[] {
  const { changes, problems } = toldChanges(pairs, text);
  if (problems.length > 0) throw new ConfigError(problems);
  return changes;
}

/** The same, for who wants to know at once what else is wrong with them. */
export function toldChanges(pairs: readonly string[], text: string): ToldChanges {
  const named = { ...namesOf(text), ...namedIn(pairs) };
  const isId = (pair: string): boolean => /^\s*id\s*=/.test(pair);
  const judged = pairs.filter((pair) => !isId(pair) && !isMisspelt(pair, named));
  const { settings, problems } = settingsIn(judged, named, { more: EDITABLE, empties: true });
  return { changes: asChanges(settings), problems: [...(pairs.some(isId) ? [FIXED_ID] : []), ...problems] };
}

/** A parameter under a misspelt name: the name alone is wrong, until it is right. */
function isMisspelt(pair: string, { signal, plan }: Names): boolean {
  const parameter = pair.trim();
  if (parameter.startsWith('signal.')) return signal !== undefined && !signals.has(signal);
  return parameter.startsWith('plan.') && plan !== undefined && !plans.has(plan);
}

function asChanges(settings: Map<string, unknown>): readonly ConfigChange[] {
  const symbol = settings.get('symbol');
  if (typeof symbol === 'string') settings.set('symbol', symbol.toUpperCase());
  for (const section of ['signal', 'plan'] as const) {
    const name = settings.get(section);
    if (name === undefined) continue;
    const parameters = [...settings].flatMap(([path, value]) => {
      if (!path.startsWith(`${section}.`)) return [];
      settings.delete(path);
      return [[path.slice(section.length + 1), value] as const];
    });
    settings.set(section, { name, ...Object.fromEntries(parameters) });
  }
  return [...settings].map(([path, value]) => ({ path, value }));
}

/** Parameters are those of the signal and plan that the bot will have. */
function namedIn(pairs: readonly string[]): Names {
  const entries = pairs.flatMap((pair) => {
    const match = /^\s*(signal|plan)\s*=\s*(\S+)\s*$/.exec(pair);
    return match === null ? [] : [[match[1], match[2]] as const];
  });
  return Object.fromEntries(entries) as Names;
}

/** The signal and plan of a config, as far as it can be read: one that is broken may be mended by a setting. */
function namesOf(text: string): Names {
  const config = parse(text) as Readonly<Record<string, { name?: unknown } | undefined>> | null | undefined;
  const names: Names = {};
  for (const section of ['signal', 'plan'] as const) {
    const name = config?.[section]?.name;
    if (typeof name === 'string') names[section] = name;
  }
  return names;
}
