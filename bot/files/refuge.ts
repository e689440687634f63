/**
 * Where a bot's journal goes on when its own disk takes nothing at all (read-only, failing): memory that outlives the
 * process, though not the machine. On Linux that is `/dev/shm`, elsewhere the system's folder for temporary files.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHARED_MEMORY = '/dev/shm';

/** The file's name holds the folder's identity: a copy or a successor of the folder has another refuge. */
export function refugeFile(folder: string): string | null {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const identity = `${stat.dev} ${stat.ino} ${Math.floor(stat.birthtimeMs)}`;
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  return join(refugeFolder(), `${name}.ndjson`);
}

function refugeFolder(): string {
  const base = process.platform === 'linux' && existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  return join(base, `flotilla-${process.getuid?.() ?? 'user'}`);
}

/** The folder is ours alone, or it is not used: anybody may write beside it. */
export function prepareRefuge(): void {
  const folder = refugeFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  const ours = stat.uid === (process.getuid?.() ?? stat.uid) && (stat.mode & 0o077) === 0;
  if (!stat.isDirectory() || !ours)
    throw new Error(`${folder} belongs to somebody else or is open to others`);
}
