import type { BotView } from '../../bot/files/view.js';
import type { BotStore, ChangeListener } from '../store.js';

/** What feeds and totals need of the store. */
export type BotSource = Pick<BotStore, 'all' | 'get' | 'onChange'>;

/**
 * The bots that somebody may see, as a store of its own: lists, totals and streams made from it cannot tell of others.
 * A bot that is shared, or no more, comes and goes like one that is made or deleted.
 */
export class SeenBots implements BotSource {
  readonly #store: BotSource;
  readonly #sees: (id: string) => boolean;
  /** Another object whenever somebody may see other bots than before. */
  readonly #rule: () => object;
  #all: { readonly of: readonly BotView[]; readonly rule: object; readonly seen: readonly BotView[] } | null =
    null;
  readonly #listeners = new Set<ChangeListener>();
  readonly #unsubscribe: () => void;
  #known: ReadonlySet<string>;

  constructor(store: BotSource, sees: (id: string) => boolean, rule: () => object) {
    this.#store = store;
    this.#sees = sees;
    this.#rule = rule;
    this.#known = this.#ids();
    this.#unsubscribe = store.onChange((changed) => this.#changed(changed));
  }

  all(): readonly BotView[] {
    const [of, rule] = [this.#store.all(), this.#rule()];
    if (this.#all?.of !== of || this.#all.rule !== rule)
      this.#all = { of, rule, seen: of.filter(({ id }) => this.#sees(id)) };
    return this.#all.seen;
  }

  get(id: string): BotView | undefined {
    return this.#sees(id) ? this.#store.get(id) : undefined;
  }

  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody may see other bots now. */
  ruleChanged(): void {
    this.#changed(new Set());
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #ids(): ReadonlySet<string> {
    return new Set(this.all().map(({ id }) => id));
  }

  #changed(changed: ReadonlySet<string>): void {
    const [before, now] = [this.#known, this.#ids()];
    this.#known = now;
    const flipped = [...before, ...now].filter((id) => before.has(id) !== now.has(id));
    const told = new Set([...flipped, ...[...changed].filter((id) => now.has(id))]);
    if (told.size > 0) for (const listener of this.#listeners) listener(told, flipped.length > 0);
  }
}
