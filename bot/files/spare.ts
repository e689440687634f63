/**
 * Spare places for journal entries while `events.ndjson` cannot be written. First the *reserve* beside it: blocks that
 * were written in advance and are overwritten in place, which a full disk allows. Then the *refuge* (refuge.ts), for a
 * disk that takes nothing. Entries go on there with the same numbers, and move to the journal when it takes them again.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeEntry, JournalDamaged, type Entry } from './entry.js';
import { prepareRefuge, refugeFile } from './refuge.js';

/** Some five hundred entries: the exits of any position, and hours of klines. */
const RESERVE_BYTES = 262_144;
/** Shared memory is not ours alone. */
const REFUGE_BYTES = 4_194_304;
/** What the reserve holds where nothing was written yet. */
const FILLER = 0;

/** Where entries are kept until the journal takes them. `write` throws when it cannot. */
export interface Spare {
  write(lines: Uint8Array, durable: boolean): void;
  /** Nothing of it counts any more: all stands in the journal. */
  clear(): void;
  close(): void;
}

export function reserveFile(events: string): string {
  return join(dirname(events), 'reserve.ndjson');
}

export interface SpareEntries {
  readonly entries: readonly Entry[];
  /** Bytes that they take. */
  readonly bytes: number;
  /** The highest number found behind a line that is not sound; 0 when there is none. */
  readonly beyond: number;
}

const NOTHING: SpareEntries = { entries: [], bytes: 0, beyond: 0 };

/** Reads a spare place. What was being written when the process died is no entry. Errors: `JournalDamaged`. */
export function readSpare(file: string | null): SpareEntries {
  if (file === null || !existsSync(file)) return NOTHING;
  const content = readFileSync(file);
  const entries: Entry[] = [];
  let start = 0;
  for (let line = 1; start < content.length && content[start] !== FILLER; line += 1) {
    const end = content.indexOf(10, start);
    if (end < 0) {
      const filler = content.indexOf(FILLER, start);
      const rest = content.subarray(start, filler < 0 ? content.length : filler);
      if (decodeEntry(rest.toString('utf8', 0, Math.max(0, rest.length - 1))) === null) break;
      throw new JournalDamaged(file, line, 'the end of the line is not what the bot wrote');
    }
    const entry = decodeEntry(content.toString('utf8', start, end));
    if (entry === null) {
      // Written in part: the rest of it is still filler.
      if (content.subarray(start, end).includes(FILLER)) break;
      throw new JournalDamaged(file, line, 'the line is not what the bot wrote (its checksum differs)');
    }
    // What is left of an earlier outage has lower numbers.
    if (entries.length > 0 && entry.seq !== (entries.at(-1)?.seq ?? 0) + 1) break;
    entries.push(entry);
    start = end + 1;
  }
  return { entries, bytes: start, beyond: highestIn(content.subarray(start)) };
}

function isFiller(bytes: Buffer): boolean {
  return bytes.equals(Buffer.alloc(bytes.length, FILLER));
}

function highestIn(rest: Buffer): number {
  if (isFiller(rest)) return 0;
  const text = rest.toString('utf8');
  // A line without its end was being written.
  const seqs = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split(/[\n\0]+/)
    .flatMap((line) => decodeEntry(line)?.seq ?? []);
  return Math.max(0, ...seqs);
}

/** Throws when the disk has no room for it, and is then not there. `used` bytes hold entries already. */
export function openReserve(events: string, used: number): Spare {
  const file = reserveFile(events);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < RESERVE_BYTES) makeReserve(file);
  const fd = openSync(file, 'r+');
  let size = used;
  // The rest of a line that was being written must not stand behind the next one.
  if (!isFiller(readFileSync(file).subarray(used))) fill(fd, used);
  let touched = used > 0;
  return {
    write(lines, durable) {
      if (size + lines.length > RESERVE_BYTES) throw new Error(`${file} is full`);
      // Even what fails may stand there in part.
      touched = true;
      if (writeSync(fd, lines, 0, lines.length, size) !== lines.length)
        throw new Error(`${file} takes only a part`);
      if (durable) fdatasyncSync(fd);
      size += lines.length;
    },
    clear() {
      if (!touched) return;
      fill(fd, 0);
      fdatasyncSync(fd);
      size = 0;
      touched = false;
    },
    close: () => closeSync(fd),
  };
}

/** Real bytes, synced: blocks that are only promised may be missing when they are needed. */
function makeReserve(file: string): void {
  const temporary = `${file}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    fill(fd, 0);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

/** By pieces: a bot has no memory to spare. */
function fill(fd: number, from: number): void {
  const piece = Buffer.alloc(16_384, FILLER);
  for (let at = from; at < RESERVE_BYTES;) {
    const written = writeSync(fd, piece, 0, Math.min(piece.length, RESERVE_BYTES - at), at);
    if (written === 0) throw new Error('the disk is full: no room for what must be recorded later');
    at += written;
  }
}

/** `used` bytes hold entries already; what follows them was being written when the process died. */
export function openRefuge(events: string, used: number): Spare {
  const file = refugeFile(dirname(events));
  if (file === null) throw new Error(`${dirname(events)} is gone`);
  prepareRefuge();
  const fd = openSync(file, 'a', 0o600);
  let size = used;
  if (fstatSync(fd).size > size) ftruncateSync(fd, size);
  return {
    write(lines, durable) {
      if (size + lines.length > REFUGE_BYTES) throw new Error(`${file} is full`);
      if (writeSync(fd, lines) !== lines.length) {
        ftruncateSync(fd, size);
        throw new Error(`${file} takes only a part`);
      }
      if (durable) fdatasyncSync(fd);
      size += lines.length;
    },
    clear: () => unlinkSync(file),
    close: () => closeSync(fd),
  };
}

/** Removes what stands in a refuge without opening it. */
export function clearRefuge(events: string): void {
  const file = refugeFile(dirname(events));
  if (file !== null && existsSync(file)) unlinkSync(file);
}
