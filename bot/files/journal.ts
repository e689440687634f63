/**
 * `events.ndjson`, the truth: one line per event and the effects it had. Only a torn last line may be dropped; anything
 * else that does not fit is damage, and the bot refuses to trade. While the file cannot be written, entries go on in a
 * spare place (spare.ts) and are moved into it as soon as it takes them.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Effect, Event } from '../../core/events.js';
import { encodeEntry, type Birth } from './entry.js';
import { bytesBefore, firstSeq, olderSegments, wholeBytes, type Kept } from './journal-read.js';
import { clearRefuge, openRefuge, openReserve, type Spare } from './spare.js';

export { checksum, decodeEntry, encodeEntry, JournalDamaged, type Birth, type Entry } from './entry.js';
export {
  entriesAfter,
  holdsEntries,
  journalAfter,
  journalFiles,
  olderSegments,
  readEntries,
  type Kept,
} from './journal-read.js';

const NOTHING: Kept = { spare: [], used: { reserve: 0, refuge: 0 } };

/** The writing side; one per process, under the bot's lock. */
export class Journal {
  /** Why the file cannot be written now; null while it can. */
  failing: Error | null = null;
  private fd: number | null = null;
  private first: number;
  /** Bytes of entries that were taken, and of those that are on the disk. */
  private size: number;
  private synced: number;
  /** Lines taken but not synced: a sync that fails may lose them, and they are written anew. */
  private unsynced: Buffer[] = [];
  /** Lines that the file lacks; they stand in a spare place. */
  private pending: Buffer[] = [];
  private reserve: Spare | null = null;
  private refuge: Spare | null = null;
  /** The file's name is not yet known to be on the disk. */
  private unnamed = false;

  private constructor(
    private readonly file: string,
    /** The last entry taken. */
    public seq: number,
    private used: Kept['used'],
  ) {
    this.size = this.synced = 0;
    this.first = seq + 1;
  }

  /** Opens for appending after entry `seq`; a torn last line is cut off (it was never acted upon). Look at `failing`. */
  static open(file: string, seq: number, { spare, used }: Kept = NOTHING): Journal {
    const journal = new Journal(file, seq, used);
    const [kept] = spare;
    const present = existsSync(file);
    journal.pending = spare.map((entry) => Buffer.from(encodeEntry(entry)));
    journal.first = (present ? firstSeq(file) : null) ?? kept?.seq ?? seq + 1;
    journal.size = journal.synced = !present
      ? 0
      : kept === undefined
        ? wholeBytes(file)
        : bytesBefore(file, kept.seq);
    if (journal.recover()) return journal;
    journal.goOn();
    return journal;
  }

  /** Appends; with `durable` it is on the disk before this returns. Throws when no place takes it. */
  append(event: Event | Birth, effects: readonly Effect[], durable: boolean): void {
    const line = Buffer.from(encodeEntry({ seq: this.seq + 1, event, effects }));
    if (this.failing === null) this.write(line, durable);
    else this.spare(line, durable);
    this.seq += 1;
  }

  private write(line: Buffer, durable: boolean): void {
    if (this.fd === null) throw new Error(`${this.file} is closed`);
    const written = writeSync(this.fd, line);
    if (written !== line.length)
      throw new Error(`${this.file}: only ${written} of ${line.length} bytes could be written`);
    if (durable) this.syncFile(this.fd);
    this.size += line.length;
    if (durable) this.settled();
    else this.unsynced.push(line);
  }

  private syncFile(fd: number): void {
    try {
      fdatasyncSync(fd);
      this.syncName();
    } catch (error) {
      // The kernel tells of a failure once and then takes what it dropped for written.
      this.size = this.synced;
      this.pending = [...this.unsynced, ...this.pending];
      this.unsynced = [];
      throw error;
    }
  }

  /** A file is on the disk only once its name is: without this a power cut may take synced entries with it. */
  private syncName(): void {
    if (!this.unnamed) return;
    syncFolder(this.file);
    this.unnamed = false;
  }

  private settled(): void {
    this.synced = this.size;
    this.unsynced = [];
  }

  /** Everything appended so far is on the disk when this returns. */
  sync(): void {
    if (this.fd === null) throw this.failing ?? new Error(`${this.file} is closed`);
    this.syncFile(this.fd);
    this.settled();
  }

