import type { Note } from '../../views/model.js';
import { whoAsks } from '../auth/context.js';

const MOST = 200;

/**
 * What the next look at a page says once: how something went that led there. Kept in memory, for who did it; what is not
 * looked at gives way to what is newer.
 */
export class Said {
  readonly #notes = new Map<string, Note>();

  say(about: string, note: Note): void {
    this.#notes.set(keyOf(about), note);
    for (const key of this.#notes.keys()) if (this.#notes.size > MOST) this.#notes.delete(key);
  }

  take(about: string): Note | undefined {
    const key = keyOf(about);
    const note = this.#notes.get(key);
    this.#notes.delete(key);
    return note;
  }
}

const keyOf = (about: string): string => `${whoAsks()?.key ?? ''} ${about}`;
