import type { BotView } from '../../bot/files/view.js';
import { summary } from '../store/overlay.js';
import type { BotStore } from '../store.js';
import { isLive, totals, type EquityTotals } from '../web/equity.js';

/**
 * The JSON of all bots, put together from a text per bot that is made once for each new view: a thousand bots cost a
 * join, not a thousand serializations.
 */
export class Bodies {
  readonly #store: BotStore;
  readonly #texts = new WeakMap<BotView, string>();
  #listed: readonly BotView[] | null = null;
  #list = '[]';
  #equity: { readonly paper: EquityTotals | null; readonly live: EquityTotals | null } = {
    paper: null,
    live: null,
  };

  constructor(store: BotStore) {
    this.#store = store;
  }

  /** `{bots: […]}` without trades. */
  bots(): string {
    this.#update();
    return `{"bots":${this.#list}}`;
  }

  /** The answer of `GET /api/overview`. */
  overview(now: number): string {
    this.#update();
    const { paper, live } = this.#equity;
    const equity = JSON.stringify({ paper: paper?.equity ?? '0', live: live?.equity ?? '0' });
    return `{"time":${now},"equity":${equity},"bots":${this.#list}}`;
  }

  /** Totals of paper and live money over the present bots. */
  equity(): { readonly paper: EquityTotals | null; readonly live: EquityTotals | null } {
    this.#update();
    return this.#equity;
  }

  #update(): void {
    const bots = this.#store.all();
    if (bots === this.#listed) return;
    this.#listed = bots;
    this.#list = `[${bots.map((bot) => this.#text(bot)).join(',')}]`;
    this.#equity = { paper: totals(bots.filter((bot) => !isLive(bot))), live: totals(bots.filter(isLive)) };
  }

  #text(bot: BotView): string {
    const known = this.#texts.get(bot);
    if (known !== undefined) return known;
    const made = JSON.stringify(summary(bot));
    this.#texts.set(bot, made);
    return made;
  }
}
