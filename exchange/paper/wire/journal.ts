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

export class Journal {
  /** Bytes appended since the segment began. */
  bytes = 0;
  private file: number;
  private lines: string[] = [];
  private note: string | null = null;
  private waiting: (() => void)[] = [];
  private inFlight: (() => void)[] | null = null;
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
    if (this.lines.length > 0) this.waiting.push(run);
    else if (this.inFlight !== null) this.inFlight.push(run);
    else run();
  }

  durable(): Promise<void> | null {
    if (this.lines.length === 0 && this.inFlight === null) return null;
    return new Promise((resolve) => this.after(resolve));
  }

  /** Begins a new segment behind the last record; call when everything is durable. */
  rotate(): void {
    closeSync(this.file);
    this.file = openSegment(this.folder, this.sequence + 1);
    this.bytes = 0;
  }

  async close(): Promise<void> {
    this.writeNote();
    await this.durable();
    if (!this.closed) closeSync(this.file);
    this.closed = true;
  }

  private push(record: object): void {
    this.sequence += 1;
    const line = journalLine({ n: this.sequence, ...record });
    this.bytes += line.length;
    this.lines.push(line);
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
    if (this.lines.length === 0 || this.inFlight !== null || this.closed) return;
    const batch = Buffer.from(this.lines.join(''));
    this.inFlight = this.waiting;
    this.lines = [];
    this.waiting = [];
    this.writeAll(batch, 0);
  }

  private writeAll(batch: Buffer, from: number): void {
    write(this.file, batch, from, batch.length - from, null, (error, written) => {
      if (error) return this.fail(error);
      if (from + written < batch.length) return this.writeAll(batch, from + written);
      fdatasync(this.file, (failure) => (failure ? this.fail(failure) : this.release()));
    });
  }

  private release(): void {
    const released = this.inFlight!;
    // What is added meanwhile rests on the same records.
    for (let index = 0; index < released.length; index += 1) released[index]!();
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
