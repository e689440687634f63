/**
 * What a bot has set aside of its account before it trades (design §4, "money is partitioned"): it never has more than
 * that in the market and in entries together. Who gives it, and how much, is its process's business.
 */
import type { Values } from './answer.js';
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, max, min } from './decimal.js';
import { parkedCost } from './all-books.js';
import type { BotState } from './state.js';

export interface Reservation {
  /** Quote; null: nothing could be set aside, and nothing is bought. */
  readonly amount: DecimalText | null;
  /** Why it is not all that the bot asked for; in words: `bot/files/reservation-words.ts`. */
  readonly denied: { readonly code: string; readonly values: Values } | null;
  /** Without an amount: the quote that stays set aside for what the bot holds. It counts for the caps, and buys nothing. */
  readonly kept?: DecimalText;
}

export function isUnreserved({ reservation }: BotState): boolean {
  return reservation != null && reservation.amount === null;
}

/**
 * The cash that the bot may use: no more than what is set aside leaves beside what it holds, parked or not, at cost. One that follows its
 * user spends what the user's own sales brought in, and holds what the user bought: its plan limits that to the budget.
 */
export function reservedCash(state: BotState): Decimal {
  const { books, reservation, follow } = state;
  const cash = dec(books.cash);
  if (reservation == null || reservation.amount === null || follow != null) return cash;
  return min(cash, max(ZERO, dec(reservation.amount).minus(books.cost).minus(parkedCost(state))));
}
