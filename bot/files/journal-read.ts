/** Reading a journal: its segments, and what stands in spare places while it cannot be written (spare.ts). */
import { closeSync, existsSync, fstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeEntry, encodeEntry, JournalDamaged, type Entry } from './entry.js';
import { refugeFile } from './refuge.js';
import { readSpare, reserveFile } from './spare.js';

/**
 * Reads one file from `offset` on (the start of a line), in pieces: the size of a journal does not matter. A torn last
 * line is left out. Errors: `JournalDamaged`.
 */
export function* readEntries(file: string, offset = 0): Generator<Entry, void> {
  let last: number | null = null;
  let line = 0;
  for (const text of wholeLines(file, offset, (rest) => refuseAlteredEnd(file, line + 1, rest))) {
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

/** A line that was cut short lacks its end; one whose last byte alone is wrong was whole once, and was acted upon. */
function refuseAlteredEnd(file: string, line: number, rest: Buffer): void {
  if (decodeEntry(rest.toString('utf8', 0, Math.max(0, rest.length - 1))) === null) return;
  throw new JournalDamaged(file, line, 'the end of the line is not what the bot wrote');
}

const PIECE = 65_536;

/** The lines of a file from `offset` on, in pieces; `torn` is told what stands behind the last line feed. */
export function* wholeLines(
  file: string,
  offset: number,
  torn: (rest: Buffer) => void,
): Generator<string, void> {
  const fd = openSync(file, 'r');
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(0, fstatSync(fd).size - offset)));
    let rest: Buffer = Buffer.alloc(0);
    for (let at = offset; ;) {
      const read = readSync(fd, piece, 0, piece.length, at);
      if (read === 0) return torn(rest);
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

/** What stands in spare places, and how much of it the journal's own files lack: filled in as entries are read. */
export interface Kept {
  readonly spare: Entry[];
  /** Bytes of sound entries in the two spare places. */
  readonly used: { readonly reserve: number; readonly refuge: number };
}

/** As `entriesAfter`, and what stands in spare places, which follows on it. Errors: `JournalDamaged`. */
export function journalAfter(
  file: string,
  seq: number,
  hint?: { first: number; offset: number },
): { entries: Generator<Entry, void>; kept: Kept } {
  const reserve = readSpare(reserveFile(file));
  const refuge = readSpare(refugeFile(dirname(file)));
  const kept: Kept = { spare: [], used: { reserve: reserve.bytes, refuge: refuge.bytes } };
  const bySeq = new Map([...reserve.entries, ...refuge.entries].map((entry) => [entry.seq, entry]));
  const beyond = Math.max(reserve.beyond, refuge.beyond);
  return { entries: joined(file, seq, entriesAfter(file, seq, hint), { bySeq, beyond, kept }), kept };
}

interface Spares {
  readonly bySeq: ReadonlyMap<number, Entry>;
  readonly beyond: number;
  readonly kept: Kept;
}

/**
 * An entry kept in a spare place has moved to the journal already, or follows on it; where the journal holds another one
 * of the same number, that was never acted upon: writing it failed.
 */
function* joined(
  file: string,
  seq: number,
  entries: Generator<Entry, void>,
  { bySeq, beyond, kept }: Spares,
): Generator<Entry, void> {
  let last = seq;
  for (const entry of entries) {
    const spare = bySeq.get(entry.seq);
    if (spare !== undefined && encodeEntry(spare) !== encodeEntry(entry)) break;
    last = entry.seq;
    yield entry;
  }
  for (let next = bySeq.get(last + 1); next !== undefined; next = bySeq.get(last + 1)) {
    last = next.seq;
    kept.spare.push(next);
    yield next;
  }
  const highest = Math.max(beyond, ...bySeq.keys());
  if (highest > last)
    throw new JournalDamaged(file, 1, `entries ${last + 1} to ${highest} are not all there, or not sound`);
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

export function firstSeq(file: string): number | null {
  const bytes = bytesFrom(file, 0, 65_536);
  const end = bytes.indexOf(10);
  return end < 0 ? null : (decodeEntry(bytes.toString('utf8', 0, end))?.seq ?? null);
}

/** Bytes before a torn last line. Only the end is read: whole lines are proved by the replay. */
export function wholeBytes(file: string): number {
  const { size } = statSync(file);
  for (let length = 65_536; ; length *= 2) {
    const from = Math.max(0, size - length);
    const end = bytesFrom(file, from).lastIndexOf(10);
    if (end >= 0) return from + end + 1;
    if (from === 0) return 0;
  }
}

/** Bytes of the entries before `seq`, without a torn last line. */
export function bytesBefore(file: string, seq: number): number {
  let bytes = 0;
  for (const entry of readEntries(file)) if (entry.seq < seq) bytes += Buffer.byteLength(encodeEntry(entry));
  return bytes;
}
