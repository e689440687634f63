import { ConfigError, problemLine } from './config.js';

/** Why a bot lives but does not trade, as a sentence with the way out; it watches its files and tries again. */
export class Refusal extends Error {}

/** One sentence a problem. */
export function sentences(error: Error): string[] {
  return error instanceof ConfigError ? error.problems.map(problemLine) : [error.message];
}
