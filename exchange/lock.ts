/**
 * One process per folder. On Linux the lock is an abstract Unix socket: the kernel frees it with the process that
 * held it, however that died, and nothing is left on disk. Elsewhere it is proper-lockfile's, with the owner beside it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

export interface LockHolder {
  readonly pid: number;
  readonly purpose: string;
}

/** Somebody else holds the folder. `holder` is null when it did not answer within a second (frozen, or just dying). */
export class LockedError extends Error {
  readonly folder: string;
  readonly holder: LockHolder | null;

  constructor(folder: string, purpose: string, holder: LockHolder | null) {
    const who = holder === null ? 'another process' : `process ${holder.pid} (${holder.purpose})`;
    super(
      `${folder} is in use by ${who}: a second ${purpose} on the same folder is refused. Stop that one first.`,
    );
    this.name = 'LockedError';
    this.folder = folder;
    this.holder = holder;
  }
}

export interface Lock {
  release(): void;
}

/**
 * Takes the folder (made when missing) for this process until `release` or the process's end.
 * `purpose` is a trader's word for the messages, e.g. `bot btc-dip`. Errors: `LockedError`.
 */
export async function acquireLock(folder: string, purpose: string): Promise<Lock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const real = await realpath(folder);
  return process.platform === 'linux' ? lockBySocket(real, purpose) : lockByFile(real, purpose);
}

/**
 * Takes a name for this process among all of this machine, until `release` or its end. Null where the system has no abstract
 * sockets: nobody else can be known there. `purpose` as above. Errors: `LockedError`.
 */
export async function acquireName(name: string, purpose: string): Promise<Lock | null> {
  return process.platform === 'linux' ? lockBySocket(name, purpose) : null;
}

/** Who holds the folder now; null when nobody does, or the holder does not answer. */
export async function lockHolder(folder: string): Promise<LockHolder | null> {
  const real = await realpath(folder).catch(() => null);
  if (real === null) return null;
  if (process.platform === 'linux') return askHolder(socketName(real));
  const { check } = await import('proper-lockfile');
  return (await check(real)) ? readOwner(real) : null;
}

function socketName(what: string): string {
  return `\0flotilla-${createHash('sha256').update(what).digest('hex')}`;
}

/** `what`: a folder's real path, or a name that no path is. */
async function lockBySocket(what: string, purpose: string): Promise<Lock> {
  const name = socketName(what);
  // A holder that died between our bind and our question leaves the name free again: then one more try decides.
  for (let attempt = 0; ; attempt += 1) {
    const server = await listen(name, purpose);
    if (server !== null) return { release: () => server.close() };
    const holder = await askHolder(name);
    if (holder !== null || attempt === 2) throw new LockedError(what, purpose, holder);
  }
}

/** The listening server, or null when the name is taken. */
function listen(name: string, purpose: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(JSON.stringify({ pid: process.pid, purpose }));
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen({ path: name, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function askHolder(name: string): Promise<LockHolder | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ path: name });
    const give = (holder: LockHolder | null): void => {
      socket.destroy();
      resolve(holder);
    };
    socket.setTimeout(1_000, () => give(null));
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', () => give(null));
    socket.on('end', () => give(parseHolder(answer)));
  });
}

function parseHolder(answer: string): LockHolder | null {
  try {
    const { pid, purpose } = JSON.parse(answer) as LockHolder;
    return Number.isInteger(pid) ? { pid, purpose: String(purpose) } : null;
  } catch {
    return null;
  }
}

const ownerFile = (real: string): string => join(real, '.lock-owner.json');

async function lockByFile(real: string, purpose: string): Promise<Lock> {
  const { lockSync, unlockSync } = await import('proper-lockfile');
  for (let attempt = 0; ; attempt += 1) {
    try {
      lockSync(real, { stale: 10_000, update: 2_000 });
      await writeFile(ownerFile(real), JSON.stringify({ pid: process.pid, purpose }), { mode: 0o600 });
      return { release: () => unlockSync(real) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      const holder = await readOwner(real);
      if (holder === null || isAlive(holder.pid) || attempt > 0) throw new LockedError(real, purpose, holder);
      await rm(`${real}.lock`, { recursive: true, force: true });
    }
  }
}

async function readOwner(real: string): Promise<LockHolder | null> {
  return readFile(ownerFile(real), 'utf8').then(parseHolder, () => null);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
