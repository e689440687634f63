/**
 * The append-only journal: one JSON line per command, each behind its checksum, committed in groups. Whoever promises
 * something to a client waits in `after` until what it rests on is on the disk.
 */
import { closeSync, fdatasync, fsyncSync, openSync, write } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

export function journalLine(record: unknown): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

export function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

export function segmentName(firstSequence: number): string {
  return `journal-${String(firstSequence).padStart(12, '0')}.ndjson`;
}

/** Lines that go to the disk together, and what waits for them. */
interface Batch {
  readonly lines: string[];
  readonly waiting: (() => void)[];
  /** The segment ends with this batch; the next one begins with record `next`. */
  segmentEnd: { readonly next: number; readonly begun: () => void } | null;
}

function emptyBatch(): Batch {
  return { lines: [], waiting: [], segmentEnd: null };
}

export class Journal {
  /** Bytes appended since the segment began. */
  bytes = 0;
  private file: number;
  /** To be written, in order; lines are added to the last. Never empty. */
  private batches: Batch[] = [emptyBatch()];
  private note: string | null = null;
  private inFlight: Batch | null = null;
  private scheduled = false;
  private closed = false;

  /** `onFailure` is told when the disk refuses: nothing may be promised any more. */
  constructor(
    private readonly folder: string,
    private sequence: number,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.file = openSegment(folder, sequence + 1);
  }

  /** The sequence of the last record. */
  get last(): number {
    return this.sequence;
  }

  append(record: object): void {
    this.note = null;
    this.push(record);
    this.schedule();
  }

  /** Written with the next record, or by `writeNote`; a newer note replaces it. */
  remember(record: object): void {
    this.note = JSON.stringify(record);
  }

  writeNote(): void {
    if (this.note === null) return;
    const record = JSON.parse(this.note) as object;
    this.note = null;
    this.push(record);
    this.schedule();
  }

  /** Runs when everything appended so far is durable: at once when it is. In order. */
  after(run: () => void): void {
    const behind = this.batches.findLast(({ lines }) => lines.length > 0) ?? this.inFlight;
    if (behind === null) run();
    else behind.waiting.push(run);
  }

  durable(): Promise<void> | null {
    const isDurable = this.inFlight === null && this.batches.every(({ lines }) => lines.length === 0);
    return isDurable ? null : new Promise((resolve) => this.after(resolve));
  }

  /** What is appended from now on goes to a new segment. Resolves when that has begun, the old one being durable. */
  rotate(): Promise<void> {
    this.bytes = 0;
    return new Promise((begun) => {
      this.batches.at(-1)!.segmentEnd = { next: this.sequence + 1, begun };
      this.batches.push(emptyBatch());
      this.schedule();
    });
  }

  async close(): Promise<void> {
    this.writeNote();
    while (
      this.inFlight !== null ||
      this.batches.some(({ lines, segmentEnd }) => lines.length > 0 || segmentEnd !== null)
    ) {
      this.commit();
      await (this.durable() ?? Promise.resolve());
    }
    if (!this.closed) closeSync(this.file);
    this.closed = true;
  }

  private push(record: object): void {
    this.sequence += 1;
    const line = journalLine({ n: this.sequence, ...record });
    this.bytes += line.length;
    this.batches.at(-1)!.lines.push(line);
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight !== null || this.closed) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.commit();
    });
  }

  private commit(): void {
    if (this.inFlight !== null || this.closed) return;
    const [batch] = this.batches;
    if (batch!.lines.length > 0) {
      this.inFlight = batch!;
      this.batches[0] = { ...emptyBatch(), segmentEnd: batch!.segmentEnd };
      return this.writeAll(Buffer.from(batch!.lines.join('')), 0);
    }
    const { segmentEnd } = batch!;
    if (segmentEnd === null) return;
    closeSync(this.file);
    this.file = openSegment(this.folder, segmentEnd.next);
    this.batches.shift();
    segmentEnd.begun();
    this.commit();
  }

  private writeAll(batch: Buffer, from: number): void {
    write(this.file, batch, from, batch.length - from, null, (error, written) => {
      if (error) return this.fail(error);
      if (from + written < batch.length) return this.writeAll(batch, from + written);
      fdatasync(this.file, (failure) => (failure ? this.fail(failure) : this.release()));
    });
  }

  private release(): void {
    const { waiting } = this.inFlight!;
    // What is added meanwhile rests on the same records.
    for (let index = 0; index < waiting.length; index += 1) waiting[index]!();
    this.inFlight = null;
    this.commit();
  }

  private fail(error: Error): void {
    this.closed = true;
    this.onFailure(error);
  }
}

function openSegment(folder: string, first: number): number {
  const path = join(folder, segmentName(first));
  const file = openSync(path, 'a', 0o600);
  syncFolder(dirname(path));
  return file;
}

/** A new file's name is durable only with its folder. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch {
    // Some systems cannot sync a folder; the journal's own sync is what counts.
  } finally {
    closeSync(handle);
  }
}
