/**
 * What an account lacks of what its bots' books say. Having more is never a difference: that is the user's own, or
 * another bot's. Every bot on the account sees a shortage of the sum, since nobody can tell whose coins are gone.
 */
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, atLeastZero, dec, max, min, text } from './decimal.js';
import { followedCash } from './follow-group.js';
import { parkedBooks } from './all-books.js';
import { reservedCash } from './reserved.js';
import type { BotState } from './state.js';

/** One asset of which there is too little. */
export interface Shortage {
  readonly asset: string;
  /** By this bot's books. */
  readonly booked: DecimalText;
  /** By the books of the other bots that run on the account. */
  readonly others: DecimalText;
  /** What the account has, free and locked. */
  readonly held: DecimalText;
  /** booked + others − held. */
  readonly missing: DecimalText;
}

export interface Divergence {
  /** Wall time (ms) at which it was first seen. */
  readonly since: number;
  readonly shortages: readonly Shortage[];
  /** The user knows of it: no alert and no pause, until it grows. */
  readonly ignored: boolean;
}

/** Null when the account covers the books. */
export function shortageOf(
  asset: string,
  booked: DecimalText,
  others: DecimalText,
  held: DecimalText,
): Shortage | null {
  if (dec(booked).lte(0)) return null;
  const missing = dec(booked).plus(others).minus(held);
  return missing.gt(0) ? { asset, booked, others, held, missing: text(missing) } : null;
}

/** Ignored stays ignored while nothing more is missing than was acknowledged; when anything grows, all is said anew. */
export function continued(
  before: Divergence | null,
  shortages: readonly Shortage[],
  wall: number,
): Divergence | null {
  if (shortages.length === 0) return null;
  if (before === null) return { since: wall, shortages, ignored: false };
  return { since: before.since, shortages, ignored: before.ignored && !grown(before.shortages, shortages) };
}

/** Whether more is missing of anything than before. */
export function grown(before: readonly Shortage[], now: readonly Shortage[]): boolean {
  return now.some(({ asset, missing }) => dec(missing).gt(missingOf(before, asset)));
}

function missingOf(shortages: readonly Shortage[], asset: string): DecimalText {
  return shortages.find((each) => each.asset === asset)?.missing ?? '0';
}

/**
 * What this bot's books claim of the account. Of one that follows its user that is what the user's own trades brought in: it
 * spends nothing else, so the user's next trade takes nothing from it.
 */
export function claimOf(state: Pick<BotState, 'books' | 'follow'>, side: 'base' | 'quote'): DecimalText {
  const { books, follow } = state;
  if (side === 'base') return books.quantity;
  return follow == null ? books.cash : text(followedCash(follow));
}

/** What all books of the bot claim of an asset, parked ones too; `except`: but for that parked book's, or '' its own. */
export function claimsOf(state: BotState, asset: string, except: string | null = null): Decimal {
  const books = [['', state] as const, ...parkedBooks(state)].filter(([symbol]) => symbol !== except);
  return books.reduce((sum, [, book]) => sum.plus(claimedOf(book, asset)), ZERO);
}

function claimedOf(book: BotState, asset: string): Decimal {
  const { base, quote } = book.settings.instrument;
  const claimed = asset === base ? claimOf(book, 'base') : asset === quote ? claimOf(book, 'quote') : '0';
  return max(ZERO, dec(claimed));
}

/** How much of the base (or quote) in this bot's books cannot be counted on now. */
export function shortIn(state: BotState, side: 'base' | 'quote'): Decimal {
  const { divergence, settings } = state;
  if (divergence === null) return ZERO;
  const booked = max(ZERO, dec(claimOf(state, side)));
  return min(booked, dec(missingOf(divergence.shortages, settings.instrument[side])));
}

/**
 * What the bot goes on with: the books, less what the user said to ignore. An ignored shortage stays in the books with
 * its cost, like dust, and joins the position again should the account cover it.
 */
export function countedQuantity(state: BotState): Decimal {
  const quantity = dec(state.books.quantity);
  return state.divergence?.ignored === true ? quantity.minus(shortIn(state, 'base')) : quantity;
}

export function countedCash(state: BotState): Decimal {
  return atLeastZero(reservedCash(state).minus(shortIn(state, 'quote')));
}
