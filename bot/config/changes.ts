/** What leads from one config to another, as changes of single values. */
import { parse, type ParseError } from 'jsonc-parser';
import type { ConfigChange } from './edit.js';

/**
 * The changes that make the values of `before` those of `after`, comments and spacing aside: to be put onto a third text.
 * Another signal or plan replaces the old one whole. Null where one of them cannot be read as an object.
 */
export function changesBetween(before: string, after: string): readonly ConfigChange[] | null {
  const [old, now] = [read(before), read(after)];
  if (old === null || now === null) return null;
  return keysOf(old, now).flatMap((key) => {
    const [was, is] = [old[key], now[key]];
    if (!isObject(was) || !isObject(is) || was['name'] !== is['name']) return changed(key, was, is);
    return keysOf(was, is).flatMap((inner) => changed(`${key}.${inner}`, was[inner], is[inner]));
  });
}

type Tree = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(text: string): Tree | null {
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true }) as unknown;
  return errors.length === 0 && isObject(value) ? value : null;
}

const keysOf = (a: Tree, b: Tree): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];

function changed(path: string, was: unknown, value: unknown): ConfigChange[] {
  return JSON.stringify(was) === JSON.stringify(value) ? [] : [{ path, value }];
}
