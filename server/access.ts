/** Whose a bot is and who may look at it, by names: the same for the API, the page and the command line. */
import { actor } from './audit/actor.js';
import type { AuditLog } from './audit/log.js';
import type { Owned, Owners } from './auth/owners.js';
import type { Users } from './auth/users.js';

export interface Access {
  /** A user's name; null: the admins. */
  readonly owner: string | null;
  readonly shared: 'everyone' | readonly string[];
}

export class BotAccess {
  constructor(
    private readonly owners: Owners,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  of(bot: string): Access {
    return this.#named(this.owners.of(bot));
  }

  #named({ owner, shared }: Owned): Access {
    const named = (id: string): string => this.users.get(id)?.name ?? id;
    return {
      owner: owner === null ? null : named(owner),
      shared: shared === 'everyone' ? shared : shared.map(named),
    };
  }

  /** Whoever asks has been asked whether they may. Errors: USER_NOT_FOUND; nothing is changed then. */
  async change(bot: string, { owner, shared }: Partial<Access>): Promise<Access> {
    const idOf = (name: string): string => this.users.existing(name).id;
    const change: { owner?: Owned['owner']; shared?: Owned['shared'] } = {};
    if (owner !== undefined) change.owner = owner === null ? null : idOf(owner);
    if (shared !== undefined) change.shared = shared === 'everyone' ? shared : [...new Set(shared.map(idOf))];
    return this.#set(bot, change);
  }

  /** One more user may look at it; `everyone` for all who can sign in. Errors: USER_NOT_FOUND. */
  async share(bot: string, name: string): Promise<Access> {
    if (name === 'everyone') return this.change(bot, { shared: 'everyone' });
    const { id } = this.users.existing(name);
    return this.#set(bot, ({ shared }) => ({
      shared: shared === 'everyone' ? [id] : [...new Set([...shared, id])],
    }));
  }

  /** Takes that back; `everyone`: from all. Errors: USER_NOT_FOUND. */
  async unshare(bot: string, name: string): Promise<Access> {
    if (name === 'everyone') return this.change(bot, { shared: [] });
    const { id } = this.users.existing(name);
    return this.#set(bot, ({ shared }) => ({
      shared: shared === 'everyone' ? [] : shared.filter((each) => each !== id),
    }));
  }

  async #set(bot: string, change: Parameters<Owners['set']>[1]): Promise<Access> {
    const access = this.#named(await this.owners.set(bot, change));
    const about = { action: 'bot.access', about: bot, outcome: 'done' } as const;
    await this.audit.note({ ...actor(), ...about, details: { ...access } });
    return access;
  }
}
