/**
 * What has ended and does not change any more, appended once: so a snapshot stays small and quick however long the
 * history. A snapshot says how much of the file belongs to it; what lies behind was not promised and is cut off.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { portionsOf, type Finished } from '../engine/finished.js';
import { checksum, journalLine, syncFolder } from './journal.js';
import { DamagedError } from './stored.js';

/** Named in a snapshot. */
export interface ArchiveMark {
  readonly file: string;
  readonly bytes: number;
}

/** Records that are written, and checked, at a time: a fraction of a millisecond. */
const PORTION = 50;
const NAME = /^archive-\d+\.ndjson$/;

export class Archive {
  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private bytes: number,
  ) {}

  /** A new one, behind all others. */
  static begin(folder: string): Archive {
    const last = archives(folder).at(-1);
    const number = last === undefined ? 1 : Number(/\d+/.exec(last)![0]) + 1;
    const file = `archive-${String(number).padStart(6, '0')}.ndjson`;
    closeSync(openSync(join(folder, file), 'a', 0o600));
    syncFolder(folder);
    return new Archive(folder, file, 0);
  }

  /** The one that a snapshot names, as long as it was then. Errors: `DamagedError`. */
  static reopen(folder: string, { file, bytes }: ArchiveMark): Archive {
    const path = join(folder, file);
    const size = NAME.test(file) && existsSync(path) ? statSync(path).size : -1;
    if (size < bytes) throw new DamagedError(path, 'what the snapshot rests on is missing from it');
    if (size > bytes) truncateSync(path, bytes);
    return new Archive(folder, file, bytes);
  }

  get mark(): ArchiveMark {
    return { file: this.file, bytes: this.bytes };
  }

  /** Resolves when it is durable; others run in between. */
  async append(finished: Finished): Promise<void> {
    const handle = await open(join(this.folder, this.file), 'a', 0o600);
    try {
      for (const portion of portionsOf(finished, PORTION)) {
        const line = Buffer.from(journalLine(portion));
        await handle.appendFile(line);
        this.bytes += line.length;
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** The others are of states that were left for good. */
  dropOthers(): void {
    for (const name of archives(this.folder)) if (name !== this.file) rmSync(join(this.folder, name));
  }
}

/** All portions of an archive. Errors: `DamagedError`. */
export function readArchive(folder: string, { file, bytes }: ArchiveMark): Finished[] {
  const text = readFileSync(join(folder, file));
  const portions: Finished[] = [];
  let from = 0;
  while (from < bytes) {
    const end = text.indexOf(10, from);
    const line = end < 0 ? '' : text.toString('utf8', from, end);
    const json = line.slice(9);
    if (line.slice(0, 8) !== checksum(json))
      throw new DamagedError(join(folder, file), `the checksum does not fit the line at byte ${from}`);
    portions.push(JSON.parse(json) as Finished);
    from = end + 1;
  }
  return portions;
}

function archives(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
}
