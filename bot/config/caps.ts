/** `data/caps.json`: how much all bots together may have, by symbol, by account, and in all. Yours to edit by hand. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { z } from 'zod';
import { dec, text as decimalTextOf, type DecimalText } from '../../core/decimal.js';
import { decimalText } from '../../strategies/parameters.js';
import { shown } from '../../strategies/shown.js';
import { ConfigError, placed, type Finding } from './problems.js';
import { VENUES } from './schema.js';
import { sentence } from './sentences.js';
import { withValue } from './splice.js';
import { hint } from './suggest.js';
import { readTree } from './syntax.js';

type Amounts = Readonly<Record<string, DecimalText>>;

/** What all bots together may have set aside, each amount in a quote asset; what is left out has no cap. */
export interface Caps {
  /** By symbol, in its quote asset. */
  readonly symbols?: Amounts;
  /** By account (`paper`, or `binance/<key>`) and quote asset. */
  readonly accounts?: Readonly<Record<string, Amounts>>;
  /** By quote asset. */
  readonly fleet?: Amounts;
}

const ASSET = /^[A-Z0-9]{1,20}$/;
const ACCOUNT = new RegExp(
  `^(paper|(${VENUES.filter((venue) => venue !== 'paper').join('|')})/[a-z0-9][a-z0-9_-]{0,39})$`,
);

const amounts = (what: string) =>
  z.record(z.string().regex(ASSET, { error: `${what} has upper-case letters and digits` }), decimalText());

const capsSchema = z.strictObject({
  $schema: z.string().optional().meta({ description: 'The schema that editors check this file with.' }),
  symbols: amounts('a symbol').optional().meta({
    title: 'Symbols',
    description: 'What all bots on a symbol may have together, in its quote asset: { "BTCUSDT": "2000" }.',
  }),
  accounts: z
    .record(
      z.string().regex(ACCOUNT, { error: 'an account is paper, or a venue and the key it is traded with' }),
      amounts('an asset'),
    )
    .optional()
    .meta({
      title: 'Accounts',
      description:
        'What all bots on an account may have together, by quote asset: { "paper": { "USDT": "5000" } }.',
    }),
  fleet: amounts('an asset').optional().meta({
    title: 'Fleet',
    description:
      'What all bots may have together, by quote asset: { "USDT": "8000" }. Real money is counted apart from paper and testnet.',
  }),
});

/** Reads the file's text. Errors: `ConfigError` with every problem at its line and column. */
export function parseCaps(text: string, file: string): Caps {
  const fail = (findings: readonly Finding[]): never => {
    throw new ConfigError(findings.map((finding) => placed(text, file, finding)));
  };
  const syntax = readTree(text);
  if ('findings' in syntax) return fail(syntax.findings);
  const value = plainOf(syntax.root, text);
  const parsed = capsSchema.safeParse(value);
  if (!parsed.success)
    return fail(parsed.error.issues.flatMap((issue) => findingsOf(issue, value, syntax.root)).sort(byPlace));
  const { $schema: _, ...caps } = parsed.data;
  return canonical(caps as Caps);
}

const byPlace = (a: Finding, b: Finding): number => a.offset - b.offset;

/** Every number in the file is an amount: it is read by its digits. */
function plainOf(node: Node, text: string): unknown {
  if (node.type === 'number') return text.slice(node.offset, node.offset + node.length);
  if (node.type === 'array') return (node.children ?? []).map((item) => plainOf(item, text));
  if (node.type !== 'object') return node.value as unknown;
  const entries = (node.children ?? []).map(({ children: [key, value] = [] }) => [
    String(key?.value),
    value === undefined ? undefined : plainOf(value, text),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function findingsOf(issue: z.core.$ZodIssue, root: unknown, tree: Node): Finding[] {
  const path = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const message = `unknown key${hint(key, ['symbols', 'accounts', 'fleet'])}`;
      return { offset: keyOffset(tree, [...path, key]), path: [...path, key], message };
    });
  if (issue.code === 'invalid_key') {
    const what = issue.issues[0]?.message ?? 'is no name';
    return [
      {
        offset: keyOffset(tree, path),
        path,
        message: `${what}, such as ${example(path)}; is ${shown(path.at(-1))}`,
      },
    ];
  }
  const value = at(root, path);
  const offset = findNodeAtLocation(tree, path)?.offset ?? tree.offset;
  return [{ offset, path, message: sentence(issue, value, path), value }];
}

function example([section, ...rest]: readonly (string | number)[]): string {
  if (section === 'symbols') return 'BTCUSDT';
  return section === 'accounts' && rest.length === 1 ? 'paper or binance/main' : 'USDT';
}

function keyOffset(tree: Node, path: (string | number)[]): number {
  return findNodeAtLocation(tree, path)?.parent?.offset ?? tree.offset;
}

function at(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    root,
  );
}

