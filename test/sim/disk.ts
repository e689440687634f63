/**
 * A disk that can lose what was not synced. A file's content is durable up to the last sync of the file; its name, from
 * the last sync of the folder. A killed process loses nothing that it wrote; a power cut may lose anything not durable.
 */
import type { Dice } from './dice.js';

export class SimFile {
  private bytes = Buffer.alloc(1024);
  size = 0;
  durable = 0;

  get content(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  /** Overwrites what is there already. */
  overwrite(bytes: Uint8Array, at: number): void {
    this.bytes.set(bytes, at);
  }

  append(more: Uint8Array): void {
    if (this.size + more.length > this.bytes.length) {
      const grown = Buffer.alloc(Math.max(this.bytes.length * 2, this.size + more.length));
      this.content.copy(grown);
      this.bytes = grown;
    }
    this.bytes.set(more, this.size);
    this.size += more.length;
  }

  truncate(size: number): void {
    this.size = Math.min(size, this.size);
    this.durable = Math.min(this.durable, this.size);
  }

  sync(): void {
    this.durable = this.size;
  }

  copy(): SimFile {
    const file = new SimFile();
    file.append(this.content);
    file.durable = this.durable;
    return file;
  }
}

/** The file in shared memory, which no disk can fail. */
export const REFUGE = 'refuge.ndjson';

export type DiskError = 'ENOSPC' | 'EIO' | 'EROFS' | 'EMFILE';

/** A renaming is one change of two names. */
type NameChange = readonly (readonly [name: string, file: SimFile | null])[];

export class SimDisk {
  names = new Map<string, SimFile>();
  /** Changes of names since the folder was last synced. */
  private changes: NameChange[] = [];
  private durableNames = new Map<string, SimFile>();
  /** Writes fail while this holds; with EMFILE whatever opens a file does. */
  failing: DiskError | null = null;
  private next: { readonly error: DiskError; operations: number } | null = null;

  /** Fails from the operation of this number on: the one between a write and its sync, too. */
  failFrom(operations: number, error: DiskError): void {
    if (operations === 0) this.failing = error;
    else this.next = { error, operations };
  }

  mend(): void {
    this.failing = this.next = null;
  }

  /** An operation begins. */
  touch(): void {
    if (this.next === null || (this.next.operations -= 1) > 0) return;
    this.failing = this.next.error;
    this.next = null;
  }

  /** Whether a bot keeps in shared memory what its disk did not take: that outlives a process, not a machine. */
  get inRefuge(): boolean {
    return (this.names.get(REFUGE)?.size ?? 0) > 0;
  }

  get(name: string): SimFile | undefined {
    return this.names.get(name);
  }

  set(name: string, file: SimFile | null): void {
    this.change([[name, file]]);
  }

  private change(change: NameChange): void {
    apply(this.names, change);
    this.changes.push(change);
  }

  rename(from: string, to: string): void {
    const file = this.names.get(from);
    if (file === undefined) throw missing(from);
    this.change([
      [to, file],
      [from, null],
    ]);
  }

  syncNames(): void {
    this.durableNames = new Map(this.names);
    this.changes = [];
  }

  /** The machine stops: some of what was not synced is gone, always from the end. */
  cutPower(dice: Dice): void {
    const kept = dice.whole(0, this.changes.length);
    const names = new Map(this.durableNames);
    for (const change of this.changes.slice(0, kept)) apply(names, change);
    names.delete(REFUGE);
    for (const file of new Set(names.values())) file.truncate(dice.whole(file.durable, file.size));
    this.names = names;
    this.syncNames();
    for (const file of names.values()) file.sync();
  }
}

function apply(names: Map<string, SimFile>, change: NameChange): void {
  for (const [name, file] of change) {
    if (file === null) names.delete(name);
    else names.set(name, file);
  }
}

export function missing(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
}
