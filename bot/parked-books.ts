/** The parked books of a bot at work: each is compared, protected and sold as ever, and decides nothing (core/parked.ts). */
import { parkedBooks } from '../core/all-books.js';
import type { Event } from '../core/events.js';
import type { BotState } from '../core/state.js';
import type { MarketEvent, StreamSpec, UserEvent } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { INTERVAL_MS, type Interval } from '../core/kline.js';
import { Book, type BookOptions } from './book.js';

export interface ParkedOptions {
  /** Of the bot. */
  readonly state: () => BotState;
  readonly bookOptions: (symbol: string) => Omit<BookOptions, 'symbol' | 'state' | 'dispatch'>;
  /** Takes an event of the bot. */
  readonly dispatch: (event: Event) => void;
}

type Stamp = { readonly time: number; readonly wall: number };

export class ParkedBooks {
  private readonly books = new Map<string, Book>();
  /** Each as it was last, for what is told after its end. */
  private readonly last = new Map<string, BotState>();

  /** Of a loop that has just been opened. A book is only parked, and taken back, before that. */
  constructor(private readonly options: ParkedOptions) {
    for (const [symbol, state] of parkedBooks(options.state())) {
      this.last.set(symbol, state);
      this.books.set(
        symbol,
        new Book({
          ...options.bookOptions(symbol),
          symbol,
          state: () => this.stateOf(symbol) ?? state,
          dispatch: (event) => options.dispatch({ ...event, book: symbol }),
        }),
      );
    }
  }

  get busy(): boolean {
    return [...this.books.values()].some(({ busy }) => busy);
  }

  get(symbol: string): Book | undefined {
    return this.books.get(symbol);
  }

  /** As it is, or as it was when it ended; null where there never was one. */
  stateOf(symbol: string): BotState | null {
    const now = this.options.state().parked?.[symbol];
    if (now !== undefined) this.last.set(symbol, now);
    return now ?? this.last.get(symbol) ?? null;
  }

  /** Nothing is sent on what was last known. */
  begin(stamp: () => Stamp): void {
    for (const book of this.books.keys()) this.options.dispatch({ type: 'started', ...stamp(), book });
  }

  async untilDone(): Promise<void> {
    for (const book of [...this.books.values()]) await book.untilDone();
  }

  start(silence: number): void {
    for (const [symbol, book] of this.books) book.start(silence + this.lengthOf(symbol));
  }

  private lengthOf(symbol: string): number {
    return INTERVAL_MS[this.intervalOf(symbol)];
  }

  private intervalOf(symbol: string): Interval {
    return (this.stateOf(symbol)?.settings.interval ?? '1m') as Interval;
  }

  /** Its klines, for their closes, and prices where its plan sees them. */
  streams(): StreamSpec[] {
    return [...this.books.keys()].flatMap((symbol): StreamSpec[] => {
      const { terms, settings } = this.stateOf(symbol)!;
      const { plan } = terms ?? settings.terms;
      const prices: StreamSpec[] = planNamed(plan.name).watchesPrice(plan) ? [{ type: 'price', symbol }] : [];
      return [{ type: 'kline', symbol, interval: this.intervalOf(symbol) }, ...prices];
    });
  }

  hear(event: UserEvent): void {
    for (const book of [...this.books.values()]) book.hear(event);
  }

  hearMarket(
    event: Exclude<MarketEvent, { type: 'gap' }>,
    { marketTime, wall }: { readonly marketTime: number; readonly wall: number },
  ): void {
    const { symbol: book } = event;
    const known = this.books.get(book);
    if (known === undefined) return;
    if (event.type === 'price')
      return this.options.dispatch({ type: 'price', time: marketTime, wall, price: event.bid, book });
    if (event.type !== 'kline' || !event.closed || event.interval !== this.intervalOf(book)) return;
    known.looks.hear();
    const { kline } = event;
    if (kline.openTime <= (this.stateOf(book)?.lastKline ?? -1)) return;
    const verdict = { action: 'hold', reasons: [], indicators: {} } as const;
    this.options.dispatch({ type: 'kline', time: kline.closeTime, wall, kline, verdict, book });
  }

  /** After every event: fills that were promised are waited for, and a book that has ended is let go. */
  look(): void {
    for (const [symbol, book] of this.books) {
      this.stateOf(symbol);
      if (this.options.state().parked?.[symbol] === undefined) {
        this.books.delete(symbol);
        book.close();
      } else book.awaitFills();
    }
  }

  close(): void {
    for (const book of this.books.values()) book.close();
  }
}
