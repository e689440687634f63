import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { FlotillaError } from '../fleet/errors.js';
import { RecordFile } from './record-file.js';
import { hashOf, newSecret } from './secrets.js';
import { ROLES, type Role, type User, type Users } from './users.js';

const DAY_MS = 24 * 60 * 60_000;
export const MOST_DAYS = 366;
const MOST_OF_ONE = 50;

const TOKEN = z.strictObject({
  id: z.string(),
  /** SHA-256 of the token. */
  hash: z.string(),
  user: z.string(),
  /** The user's epoch when it was made: another password voids it. */
  epoch: z.int(),
  name: z.string(),
  /** The most it may do; never more than its user. */
  scope: z.enum(ROLES),
  created: z.number(),
  expires: z.number(),
  /** By which its owner knows it again. */
  lastFour: z.string(),
});
const FILE = z.strictObject({ tokens: z.array(TOKEN) });

export type Token = z.output<typeof TOKEN>;

/** API tokens: `data/tokens.json`. Errors of all: FILE_DAMAGED. */
export class Tokens {
  readonly #file: RecordFile<{ tokens: Token[] }>;
  readonly #users: Users;
  readonly #now: () => number;

  constructor(data: string, users: Users, now: () => number) {
    this.#file = new RecordFile(join(resolve(data), 'tokens.json'), FILE, { tokens: [] });
    this.#users = users;
    this.#now = now;
  }

  /** The token itself is told this once, and kept nowhere. Errors: TOKENS_EXHAUSTED. */
  async add(
    user: User,
    { name, scope, days }: { name: string; scope: Role; days: number },
  ): Promise<{ token: string; made: Token }> {
    const token = `flt_${newSecret()}`;
    const now = this.#now();
    const made: Token = {
      id: randomBytes(6).toString('hex'),
      hash: hashOf(token),
      user: user.id,
      epoch: user.epoch,
      name,
      scope,
      created: now,
      expires: now + days * DAY_MS,
      lastFour: token.slice(-4),
    };
    return this.#file.update(({ tokens }) => {
      const alive = tokens.filter((each) => this.#user(each) !== null);
      if (alive.filter((each) => each.user === user.id).length >= MOST_OF_ONE)
        throw new FlotillaError('TOKENS_EXHAUSTED', `You have ${MOST_OF_ONE} tokens; revoke one first.`);
      return { next: { tokens: [...alive, made] }, result: { token, made } };
    });
  }

  find(token: string): { token: Token; user: User } | null {
    const hash = hashOf(token);
    const found = this.#file.read().tokens.find((each) => each.hash === hash);
    const user = found === undefined ? null : this.#user(found);
    return found === undefined || user === null ? null : { token: found, user };
  }

  /** Whether the token of this id may still be used, and for the same as when it was first asked with. */
  holds(id: string, role: Role): boolean {
    const found = this.#file.read().tokens.find((each) => each.id === id);
    const user = found === undefined ? null : this.#user(found);
    return found !== undefined && user !== null && lesser(found.scope, user.role) === role;
  }

  of(user: string): Token[] {
    return this.#file.read().tokens.filter((each) => each.user === user && this.#user(each) !== null);
  }

  /** Whether the user had such a token. */
  async revoke(user: string, id: string): Promise<boolean> {
    return this.#file.update(({ tokens }) => {
      const next = tokens.filter((each) => each.user !== user || each.id !== id);
      return { next: { tokens: next }, result: next.length < tokens.length };
    });
  }

  /** Null for one that has expired, or whose user is gone, disabled or has another password. */
  #user({ user: id, epoch, expires }: Token): User | null {
    const user = this.#users.get(id);
    return user === undefined || user.disabled || user.epoch !== epoch || expires <= this.#now()
      ? null
      : user;
  }
}

/** The lesser of two roles. */
export function lesser(a: Role, b: Role): Role {
  return ROLES[Math.max(ROLES.indexOf(a), ROLES.indexOf(b))] as Role;
}
