import { ConfigError, problemLine } from './config.js';

/** Why a bot lives but does not trade, as a sentence with the way out; it watches its files and tries again. */
export class Refusal extends Error {}

/** The disk is the reason: it is tried again without being asked. */
export class StorageRefusal extends Refusal {}

/** One sentence a problem. */
export function sentences(error: Error): string[] {
  return error instanceof ConfigError ? error.problems.map(problemLine) : [error.message];
}