function canonical({ symbols, accounts: given, fleet }: Caps): Caps {
  const plain = (given: Amounts): Amounts =>
    Object.fromEntries(Object.entries(given).map(([name, amount]) => [name, decimalTextOf(dec(amount))]));
  const accounts = Object.entries(given ?? {}).map(([account, each]) => [account, plain(each)] as const);
  return {
    ...(symbols === undefined ? {} : { symbols: plain(symbols) }),
    ...(given === undefined ? {} : { accounts: Object.fromEntries(accounts) }),
    ...(fleet === undefined ? {} : { fleet: plain(fleet) }),
  };
}

/** One cap: `symbols.BTCUSDT`, `accounts.paper.USDT`, `fleet.USDT`; no amount takes it away. */
export interface CapChange {
  readonly key: string;
  readonly amount: DecimalText | undefined;
}

const NEW = '{\n  "$schema": "./caps.schema.json"\n}\n';

/**
 * Changes caps in the text of the file (null: there is none yet) and nothing else: comments and spacing stay the user's.
 * Errors: `ConfigError` where the text, a key or an amount cannot be read; nothing is changed then.
 */
export function editCaps(text: string | null, changes: readonly CapChange[], file: string): string {
  const present = text ?? NEW;
  parseCaps(present, file);
  const paths = changes.map(({ key }) => pathOf(key));
  refuseTwice(paths);
  const changed = changes.reduce(
    (edited, { amount }, index) => withValue(edited, paths[index] ?? [], amount),
    present,
  );
  try {
    parseCaps(changed, file);
  } catch (error) {
    // What is wrong is what was asked for: it has no line yet.
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map((each) => ({ ...each, file: 'caps', line: 0, column: 0 })));
  }
  return changed;
}

/** Either amount could be the one that was meant. */
function refuseTwice(paths: readonly (readonly string[])[]): void {
  const names = paths.map((path) => path.join('.'));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ConfigError([{ file: 'caps', line: 0, column: 0, path: twice, message: 'is given twice' }]);
}

/** A key is its section and one name, or two for an account; its symbol or asset may be typed in lower case. Errors: `ConfigError`. */
function pathOf(key: string): string[] {
  const path = key.split('.').map((name, at, all) => (at === all.length - 1 ? name.toUpperCase() : name));
  const [section = ''] = path;
  const length = { symbols: 2, fleet: 2, accounts: 3 }[section];
  if (length === path.length && path.every((name) => /^[\w/-]{1,60}$/.test(name) && name !== '__proto__'))
    return path;
  const message = `is no cap; give symbols.BTCUSDT, accounts.paper.USDT or fleet.USDT`;
  throw new ConfigError([{ file: 'caps', line: 0, column: 0, path: shown(key), message }]);
}

/** Whether a cap may have this key: what is refused of it then is its amount. */
export function isCapKey(key: string): boolean {
  try {
    editCaps(null, [{ key, amount: '1' }], 'caps');
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** Every cap with its key, in the order of the file's sections. */
export function capEntries({
  symbols = {},
  accounts = {},
  fleet = {},
}: Caps): { key: string; amount: DecimalText }[] {
  const named = (prefix: string, given: Amounts) =>
    Object.entries(given).map(([name, amount]) => ({ key: `${prefix}.${name}`, amount }));
  return [
    ...named('symbols', symbols),
    ...Object.entries(accounts).flatMap(([account, given]) => named(`accounts.${account}`, given)),
    ...named('fleet', fleet),
  ];
}

/** JSON Schema (draft 7) of the file, for editors. */
export function capsJsonSchema(): object {
  return z.toJSONSchema(capsSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // An amount may be written as text or as a number, which is then read by its digits.
      if (jsonSchema.format !== 'decimal') return;
      jsonSchema.type = ['string', 'number'] as unknown as 'string';
      delete jsonSchema.format;
    },
  });
}
