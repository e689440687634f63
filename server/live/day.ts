import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BotView } from '../../bot/files/view.js';
import { dec, text } from '../../core/decimal.js';
import { capital } from '../web/equity.js';

interface Stored {
  readonly day: string;
  /** By bot id. */
  readonly gains: Readonly<Record<string, string>>;
}

/**
 * Each bot's gain (equity − budget) when it was first seen on this UTC day, from which its gain of today is counted:
 * for each bot alone, so that deleting one with a loss is no gain. Kept in `day.json` of the data folder, so that a
 * restart of the server does not begin a new day. A day that the server did not see begin counts from when it did.
 */
export class Day {
  readonly #file: string;
  #day: string;
  #gains: Map<string, string>;
  #written: Promise<void> = Promise.resolve();

  constructor(data: string) {
    this.#file = join(data, 'day.json');
    const { day, gains } = read(this.#file);
    this.#day = day;
    this.#gains = new Map(Object.entries(gains));
  }

  /** The gains that the day began with, by bot id. */
  get openings(): ReadonlyMap<string, string> {
    return this.#gains;
  }

  /** A deleted bot; another one of its id begins anew. */
  forget(id: string): void {
    this.#gains.delete(id);
  }

  /** Notes bots not yet seen on the day of `now` (ms); writes only when there is one. */
  note(bots: readonly BotView[], now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    if (this.#day !== day) [this.#day, this.#gains] = [day, new Map()];
    const unseen = bots.filter(({ id, booksUnread }) => !booksUnread && !this.#gains.has(id));
    if (unseen.length === 0) return;
    for (const bot of unseen) this.#gains.set(bot.id, text(dec(bot.equity).minus(capital(bot))));
    const stored: Stored = { day, gains: Object.fromEntries(this.#gains) };
    const write = () => writeFileAtomic(this.#file, `${JSON.stringify(stored)}\n`, { mode: 0o600 });
    // A day's figure for the eye: that it cannot be kept is no reason to stop.
    this.#written = this.#written.then(write).catch(() => {});
  }

  /** Until what was noted is on disk: after it, nothing here touches the data folder. */
  async settled(): Promise<void> {
    await this.#written;
  }
}

function read(file: string): Stored {
  try {
    const { day, gains } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Stored>;
    for (const gain of Object.values(gains ?? {})) dec(gain);
    return { day: typeof day === 'string' ? day : '', gains: gains ?? {} };
  } catch {
    return { day: '', gains: {} };
  }
}
