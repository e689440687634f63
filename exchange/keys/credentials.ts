/** The way from a key's name in a config to what signs its orders. */
import { agentOpener } from './agent-client.js';
import { VaultError } from './errors.js';
import { fileOpener, keyOf, vaultOf, type Credentials, type Opener } from './vault.js';
import type { StoredKey, Vault } from './vault-file.js';

/** Opens with the key file, or asks the agent. Errors: `VaultError`. */
export async function openerOf(data: string, vault: Vault): Promise<Opener> {
  return (await fileOpener(vault)) ?? agentOpener(data);
}

/**
 * The credentials of one key. Errors: `VaultError`; 'locked' passes when somebody unlocks the agent, so whoever asks may
 * ask again.
 */
export async function credentialsOf(
  data: string,
  id: string,
  venue: StoredKey['venue'],
): Promise<Credentials> {
  const vault = await vaultOf(data);
  const key = keyOf(vault, id);
  if (key.venue !== venue)
    throw new VaultError('invalid', `The key "${id}" is one of ${key.venue}, not of ${venue}.`, 'key');
  return (await openerOf(data, vault)).open(vault, id);
}
