import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { FlotillaError } from '../fleet/errors.js';

/** What a guess costs: N as its logarithm, so that a file can never name one that is no power of two. */
export interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet (scrypt): 128 MB and about half a second for each guess. */
export const COST: Cost = { logN: 17, r: 8, p: 1 };

const LEAST_LENGTH = 12;
const MOST_LENGTH = 200;
/** Each takes 128 MB: they are worked on one by one, and no more than these wait. */
const MOST_WAITING = 16;
const KEY_BYTES = 32;
const STORED = /^scrypt\$(1?\d)\$(\d)\$(\d)\$([\w-]{22})\$([\w-]{43})$/;

/**
 * Hashes passwords and checks them, off the event loop. A wrong name costs what a wrong password costs.
 * Errors: BUSY when more guesses wait than can be worked on soon.
 */
export class Passwords {
  readonly #cost: Cost;
  readonly #nobody: string;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** How many were worked on, for whoever watches guesses. */
  worked = 0;

  constructor(cost: Cost = COST) {
    this.#cost = cost;
    this.#nobody = stored(cost, randomBytes(16), randomBytes(KEY_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return stored(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  /** Whether it is the password; `known` is null for a user that does not exist or has none. */
  async verify(password: string, known: string | null): Promise<boolean> {
    const [cost, salt, key] = parse(known ?? this.#nobody);
    const derived = await this.#derive(password, salt, cost);
    return timingSafeEqual(derived, key) && known !== null;
  }

  async #derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
    if (this.#waiting >= MOST_WAITING)
      throw new FlotillaError('BUSY', 'Too many people sign in at this moment. Try again in a few seconds.');
    this.#waiting += 1;
    const turn = this.#last.then(() => derive(password, salt, cost));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
      this.worked += 1;
    }
  }
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    // The limit counts a little more than the table itself.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

function stored({ logN, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function parse(text: string): [cost: Cost, salt: Buffer, key: Buffer] {
  const [, logN, r, p, salt = '', key = ''] = STORED.exec(text) ?? [];
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  return [cost, Buffer.from(salt, 'base64url'), Buffer.from(key, 'base64url')];
}

/** Whether a file holds what `hash` made. */
export function isStored(text: string): boolean {
  return STORED.test(text);
}

/** Long rather than odd (NIST SP 800-63B, ASVS 6.2.1): no rules of signs and digits. Errors: PASSWORD_REFUSED. */
export function checkPassword(password: string, name: string): void {
  const refuse = (why: string): never => {
    throw new FlotillaError('PASSWORD_REFUSED', `The password ${why}.`, { field: 'password' });
  };
  const length = [...password].length;
  if (length < LEAST_LENGTH)
    refuse(
      `has ${length} characters; it needs at least ${LEAST_LENGTH}. A few words in a row are easy to keep in mind`,
    );
  if (password.length > MOST_LENGTH) refuse(`is longer than ${MOST_LENGTH} characters`);
  if (new Set(password).size < 5)
    refuse('repeats the same few characters; choose one that cannot be guessed');
  if (password.toLowerCase().replaceAll(name.toLowerCase(), '').length < LEAST_LENGTH / 2)
    refuse('is hardly more than the name; choose one that cannot be guessed');
}
