/**
 * Put in place of `node:fs` and `node:fs/promises` in production code: the current process's simulated disk. Every call
 * is a point at which the process may die; a dead one changes nothing any more.
 */
import { missing, REFUGE, SimFile, type DiskError, type SimDisk } from '../disk.js';
import { diskMutant } from '../mutant.js';
import type { SimProcess } from '../process.js';
import { world } from '../world.js';

interface Open {
  readonly file: SimFile;
  /** In shared memory. */
  readonly memory: boolean;
  /** The names in it, of a folder. */
  readonly folder: SimDisk | null;
  readonly journal: boolean;
}
/** The journal's line that was written last and is not synced: what an order is about to rest on. */
let intent: number | null = null;
const opened = new Map<number, Open>();
let lastFd = 100;

/** Between runs. */
export function forgetFiles(): void {
  opened.clear();
}

function here(): SimProcess {
  return world().current as SimProcess;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function disk(): SimDisk {
  return here().disk;
}

/** Where a path's names are: the bot's folder, its commands, or the data folder that all bots share. */
function namesOf(path: string): SimDisk {
  const { bot, folder, run } = here();
  if (path === folder || path.startsWith(`${folder}/`))
    return path.startsWith(`${folder}/commands`) ? bot.inbox : bot.disk;
  return run.shared;
}

/** What is open already is spared by a process that may open no more. */
function fail(disk: SimDisk, call: string, spared: DiskError | null = null): void {
  if (disk.failing === null || disk.failing === spared) return;
  throw Object.assign(new Error(`${disk.failing}: ${call}`), { code: disk.failing });
}

function found(path: string): SimFile {
  const file = namesOf(path).get(nameOf(path));
  if (file === undefined) throw missing(path);
  return file;
}

function isFolder(path: string): boolean {
  const { folder } = here();
  return path === folder || path === `${folder}/commands`;
}

/** A process with too many open files opens nothing, wherever it is. */
function opening(): void {
  disk().touch();
  if (disk().failing === 'EMFILE') fail(disk(), 'open');
}

export function openSync(path: string, flags: string): number {
  opening();
  const fd = (lastFd += 1);
  if (isFolder(path)) {
    opened.set(fd, { file: new SimFile(), memory: false, folder: namesOf(path), journal: false });
    return fd;
  }
  const creates = flags.startsWith('a') || flags.startsWith('w');
  let file = disk().get(nameOf(path));
  if (file === undefined && !creates) throw missing(path);
  if (file === undefined || flags.startsWith('w')) {
    if (nameOf(path) !== REFUGE) fail(disk(), 'open');
    file = new SimFile();
    if (here().reach('open')) disk().set(nameOf(path), file);
  }
  const name = nameOf(path);
  // A file system that was made read-only opens nothing for writing.
  if (flags !== 'r' && name !== REFUGE && disk().failing === 'EROFS') fail(disk(), 'open');
  opened.set(fd, { file, memory: name === REFUGE, folder: null, journal: name === 'events.ndjson' });
  return fd;
}

export function closeSync(fd: number): void {
  opened.delete(fd);
}

export function writeSync(
  fd: number,
  bytes: Uint8Array,
  offset?: number,
  length?: number,
  position?: number | null,
): number {
  disk().touch();
  const { file, journal, memory } = opened.get(fd)!;
  intent = journal ? fd : null;
  const late = journal && diskMutant().saveAfterMs !== undefined;
  const process = here();
  const part = offset === undefined ? bytes : bytes.subarray(offset, offset + (length ?? bytes.length));
  if (position != null && position + part.length <= file.size) return overwrite(file, part, position);
  if (late) {
    world().after(
      diskMutant().saveAfterMs ?? 0,
      () => {
        file.append(part);
        file.sync();
      },
      process,
    );
    return part.length;
  }
  if (disk().failing !== null && disk().failing !== 'EMFILE' && !memory) {
    // A full disk may take a part of it first.
    const taken = world().dice.chance(0.5) ? 0 : world().dice.whole(0, part.length - 1);
    if (taken === 0) fail(disk(), 'write');
    if (process.alive) file.append(part.subarray(0, taken));
    return taken;
  }
  if (!process.reach('before write')) return part.length;
  if (process.dies('in write')) {
    file.append(part.subarray(0, world().dice.whole(0, part.length - 1)));
    process.die();
    return part.length;
  }
  file.append(part);
  process.reach('after write');
  return part.length;
}

/** Blocks that are there already can be written on a full disk. */
function overwrite(file: SimFile, bytes: Uint8Array, position: number): number {
  const process = here();
  if (disk().failing !== 'ENOSPC') fail(disk(), 'write', 'EMFILE');
  if (!process.reach('before overwrite')) return bytes.length;
  if (process.dies('in overwrite')) {
    file.overwrite(bytes.subarray(0, world().dice.whole(0, bytes.length - 1)), position);
    process.die();
    return bytes.length;
  }
  file.overwrite(bytes, position);
  process.reach('after overwrite');
  return bytes.length;
}

/** A mutant that says it has synced, and has not. */
function pretends(fd: number): boolean {
  if (!opened.get(fd)!.journal) return false;
  const { neverSyncs, syncsOnlyIntents } = diskMutant();
  return neverSyncs === true || (syncsOnlyIntents === true && intent !== fd);
}

export function fdatasyncSync(fd: number): void {
  disk().touch();
  const { file, folder, memory } = opened.get(fd)!;
  // A full disk syncs what it has: nothing is kept back for blocks that are not there.
  if (!memory && disk().failing !== 'ENOSPC') fail(disk(), 'fdatasync', 'EMFILE');
  if (pretends(fd)) return;
  intent = null;
  if (!here().reach('before sync')) return;
  if (folder !== null) folder.syncNames();
  else file.sync();
  here().reach('after sync');
}
export const fsyncSync = fdatasyncSync;

export function fstatSync(fd: number): { size: number } {
  return { size: opened.get(fd)!.file.size };
}

export function ftruncateSync(fd: number, size: number): void {
  const { file, memory } = opened.get(fd)!;
  if (!memory && disk().failing !== 'ENOSPC') fail(disk(), 'ftruncate', 'EMFILE');
  if (here().alive) file.truncate(size);
}

export function truncateSync(path: string, size: number): void {
  if (here().reach('truncate')) found(path).truncate(size);
}

export function readFileSync(path: string, encoding?: string): Buffer | string {
  if (existsSync(path)) opening();
  const { content } = found(path);
  return encoding === undefined ? Buffer.from(content) : content.toString('utf8');
}

export function readSync(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  const { content } = opened.get(fd)!.file;
  return content.copy(buffer, offset, position, Math.min(content.length, position + length));
}

export function readdirSync(path: string): string[] {
  return [...namesOf(path).names.keys()].sort();
}

export function renameSync(from: string, to: string): void {
  disk().touch();
  fail(disk(), 'rename', 'EMFILE');
  if (here().reach('before rename')) namesOf(from).rename(nameOf(from), nameOf(to));
}

export function statSync(path: string, options?: { throwIfNoEntry?: boolean }): { size: number } | undefined {
  const file = namesOf(path).get(nameOf(path));
  if (file === undefined && options?.throwIfNoEntry !== false) throw missing(path);
  return file === undefined ? undefined : { size: file.size };
}

export function unlinkSync(path: string): void {
  found(path);
  if (nameOf(path) !== REFUGE && disk().failing !== 'ENOSPC') fail(disk(), 'unlink', 'EMFILE');
  if (!here().reach('unlink')) return;
  const { bot } = here();
  if (namesOf(path) === bot.inbox) bot.told.took(nameOf(path));
  namesOf(path).set(nameOf(path), null);
}

export function existsSync(path: string): boolean {
  return isFolder(path) || disk().get(nameOf(path)) !== undefined;
}

export function appendFileSync(path: string, text: string): void {
  const fd = openSync(path, 'a');
  try {
    const bytes = Buffer.from(text);
    if (writeSync(fd, bytes) !== bytes.length) fail(disk(), 'append');
  } finally {
    closeSync(fd);
  }
}

export function mkdirSync(): void {
  // The folder is there.
}

/** Tells of changes in a folder that others make; `SimProcess.noticed` calls it, or a change is missed. */
export function watch(
  path: string,
  listener: (event: string, file: string | null) => void,
): { on(): void; close(): void } {
  const { watchers } = here();
  const watcher = { folder: nameOf(path), listener };
  watchers.add(watcher);
  return { on: () => undefined, close: () => void watchers.delete(watcher) };
}

/** An asynchronous call may take a while, and the process may die meanwhile. */
async function take(): Promise<void> {
  const process = here();
  if (!world().dice.chance(process.slowDisk)) return;
  await new Promise<void>((resolve) => world().after(world().dice.between(1, 40), resolve, process));
}

interface Handle {
  writeFile(text: string): Promise<void>;
  readFile(encoding?: string): Promise<Buffer | string>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  stat(): Promise<{ size: number }>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number; buffer: Uint8Array }>;
  close(): Promise<void>;
}

