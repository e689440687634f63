/** The master key of a vault: 32 random bytes in a file of its own, or derived from a passphrase. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { VaultError } from './errors.js';
import { fingerprint, MASTER_BYTES } from './seal.js';
import { refuseOpenToOthers, type MasterRecipe, type PassphraseRecipe } from './vault-file.js';

/** OWASP's password storage cheat sheet: N = 2^17, r = 8, p = 1; some 128 MB and a third of a second. */
const COST = { cost: 2 ** 17, blockSize: 8, parallelization: 1 };
const MOST_MEMORY = 256 * 2 ** 20;
export const SHORTEST_PASSPHRASE = 12;

/** Outside of the data folder, so that a backup of that holds no secret that opens. */
export function usualKeyFile(vault: string): string {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(config, 'flotilla', `${vault}.key`);
}

/** Makes a new key file, readable by its owner only. Errors: `VaultError` 'invalid' when there is one. */
export async function createKeyFile(file: string): Promise<Buffer> {
  const master = randomBytes(MASTER_BYTES);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EEXIST' ? 'There is a file already; it is not overwritten' : error.message;
    throw new VaultError('invalid', `The key file ${file} cannot be made: ${reason}.`);
  });
  try {
    await handle.writeFile(`${master.toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return master;
}

/** Errors: `VaultError` 'missing' or 'unsafe'. */
export async function readKeyFile(file: string): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'is missing' : `cannot be read: ${error.message}`;
    throw new VaultError(
      'missing',
      `The key file ${file} ${reason}. Put it back from where you keep a copy; without it the stored keys cannot be opened, and have to be added again.`,
    );
  });
  await refuseOpenToOthers(file);
  const master = Buffer.from(text.trim(), 'base64');
  if (master.length !== MASTER_BYTES)
    throw new VaultError(
      'unsafe',
      `${file} holds no master key: it should be ${MASTER_BYTES} bytes in base64.`,
    );
  return master;
}

export function newPassphraseRecipe(): Omit<PassphraseRecipe, 'fingerprint'> {
  return { kind: 'passphrase', salt: randomBytes(16).toString('base64'), ...COST };
}

export function deriveMaster(
  passphrase: string,
  { salt, cost, blockSize, parallelization }: Omit<PassphraseRecipe, 'fingerprint'>,
): Promise<Buffer> {
  const options = { cost, blockSize, parallelization, maxmem: MOST_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), MASTER_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** Whether this is the master key that the vault was sealed with. */
export function isMasterOf(vault: { id: string; master: MasterRecipe }, master: Buffer): boolean {
  const [here, there] = [Buffer.from(fingerprint(master, vault.id)), Buffer.from(vault.master.fingerprint)];
  return here.length === there.length && timingSafeEqual(here, there);
}
