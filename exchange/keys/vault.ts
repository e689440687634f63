/** What may be done with the stored exchange keys of a data folder. Secrets leave here as `Credentials` only. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { VaultError } from './errors.js';
import {
  createKeyFile,
  deriveMaster,
  isMasterOf,
  newPassphraseRecipe,
  readKeyFile,
  SHORTEST_PASSPHRASE,
  usualKeyFile,
} from './master.js';
import { fingerprint, seal, unseal } from './seal.js';
import {
  keysFolder,
  readVault,
  vaultFile,
  writeVault,
  type KeyPermissions,
  type MasterRecipe,
  type StoredKey,
  type Vault,
} from './vault-file.js';
import { inTurnOn } from '../turn.js';

export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

/** What may be shown of a stored key. */
export type KeyInfo = { readonly id: string } & Readonly<Omit<StoredKey, 'sealed'>>;

/** How the vault's master key is kept: in a file outside of the data folder, or in nobody's but the user's memory. */
export type MasterChoice =
  | { readonly kind: 'file'; readonly path?: string }
  | { readonly kind: 'passphrase'; readonly passphrase: string };

/** Seals and opens for one vault; made from a key file, a passphrase, or the agent that holds one. */
export interface Opener {
  seal(vault: Vault, id: string, key: Sealing, credentials: Credentials): Promise<string>;
  open(vault: Vault, id: string): Promise<Credentials>;
}

type Sealing = Pick<StoredKey, 'venue' | 'owner'>;

const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/;
/** What exchanges give out: printable, without spaces. */
const PRINTABLE = /^[\x21-\x7e]{8,4096}$/;

const credentials = z.strictObject({ key: z.string(), secret: z.string() });

/** An opener that has the master key itself. */
export function openerWith(master: Buffer): Opener {
  return {
    seal: async (vault, id, key, { key: apiKey, secret }) =>
      seal(master, JSON.stringify({ key: apiKey, secret }), contextOf(vault, id, key)),
    open: async (vault, id) => openStored(vault, id, master),
  };
}

/** Errors: `VaultError` 'missing' for an unknown key, 'unsafe' when it does not open. */
function openStored(vault: Vault, id: string, master: Buffer): Credentials {
  const key = keyOf(vault, id);
  const text = unseal(master, key.sealed, contextOf(vault, id, key));
  if (text === null)
    throw new VaultError(
      'unsafe',
      `The key "${id}" does not open: it was changed, or sealed with another master key. Add it again.`,
    );
  return credentials.parse(JSON.parse(text));
}

function contextOf(vault: Vault, id: string, { venue, owner }: Sealing): string[] {
  return ['exchange key', vault.id, id, venue, owner ?? ''];
}

export function keyOf(vault: Vault, id: string): StoredKey {
  const key = Object.hasOwn(vault.keys, id) ? vault.keys[id] : undefined;
  if (key !== undefined) return key;
  const known = Object.keys(vault.keys);
  const way = known.length === 0 ? 'None is stored yet' : `Stored are: ${known.join(', ')}`;
  throw new VaultError('missing', `There is no key "${id}". ${way}; "flotilla key add" stores one.`, 'key');
}

/** Errors: `VaultError` 'missing' when no vault was made. */
export async function vaultOf(data: string): Promise<Vault> {
  const vault = await readVault(data);
  if (vault !== null) return vault;
  throw new VaultError(
    'missing',
    `No exchange keys are stored here yet. "flotilla key add" stores the first one.`,
  );
}

/** The opener of a vault whose master key is in a file; null when it is a passphrase. Errors: `VaultError`. */
export async function fileOpener(vault: Vault): Promise<Opener | null> {
  if (vault.master.kind !== 'file') return null;
  const master = await readKeyFile(vault.master.path);
  if (isMasterOf(vault, master)) return openerWith(master);
  throw new VaultError(
    'unsafe',
    `${vault.master.path} is the master key of another vault. Put back the one that belongs to this data folder.`,
  );
}

/** The master key that a passphrase makes. Errors: `VaultError` 'invalid' for a wrong one. */
export async function masterFrom(vault: Vault, passphrase: string): Promise<Buffer> {
  if (vault.master.kind !== 'passphrase')
    throw new VaultError(
      'invalid',
      `The master key is in the file ${vault.master.path}; there is no passphrase.`,
    );
  const master = await deriveMaster(passphrase, vault.master);
  if (isMasterOf(vault, master)) return master;
  throw new VaultError('invalid', 'The passphrase is wrong.', 'passphrase');
}

/** Makes the vault. Errors: `VaultError` 'invalid' when there is one, or the passphrase is too short. */
export async function createVault(data: string, choice: MasterChoice): Promise<Vault> {
  return changing(data, async () => {
    if ((await readVault(data)) !== null)
      throw new VaultError('invalid', `${vaultFile(data)} is there already; it is not made anew.`);
    const id = randomBytes(8).toString('hex');
    const { recipe } = await newMaster(id, choice);
    const vault: Vault = { version: 1, id, master: recipe, keys: {} };
    await writeVault(data, vault);
    return vault;
  });
}

async function newMaster(
  vault: string,
  choice: MasterChoice,
): Promise<{ recipe: MasterRecipe; master: Buffer }> {
  if (choice.kind === 'file') {
    const path = choice.path ?? usualKeyFile(`${vault}-${randomBytes(3).toString('hex')}`);
    const master = await createKeyFile(path);
    return { recipe: { kind: 'file', path, fingerprint: fingerprint(master, vault) }, master };
  }
  if (choice.passphrase.length < SHORTEST_PASSPHRASE)
    throw new VaultError(
      'invalid',
      `A passphrase has at least ${SHORTEST_PASSPHRASE} characters; this one has ${choice.passphrase.length}.`,
      'passphrase',
    );
  const made = newPassphraseRecipe();
  const master = await deriveMaster(choice.passphrase, made);
  return { recipe: { ...made, fingerprint: fingerprint(master, vault) }, master };
}

