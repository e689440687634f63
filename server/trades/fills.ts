import type { BotView, TradeView } from '../../bot/files/view.js';
import { chosen, dayOf, isOnDay, isThere, type TradeFilter } from './filter.js';
import { marketOf, placeOf, venueOf, type Market } from './markets.js';

/** One fill in its own market, and whose it is. */
export interface FleetFill extends Omit<TradeView, 'symbol' | 'account'>, Market {
  /** As `accountOf` names it. */
  readonly account: string;
  readonly venue: string;
  readonly bot: BotView;
  /** Its place in the bot's history, which only grows. */
  readonly index: number;
}

/** Where a page of fills ended: the next one begins after it. */
export interface Cursor {
  readonly time: number;
  readonly bot: string;
  readonly index: number;
}

interface Head {
  readonly bot: BotView;
  index: number;
}

/**
 * All fills of these bots in order of time, merged from their histories as they are asked for: nothing is copied or sorted,
 * however many there are. Fills of one moment go by the bot's id. `after`: where to begin.
 */
export function* mergedFills(
  bots: readonly BotView[],
  filter: TradeFilter,
  order: 'newest' | 'oldest',
  after: Cursor | null = null,
): Generator<FleetFill> {
  const step = order === 'newest' ? -1 : 1;
  const heads = chosen(bots, filter)
    .map((bot): Head => ({ bot, index: firstIndex(bot, order, after) }))
    .filter(({ bot, index }) => bot.trades[index] !== undefined);
  const heap = heapOf(heads, step);
  for (let head = heap[0]; head !== undefined; head = heap[0]) {
    const { bot, index } = head;
    const trade = bot.trades[index]!;
    head.index += step;
    if (bot.trades[head.index] === undefined) remove(heap, step);
    else sink(heap, 0, step);
    const day = dayOf(trade.time);
    if (step < 0 && filter.from !== undefined && day < filter.from) return;
    if (step > 0 && filter.to !== undefined && day > filter.to) return;
    if (!isOnDay(filter, day) || (filter.side !== undefined && trade.side !== filter.side)) continue;
    const place = placeOf(bot, trade);
    if (!isThere(filter, place)) continue;
    const { account } = place;
    yield { ...trade, ...marketOf(bot, place.symbol), account, venue: venueOf(place), bot, index };
  }
}

/** The first of a bot's fills behind the cursor, by halving: its history is in order of time. */
function firstIndex({ trades, id }: BotView, order: 'newest' | 'oldest', after: Cursor | null): number {
  if (after === null) return order === 'newest' ? trades.length - 1 : 0;
  const step = order === 'newest' ? -1 : 1;
  const isDone = (index: number): boolean => {
    const { time } = trades[index]!;
    if (time !== after.time) return (time - after.time) * step < 0;
    if (id !== after.bot) return id < after.bot;
    return (index - after.index) * step <= 0;
  };
  let [low, high] = [0, trades.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step > 0 ? isDone(middle) : !isDone(middle)) low = middle + 1;
    else high = middle;
  }
  return step > 0 ? low : low - 1;
}

const comesFirst = (a: Head, b: Head, step: number): boolean => {
  const between = (a.bot.trades[a.index]!.time - b.bot.trades[b.index]!.time) * step;
  return between === 0 ? a.bot.id < b.bot.id : between < 0;
};

function heapOf(heads: Head[], step: number): Head[] {
  for (let at = (heads.length >> 1) - 1; at >= 0; at--) sink(heads, at, step);
  return heads;
}

function remove(heap: Head[], step: number): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0, step);
}

function sink(heap: Head[], from: number, step: number): void {
  for (let at = from; ;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let first = at;
    if (left < heap.length && comesFirst(heap[left]!, heap[first]!, step)) first = left;
    if (right < heap.length && comesFirst(heap[right]!, heap[first]!, step)) first = right;
    if (first === at) return;
    [heap[at], heap[first]] = [heap[first]!, heap[at]!];
    at = first;
  }
}

export interface FillPage {
  readonly fills: readonly FleetFill[];
  /** Where the next page begins; null after the last. */
  readonly next: Cursor | null;
}

/** So many fills, the newest first. */
export function fillPage(
  bots: readonly BotView[],
  filter: TradeFilter,
  after: Cursor | null,
  limit: number,
): FillPage {
  const fills: FleetFill[] = [];
  for (const fill of mergedFills(bots, filter, 'newest', after)) {
    fills.push(fill);
    if (fills.length > limit) break;
  }
  const shown = fills.slice(0, limit);
  const last = shown.at(-1);
  const next =
    fills.length > limit && last !== undefined
      ? { time: last.time, bot: last.bot.id, index: last.index }
      : null;
  return { fills: shown, next };
}

export const cursorText = ({ time, bot, index }: Cursor): string => `${time}.${index}.${bot}`;

/** Null for what is no cursor. */
export function cursorFrom(text: string): Cursor | null {
  const found = /^(\d{1,16})\.(\d{1,9})\.([a-z0-9][a-z0-9_-]{0,39})$/.exec(text);
  if (found === null) return null;
  return { time: Number(found[1]), index: Number(found[2]), bot: found[3] ?? '' };
}

/** As the API and the command line tell it. */
export function fillJson({ bot, index: _, ...trade }: FleetFill): object {
  return { bot: bot.id, ...trade };
}
