import type { Passwords } from '../auth/passwords.js';
import type { Totp } from '../auth/totp.js';
import { Users, type Role, type User } from '../auth/users.js';
import { actor } from './actor.js';
import { AuditLog } from './log.js';

/** The users, with each change written down. */
export class RecordedUsers extends Users {
  readonly #audit: AuditLog;

  constructor(data: string, passwords: Passwords, audit: AuditLog = new AuditLog(data)) {
    super(data, passwords);
    this.#audit = audit;
  }

  override async add(...given: Parameters<Users['add']>): Promise<User> {
    const user = await super.add(...given);
    return this.#noted('user.add', user, { role: user.role });
  }

  override async setPassword(id: string, password: string): Promise<User> {
    return this.#noted('user.password', await super.setPassword(id, password));
  }

  override async setRole(id: string, role: Role): Promise<User> {
    return this.#noted('user.role', await super.setRole(id, role), { role });
  }

  override async setDisabled(id: string, disabled: boolean): Promise<User> {
    return this.#noted(disabled ? 'user.disable' : 'user.enable', await super.setDisabled(id, disabled));
  }

  override async setTotp(id: string, change: (present: Totp | null) => Totp | null): Promise<User> {
    const user = await super.setTotp(id, change);
    return this.#noted('user.totp', user, { on: user.totp !== null });
  }

  async #noted(action: string, user: User, details: object = {}): Promise<User> {
    await this.#audit.note({
      ...actor(),
      action,
      about: user.name,
      outcome: 'done',
      details: { ...details },
    });
    return user;
  }
}
