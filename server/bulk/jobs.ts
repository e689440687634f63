import type { BotView } from '../../bot/files/view.js';
import { newSecret } from '../auth/secrets.js';
import type { Who } from '../auth/context.js';
import type { ServerDeps } from '../deps.js';
import { RequestError } from '../web/errors.js';
import { factsOf } from './facts.js';
import { atOnce } from './at-once.js';
import { backOf, perform, takeBack, type Undo } from './perform.js';
import { prepare } from './prepare.js';
import type { Item, Result, Wish } from './wish.js';

type Deps = Pick<ServerDeps, 'data' | 'store' | 'owners' | 'fleet' | 'now' | 'log'>;

const KEPT_MS = 60 * 60_000;
const MOST_KEPT = 200;
const AT_ONCE = 8;

/** A question about several bots, and what became of it. */
export interface Job {
  /** Names it, and lets its maker do it: once. */
  readonly key: string;
  readonly user: string;
  readonly at: number;
  readonly wish: Wish;
  readonly items: readonly Item[];
  readonly facts: readonly string[];
  state: 'asked' | 'running' | 'ended';
  readonly results: Result[];
  readonly undo: Undo[];
  undone: Promise<readonly Result[]> | null;
  working: Promise<void> | null;
}

/**
 * What is done with several bots at once. A question is kept with all that it named, so that what was confirmed is what
 * is done, and is done once however often the button was pressed. Forgotten after an hour, or with the server.
 */
export class Jobs {
  readonly #deps: Deps;
  readonly #jobs = new Map<string, Job>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Prepares a wish; nothing is changed. */
  async ask(who: Who, wish: Wish): Promise<Job> {
    const items = await prepare(this.#deps, who, wish);
    const bots = new Map<string, BotView>(this.#deps.store.all().map((bot) => [bot.id, bot]));
    const job: Job = {
      key: newSecret(),
      user: who.id,
      at: this.#deps.now(),
      wish,
      items,
      facts: factsOf(wish, items, bots),
      state: 'asked',
      results: [],
      undo: [],
      undone: null,
      working: null,
    };
    this.#forgetOld();
    this.#jobs.set(job.key, job);
    return job;
  }

  /** Errors: BULK_UNKNOWN. */
  get(who: Who, key: string): Job {
    const job = this.#jobs.get(key);
    if (job !== undefined && job.user === who.id) return job;
    throw new RequestError(
      404,
      'BULK_UNKNOWN',
      'This question is not known any more, perhaps because the server was started anew. Select the bots and ask again.',
      'key',
    );
  }

  /** Begins to do it, or finds it begun. `realMoney`: whoever confirms it may say so now. */
  begin(job: Job, realMoney = false): Job {
    if (job.state !== 'asked') return job;
    job.state = 'running';
    const wish = { ...job.wish, realMoney: job.wish.realMoney === true && realMoney };
    const told = (result: Result): void => void job.results.push(result);
    job.working = perform(this.#deps, wish, job.items, told, (edit) => job.undo.push(edit))
      .catch((error: unknown) => {
        this.#deps.log(error);
        const left = job.items.filter(({ id }) => !job.results.some((result) => result.id === id));
        for (const { id, name } of left)
          told({ id, name, outcome: 'failed', message: 'Something went wrong in here; look at the bot.' });
      })
      .then(() => {
        job.state = 'ended';
      });
    return job;
  }

  /** Whether to do it needs the password; what was begun needs it no more. */
  asksPassword({ state, items }: Job): boolean {
    return state === 'asked' && items.some((item) => item.outcome === 'would' && item.asksPassword === true);
  }

  /** Whether to take it back needs the password: an edit that brought a stop nearer, taken back, moves it away. */
  async undoAsksPassword(job: Job): Promise<boolean> {
    await job.working;
    if (job.undone !== null) return false;
    const { fleet } = this.#deps;
    const asks = await atOnce(AT_ONCE, job.undo, async (edit) => {
      // One that cannot be taken back says so in its turn.
      const preview = await fleet.previewEdit(edit.id, backOf(edit)).catch(() => null);
      return preview?.asksPassword ?? false;
    });
    return asks.includes(true);
  }

  /** Takes its edits back, once. Errors: BULK_NOT_UNDONE where there is nothing to take back. */
  async undo(job: Job): Promise<readonly Result[]> {
    await job.working;
    if (job.undo.length === 0)
      throw new RequestError(409, 'BULK_NOT_UNDONE', 'Nothing of this can be taken back.', 'key');
    job.undone ??= takeBack(
      this.#deps,
      [...job.undo].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    return job.undone;
  }

  #forgetOld(): void {
    for (const [key, { at, state }] of this.#jobs) {
      if (state === 'running') continue;
      if (this.#jobs.size >= MOST_KEPT || this.#deps.now() - at > KEPT_MS) this.#jobs.delete(key);
    }
  }
}
