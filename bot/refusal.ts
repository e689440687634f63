import { ConfigError, problemLine } from './config.js';

/** Why a bot lives but does not trade, as a sentence with the way out; it watches its files and tries again. */
export class Refusal extends Error {}

/** The disk is the reason: it is tried again without being asked. */
export class StorageRefusal extends Refusal {}

/** Failures of a disk, or of what may be open at once, that may pass. */
const DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** A disk that fails may work again: such a refusal is tried again without being asked. */
export function isStorage(error: Error): boolean {
  return error instanceof StorageRefusal || DISK.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Why a bot's files give no state. */
export function refusalOf(error: Error): Refusal {
  return isStorage(error) ? new StorageRefusal(error.message) : new Refusal(error.message);
}

/** The config wants the bot to go on elsewhere, and what it holds forbids that. */
export class MoveRefusal extends Refusal {
  constructor(
    message: string,
    /** The symbol that it can go on with meanwhile; null: with none. */
    readonly symbol: string | null,
  ) {
    super(message);
  }
}

/** One sentence a problem. */
export function sentences(error: Error): string[] {
  return error instanceof ConfigError ? error.problems.map(problemLine) : [error.message];
}
