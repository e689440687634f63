import type { BotView } from '../../bot/files/view.js';
import type { Who } from '../auth/context.js';
import type { Owners } from '../auth/owners.js';
import type { BotStore } from '../store.js';
import { Bodies } from './bodies.js';
import { OverviewFeed, type OverviewDrawing } from './overview-feed.js';
import { SeenBots, type BotSource } from './seen-bots.js';

const LOOK_EVERY_MS = 1_000;
/** Stands for the owners while their file cannot be read. */
const DAMAGED = {};
/** Users whose lists are kept in memory; the ones asked for longest ago go. */
const MOST_KEPT = 64;

/** The fleet as one kind of reader sees it. */
export interface Audience {
  readonly bots: BotSource;
  readonly bodies: Bodies;
  readonly overview: OverviewFeed;
  /** Sees every bot. */
  readonly whole: boolean;
}

interface Kept extends Audience {
  readonly close: () => void;
  readonly ruleChanged: () => void;
}

interface Making {
  readonly store: BotStore;
  readonly owners: Owners;
  readonly openings: () => ReadonlyMap<string, string>;
  readonly draw: (audience: Pick<Audience, 'bots' | 'bodies' | 'whole'>) => OverviewDrawing;
}

/** Admins share one view of the whole fleet; every other user has one of their own, made when it is first asked for. */
export class Audiences {
  readonly #making: Making;
  readonly #whole: Kept;
  readonly #byUser = new Map<string, Kept>();
  readonly #timer: NodeJS.Timeout;
  #rule: object;

  constructor(making: Making) {
    this.#making = making;
    this.#whole = this.#make(making.store, true);
    this.#rule = this.#state();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Of nobody: nothing is seen. */
  of(who: Who | null): Audience {
    if (who?.role === 'admin') return this.#whole;
    const key = who === null ? '' : `${who.role} ${who.id}`;
    const known = this.#byUser.get(key) ?? this.#makeFor(who);
    this.#byUser.delete(key);
    this.#byUser.set(key, known);
    this.#forgetOldest();
    return known;
  }

  /** Tells the live pages when owners or sharing have changed, by whomever. */
  look(): void {
    const rule = this.#state();
    if (rule === this.#rule) return;
    this.#rule = rule;
    for (const each of this.#byUser.values()) each.ruleChanged();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const each of [this.#whole, ...this.#byUser.values()]) each.close();
  }

  /** While the file is damaged nobody but admins sees anything. */
  #state(): object {
    try {
      return this.#making.owners.state();
    } catch {
      return DAMAGED;
    }
  }

  #makeFor(who: Who | null): Kept {
    const { store, owners } = this.#making;
    const sees = (id: string): boolean => {
      try {
        return who !== null && owners.access(who, id) !== null;
      } catch {
        return false;
      }
    };
    const bots = new SeenBots(store, sees, () => this.#state());
    const made = this.#make(bots, false);
    const close = (): void => {
      made.close();
      bots.close();
    };
    return { ...made, close, ruleChanged: () => bots.ruleChanged() };
  }

  #make(bots: BotSource, whole: boolean): Kept {
    const bodies = new Bodies(bots, this.#making.openings);
    const overview = new OverviewFeed(bots, this.#making.draw({ bots, bodies, whole }));
    return { bots, bodies, overview, whole, close: () => overview.close(), ruleChanged: () => undefined };
  }

  #forgetOldest(): void {
    for (const [key, { overview, close }] of this.#byUser) {
      if (this.#byUser.size <= MOST_KEPT) return;
      if (overview.isWatched) continue;
      close();
      this.#byUser.delete(key);
    }
  }
}

/** What routes are given of the store: the bots that whoever asks may see, and no others. */
export class VisibleBots {
  readonly #store: BotStore;
  readonly #audience: () => Audience;

  constructor(store: BotStore, audience: () => Audience) {
    this.#store = store;
    this.#audience = audience;
  }

  all(): readonly BotView[] {
    return this.#audience().bots.all();
  }

  get(id: string): BotView | undefined {
    return this.#audience().bots.get(id);
  }

  async fresh(id: string): Promise<BotView | undefined> {
    await this.#store.fresh(id);
    return this.get(id);
  }

  async refresh(id: string): Promise<void> {
    await this.#store.refresh(id);
  }

  async refreshWithProcess(id: string): Promise<BotView | undefined> {
    await this.#store.refreshWithProcess(id);
    return this.get(id);
  }
}
