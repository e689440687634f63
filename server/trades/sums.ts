import type { BotView } from '../../bot/files/view.js';
import type { TradesSummary } from '../../views/trades-model.js';
import { Cycles } from './cycles.js';
import { chosen, type TradeFilter } from './filter.js';
import { summarize } from './summary.js';

/** Answers that are kept; those asked for longest ago go. */
const KEPT = 16;

interface Answer {
  readonly of: readonly unknown[];
  readonly summary: Promise<TradesSummary>;
}

/** Sums over whole histories, made anew only where one of them has changed. */
export class Sums {
  readonly #cycles: Cycles;
  readonly #answers = new Map<string, Answer>();

  constructor(data: string) {
    this.#cycles = new Cycles(data);
  }

  /** As `summarize`. */
  of(all: readonly BotView[], filter: TradeFilter, currency?: string): Promise<TradesSummary> {
    const bots = chosen(all, filter);
    const key = JSON.stringify([filter, currency]);
    const made = bots.flatMap(madeOf);
    const known = this.#answers.get(key);
    this.#answers.delete(key);
    const isKnown = known !== undefined && isSame(known.of, made);
    const summary = isKnown ? known.summary : summarize(bots, filter, this.#cycles, currency);
    // What could not be read once may be the next time.
    summary.catch(() => this.#answers.delete(key));
    const answer = { of: made, summary };
    this.#answers.set(key, answer);
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= KEPT) break;
      this.#answers.delete(oldest);
    }
    return summary;
  }
}

/** Everything of a bot that sums are made of. Its histories are other objects when they have grown, and only then. */
const madeOf = ({ id, venue, key, symbol, base, quote, ...bot }: BotView): unknown[] => [
  ...[id, venue, key, symbol, base, quote],
  ...[bot.trades, bot.adjustments, bot.past],
  bot.parked?.map((book) => `${book.symbol} ${book.quote}`).join(),
];

const isSame = (before: readonly unknown[], now: readonly unknown[]): boolean =>
  before.length === now.length && before.every((each, index) => each === now[index]);
