import { z } from 'zod';
import { shown } from '../../strategies/shown.js';
import { ConfigError, placed, type ConfigProblem } from './problems.js';
import { configSchema, type ConfigInput } from './schema.js';
import { withValue } from './splice.js';
import { FORBIDDEN_NAMES, readTree } from './syntax.js';

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
  const pathless = changes.flatMap(({ path }) => pathProblem(path) ?? []);
  if (pathless.length > 0) throw new ConfigError(pathless);
  return changes.reduce((edited, { path, value }) => withValue(edited, path.split('.'), value), text);
}

/** What is wrong with the path of a change; null where it may be one of a setting. */
export function pathProblem(path: string): ConfigProblem | null {
  const isName = (name: string): boolean => /^\$?[A-Za-z][\w-]*$/.test(name) && !FORBIDDEN_NAMES.has(name);
  if (path.split('.').every(isName)) return null;
  return { file: 'change', line: 0, column: 0, path: shown(path), message: 'is no path of a setting' };
}

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
