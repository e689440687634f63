/** What the exchange's folder holds: the market it was begun with, a snapshot, and the journal behind it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { checksum, segmentName, syncFolder } from './journal.js';
import type { Position } from './walker.js';

const SNAPSHOT = 'snapshot.ndjson';

/** Where a live market keeps what it has seen. */
export const liveFolder = (folder: string): string => join(folder, 'live');

/** One line of the journal. Without a command it only says how far the market had come. */
export interface JournalRecord {
  readonly n: number;
  readonly at: Position;
  /** Market time. */
  readonly t: number;
  readonly c?: unknown;
}

export interface StoredSnapshot {
  /** The last journal record in it. */
  readonly n: number;
  readonly at: Position;
  readonly t: number;
  readonly engine: unknown;
  readonly accounts: unknown;
  /** What has ended, kept apart; absent where `engine` has it all. */
  readonly archive?: { readonly file: string; readonly bytes: number };
}

/** The folder holds something that cannot be trusted: nothing is started on it. */
export class DamagedError extends Error {
  constructor(place: string, problem: string) {
    super(
      `${place}: ${problem}. The paper exchange does not trade on damaged books; restore the folder from a backup, use another folder, or begin anew with --reset.`,
    );
    this.name = 'DamagedError';
  }
}

export function prepareFolder(folder: string, reset: boolean): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!reset) return;
  for (const name of readdirSync(folder)) {
    if (name === 'market.json' || name === SNAPSHOT || /^(journal|archive)-\d+\.ndjson$/.test(name))
      rmSync(join(folder, name));
  }
  rmSync(liveFolder(folder), { recursive: true, force: true });
  syncFolder(folder);
}

export function readJsonFile(folder: string, name: string): Record<string, unknown> | null {
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new DamagedError(path, `it is not JSON (${(error as Error).message})`);
  }
}

/** Atomic and durable. */
export async function writeJsonFile(folder: string, name: string, value: unknown): Promise<void> {
  await writeFileAtomic(join(folder, name), `${JSON.stringify(value)}\n`, { mode: 0o600 });
  syncFolder(folder);
}

/** One line: the checksum, then the snapshot, as in the journal. */
export function readSnapshot(folder: string): StoredSnapshot | null {
  const path = join(folder, SNAPSHOT);
  if (!existsSync(path)) return null;
  const snapshot = parseLine<StoredSnapshot>(readFileSync(path, 'utf8').trimEnd());
  if (snapshot === null) throw new DamagedError(path, 'its checksum does not fit its content');
  return snapshot;
}

/** `engine` is JSON text already. */
export async function writeSnapshot(
  folder: string,
  snapshot: Omit<StoredSnapshot, 'engine'>,
  engine: string,
): Promise<void> {
  const json = `${JSON.stringify(snapshot).slice(0, -1)},"engine":${engine}}`;
  await writeFileAtomic(join(folder, SNAPSHOT), `${checksum(json)} ${json}\n`, { mode: 0o600 });
  syncFolder(folder);
}

export function dropSegmentsBefore(folder: string, firstKept: number): void {
  for (const name of segments(folder)) if (name < segmentName(firstKept)) rmSync(join(folder, name));
}

/** The records behind sequence `after`, in order. A torn last line is cut off; any other damage is refused. */
export function readJournal(folder: string, after: number): JournalRecord[] {
  const names = segments(folder);
  if (names.length === 0 && after > 0)
    throw new DamagedError(folder, 'the journal behind the snapshot is missing');
  const records: JournalRecord[] = [];
  let expected: number | null = null;
  names.forEach((name, index) => {
    const path = join(folder, name);
    const first = Number(/\d+/.exec(name)![0]);
    if (expected !== null && first !== expected)
      throw new DamagedError(path, `it begins with record ${first}, but ${expected} should follow`);
    expected ??= first;
    for (const record of readSegment(path, index === names.length - 1)) {
      if (record.n !== expected)
        throw new DamagedError(path, `record ${record.n} stands where ${expected} should`);
      expected += 1;
      if (record.n > after) records.push(record);
    }
  });
  const lost = (expected ?? after + 1) <= after || (records[0]?.n ?? after + 1) !== after + 1;
  if (lost) throw new DamagedError(folder, `the journal's records behind ${after} are missing`);
  return records;
}

function segments(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^journal-\d+\.ndjson$/.test(name))
    .sort();
}

function readSegment(path: string, last: boolean): JournalRecord[] {
  const bytes = readFileSync(path);
  const records: JournalRecord[] = [];
  let from = 0;
  for (let line = 1; from < bytes.length; line += 1) {
    const end = bytes.indexOf(10, from);
    const record = end < 0 ? null : parseLine<JournalRecord>(bytes.toString('utf8', from, end));
    if (record === null) {
      const isLastLine = end < 0 || end === bytes.length - 1;
      if (!last || !isLastLine)
        throw new DamagedError(`${path}:${line}`, 'the checksum does not fit the line');
      // The process was killed while it wrote this line: nothing was promised on it.
      truncateSync(path, from);
      break;
    }
    records.push(record);
    from = end + 1;
  }
  return records;
}

function parseLine<T>(line: string): T | null {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checksum(json)) return null;
  try {
    return JSON.parse(json) as T;
  } catch {
    return null;
  }
}
