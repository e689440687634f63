/**
 * Finding lines in a bot's log, in the files it was turned over into too. Read from the newest end in pieces of one size,
 * so that neither the size of the files nor the number of hits costs memory.
 */
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { join } from 'node:path';
import { botFolder } from './folder.js';
import { parseLogLine } from './log.js';
import type { LogLine } from './view.js';

export interface LogQuery {
  /** What a line must contain, in its words or its code; small and capital letters are the same. */
  readonly text?: string;
  /** The least that a line must be. */
  readonly level?: LogLine['level'];
  readonly limit: number;
  /** Ends the search early: nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

export interface Found {
  /** The newest that match, oldest first. */
  readonly lines: readonly LogLine[];
  /** There are older ones. */
  readonly more: boolean;
}

/** `log.ndjson`, what it was turned over into, and what other tools rotate it to (`log.ndjson.1`). */
const LOG_FILE = /^log(\.[\w-]+)?\.ndjson(\.\d+)?$/;
const PIECE = 64 * 1024;
/** A longer line is no line of ours. */
const LONGEST = 1024 * 1024;
const LEAST = { info: 0, warn: 1, error: 2 } as const;

/** Errors: those of the file system, but for files that are not there. */
export async function searchLog(data: string, id: string, query: LogQuery): Promise<Found> {
  const matcher = matcherOf(query);
  const sought = soughtIn(query);
  const found: LogLine[] = [];
  for (const file of await logFiles(botFolder(data, id).folder)) {
    await searchFile(file, { sought, signal: query.signal }, (line) => {
      const hit = matcher(line);
      if (hit !== null) found.push(hit);
      // One more than asked for tells that there are more.
      return found.length <= query.limit;
    });
    if (found.length > query.limit || query.signal?.aborted === true) break;
  }
  return { lines: found.slice(0, query.limit).reverse(), more: found.length > query.limit };
}

/** The newest first. */
async function logFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = await Promise.all(
    names
      .filter((name) => LOG_FILE.test(name))
      .map(async (name) => {
        const file = join(folder, name);
        const found = await stat(file).catch(() => null);
        return found?.isFile() === true
          ? [{ file, time: name === 'log.ndjson' ? Infinity : found.mtimeMs }]
          : [];
      }),
  );
  return files
    .flat()
    .sort((a, b) => b.time - a.time)
    .map(({ file }) => file);
}

/** Hands over lines from the last one on, as they stand in the file, byte by byte; until `take` says that it is enough. */
async function searchFile(
  file: string,
  { sought, signal }: { readonly sought: RegExp | null; readonly signal: AbortSignal | undefined },
  take: (line: string) => boolean,
): Promise<void> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    let end = (await handle.stat()).size;
    let rest = '';
    while (end > 0 && signal?.aborted !== true) {
      const start = Math.max(0, end - PIECE);
      const piece = (await pieceAt(handle, buffer, start, end)) + rest;
      const first = start === 0 ? 0 : piece.indexOf('\n') + 1;
      rest = start === 0 ? '' : first === 0 ? piece.slice(0, LONGEST) : piece.slice(0, first - 1);
      if ((first > 0 || start === 0) && !takeLines(piece.slice(first), sought, take)) return;
      end = start;
      // The server answers others between two pieces.
      await turn();
    }
  } finally {
    await handle.close();
  }
}

async function pieceAt(handle: FileHandle, buffer: Buffer, start: number, end: number): Promise<string> {
  let read = 0;
  while (read < end - start) {
    const { bytesRead } = await handle.read(buffer, read, end - start - read, start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.toString('latin1', 0, read);
}

/** From the last line on. Where something is sought, lines without it are not even cut out: they would be garbage. */
function takeLines(text: string, sought: RegExp | null, take: (line: string) => boolean): boolean {
  for (const [start, end] of sought === null ? everyLine(text) : linesWith(text, sought).reverse())
    if (start < end && !take(text.slice(start, end))) return false;
  return true;
}

type Span = readonly [start: number, end: number];

function* everyLine(text: string): Generator<Span> {
  for (let end = text.length; end > 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    yield [start, end];
    end = start - 1;
  }
}

function linesWith(text: string, sought: RegExp): Span[] {
  const spans: Span[] = [];
  sought.lastIndex = 0;
  for (let hit = sought.exec(text); hit !== null; hit = sought.exec(text)) {
    const start = text.lastIndexOf('\n', hit.index) + 1;
    const next = text.indexOf('\n', hit.index);
    const end = next < 0 ? text.length : next;
    spans.push([start, end]);
    sought.lastIndex = Math.max(end, hit.index + 1);
  }
  return spans;
}

/** Takes a line's bytes; null for one that does not match. */
function matcherOf({ text = '', level = 'info' }: LogQuery): (line: string) => LogLine | null {
  const wanted = text.trim().toLowerCase();
  return (line) => {
    const read = parseLogLine(Buffer.from(line, 'latin1').toString('utf8'));
    if (read === null || LEAST[read.level] < LEAST[level]) return null;
    return wanted === '' || `${read.code}\n${read.message}`.toLowerCase().includes(wanted) ? read : null;
  };
}

/** What a line that matches has in its bytes; null where nothing can be said of them. */
function soughtIn({ text = '', level = 'info' }: LogQuery): RegExp | null {
  const run = longestRun(text.trim());
  if (run !== '') return new RegExp(run.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'gi');
  if (level === 'info') return null;
  return level === 'warn' ? /"level":[4-9]\d/g : /"level":[5-9]\d/g;
}

/** Of characters that stand in a file as they are. */
function longestRun(text: string): string {
  const runs = text.split(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/);
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}
