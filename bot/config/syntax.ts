import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { plain } from '../../strategies/shown.js';
import type { Finding } from './problems.js';

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 16;

export type Syntax = { readonly root: Node } | { readonly findings: readonly Finding[] };

/** Reads JSON with comments and trailing commas into a tree whose nodes know their place. */
export function readTree(text: string): Syntax {
  const spoiled = unreadable(text);
  if (spoiled !== null) return { findings: [{ path: [], ...spoiled }] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  // The first error is the user's, the others mostly follow from it.
  if (errors.length > 0 || root === undefined) return { findings: [syntaxFinding(text, errors[0])] };
  if (root.type !== 'object')
    return {
      findings: [{ offset: root.offset, path: [], message: 'must be one object in braces' }],
    };
  const findings = [...badKeys(root, [])];
  return findings.length > 0 ? { findings } : { root };
}

interface Spot {
  readonly offset: number;
  readonly message: string;
}

/** What no parser should even see. */
function unreadable(text: string): Spot | null {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES)
    return {
      offset: 0,
      message: `the file is too large: ${Math.ceil(Buffer.byteLength(text) / 1024)} kB, at most 64 kB`,
    };
  if (text.startsWith('\uFEFF'))
    return {
      offset: 0,
      message: 'the file begins with a byte order mark (BOM); save it as UTF-8 without one',
    };
  const nul = text.indexOf('\0');
  if (nul >= 0)
    return { offset: nul, message: 'the file contains a NUL byte; it is damaged or not UTF-8 text' };
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0) return { offset: broken, message: 'the file contains bytes that are not UTF-8 text' };
  if (text.trim() === '') return { offset: 0, message: 'the file is empty' };
  return tooDeep(text);
}

/** The parser calls itself for each level; a file of brackets alone must not exhaust the stack. */
function tooDeep(text: string): Spot | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  // The end stands at the text's length; its own length is 1 behind a comment cut off at its opening.
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    // A bracket inside a text belongs to a longer token.
    if (scanner.getTokenLength() > 1) continue;
    const token = text[scanner.getTokenOffset()];
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH)
      return { offset: scanner.getTokenOffset(), message: `is nested deeper than ${MAX_DEPTH} levels` };
  }
  return null;
}

const SENTENCES: Record<string, string> = {
  InvalidUnicode: 'this \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'there is no such escape; a backslash itself is written \\\\',
  InvalidCharacter: 'a text must not contain control characters; write a line break as \\n',
  InvalidCommentToken: 'comments are not allowed here',
  UnexpectedEndOfComment: 'a comment does not end; */ is missing',
  UnexpectedEndOfString: 'a text does not end; a double quote " is missing',
  UnexpectedEndOfNumber: 'a number is incomplete',
  PropertyNameExpected: 'a name in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon : is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'nothing may follow the closing brace',
};

/** What is wrong with a text that is not JSON, in words, and where. */
export function syntaxFinding(text: string, error: ParseError | undefined): Finding {
  if (error === undefined) return { offset: 0, path: [], message: 'the file holds no value' };
  const { offset } = error;
  const usual = SENTENCES[printParseErrorCode(error.error)] ?? 'this is not JSON';
  if (text.slice(offset).trim() === '')
    return { offset, path: [], message: `the file ends too early: ${usual}` };
  return { path: [], ...(slip(text, offset) ?? { offset, message: usual }) };
}

/** The usual slips, recognised from the text around the error. */
function slip(text: string, error: number): Spot | null {
  const comma = /[0-9]+,$/.exec(text.slice(0, error));
  if (comma !== null && /^[0-9]/.test(text.slice(error)))
    return {
      offset: comma.index,
      message: 'a number has a decimal comma here; write it with a point, such as 1.5',
    };
  const offset = error - (/[^\s,:[\]{}"]*$/.exec(text.slice(0, error))?.[0].length ?? 0);
  const message = tokenSlip(plain(/^[^\s,:[\]{}"]*/.exec(text.slice(offset))![0].slice(0, 40)));
  return message === null ? null : { offset, message };
}

function tokenSlip(token: string): string | null {
  if (/^[+-]?(NaN|Infinity)$/i.test(token)) return `${token} is not a number; write one in digits`;
  if (/^0x/i.test(token)) return `${token} is hexadecimal; write the number in decimal digits`;
  if (/^[+]/.test(token)) return `${token} has a plus sign; write the number without it`;
  if (/^0[0-9]/.test(token)) return `${token} has leading zeros; write the number without them`;
  if (/^\.[0-9]/.test(token)) return `${token} lacks a digit before the point; write 0${token}`;
  if (/^(true|false|null)$/i.test(token)) return `${token} must be written in lower case`;
  if (token.startsWith("'")) return 'names and texts stand in double quotes "…", not in single ones';
  if (/^[A-Za-z_$][\w$-]*$/.test(token)) return `"${token}" must stand in double quotes`;
  return null;
}

/** Names that JavaScript would not treat as data. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Names given twice (the last one would win in silence) and names that reach into the machinery. */
function* badKeys(node: Node, path: readonly (string | number)[]): Generator<Finding> {
  if (node.type === 'array')
    for (const [index, item] of (node.children ?? []).entries()) yield* badKeys(item, [...path, index]);
  if (node.type !== 'object') return;
  const seen = new Set<string>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    const name = String(key?.value);
    const at = { offset: property.offset, path: [...path, name] };
    if (FORBIDDEN_NAMES.has(name)) yield { ...at, message: 'is not allowed as a name' };
    else if (seen.has(name)) yield { ...at, message: 'is given twice; remove one of the two' };
    seen.add(name);
    if (value !== undefined) yield* badKeys(value, at.path);
  }
}
