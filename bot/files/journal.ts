/**
 * `events.ndjson`, the truth: one line per event and the effects it had, numbered, each with a checksum of its own
 * text. Only a torn last line may be dropped; anything else that does not fit is damage, and the bot refuses to trade.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Effect, Event } from '../../core/events.js';
import type { Settings } from '../../core/state.js';

/** The first entry of a bot's life: from it and all later events the state follows. */
export interface Birth {
  readonly type: 'born';
  readonly tag: string;
  readonly settings: Settings;
  /** The account's last trade on the symbol before the bot existed: older ones are not its. */
  readonly tradeCursor: string | null;
  readonly wall: number;
}

export interface Entry {
  readonly seq: number;
  readonly event: Event | Birth;
  readonly effects: readonly Effect[];
}

export class JournalDamaged extends Error {
  constructor(file: string, line: number, reason: string) {
    super(
      `${file}:${line}: ${reason}. Nothing is traded until this is mended: restore the file from a backup, or move the bot's folder away and create the bot anew.`,
    );
    this.name = 'JournalDamaged';
  }
}

/** The end of each line, always as long: `,"crc":"` and eight digits. */
const CRC = /^,"crc":"([0-9a-f]{8})"\}$/;
const CRC_LENGTH = 18;

export function encodeEntry(entry: Entry): string {
  const text = JSON.stringify({ seq: entry.seq, event: entry.event, effects: entry.effects });
  return `${text.slice(0, -1)},"crc":"${checksum(text)}"}\n`;
}

export function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Null when the line is not what was written. */
export function decodeEntry(line: string): Entry | null {
  const match = CRC.exec(line.slice(-CRC_LENGTH));
  if (match === null) return null;
  const text = `${line.slice(0, -CRC_LENGTH)}}`;
  if (checksum(text) !== match[1]) return null;
  return JSON.parse(text) as Entry;
}

/**
 * Reads one file from `offset` on (the start of a line), in pieces: the size of a journal does not matter. A torn last
 * line is left out. Errors: `JournalDamaged`.
 */
export function* readEntries(file: string, offset = 0): Generator<Entry, void> {
  let last: number | null = null;
  let line = 0;
  for (const text of wholeLines(file, offset)) {
    line += 1;
    const entry = decodeEntry(text);
    if (entry === null)
      throw new JournalDamaged(file, line, 'the line is not what the bot wrote (its checksum differs)');
    if (last !== null && entry.seq !== last + 1) {
      throw new JournalDamaged(
        file,
        line,
        `entry ${entry.seq} follows ${last}: entries are missing or doubled`,
      );
    }
    last = entry.seq;
    yield entry;
  }
}

const PIECE = 65_536;