export async function open(path: string, flags: string): Promise<Handle> {
  await take();
  const fd = openSync(path, flags);
  const sync = async () => {
    await take();
    fdatasyncSync(fd);
  };
  return {
    async writeFile(text) {
      await take();
      writeSync(fd, Buffer.from(text));
    },
    async readFile(encoding) {
      const { content } = opened.get(fd)!.file;
      return encoding === undefined ? Buffer.from(content) : content.toString('utf8');
    },
    datasync: sync,
    sync,
    stat: async () => fstatSync(fd),
    read: async (buffer, offset, length, position) => ({
      bytesRead: readSync(fd, buffer, offset, length, position),
      buffer,
    }),
    close: async () => closeSync(fd),
  };
}

export async function readFile(path: string, encoding?: string): Promise<Buffer | string> {
  await take();
  return readFileSync(path, encoding);
}

export async function writeFile(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w');
  await handle.writeFile(text);
  await handle.close();
}

export async function rename(from: string, to: string): Promise<void> {
  await take();
  renameSync(from, to);
}

export async function readdir(path: string): Promise<string[]> {
  return readdirSync(path);
}

export async function stat(path: string): Promise<{ size: number } | undefined> {
  return statSync(path);
}

export async function mkdir(): Promise<void> {
  // The folder is there.
}

export async function unlink(path: string): Promise<void> {
  unlinkSync(path);
}

export async function rm(path: string): Promise<void> {
  if (existsSync(path)) unlinkSync(path);
}
