import { stat } from 'node:fs/promises';
import { noteConfig } from '../../bot/files/config-history.js';
import { botFolder } from '../../bot/files/folder.js';

/** A change made through the server or the command line is noted by who made it, soon after it is on the disk. */
const AFTER_MS = 1_500;

/** Notes what is changed in configs by hand while the server runs, so that each step of it can be taken back. */
export class ConfigWatcher {
  readonly #seen = new Map<string, number>();
  readonly #due = new Set<string>();

  constructor(
    private readonly data: string,
    private readonly log: (error: unknown) => void,
  ) {}

  /** Something in the bot's folder has changed. */
  look(id: string): void {
    if (this.#due.has(id)) return;
    this.#due.add(id);
    setTimeout(() => void this.#lookNow(id).catch(this.log), AFTER_MS).unref();
  }

  async #lookNow(id: string): Promise<void> {
    this.#due.delete(id);
    const found = await stat(botFolder(this.data, id).config).catch(() => null);
    const before = this.#seen.get(id);
    if (found === null) return void this.#seen.delete(id);
    this.#seen.set(id, found.mtimeMs);
    // What stood there when the server came is in the history's end anyway, noted or not.
    if (before !== undefined && before !== found.mtimeMs) await noteConfig(this.data, id, null);
  }
}
