import { FlotillaError } from '../fleet/errors.js';
import { newRecoveryCodes, newTotpSecret, recoveryHash, stepOf, totpAddress } from './totp.js';
import type { User, Users } from './users.js';

/** How long a secret that was shown waits for its first code. */
const BEGUN_MS = 10 * 60_000;

export interface BegunCodes {
  /** Base32, to be typed into the app where the QR code cannot be read. */
  readonly secret: string;
  /** `otpauth://…`: what the QR code says. */
  readonly address: string;
}

/** Setting one-time codes up, which needs a first code of them before they count, and turning them off. */
export class OneTimeCodes {
  readonly #users: Users;
  readonly #now: () => number;
  /** By user, kept in memory only: what was not confirmed is begun anew. */
  readonly #begun = new Map<string, { secret: string; since: number }>();

  constructor(users: Users, now: () => number) {
    this.#users = users;
    this.#now = now;
  }

  /** A new secret for the app. Errors: CODES_ON. */
  begin(user: User): BegunCodes {
    refuseOn(user);
    const secret = newTotpSecret();
    this.#begun.set(user.id, { secret, since: this.#now() });
    return { secret, address: totpAddress(user.name, secret) };
  }

  /** What was begun and not yet confirmed. */
  begun(user: User): BegunCodes | undefined {
    const begun = this.#begun.get(user.id);
    if (begun === undefined || this.#now() - begun.since > BEGUN_MS) return undefined;
    return { secret: begun.secret, address: totpAddress(user.name, begun.secret) };
  }

  /** Turns them on; the answer are the recovery codes, kept as hashes only. Errors: CODES_ON, CODES_NOT_BEGUN, CODE_WRONG. */
  async confirm(user: User, code: string): Promise<string[]> {
    const secret = this.begun(user)?.secret;
    if (secret === undefined)
      throw new FlotillaError('CODES_NOT_BEGUN', 'Begin to set one-time codes up first; it was not begun.');
    const lastStep = stepOf(secret, code, this.#now());
    if (lastStep === null)
      throw new FlotillaError(
        'CODE_WRONG',
        'That is not the code of this moment. Type the newest one; the clocks of phone and server must agree.',
        { field: 'code' },
      );
    const codes = newRecoveryCodes();
    await this.#users.setTotp(user.id, (present) => {
      refuseOn({ totp: present });
      return { secret, recovery: codes.map(recoveryHash), lastStep };
    });
    this.#begun.delete(user.id);
    return codes;
  }

  async turnOff(user: User): Promise<void> {
    if (user.totp !== null) await this.#users.setTotp(user.id, () => null);
  }
}

function refuseOn({ totp }: Pick<User, 'totp'>): void {
  if (totp === null) return;
  throw new FlotillaError(
    'CODES_ON',
    'One-time codes are on already. Turn them off before you set up new ones.',
  );
}
