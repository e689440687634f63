import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { FlotillaError } from '../fleet/errors.js';
import { checkPassword, isStored, type Passwords } from './passwords.js';
import { RecordFile } from './record-file.js';
import { spent, TOTP_RECORD, type Totp } from './totp.js';

/** admin: everything; trader: own bots and keys; viewer: looks at what is shared. Each may what those after it may. */
export const ROLES = ['admin', 'trader', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: unknown): text is Role => ROLES.includes(text as Role);

/** Whether a role may what needs another one. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

const USER = z.strictObject({
  id: z.string().regex(/^u-[a-z0-9]{12}$/),
  name: z.string(),
  role: z.enum(ROLES),
  /** Null: nobody signs in with a password (the user of the demo). */
  password: z.string().refine(isStored, 'is not a hash of a password').nullable(),
  disabled: z.boolean(),
  /** Grows with each change of password or disabling: sessions and tokens of another epoch are void. */
  epoch: z.int(),
  /** Wall time (ms). */
  created: z.number(),
  totp: TOTP_RECORD.nullable(),
});
const FILE = z.strictObject({ users: z.array(USER) });

export type User = z.output<typeof USER>;

const NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** The people who may use this fleet: `data/users.json`. Errors of all: FILE_DAMAGED. */
export class Users {
  readonly #file: RecordFile<{ users: User[] }>;
  readonly #passwords: Passwords;

  constructor(data: string, passwords: Passwords) {
    this.#file = new RecordFile(join(data, 'users.json'), FILE, { users: [] });
    this.#passwords = passwords;
  }

  all(): readonly User[] {
    return this.#file.read().users;
  }

  /** Whether there is anybody who could sign in. */
  some(): boolean {
    return this.all().some(({ disabled }) => !disabled);
  }

  get(id: string): User | undefined {
    return this.all().find((user) => user.id === id);
  }

  named(name: string): User | undefined {
    const wanted = name.trim().toLowerCase();
    return this.all().find((user) => user.name === wanted);
  }

  /** Errors: USER_NOT_FOUND. */
  existing(name: string): User {
    const user = this.named(name) ?? this.get(name);
    if (user === undefined) throw notFound(name);
    return user;
  }

  /** Errors: FIRST_NO_ADMIN, USER_NAME_INVALID, USER_EXISTS, PASSWORD_REFUSED. `onlyFirst`: refused where there is a user already. */
  async add(
    wanted: { name: string; role: Role; password: string | null },
    { onlyFirst = false } = {},
  ): Promise<User> {
    const name = checkName(wanted.name);
    if (wanted.password !== null) checkPassword(wanted.password, name);
    const password = wanted.password === null ? null : await this.#passwords.hash(wanted.password);
    const user: User = {
      id: `u-${[...randomBytes(12)].map((byte) => (byte % 36).toString(36)).join('')}`,
      name,
      role: wanted.role,
      password,
      disabled: false,
      epoch: 0,
      created: Date.now(),
      totp: null,
    };
    return this.#file.update(({ users }) => {
      if (onlyFirst && users.length > 0)
        throw new FlotillaError('USER_EXISTS', 'There is a user already: the set-up is done. Sign in.');
      refuseFirstNoAdmin(users, wanted.role);
      if (users.some((each) => each.name === name))
        throw new FlotillaError('USER_EXISTS', `There is a user "${name}" already.`, { field: 'name' });
      return { next: { users: [...users, user] }, result: user };
    });
  }

  /** Ends all sessions and tokens of the user. Errors: PASSWORD_REFUSED, USER_NOT_FOUND. */
  async setPassword(id: string, password: string): Promise<User> {
    checkPassword(password, this.existing(id).name);
    const hash = await this.#passwords.hash(password);
    return this.#change(id, (user) => ({ ...user, password: hash, epoch: user.epoch + 1 }));
  }

  /** Errors: LAST_ADMIN, USER_NOT_FOUND. */
  async setRole(id: string, role: Role): Promise<User> {
    return this.#change(id, (user) => ({ ...user, role }));
  }

  /** A disabled user is signed out at once. Errors: LAST_ADMIN, USER_NOT_FOUND. */
  async setDisabled(id: string, disabled: boolean): Promise<User> {
    return this.#change(id, (user) => ({ ...user, disabled, epoch: user.epoch + (disabled ? 1 : 0) }));
  }

  async setTotp(id: string, change: (present: Totp | null) => Totp | null): Promise<User> {
    return this.#change(id, (user) => ({ ...user, totp: change(user.totp) }));
  }

  /**
   * Takes a one-time or recovery code of the user, so that it counts no more; null where it does not count. A wrong one
   * is refused without writing, and so takes no longer than a wrong password.
   */
  async spendCode(id: string, code: string, now: number): Promise<string | null> {
    const known = this.get(id)?.totp ?? null;
    if (known === null || spent(known, code, now) === null) return null;
    let by: string | null = null;
    await this.#change(id, (user) => {
      const taken = user.totp === null ? null : spent(user.totp, code, now);
      by = taken?.by ?? null;
      return taken === null ? user : { ...user, totp: taken.left };
    });
    return by;
  }

  #change(id: string, change: (user: User) => User): Promise<User> {
    return this.#file.update(({ users }) => {
      const present = users.find((user) => user.id === id);
      if (present === undefined) throw notFound(id);
      const result = change(present);
      const next = users.map((user) => (user === present ? result : user));
      refuseNoAdmin(users, next);
      return { next: { users: next }, result };
    });
  }
}

/** The set-up is over with the first user, whoever that is: it must be one who can make the others. Errors: FIRST_NO_ADMIN. */
export function refuseFirstNoAdmin(present: readonly User[], role: Role): void {
  if (role === 'admin' || present.some((user) => user.role === 'admin' && !user.disabled)) return;
  throw new FlotillaError(
    'FIRST_NO_ADMIN',
    `There is no admin yet, and a ${role} could not make one. Make the first user an admin, then this one.`,
    { field: 'role' },
  );
}

/** Somebody must be left who can mend things. */
function refuseNoAdmin(before: readonly User[], after: readonly User[]): void {
  const admins = (users: readonly User[]): number =>
    users.filter(({ role, disabled }) => role === 'admin' && !disabled).length;
  if (admins(after) > 0 || admins(before) === 0) return;
  throw new FlotillaError(
    'LAST_ADMIN',
    'This is the only admin: make somebody else one first, or nobody could manage this fleet.',
  );
}

function notFound(name: string): FlotillaError {
  return new FlotillaError('USER_NOT_FOUND', `There is no user "${name.slice(0, 60)}".`);
}

function checkName(text: string): string {
  const name = text.trim().toLowerCase();
  if (NAME.test(name)) return name;
  throw new FlotillaError(
    'USER_NAME_INVALID',
    `The name "${text.slice(0, 40)}" must be 1 to 32 letters, digits, ".", "_" or "-", beginning with a letter or digit.`,
    { field: 'name' },
  );
}
