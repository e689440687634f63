import type { ConfigEdit } from '../fleet/configs.js';
import { RequestError } from './errors.js';

type Change = NonNullable<ConfigEdit['changes']>[number];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The changes that a JSON merge patch (RFC 7396) means: what is not named stays, null removes. A signal or plan that
 * comes with its name replaces the old one whole, because parameters of another one would mean nothing to it.
 */
export function changesOf(patch: Record<string, unknown>): ConfigEdit {
  const { appliesTo, ...rest } = patch;
  if (appliesTo !== undefined && appliesTo !== 'now' && appliesTo !== 'next-cycle') {
    throw new RequestError(422, 'BODY_INVALID', 'appliesTo must be "now" or "next-cycle".', 'appliesTo');
  }
  const changes = Object.entries(rest).flatMap(([key, value]): Change[] => {
    if (!isObject(value) || 'name' in value) return [change(key, value)];
    return Object.entries(value).map(([name, one]) => change(`${key}.${name}`, one));
  });
  if (changes.length === 0 && appliesTo === undefined) {
    throw new RequestError(422, 'BODY_INVALID', 'The body names nothing to change.');
  }
  return { changes, ...(appliesTo === undefined ? {} : { appliesTo }) };
}

function change(path: string, value: unknown): Change {
  return { path, value: value === null ? undefined : value };
}
