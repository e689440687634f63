import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { hashOf } from './secrets.js';

/** RFC 6238 with what authenticator apps take for granted: SHA-1, six digits, steps of 30 seconds. */
const STEP_MS = 30_000;
/** A code of the step before or after counts too: clocks differ, and typing takes time (RFC 6238, 5.2 and 6). */
const STEPS_AROUND = 1;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits: nobody finds one by its hash. */
const RECOVERY_BYTES = 10;

export const TOTP_RECORD = z.strictObject({
  /** Base32, as authenticator apps take it. */
  secret: z.string().regex(/^[A-Z2-7]{16,128}$/),
  /** SHA-256 of the recovery codes not yet used. */
  recovery: z.array(z.string()),
  /** The last step of time a code was taken of: no code counts twice. */
  lastStep: z.int(),
});
export type Totp = z.output<typeof TOTP_RECORD>;

export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** The address an authenticator app reads from the QR code. */
export function totpAddress(name: string, secret: string): string {
  return new TOTP({ issuer: 'Flotilla', label: name, secret }).toString();
}

/** The step of time a code belongs to, of those that count now; null for any other code. */
export function stepOf(secret: string, code: string, now: number): number | null {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code.replace(/\s/g, ''), timestamp: now, window: STEPS_AROUND });
  return delta === null ? null : Math.floor(now / STEP_MS) + delta;
}

/** What is left once a code was taken, and which kind it was; null where the code does not count (any more). */
export function spent(
  totp: Totp,
  code: string,
  now: number,
): { left: Totp; by: 'one-time code' | 'recovery code' } | null {
  const step = stepOf(totp.secret, code, now);
  if (step !== null)
    return step > totp.lastStep ? { left: { ...totp, lastStep: step }, by: 'one-time code' } : null;
  const hash = recoveryHash(code);
  if (!totp.recovery.includes(hash)) return null;
  const recovery = totp.recovery.filter((each) => each !== hash);
  return { left: { ...totp, recovery }, by: 'recovery code' };
}

/** Codes for the day the phone is lost, each good once; shown as `abcd-efgh-ijkl-mnop`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ size: RECOVERY_BYTES }).base32;
    return (text.toLowerCase().match(/.{4}/g) ?? []).join('-');
  });
}

/** However it was typed: in capitals, without dashes, with blanks. */
export function recoveryHash(code: string): string {
  return hashOf(code.toLowerCase().replace(/[^a-z2-7]/g, ''));
}
