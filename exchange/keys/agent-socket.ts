/** Where the agent listens: a Unix socket that only the user of the data folder can reach. */
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { VaultError } from './errors.js';
import { keysFolder } from './vault-file.js';

/** A Unix socket's name has 104 to 108 bytes, the last of them a zero. */
const LONGEST = 100;

/** Beside the vault; where that name is too long, in a folder of the user's own among the temporary ones. */
export function agentSocket(data: string, vault: string): string {
  const usual = join(resolve(keysFolder(data)), 'agent.sock');
  if (Buffer.byteLength(usual) <= LONGEST) return usual;
  return join(tmpdir(), `flotilla-${process.getuid?.() ?? 0}`, `${vault}.sock`);
}

/** Makes the socket's folder. Errors: `VaultError` 'unsafe' when it is another user's, or open to others. */
export async function prepareFolder(socket: string): Promise<void> {
  const folder = dirname(socket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseForeign(folder);
}

export async function refuseForeign(folder: string): Promise<void> {
  const found = await lstat(folder);
  const self = process.getuid?.() ?? found.uid;
  if (found.isDirectory() && found.uid === self && (found.mode & 0o077) === 0) return;
  throw new VaultError(
    'unsafe',
    `${folder} is not a folder of yours alone. Run: chmod 700 ${folder} (or remove it, if it is not yours).`,
  );
}
