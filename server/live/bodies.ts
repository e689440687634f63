import type { BotView } from '../../bot/files/view.js';
import { summary } from '../store/overlay.js';
import type { BotSource } from './seen-bots.js';
import { isLive, totals, type EquityTotals } from '../web/equity.js';

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');
const END = Buffer.from('}');

function around(head: string, list: Buffer): Buffer {
  return Buffer.concat([Buffer.from(head), list, END]);
}

/** The quote asset of the sums first; what others are worth is in none of them. */
function quotesOf(sums: EquityTotals | null): { readonly currency: string; readonly equity: string }[] {
  return sums === null ? [] : [sums, ...sums.others].map(({ currency, equity }) => ({ currency, equity }));
}

/**
 * The JSON of all bots, put together from a text per bot that is made once for each new view: a thousand bots cost a
 * join, not a thousand serializations.
 */
export class Bodies {
  readonly #store: Pick<BotSource, 'all'>;
  readonly #openings: () => ReadonlyMap<string, string>;
  readonly #texts = new WeakMap<BotView, Buffer>();
  #listed: readonly BotView[] | null = null;
  #summed: readonly BotView[] | null = null;
  #list = Buffer.from('[]');
  #equity: { readonly paper: EquityTotals | null; readonly live: EquityTotals | null } = {
    paper: null,
    live: null,
  };

  constructor(store: Pick<BotSource, 'all'>, openings: () => ReadonlyMap<string, string>) {
    this.#store = store;
    this.#openings = openings;
  }

  /** `{bots: […]}` without trades. */
  bots(): Buffer {
    this.#update();
    return around('{"bots":', this.#list);
  }

  /** The answer of `GET /api/overview`. */
  overview(now: number): Buffer {
    this.#update();
    const { paper, live } = this.equity();
    const equity = JSON.stringify({ paper: paper?.equity ?? '0', live: live?.equity ?? '0' });
    const byQuote = JSON.stringify({ paper: quotesOf(paper), live: quotesOf(live) });
    return around(`{"time":${now},"equity":${equity},"equityByQuote":${byQuote},"bots":`, this.#list);
  }

  /** Totals of paper and live money over the present bots. */
  equity(): { readonly paper: EquityTotals | null; readonly live: EquityTotals | null } {
    const bots = this.#store.all();
    if (bots !== this.#summed) {
      this.#summed = bots;
      const openings = this.#openings();
      this.#equity = {
        paper: totals(
          bots.filter((bot) => !isLive(bot)),
          openings,
        ),
        live: totals(bots.filter(isLive), openings),
      };
    }
    return this.#equity;
  }

  #update(): void {
    const bots = this.#store.all();
    if (bots === this.#listed) return;
    this.#listed = bots;
    const texts = bots.flatMap((bot, index) => (index === 0 ? [this.#text(bot)] : [COMMA, this.#text(bot)]));
    this.#list = Buffer.concat([OPEN, ...texts, CLOSE]);
  }

  #text(bot: BotView): Buffer {
    const known = this.#texts.get(bot);
    if (known !== undefined) return known;
    const made = Buffer.from(JSON.stringify(summary(bot)));
    this.#texts.set(bot, made);
    return made;
  }
}
