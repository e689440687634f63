import type { FastifyRequest } from 'fastify';
import { countedAs } from '../web/addresses.js';
import type { Who } from './context.js';
import { Attempts } from './attempts.js';
import { Passwords } from './passwords.js';
import { lesser, Tokens } from './tokens.js';
import { OneTimeCodes } from './one-time-codes.js';
import { hashOf, newSecret, same, sealOf } from './secrets.js';
import { Sessions, SURE_MS } from './sessions.js';
import type { Users, User } from './users.js';
import { RecordedUsers } from '../audit/recorded-users.js';
import { actor } from '../audit/actor.js';
import { AuditLog } from '../audit/log.js';

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** A one-time code or a recovery code; looked at where the user has set them up. */
  readonly code?: string;
}

export interface AuthOptions {
  readonly data: string;
  /** Wall time (ms). */
  readonly now: () => number;
  readonly passwords?: Passwords;
}

/** Everything by which a request is known to come from somebody. */
export class Auth {
  readonly passwords: Passwords;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly attempts: Attempts;
  readonly audit: AuditLog;
  readonly codes: OneTimeCodes;
  /**
   * The API token of this run: an admin's, printed where the server was started, kept nowhere, void when it ends. Who
   * may start the server on this folder has the authority of its files anyway.
   */
  readonly runToken = `flt_run_${newSecret()}`;
  /** Opens the set-up page, as long as there is no user. */
  readonly setupCode = newSecret();
  /** Signs in without a password; only the demo has one. */
  enterCode: string | null = null;
  readonly #now: () => number;
  readonly #marks = newSecret();

  /** Errors: FILE_DAMAGED. */
  constructor({ data, now, passwords = new Passwords() }: AuthOptions) {
    this.#now = now;
    this.passwords = passwords;
    this.audit = new AuditLog(data);
    this.users = new RecordedUsers(data, passwords, this.audit);
    this.users.all();
    this.sessions = new Sessions(data, this.users, now);
    this.tokens = new Tokens(data, this.users, now);
    this.attempts = new Attempts(now);
    this.codes = new OneTimeCodes(this.users, now);
  }

  /** Who asks: by the token of an Authorization header, else by the session's cookie. Null for nobody. */
  who(request: FastifyRequest, cookie: string | undefined): Who | null {
    const bearer = /^Bearer +([\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.#byToken(bearer, request.client);
    return cookie === undefined ? null : this.#bySession(cookie, request.client);
  }

  #byToken(token: string, address: string): Who | null {
    if (!same(hashOf(token), hashOf(this.runToken))) return this.#byKeptToken(token, address);
    const sureUntil = Number.POSITIVE_INFINITY;
    return {
      id: 'command-line',
      name: 'command line',
      role: 'admin',
      via: 'run',
      key: 'run',
      address,
      sureUntil,
    };
  }

  #byKeptToken(secret: string, address: string): Who | null {
    const found = this.tokens.find(secret);
    if (found === null) return null;
    const { token, user } = found;
    const role = lesser(token.scope, user.role);
    return { id: user.id, name: user.name, role, via: 'token', key: token.id, address, sureUntil: 0 };
  }

  #bySession(id: string, address: string): Who | null {
    const found = this.sessions.find(id);
    if (found === null) return null;
    const { session, user } = found;
    const { name, role } = user;
    const sureUntil = session.sure === 0 ? 0 : session.sure + SURE_MS;
    return { id: user.id, name, role, via: 'session', key: session.hash, address, sureUntil };
  }

  /** Whether what asked then may still be answered: for streams, which outlive their request. */
  holds(who: Who): boolean {
    if (who.via === 'token') return this.tokens.holds(who.key, who.role);
    return who.via !== 'session' || this.sessions.known(who.key)?.user.role === who.role;
  }

  /** Whether the password was given within the last minutes. */
  isSure(who: Who): boolean {
    return who.sureUntil > this.#now();
  }

  /** The hidden mark of a form: of a session, or of the pages before there is one. */
  formMark(who: Who | null): string {
    return sealOf(this.#marks, who?.key ?? 'nobody');
  }

  /**
   * The user with this name, password and (where set up) code; null for anything else, in the same
   * time and without saying which was wrong. `wait` (ms): not looked at, because too many were wrong before.
   */
  async logIn(given: Credentials, address: string): Promise<{ user: User | null; wait: number }> {
    const account = given.name.trim().toLowerCase().slice(0, 64);
    const wait = this.attempts.begin(account, countedAs(address));
    if (wait > 0) return { user: null, wait };
    const { user, details } = await this.#checked({ ...given, name: account });
    if (user !== null) this.attempts.succeeded(account, countedAs(address));
    await this.#note(user === null ? 'failed' : 'done', this.users.named(account), address, details);
    return { user, wait: 0 };
  }

  /** A code is spent only once the password was right. `details` are for the audit log. */
  async #checked({
    name,
    password,
    code = '',
  }: Credentials): Promise<{ user: User | null; details: object }> {
    const user = this.users.named(name);
    const known = user === undefined || user.disabled ? null : user.password;
    const right = await this.passwords.verify(password.slice(0, 1_000), known);
    if (!right || user === undefined) return { user: null, details: {} };
    if (user.totp === null) return { user, details: {} };
    const by = await this.users.spendCode(user.id, code.slice(0, 100), this.#now());
    return by === null
      ? { user: null, details: { password: 'right', code: 'wrong' } }
      : { user, details: { by } };
  }

  /** Of a name that is none only that: what was typed there may have been a password. */
  async #note(
    outcome: 'done' | 'failed',
    user: User | undefined,
    address: string,
    details: object,
  ): Promise<void> {
    const [name, userId] = user === undefined ? ['(unknown)', null] : [user.name, user.id];
    const event = { action: 'login', about: null, outcome, details: { ...details } };
    await this.audit.note({ user: name, userId, via: 'password', address, ...event });
  }

  /** Whether it is the password of who has signed in already; slowed down like signing in. */
  async isPassword(who: Who, password: string): Promise<{ right: boolean; wait: number }> {
    const user = this.users.get(who.id);
    const counted = countedAs(who.address);
    const wait = this.attempts.begin(who.name, counted);
    if (wait > 0 || user === undefined) return { right: false, wait };
    const right = await this.passwords.verify(password.slice(0, 1_000), user.password);
    if (right) this.attempts.succeeded(who.name, counted);
    const outcome = right ? 'done' : 'failed';
    await this.audit.note({ ...actor(), action: 'password.again', about: null, outcome, details: {} });
    return { right, wait: 0 };
  }
}
