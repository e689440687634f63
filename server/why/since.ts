import type { BotView } from '../../bot/files/view.js';
import type { ShownDecision } from '../../views/model.js';
import type { Finding } from './finding.js';
import { look } from './judge.js';

/** A moment since when something is so; `exact` or at least since then. */
export interface Since {
  readonly at: number;
  readonly exact: boolean;
}

/**
 * Since when a bot's decisions all came to this: the first of those at the end that say so. Null where its last does not.
 * `decisions`: oldest first, as many as there are, or some of the last.
 */
export function sinceOutcome(decisions: readonly ShownDecision[], outcome: string): Since | null {
  const other = decisions.findLastIndex((each) => each.outcome !== outcome);
  const first = decisions[other + 1];
  if (first === undefined) return null;
  return { at: first.wall ?? first.time, exact: other >= 0 };
}

/** The whole fleet is looked at once in so many looks, so that none of them takes long. */
const SLICES = 8;
const LOOK_EVERY_MS = 250;
const DECISIONS_READ = 200;

export interface SinceDeps {
  readonly bots: () => readonly BotView[];
  readonly now: () => number;
  readonly decisions: (id: string) => Promise<readonly ShownDecision[]>;
}

/**
 * Remembers since when what holds a bot back does so, where its files do not tell: from its decisions, read once, or from
 * when it was first seen here.
 */
export class WhySince {
  readonly #deps: SinceDeps;
  readonly #seen = new Map<string, Map<string, Since>>();
  readonly #timer: NodeJS.Timeout;
  readonly #started: number;
  #next = 0;

  constructor(deps: SinceDeps) {
    this.#deps = deps;
    this.#started = deps.now();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Null where nothing tells. */
  of(id: string, { code, since }: Pick<Finding, 'code' | 'since'>): Since | null {
    return since === null ? (this.#seen.get(id)?.get(code) ?? null) : { at: since, exact: true };
  }

  /** Looks at the next of the bots. */
  look(): void {
    const bots = this.#deps.bots();
    const size = Math.ceil(bots.length / SLICES);
    if (this.#next >= bots.length) this.#next = 0;
    if (this.#next === 0) this.#forgetOthers(bots);
    for (const bot of bots.slice(this.#next, this.#next + size)) this.#lookAt(bot);
    this.#next += size;
  }

  #forgetOthers(bots: readonly BotView[]): void {
    if (this.#seen.size === 0) return;
    const ids = new Set(bots.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
  }

  #lookAt(bot: BotView): void {
    const now = this.#deps.now();
    const codes = look(bot, now).flatMap(({ code, since }) => (since === null ? [code] : []));
    if (codes.length === 0) return void this.#seen.delete(bot.id);
    const before = this.#seen.get(bot.id);
    const first = { at: now, exact: now - this.#started > 2 * SLICES * LOOK_EVERY_MS };
    const known = new Map(codes.map((code) => [code, before?.get(code) ?? first]));
    this.#seen.set(bot.id, known);
    const outcome = bot.lastDecision?.outcome;
    if (outcome !== undefined && known.has(outcome) && before?.get(outcome) === undefined)
      void this.#readDecisions(bot.id, outcome);
  }

  async #readDecisions(id: string, outcome: string): Promise<void> {
    const decisions = await this.#deps.decisions(id).catch(() => []);
    const since = sinceOutcome(decisions.slice(-DECISIONS_READ), outcome);
    if (since !== null && this.#seen.get(id)?.has(outcome)) this.#seen.get(id)?.set(outcome, since);
  }
}
