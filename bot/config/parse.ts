import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { z } from 'zod';
import { dec, text as decimalText } from '../../core/decimal.js';
import { parametersOf, plans, signals } from '../../strategies/registry.js';
import { ConfigError, pathText, placed, type Finding } from './problems.js';
import { shown } from '../../strategies/shown.js';
import { configSchema, riskSchema, VENUES, type BotConfig, type StrategyChoice } from './schema.js';
import { sentence, unknownName } from './sentences.js';
import { hint } from './suggest.js';
import { readTree } from './syntax.js';
import { valueOf } from './values.js';

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/**
 * Reads a bot's config (JSON; comments and trailing commas are welcome). `file` is what messages call it;
 * `expected.id` is the name of its folder. Throws `ConfigError` with every problem at its line and column.
 */
export function parseConfig(text: string, file: string, expected: { readonly id?: string } = {}): BotConfig {
  const { config, findings } = read(text, expected.id);
  if (config === null) throw new ConfigError(findings.map((finding) => placed(text, file, finding)));
  return config;
}

/**
 * The same for a config that comes as a value (an API request, a command line), which has no lines to point at.
 * `origin` is what messages call it: `request`, `--set`.
 */
export function configOf(value: unknown, origin: string, expected: { readonly id?: string } = {}): BotConfig {
  const { config, findings } = read(JSON.stringify(value) ?? '', expected.id);
  if (config !== null) return config;
  throw new ConfigError(
    findings.map(({ path, message, value }) => ({
      file: origin,
      line: 0,
      column: 0,
      path: pathText(path),
      message,
      value,
    })),
  );
}

type Outcome =
  | { readonly config: BotConfig; readonly findings: readonly [] }
  | { readonly config: null; readonly findings: readonly Finding[] };

function read(text: string, folder: string | undefined): Outcome {
  const syntax = readTree(text);
  if ('findings' in syntax) return { config: null, findings: syntax.findings };
  const { value, findings: numbers } = valueOf(syntax.root, text);
  const parsed = configSchema.safeParse(value);
  const found = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => findingsOf(issue, value, syntax.root));
  // A number that was already called unreadable needs no second sentence.
  const findings = [
    ...numbers,
    ...found.filter(({ path }) => !numbers.some((n) => n.path.join() === path.join())),
  ];
  for (const finding of [misplacedId(syntax.root, folder), keyProblem(syntax.root)])
    if (finding !== null && !findings.some(({ path }) => path[0] === finding.path[0])) findings.push(finding);
  if (!parsed.success || findings.length > 0)
    return { config: null, findings: findings.sort((a, b) => a.offset - b.offset) };
  return { config: complete(parsed.data), findings: [] };
}

function complete({ $schema: _, signal, plan, ...data }: z.output<typeof configSchema>): BotConfig {
  const { name = data.id, budget } = data;
  return {
    ...data,
    name,
    budget: decimalText(dec(budget)),
    signal: nameFirst(signal),
    plan: nameFirst(plan),
  };
}

/** As a person would write it: the name before its parameters. */
function nameFirst({ name, ...parameters }: Record<string, unknown>): StrategyChoice {
  return { name: String(name), ...parameters };
}

/** One finding per issue, except that unknown keys are told one by one. */
function findingsOf(issue: Issue, root: unknown, tree: Node): Finding[] {
  const path = issue.path as Path;
  const value = at(root, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, root, tree));
  const message = nameOf(path) ?? sentence(issue, value, path);
  return [{ offset: offsetOf(tree, path), path, message, value }];

  function nameOf([section, key, ...rest]: Path): string | null {
    if (
      issue.code === 'custom' ||
      (section !== 'signal' && section !== 'plan') ||
      rest.length > 0 ||
      (value === undefined && key === undefined)
    )
      return null;
    const known = [...(section === 'signal' ? signals : plans).keys()];
    if (key === 'name') return unknownName(section, value, known);
    return key === undefined
      ? `must be an object such as { "name": "${known[0]}" }, is ${shown(value)}`
      : null;
  }
}

function unknownKey(key: string, path: Path, root: unknown, tree: Node): Finding {
  const message = `unknown key${hint(key, knownKeys(path, root))}`;
  const property = findNodeAtLocation(tree, [...path, key])?.parent;
  return {
    offset: property?.offset ?? offsetOf(tree, path),
    path: [...path, key],
    message,
    value: at(root, [...path, key]),
  };
}

function knownKeys([section]: Path, root: unknown): readonly string[] {
  if (section === undefined) return Object.keys(configSchema.shape).filter((key) => key !== '$schema');
  if (section === 'risk') return Object.keys(riskSchema.shape);
  const definitions = section === 'signal' ? signals : plans;
  const definition = definitions.get(String(at(root, [section, 'name'])));
  return definition === undefined ? [] : parametersOf(definition).map(({ name }) => name);
}

/** A bot's id is its folder's name: a copied folder must not run as the bot it was copied from. */
function misplacedId(tree: Node, folder: string | undefined): Finding | null {
  const node = findNodeAtLocation(tree, ['id']);
  if (folder === undefined || node?.type !== 'string' || node.value === folder) return null;
  const message = `must equal the name of its folder, ${shown(folder)}; is ${shown(node.value)}`;
  return { offset: node.offset, path: ['id'], message, value: node.value as unknown };
}

/** Paper signs with a key of its own; everywhere else the config says which stored one does. */
function keyProblem(tree: Node): Finding | null {
  const venue = findNodeAtLocation(tree, ['venue']);
  const key = findNodeAtLocation(tree, ['key']);
  const name: unknown = venue?.value ?? 'paper';
  if (name === 'paper' && key !== undefined)
    return {
      offset: key.offset,
      path: ['key'],
      message: `means nothing on paper, which needs no key, is ${shown(key.value)}`,
      value: key.value as unknown,
    };
  if (name === 'paper' || key !== undefined || !VENUES.some((each) => each === name)) return null;
  const message = `must name the stored key to trade with on ${String(name)}; "flotilla key list" shows them`;
  return { offset: venue?.offset ?? tree.offset, path: ['key'], message };
}

/** The value's place, or that of the nearest thing around it that exists. */
function offsetOf(tree: Node, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return tree.offset;
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