export interface KeyDraft {
  readonly id: string;
  readonly label: string;
  readonly venue: StoredKey['venue'];
  readonly owner: string | null;
  readonly credentials: Credentials;
  readonly permissions: KeyPermissions | null;
  /** Wall time (ms). */
  readonly now: number;
}

/** Stores a new key. Errors: `VaultError`. */
export async function storeKey(data: string, opener: Opener, draft: KeyDraft): Promise<KeyInfo> {
  refuseUnlawful(draft);
  return changing(data, async () => {
    const vault = await vaultOf(data);
    if (Object.hasOwn(vault.keys, draft.id))
      throw new VaultError(
        'invalid',
        `There is a key "${draft.id}" already. Choose another name, or replace it.`,
        'id',
      );
    const key = await sealed(vault, opener, draft);
    await writeVault(data, { ...vault, keys: { ...vault.keys, [draft.id]: key } });
    return infoOf(draft.id, key);
  });
}

async function sealed(vault: Vault, opener: Opener, draft: KeyDraft): Promise<StoredKey> {
  const { id, label, venue, owner, permissions, now } = draft;
  return {
    label,
    venue,
    owner,
    lastFour: draft.credentials.key.slice(-4),
    createdAt: now,
    rotatedAt: null,
    permissions,
    sealed: await opener.seal(vault, id, { venue, owner }, draft.credentials),
  };
}

function refuseUnlawful({ id, label, credentials: { key, secret } }: KeyDraft): void {
  if (!ID.test(id) || id === '__proto__')
    throw new VaultError(
      'invalid',
      'A key is named with 1 to 40 lower-case letters, digits, "-" and "_", beginning with a letter or digit.',
      'id',
    );
  if (label.trim() === '' || label.length > 80)
    throw new VaultError('invalid', 'A label has 1 to 80 characters.', 'label');
  for (const [name, value] of [
    ['key', key],
    ['secret', secret],
  ] as const)
    if (!PRINTABLE.test(value))
      throw new VaultError(
        'invalid',
        `The API ${name} should be at least 8 letters, digits and signs without spaces. Copy it whole from the exchange.`,
        name,
      );
}

/** Puts new credentials behind the same name: bots that use it take them at their next start. Errors: `VaultError`. */
export async function replaceKey(
  data: string,
  opener: Opener,
  id: string,
  given: Pick<KeyDraft, 'credentials' | 'permissions' | 'now'>,
): Promise<KeyInfo> {
  return changing(data, async () => {
    const vault = await vaultOf(data);
    const before = keyOf(vault, id);
    refuseUnlawful({ ...before, id, ...given });
    const fresh = await sealed(vault, opener, { ...before, id, ...given });
    const key = { ...fresh, createdAt: before.createdAt, rotatedAt: given.now };
    await writeVault(data, { ...vault, keys: { ...vault.keys, [id]: key } });
    return infoOf(id, key);
  });
}

/** Notes what the venue says that a key may do. */
export async function notePermissions(
  data: string,
  id: string,
  permissions: KeyPermissions,
): Promise<KeyInfo> {
  return changing(data, async () => {
    const vault = await vaultOf(data);
    const key = { ...keyOf(vault, id), permissions };
    await writeVault(data, { ...vault, keys: { ...vault.keys, [id]: key } });
    return infoOf(id, key);
  });
}

/** Forgets a key. Who uses it is for the caller to ask. Errors: `VaultError` 'missing'. */
export async function removeKey(data: string, id: string): Promise<void> {
  await changing(data, async () => {
    const vault = await vaultOf(data);
    keyOf(vault, id);
    const { [id]: _removed, ...keys } = vault.keys;
    await writeVault(data, { ...vault, keys });
  });
}

/**
 * Seals everything anew under another master key. One write of the vault is the change: before it the old master key
 * opens all, after it the new one. An old key file is removed when it opens nothing any more.
 */
export async function rotateMaster(data: string, opener: Opener, choice: MasterChoice): Promise<Vault> {
  return changing(data, async () => {
    const vault = await vaultOf(data);
    const { recipe, master } = await newMaster(vault.id, choice);
    const next = openerWith(master);
    const keys: Vault['keys'] = {};
    for (const [id, key] of Object.entries(vault.keys)) {
      const opened = await opener.open(vault, id);
      keys[id] = { ...key, sealed: await next.seal(vault, id, key, opened) };
    }
    const rotated: Vault = { ...vault, master: recipe, keys };
    await writeVault(data, rotated);
    if (vault.master.kind === 'file') await rm(vault.master.path, { force: true });
    return rotated;
  });
}

export async function listKeys(data: string): Promise<KeyInfo[]> {
  const vault = await readVault(data);
  return Object.entries(vault?.keys ?? {}).map(([id, key]) => infoOf(id, key));
}

function infoOf(id: string, { sealed: _sealed, ...shown }: StoredKey): KeyInfo {
  return { id, ...shown };
}

const TURN_WITHIN_MS = 10_000;

/** Server and command line change the vault one after the other. Errors: `LockedError` where another does not finish. */
function changing<Answer>(data: string, work: () => Promise<Answer>): Promise<Answer> {
  return inTurnOn(keysFolder(data), 'change of the stored keys', work, TURN_WITHIN_MS);
}
