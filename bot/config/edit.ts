import { applyEdits, findNodeAtLocation, modify, parseTree, type Node } from 'jsonc-parser';
import { z } from 'zod';
import { ConfigError, placed } from './problems.js';
import { configSchema, type ConfigInput } from './schema.js';
import { readTree } from './syntax.js';

/** Where a config finds the schema that `flotilla up` writes into the data folder. */
const SCHEMA_PATH = '../../config.schema.json';

/** A new config file as text; what the config leaves out stays out, so that defaults remain defaults. */
export function configText(config: ConfigInput): string {
  return `${JSON.stringify({ $schema: SCHEMA_PATH, ...config }, null, 2)}\n`;
}

/** One change: `path` is `budget` or `signal.rsiPeriod`; a value of undefined removes the key. */
export interface ConfigChange {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Changes values in the text of a config and nothing else: comments, order and spacing stay the user's.
 * Throws `ConfigError` if the text cannot be read; whether the result is a valid config is for `parseConfig` to say.
 */
export function editConfig(text: string, changes: readonly ConfigChange[], file = 'config.json'): string {
  const syntax = readTree(text);
  if ('findings' in syntax)
    throw new ConfigError(syntax.findings.map((finding) => placed(text, file, finding)));
  return changes.reduce((edited, { path, value }) => change(edited, path.split('.'), value), text);
}

function change(text: string, path: string[], value: unknown): string {
  const tree = parseTree(text, [], { allowTrailingComma: true })!;
  const node = findNodeAtLocation(tree, path);
  if (value === undefined)
    return node === undefined ? text : applyEdits(text, modify(text, path, undefined, {}));
  if (node !== undefined) return splice(text, node.offset, node.length, JSON.stringify(value));
  const last = findNodeAtLocation(tree, path.slice(0, -1))?.children?.at(-1);
  if (last !== undefined && onOneLine(text, last.parent!))
    return splice(
      text,
      last.offset + last.length,
      0,
      `, ${JSON.stringify(path.at(-1))}: ${JSON.stringify(value)}`,
    );
  return applyEdits(text, modify(text, path, value, { formattingOptions: formatting(text) }));
}

const splice = (text: string, offset: number, length: number, inserted: string): string =>
  text.slice(0, offset) + inserted + text.slice(offset + length);

const onOneLine = (text: string, { offset, length }: Node): boolean =>
  !text.slice(offset, offset + length).includes('\n');

const formatting = (text: string) => ({
  insertSpaces: true,
  tabSize: 2,
  eol: text.includes('\r\n') ? '\r\n' : '\n',
});

/** JSON Schema (draft 7) of a config, for editors: they complete names, show descriptions and mark what is wrong. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // An amount may be written as text or as a number, which is then read by its digits.
      if (jsonSchema.format === 'decimal') {
        jsonSchema.type = ['string', 'number'] as unknown as 'string';
        delete jsonSchema.format;
      }
    },
  });
}