  /** After a failed `append` or `sync`: entries go on in a spare place. Throws when there is none. */
  giveWay(error: Error): void {
    this.failing = error;
    if (this.fd !== null) this.cutBack(this.fd);
    this.goOn();
    if (this.pending.length > 0) this.spare(null, true);
  }

  /** What a failed write left behind is cut off, and what went before it made sure of. */
  private cutBack(fd: number): void {
    try {
      ftruncateSync(fd, this.size);
      this.sync();
    } catch {
      // Cut off when the file takes something again; until then the spare place says what counts.
    }
  }

  private goOn(): void {
    this.failing ??= new Error(`${this.file} cannot be written`);
    // What another life kept in the refuge goes on there.
    if (this.used.refuge > 0) this.refuge ??= openRefuge(this.file, this.used.refuge);
  }

  private spare(line: Buffer | null, durable: boolean): void {
    const lines = line === null ? this.pending : [...this.pending, line];
    if (this.refuge !== null) this.refuge.write(line ?? Buffer.concat(lines), durable);
    else if (!this.fitsReserve(line ?? Buffer.concat(lines), durable)) {
      this.refuge = openRefuge(this.file, 0);
      this.refuge.write(Buffer.concat(lines), durable);
    }
    this.pending = lines;
  }

  private fitsReserve(lines: Buffer, durable: boolean): boolean {
    try {
      if (this.reserve === null) return false;
      this.reserve.write(lines, durable);
      return true;
    } catch {
      return false;
    }
  }

  /** Moves what the file lacks into it. False while it still cannot be written, or what must come later has no room. */
  recover(): boolean {
    const noReserve = this.openReserve();
    try {
      const fd = (this.fd ??= openSync(this.file, 'a', 0o600));
      if (fstatSync(fd).size !== this.size) ftruncateSync(fd, this.size);
      this.unnamed ||= this.size === 0;
      // Also what an earlier life wrote and did not come to sync.
      this.syncFile(fd);
      this.writePending(fd);
      if (noReserve !== null) throw noReserve;
      this.reserve?.clear();
      this.refuge?.close();
      this.refuge = null;
      clearRefuge(this.file);
    } catch (error) {
      this.failing = error as Error;
      return false;
    }
    this.used = NOTHING.used;
    this.failing = null;
    return true;
  }

  private openReserve(): Error | null {
    try {
      this.reserve ??= openReserve(this.file, this.used.reserve);
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  private writePending(fd: number): void {
    if (this.pending.length === 0) return;
    const lines = Buffer.concat(this.pending);
    if (writeSync(fd, lines) !== lines.length) throw new Error(`${this.file} takes only a part`);
    fdatasyncSync(fd);
    this.size += lines.length;
    this.pending = [];
    this.settled();
  }

  /** Where the next line begins: a checkpoint notes it, so that a reader can start there. */
  position(): { first: number; offset: number } {
    return { first: this.first, offset: this.size };
  }

  /** Begins a new segment when this one has grown beyond `bytes`; older ones that `covered` covers are removed. */
  rotate(bytes: number, covered: number): void {
    if (this.size < bytes || this.fd === null || this.failing !== null) return;
    const full = join(dirname(this.file), `events.${this.first}.ndjson`);
    fsyncSync(this.fd);
    renameSync(this.file, full);
    const fd = this.reopen(full);
    closeSync(this.fd);
    this.fd = fd;
    this.first = this.seq + 1;
    this.size = this.synced = 0;
    this.unnamed = true;
    this.syncName();
    const older = olderSegments(this.file);
    for (const [index, segment] of older.entries()) {
      const next = older[index + 1]?.first ?? this.first;
      if (next - 1 <= covered) unlinkSync(segment.file);
    }
  }

  /** Where a new file cannot be made the old one gets its name back, and goes on. */
  private reopen(full: string): number {
    try {
      return openSync(this.file, 'a', 0o600);
    } catch (error) {
      renameSync(full, this.file);
      throw error;
    }
  }

  close(): void {
    try {
      if (this.fd !== null && this.failing === null) fdatasyncSync(this.fd);
    } finally {
      this.abandon();
    }
  }

  /** Lets go of the files as they are, where writing has failed or nothing more may be written. */
  abandon(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.reserve?.close();
    this.refuge?.close();
    this.fd = this.reserve = this.refuge = null;
  }
}

function syncFolder(file: string): void {
  const fd = openSync(dirname(file), 'r');
  fsyncSync(fd);
  closeSync(fd);
}