function* wholeLines(file: string, offset: number): Generator<string, void> {
  const fd = openSync(file, 'r');
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(0, fstatSync(fd).size - offset)));
    let rest: Buffer = Buffer.alloc(0);
    for (let at = offset; ;) {
      const read = readSync(fd, piece, 0, piece.length, at);
      if (read === 0) return;
      at += read;
      const bytes = Buffer.concat([rest, piece.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(fd);
  }
}

const SEGMENT = /^events\.(\d+)\.ndjson$/;

/** Older segments with the sequence number of their first entry, ascending. */
export function olderSegments(file: string): { file: string; first: number }[] {
  return readdirSync(dirname(file))
    .flatMap((name) => {
      const match = SEGMENT.exec(name);
      return match === null ? [] : [{ file: join(dirname(file), name), first: Number(match[1]) }];
    })
    .sort((a, b) => a.first - b.first);
}

/** All there is of a journal, oldest first. Between a full segment and the next the current file may be missing. */
export function journalFiles(file: string): string[] {
  if (!existsSync(dirname(file))) return [];
  const older = olderSegments(file).map((segment) => segment.file);
  return existsSync(file) ? [...older, file] : older;
}

/** Whether there is any whole entry. Errors: `JournalDamaged`. */
export function holdsEntries(file: string): boolean {
  for (const each of journalFiles(file)) for (const _entry of readEntries(each)) return true;
  return false;
}

/**
 * All entries after `seq` over all segments, one at a time. `hint` and the segments' names spare reading what a
 * checkpoint covers. Errors: `JournalDamaged`, also when entries up to `seq` are missing at the end.
 */
export function* entriesAfter(
  file: string,
  seq: number,
  hint?: { first: number; offset: number },
): Generator<Entry, void> {
  if (hint !== undefined && holdsLine(file, hint)) {
    const ahead = readEntries(file, hint.offset);
    const { value: next } = ahead.next();
    if (next === undefined) return;
    if (next.seq === seq + 1) {
      yield next;
      return yield* ahead;
    }
    ahead.return();
  }
  let last: number | null = null;
  for (const each of filesAfter(file, seq)) {
    for (const entry of readEntries(each)) {
      if (last !== null && entry.seq !== last + 1)
        throw new JournalDamaged(file, 1, `entry ${entry.seq} does not follow on the segment before it`);
      if (entry.seq > seq + 1 && (last ?? 0) <= seq)
        throw new JournalDamaged(file, 1, `entries ${seq + 1} to ${entry.seq - 1} are missing`);
      last = entry.seq;
      if (entry.seq > seq) yield entry;
    }
  }
  // Less than a checkpoint counts means that entries were lost, and with them perhaps orders.
  if ((last ?? 0) < seq)
    throw new JournalDamaged(
      file,
      1,
      `the journal ends with entry ${last ?? 0}, but the checkpoint counts ${seq}`,
    );
}

function holdsLine(file: string, { first, offset }: { first: number; offset: number }): boolean {
  return existsSync(file) && firstSeq(file) === first && statSync(file).size >= offset;
}

/** Without the segments that hold nothing after `seq`. */
function filesAfter(file: string, seq: number): string[] {
  const older = journalFiles(file).length === 0 ? [] : olderSegments(file);
  const current = existsSync(file) ? firstSeq(file) : null;
  const needed = older.filter((_, index) => (older[index + 1]?.first ?? current ?? Infinity) > seq + 1);
  const files = needed.map((segment) => segment.file);
  return existsSync(file) ? [...files, file] : files;
}

function bytesFrom(file: string, offset: number, most = Infinity): Buffer {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(fstatSync(fd).size - offset, most)));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(fd, bytes, filled, bytes.length - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

function firstSeq(file: string): number | null {
  const bytes = bytesFrom(file, 0, 65_536);
  const end = bytes.indexOf(10);
  return end < 0 ? null : (decodeEntry(bytes.toString('utf8', 0, end))?.seq ?? null);
}

/** The writing side; one per process, under the bot's lock. */
export class Journal {
  private fd: number;
  private first: number;
  private size: number;

  private constructor(
    private readonly file: string,
    /** The last entry written. */
    public seq: number,
  ) {
    this.fd = openSync(file, 'a', 0o600);
    this.size = fstatSync(this.fd).size;
    this.first = this.size === 0 ? seq + 1 : (firstSeq(file) ?? seq + 1);
    if (this.size === 0) syncFolder(file);
  }

  /** Opens for appending after entry `seq`; a torn last line is cut off (it was never acted upon). */
  static open(file: string, seq: number): Journal {
    if (existsSync(file)) cutTornLine(file);
    return new Journal(file, seq);
  }

  /** Appends; with `durable` it is on the disk before this returns. */
  append(event: Event | Birth, effects: readonly Effect[], durable: boolean): void {
    const line = encodeEntry({ seq: this.seq + 1, event, effects });
    const bytes = Buffer.from(line);
    const written = writeSync(this.fd, bytes);
    if (written !== bytes.length) {
      ftruncateSync(this.fd, this.size);
      throw new Error(`${this.file}: only ${written} of ${bytes.length} bytes could be written`);
    }
    this.seq += 1;
    this.size += bytes.length;
    if (durable) fdatasyncSync(this.fd);
  }

  /** Everything appended so far is on the disk when this returns. */
  sync(): void {
    fdatasyncSync(this.fd);
  }

  /** Where the next line begins: a checkpoint notes it, so that a reader can start there. */
  position(): { first: number; offset: number } {
    return { first: this.first, offset: this.size };
  }

  /** Begins a new segment when this one has grown beyond `bytes`; older ones that `covered` covers are removed. */
  rotate(bytes: number, covered: number): void {
    if (this.size < bytes) return;
    fsyncSync(this.fd);
    closeSync(this.fd);
    renameSync(this.file, join(dirname(this.file), `events.${this.first}.ndjson`));
    this.fd = openSync(this.file, 'a', 0o600);
    syncFolder(this.file);
    this.first = this.seq + 1;
    this.size = 0;
    const older = olderSegments(this.file);
    for (const [index, segment] of older.entries()) {
      const next = older[index + 1]?.first ?? this.first;
      if (next - 1 <= covered) unlinkSync(segment.file);
    }
  }

  close(): void {
    fdatasyncSync(this.fd);
    closeSync(this.fd);
  }

  /** Lets go of the file as it is, where writing has failed or nothing more may be written. */
  abandon(): void {
    closeSync(this.fd);
  }
}

/** A file is on the disk only once its name is: without this a power cut may take synced entries with it. */
function syncFolder(file: string): void {
  const fd = openSync(dirname(file), 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** Only the end is read: whole lines were proved by the replay. */
function cutTornLine(file: string): void {
  const { size } = statSync(file);
  for (let length = 65_536; ; length *= 2) {
    const from = Math.max(0, size - length);
    const end = bytesFrom(file, from).lastIndexOf(10);
    if (end < 0 && from > 0) continue;
    const whole = end < 0 ? 0 : from + end + 1;
    if (whole < size) cut(file, whole);
    return;
  }
}

function cut(file: string, bytes: number): void {
  const fd = openSync(file, 'r+');
  ftruncateSync(fd, bytes);
  fsyncSync(fd);
  closeSync(fd);
}
