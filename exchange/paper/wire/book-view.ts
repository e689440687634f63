/** The order book as clients see it, with the update ids that let them follow it. */
import { eight } from './amounts.js';
import type { PaperExchange } from './exchange.js';
import { bookLevels, DEPTH } from './market-payloads.js';
import { lastPrice } from './ticker.js';
import type { Ticks } from './price-ticks.js';

type Level = readonly [string, string];
export interface BookState {
  /** Ascending from one change of the book to the next. */
  readonly id: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** The whole book has so many prices on each side; a deeper one is not made up. */
const LEVELS = 100;

export class BookView {
  private readonly states = new Map<string, BookState & { readonly key: string }>();
  private id = Date.now();

  constructor(
    private readonly exchange: PaperExchange,
    private readonly ticks: Ticks,
  ) {}

  /** As it is now. */
  current(symbol: string): BookState {
    const depth = this.exchange.engine.depth(symbol);
    const price = lastPrice(this.exchange, symbol);
    const key = depth === null ? String(price) : JSON.stringify(depth);
    const known = this.states.get(symbol);
    if (known?.key === key) return known;
    this.id += 1;
    const { tick, decimals } = this.ticks.get(symbol)!;
    const levels = depth ?? bookLevels(price, tick, decimals, LEVELS);
    const state = { key, id: this.id, bids: levels.bids.map(told), asks: levels.asks.map(told) };
    this.states.set(symbol, state);
    return state;
  }

  /** The best of both sides. Without a book any quantity is had at the price. */
  top(symbol: string): { id: number; bid: Level; ask: Level } {
    const { id, bids, asks } = this.current(symbol);
    const price = eight(lastPrice(this.exchange, symbol));
    return { id, bid: bids[0] ?? [price, DEPTH], ask: asks[0] ?? [price, DEPTH] };
  }
}

function told([price, quantity]: readonly string[]): Level {
  return [eight(price!), eight(quantity!)];
}

/** `depthUpdate` from one state to a later one: a level that is gone has quantity 0. */
export function depthUpdate(symbol: string, from: BookState, to: BookState, time: number): object {
  return {
    e: 'depthUpdate',
    E: time,
    s: symbol,
    U: from.id + 1,
    u: to.id,
    b: changes(from.bids, to.bids),
    a: changes(from.asks, to.asks),
  };
}

function changes(from: readonly Level[], to: readonly Level[]): Level[] {
  const before = new Map(from);
  const after = new Map(to);
  const gone = from.filter(([price]) => !after.has(price)).map(([price]) => [price, eight('0')] as const);
  return [...to.filter(([price, quantity]) => before.get(price) !== quantity), ...gone];
}
