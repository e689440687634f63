import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { dec, text } from '../../core/decimal.js';

type Kind = 'paper' | 'live';
interface Stored {
  readonly day: string;
  readonly gains: Partial<Record<Kind, string>>;
}

/**
 * What was gained since the UTC day began: the gain (equity − budgets) now, less the first one seen that day. It is
 * kept in `day.json` of the data folder, so that a restart of the server does not begin a new day. A day that the
 * server did not see begin counts from when it did.
 */
export class Day {
  readonly #file: string;
  #stored: Stored;

  constructor(data: string) {
    this.#file = join(data, 'day.json');
    this.#stored = read(this.#file);
  }

  /** Notes the gain of now; writes only when it is the day's first. */
  note(kind: Kind, gain: string, now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    if (this.#stored.day !== day) this.#stored = { day, gains: {} };
    if (this.#stored.gains[kind] !== undefined) return;
    this.#stored = { day, gains: { ...this.#stored.gains, [kind]: gain } };
    // A day's figure for the eye: that it cannot be kept is no reason to stop.
    writeFileAtomic(this.#file, `${JSON.stringify(this.#stored)}\n`, { mode: 0o600 }).catch(() => {});
  }

  /** Null before the first note. */
  since(kind: Kind, gain: string): string | null {
    const first = this.#stored.gains[kind];
    return first === undefined ? null : text(dec(gain).minus(first));
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
