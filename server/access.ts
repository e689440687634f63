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
    const { owner, shared } = this.owners.of(bot);
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
    await this.owners.set(bot, change);
    const about = { action: 'bot.access', about: bot, outcome: 'done' } as const;
    await this.audit.note({ ...actor(), ...about, details: { ...this.of(bot) } });
    return this.of(bot);
  }

  /** One more user may look at it; `everyone` for all who can sign in. Errors: USER_NOT_FOUND. */
  share(bot: string, name: string): Promise<Access> {
    const { shared } = this.of(bot);
    if (name === 'everyone') return this.change(bot, { shared: 'everyone' });
    return this.change(bot, { shared: shared === 'everyone' ? [name] : [...shared, name] });
  }

  /** Takes that back; `everyone`: from all. Errors: USER_NOT_FOUND. */
  unshare(bot: string, name: string): Promise<Access> {
    const { shared } = this.of(bot);
    if (name === 'everyone' || shared === 'everyone') return this.change(bot, { shared: [] });
    const gone = this.users.existing(name).name;
    return this.change(bot, { shared: shared.filter((each) => each !== gone) });
  }
}
