import type { z } from 'zod';
import { decimalProblem } from '../../strategies/parameters.js';
import { shown } from '../../strategies/shown.js';
import { hint } from './suggest.js';

type Issue = z.core.$ZodIssue;

const KINDS: Record<string, string> = {
  string: 'text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list such as ["a", "b"]',
  object: 'an object in braces',
  record: 'an object in braces',
};

/** What is wrong with a value, as the end of a sentence that begins with its path. */
export function sentence(issue: Issue, value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined && issue.code !== 'custom') return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      // A schema may say better than we what it wants.
      if (issue.message.startsWith('must be ')) return `${issue.message}, is ${shown(value)}`;
      return typeSentence(issue.expected, value);
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${amount(issue.minimum, issue.origin)}, is ${size(value)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${amount(issue.maximum, issue.origin)}, is ${size(value)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}, is ${shown(value)}${typeof value === 'string' ? meant(value, issue.values.map(String)) : ''}`;
    case 'custom':
      // What a config leaves to its default says nothing that could be shown.
      if (value === undefined || /[,;] is /.test(issue.message)) return issue.message;
      return `${issue.message}, is ${shown(value)}`;
    default:
      return `${path.length > 0 ? 'is not valid' : 'the config is not valid'}: ${issue.message}`;
  }
}

/** There is no signal or plan of that name. */
export function unknownName(what: string, value: unknown, known: readonly string[]): string {
  if (value === undefined) return `is missing; known: ${known.join(', ')}`;
  if (typeof value !== 'string') return typeSentence('string', value);
  return `there is no ${what} ${shown(value)}${hint(value, known)}`;
}

function typeSentence(expected: string, value: unknown): string {
  const kind = KINDS[expected] ?? expected;
  if (typeof value !== 'string' || (expected !== 'number' && expected !== 'int'))
    return `must be ${kind}, is ${shown(value)}`;
  // A number in quotes is a number that somebody meant; say what keeps it from being one.
  const problem = value.startsWith('-') ? null : decimalProblem(value);
  return problem === null || value === '0'
    ? `must be ${kind} without quotes, is ${shown(value)}`
    : `must be ${kind} without quotes: ${problem}`;
}

function meant(value: string, known: readonly string[]): string {
  const text = hint(value, known);
  return text.startsWith('; did') ? text : '';
}

const amount = (limit: number | bigint, origin: string): string =>
  origin === 'string'
    ? `${limit} characters long`
    : origin === 'array'
      ? `${limit} entries long`
      : `${limit}`;

const size = (value: unknown): string =>
  typeof value === 'string' || Array.isArray(value) ? `${value.length}` : shown(value);
