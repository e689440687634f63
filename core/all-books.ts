/** What concerns all books of a bot: its own and those that are parked. */
import type { DecimalText } from './decimal.js';
import { dec, text } from './decimal.js';
import { equity } from './position.js';
import { noneParked } from './none-parked.js';
import type { BotState } from './state.js';

const NONE: readonly (readonly [string, BotState])[] = [];

/** By symbol. */
export function parkedBooks({ parked }: Pick<BotState, 'parked'>): readonly (readonly [string, BotState])[] {
  return parked === undefined || parked === noneParked ? NONE : Object.entries(parked);
}

/** What the bot is worth (quote) by the prices that it knows, parked books too; a book without a price counts at cost. */
export function equityOf({
  books,
  price,
  parked,
}: Pick<BotState, 'books' | 'price' | 'parked'>): DecimalText {
  const own = equity(books, price);
  if (parked === undefined || parked === noneParked) return own;
  const worth = Object.values(parked).map((book) => equity(book.books, book.price));
  return text(worth.reduce((sum, each) => sum.plus(each), dec(own)));
}

/** Quote bound in parked books, at cost: coins, and cash that waits there for an entry to end. */
export function parkedCost({ parked }: Pick<BotState, 'parked'>): DecimalText {
  const all = Object.values(parked ?? {});
  return text(all.reduce((sum, { books }) => sum.plus(books.cost).plus(books.cash), dec('0')));
}
