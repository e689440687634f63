import { join, resolve } from 'node:path';
import { z } from 'zod';
import { covers } from './users.js';
import type { Who } from './context.js';
import { RecordFile } from './record-file.js';

const SHARED = z.union([z.literal('everyone'), z.array(z.string())]);
const OWNED = z.strictObject({
  /** A user's id; null belongs to the admins. */
  owner: z.string().nullable(),
  /** Who may look at it besides: users' ids, or everyone who can sign in. */
  shared: SHARED,
});
const FILE = z.strictObject({ bots: z.record(z.string(), OWNED) });

export type Owned = z.output<typeof OWNED>;

const NOBODYS: Owned = { owner: null, shared: [] };

/**
 * Whose bot it is and who may look at it: `data/owners.json`, beside the bots' folders and not in their configs, so that
 * whoever may edit a config cannot take a bot by it. A bot that is not in it belongs to the admins.
 */
export class Owners {
  readonly #file: RecordFile<{ bots: Record<string, Owned> }>;

  constructor(data: string) {
    this.#file = new RecordFile(join(resolve(data), 'owners.json'), FILE, { bots: {} });
  }

  /** The same object as long as nothing changed. Errors: FILE_DAMAGED. */
  state(): object {
    return this.#file.read();
  }

  of(bot: string): Owned {
    const { bots } = this.#file.read();
    return (Object.hasOwn(bots, bot) ? bots[bot] : undefined) ?? NOBODYS;
  }

  /** What somebody may do with a bot: all, look at it, or nothing. */
  access(who: Who, bot: string): 'own' | 'read' | null {
    if (who.role === 'admin') return 'own';
    const { owner, shared } = this.of(bot);
    if (owner === who.id) return covers(who.role, 'trader') ? 'own' : 'read';
    return shared === 'everyone' || shared.includes(who.id) ? 'read' : null;
  }

  /** A change that is made of what is there is given as a function of it: two at once are both done. */
  async set(bot: string, change: Partial<Owned> | ((present: Owned) => Partial<Owned>)): Promise<Owned> {
    return this.#file.update(({ bots }) => {
      const present = (Object.hasOwn(bots, bot) ? bots[bot] : undefined) ?? NOBODYS;
      const result = { ...present, ...(typeof change === 'function' ? change(present) : change) };
      return { next: { bots: { ...bots, [bot]: result } }, result };
    });
  }

  /** A bot that is no more: another one of its id is nobody's again. */
  async forget(bot: string): Promise<void> {
    if (!Object.hasOwn(this.#file.read().bots, bot)) return;
    await this.#file.update(({ bots }) => {
      const { [bot]: _, ...next } = bots;
      return { next: { bots: next }, result: undefined };
    });
  }
}
