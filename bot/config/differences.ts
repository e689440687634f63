/** What two configs say differently, key by key, as people write it. */
import { parse } from 'jsonc-parser';
import { shown } from '../../strategies/shown.js';
import { parseConfig } from './parse.js';

export interface ConfigDifference {
  /** `plan.stopLossPercent` */
  readonly path: string;
  /** As it stood, defaults included; null where it was not said and has no default. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Of two texts of one bot's config; one that is not valid is compared as it is written, without its defaults. */
export function differencesOf(before: string, after: string): readonly ConfigDifference[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].flatMap((path) => {
    const difference = { path, before: old.get(path) ?? null, after: now.get(path) ?? null };
    return difference.before === difference.after ? [] : [difference];
  });
}

function valuesOf(text: string): ReadonlyMap<string, string> {
  return new Map(flat('', read(text)));
}

function read(text: string): unknown {
  try {
    return parseConfig(text, 'config.json');
  } catch {
    return parse(text) as unknown;
  }
}

function flat(path: string, value: unknown): (readonly [string, string])[] {
  if (value === undefined || path === '$schema' || path === 'appliesTo') return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.join(', ')]];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => flat(path === '' ? key : `${path}.${key}`, inner));
  return [[path, typeof value === 'string' ? value : shown(value)]];
}
