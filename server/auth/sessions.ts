import { join } from 'node:path';
import { z } from 'zod';
import { RecordFile } from './record-file.js';
import { hashOf, newSecret } from './secrets.js';
import type { User, Users } from './users.js';

const MINUTE_MS = 60_000;
/** OWASP ASVS 5.0, 7.3.1 and 7.3.2. */
export const IDLE_MS = 30 * MINUTE_MS;
export const ABSOLUTE_MS = 12 * 60 * MINUTE_MS;
/** How long a password that was just given counts for what is dangerous. */
export const SURE_MS = 10 * MINUTE_MS;
/** That a session was used is written down this often. */
const NOTED_EVERY_MS = MINUTE_MS;
const MOST_OF_ONE = 50;

const SESSION = z.strictObject({
  /** SHA-256 of the id in the cookie. */
  hash: z.string(),
  user: z.string(),
  /** The user's epoch when it was opened. */
  epoch: z.int(),
  created: z.number(),
  seen: z.number(),
  /** When the password was last given; 0 for never. */
  sure: z.number(),
  address: z.string(),
  /** What the browser calls itself. */
  agent: z.string(),
});
const FILE = z.strictObject({ sessions: z.array(SESSION) });

export type Session = z.output<typeof SESSION>;

/** Who is signed in: `data/sessions.json`, so that a restart signs nobody out. Only the server writes it. */
export class Sessions {
  readonly #file: RecordFile<{ sessions: Session[] }>;
  readonly #users: Users;
  readonly #now: () => number;
  readonly #open: Map<string, Session>;
  #noted = 0;
  #written: Promise<void> = Promise.resolve();

  /** Errors: FILE_DAMAGED. */
  constructor(data: string, users: Users, now: () => number) {
    this.#file = new RecordFile(join(data, 'sessions.json'), FILE, { sessions: [] });
    this.#users = users;
    this.#now = now;
    this.#open = new Map(this.#file.read().sessions.map((session) => [session.hash, session]));
  }

  /** Opens one under a new id, which is the answer and kept nowhere. `sure`: the password was just given. */
  async open(user: User, from: { address: string; agent: string; sure: boolean }): Promise<string> {
    const id = newSecret();
    const now = this.#now();
    const { address, agent, sure } = from;
    const session = { hash: hashOf(id), user: user.id, epoch: user.epoch, created: now, seen: now };
    this.#open.set(session.hash, { ...session, sure: sure ? now : 0, address, agent: agent.slice(0, 200) });
    for (const old of this.of(user.id).slice(MOST_OF_ONE)) this.#open.delete(old.hash);
    await this.#write();
    return id;
  }

  /** The session and its user; null for one that is over, revoked, or was never opened. */
  find(id: string): { session: Session; user: User } | null {
    return this.#alive(this.#open.get(hashOf(id)));
  }

  /** The same by what it is kept under. */
  known(hash: string): { session: Session; user: User } | null {
    return this.#alive(this.#open.get(hash));
  }

  /** Whether it ended for no other reason than that nobody used it. */
  endedIdle(id: string | undefined): boolean {
    const session = id === undefined ? undefined : this.#open.get(hashOf(id));
    return session !== undefined && this.#now() - session.seen > IDLE_MS && this.#isWhole(session);
  }

  /** It was used by its user (and not by a page that refreshes itself). */
  touch(hash: string): void {
    const session = this.#open.get(hash);
    if (session === undefined) return;
    const now = this.#now();
    this.#open.set(hash, { ...session, seen: now });
    if (now - this.#noted > NOTED_EVERY_MS) void this.#write().catch(() => undefined);
  }

  /** The password was given again. */
  async makeSure(hash: string): Promise<void> {
    const session = this.#open.get(hash);
    if (session === undefined) return;
    this.#open.set(hash, { ...session, sure: this.#now() });
    await this.#write();
  }

  async close(hash: string): Promise<void> {
    if (this.#open.delete(hash)) await this.#write();
  }

  /** Open ones of a user, last used first. */
  of(user: string): Session[] {
    return [...this.#open.values()]
      .filter((session) => session.user === user && this.#alive(session) !== null)
      .sort((a, b) => b.seen - a.seen);
  }

  #alive(session: Session | undefined): { session: Session; user: User } | null {
    if (session === undefined) return null;
    if (this.#now() - session.seen > IDLE_MS || !this.#isWhole(session)) return null;
    const user = this.#users.get(session.user);
    return user === undefined ? null : { session, user };
  }

  /** Neither too old nor void: such a session is over only while nobody uses it. */
  #isWhole({ user: id, epoch, created }: Session): boolean {
    const user = this.#users.get(id);
    if (user === undefined || user.disabled || user.epoch !== epoch) return false;
    return this.#now() - created <= ABSOLUTE_MS;
  }

  /** Until what was noted is on disk: after it, nothing here touches the data folder. */
  async settled(): Promise<void> {
    await this.#written.catch(() => undefined);
  }

  #write(): Promise<void> {
    this.#written = this.#written.catch(() => undefined).then(() => this.#writeNow());
    return this.#written;
  }

  async #writeNow(): Promise<void> {
    this.#noted = this.#now();
    // One that nobody used is kept until it is too old, so that its browser can be told why it was signed out.
    for (const [hash, session] of this.#open) if (!this.#isWhole(session)) this.#open.delete(hash);
    await this.#file.update(() => ({ next: { sessions: [...this.#open.values()] }, result: undefined }));
  }
}
