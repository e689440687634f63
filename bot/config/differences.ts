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

/** Of two texts of one bot's config; where one is not valid both are compared as they are written, without defaults. */
export function differencesOf(before: string, after: string): readonly ConfigDifference[] {
  const read = [before, after].every(isValid) ? parsed : asWritten;
  const valuesOf = (text: string): ReadonlyMap<string, string> => new Map(flat('', read(text)));
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].flatMap((path) => {
    const difference = { path, before: old.get(path) ?? null, after: now.get(path) ?? null };
    return difference.before === difference.after ? [] : [difference];
  });
}

/** What is nested so deep that the stack would not do says nothing. */
function asWritten(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

const parsed = (text: string): unknown => parseConfig(text, 'config.json');

function isValid(text: string): boolean {
  try {
    parsed(text);
    return true;
  } catch {
    return false;
  }
}

function flat(path: string, value: unknown): (readonly [string, string])[] {
  if (value === undefined || path === '$schema' || path === 'appliesTo') return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.join(', ')]];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => flat(path === '' ? key : `${path}.${key}`, inner));
  return [[path, typeof value === 'string' ? value : shown(value)]];
}
