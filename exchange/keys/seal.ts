/** AES-256-GCM around small secrets (NIST SP 800-38D: a fresh random nonce of 96 bits for each, a tag of 128). */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

export const MASTER_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts `text`; the answer is base64 of nonce, ciphertext and tag. `context` is not secret, but it must be the same
 * when the text is opened: what was sealed for one key, venue and owner opens for no other.
 */
export function seal(master: Buffer, text: string, context: readonly string[]): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', master, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(context)));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
}

/** Null when it was sealed with another master key or for another context, or was changed since. */
export function unseal(master: Buffer, sealed: string, context: readonly string[]): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', master, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(JSON.stringify(context)));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Tells master keys apart without saying anything of them: a keyed hash of the vault's id. */
export function fingerprint(master: Buffer, vault: string): string {
  return createHmac('sha256', master).update(`flotilla vault ${vault}`).digest('hex').slice(0, 32);
}
