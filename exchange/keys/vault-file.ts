/** `keys/vault.json` of a data folder: what is known of each exchange key in clear, and its secret sealed. */
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { VaultError } from './errors.js';

const permissions = z.strictObject({
  reading: z.boolean(),
  spotTrading: z.boolean(),
  withdrawals: z.boolean(),
  /** Null where the venue does not say. */
  ipRestricted: z.boolean().nullable(),
  /** Further rights that no bot needs, in words. */
  others: z.array(z.string()).readonly(),
  /** Wall time (ms) at which the venue said so. */
  askedAt: z.number().int(),
});

const storedKey = z.strictObject({
  label: z.string(),
  venue: z.enum(['binance-testnet', 'binance']),
  /** The user it belongs to; null for one that was added from the command line, which belongs to the administrators. */
  owner: z.string().nullable(),
  /** The last four characters of the API key. */
  lastFour: z.string(),
  createdAt: z.number().int(),
  /** When the exchange's key behind it was last replaced. */
  rotatedAt: z.number().int().nullable(),
  permissions: permissions.nullable(),
  sealed: z.string(),
});

const keyFileMaster = z.strictObject({ kind: z.literal('file'), path: z.string(), fingerprint: z.string() });

const passphraseMaster = z.strictObject({
  kind: z.literal('passphrase'),
  salt: z.string(),
  /** scrypt's cost, block size and parallelism (RFC 7914). */
  cost: z.number().int(),
  blockSize: z.number().int(),
  parallelization: z.number().int(),
  fingerprint: z.string(),
});

const vault = z.strictObject({
  version: z.literal(1),
  /** Drawn once: what is sealed opens in this vault only. */
  id: z.string(),
  master: z.discriminatedUnion('kind', [keyFileMaster, passphraseMaster]),
  keys: z.record(z.string(), storedKey),
});

export type Vault = z.infer<typeof vault>;
export type StoredKey = z.infer<typeof storedKey>;
export type KeyPermissions = z.infer<typeof permissions>;
export type MasterRecipe = Vault['master'];
export type PassphraseRecipe = z.infer<typeof passphraseMaster>;

export const keysFolder = (data: string): string => join(data, 'keys');
export const vaultFile = (data: string): string => join(keysFolder(data), 'vault.json');

/** Null when none was made yet. Errors: `VaultError` 'unsafe' for a file that is damaged or open to others. */
export async function readVault(data: string): Promise<Vault | null> {
  const file = vaultFile(data);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new VaultError('unsafe', `${file} cannot be read: ${error.message}.`);
  });
  if (text === null) return null;
  await refuseOpenToOthers(file);
  return parseVault(file, text);
}

function parseVault(file: string, text: string): Vault {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // Not the parser's own words: they quote the text.
    throw damaged(file, 'it is not JSON');
  }
  const parsed = vault.safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(file, `"${issue!.path.join('.')}" is not as it should be`);
}

function damaged(file: string, reason: string): VaultError {
  return new VaultError(
    'unsafe',
    `${file} is damaged: ${reason}. It is left as it is. Put a backup of it back, or move it away and add the keys again.`,
  );
}

/** Errors: `VaultError` 'unsafe' when others may read or change the file, or it is a link. */
export async function refuseOpenToOthers(file: string): Promise<void> {
  const found = await lstat(file);
  if (!found.isFile())
    throw new VaultError('unsafe', `${file} is not a plain file. Nothing is read from it.`);
  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    const mode = (found.mode & 0o777).toString(8);
    throw new VaultError('unsafe', `${file} is open to other users (mode ${mode}). Run: chmod 600 ${file}`);
  }
  const self = process.getuid?.();
  if (self !== undefined && found.uid !== self && self !== 0)
    throw new VaultError('unsafe', `${file} belongs to another user. Nothing is read from it.`);
}

export async function writeVault(data: string, content: Vault): Promise<void> {
  await mkdir(keysFolder(data), { recursive: true, mode: 0o700 });
  await writeFileAtomic(vaultFile(data), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
