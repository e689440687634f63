/**
 * `starts.json`: starts that have not come to ready. A supervisor restarts for ever; after ten within five minutes the
 * bot itself gives up, lives on idle and says why (design §11).
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST = 10;
const WITHIN_MS = 300_000;

interface Start {
  /** Wall time (ms). */
  readonly time: number;
  /** Why it ended, where that is known. */
  readonly reason: string | null;
}

export class Starts {
  private readonly file: string;
  private starts: Start[] = [];

  constructor(folder: string) {
    this.file = join(folder, 'starts.json');
  }

  /** Notes a start; with too many behind it, it answers instead why none is tried, as a sentence. */
  begin(now: number): string | null {
    this.starts = read(this.file).filter(({ time }) => time <= now && time > now - WITHIN_MS);
    if (this.starts.length >= MOST) return this.words();
    this.starts.push({ time: now, reason: null });
    this.write();
    return null;
  }

  /** Why this start is about to end. */
  note(reason: string): void {
    const last = this.starts.pop();
    if (last === undefined) return;
    this.starts.push({ ...last, reason });
    this.write();
  }

  /** It came to ready, or ended as it should: nothing counts against the next. */
  forget(): void {
    this.starts = [];
    rmSync(this.file, { force: true });
  }

  private words(): string {
    const reason = this.starts.findLast((start) => start.reason !== null)?.reason;
    const why = reason == null ? 'it does not say why; see its error.log' : `the last one because: ${reason}`;
    return (
      `It has failed to start ${this.starts.length} times within ${WITHIN_MS / 60_000} minutes (${why}). ` +
      'No further start is tried by itself. Mend the cause; then save its config.json again, or restart the bot.'
    );
  }

  /** A disk that takes nothing must not keep a bot from its position. */
  private write(): void {
    try {
      writeFileSync(`${this.file}.new`, JSON.stringify(this.starts), { mode: 0o600 });
      renameSync(`${this.file}.new`, this.file);
    } catch {
      // Then starts are not counted.
    }
  }
}

function read(file: string): Start[] {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Start[];
    return Array.isArray(found) ? found.filter(({ time }) => typeof time === 'number') : [];
  } catch {
    return [];
  }
}
