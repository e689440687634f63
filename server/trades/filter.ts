import type { BotView } from '../../bot/files/view.js';
import { placesOf, venueOf, type Place } from './markets.js';

export const DAY_MS = 86_400_000;

/** Which fills are meant; what is left out means all. Days are UTC days of market time. */
export interface TradeFilter {
  readonly bot?: string;
  readonly symbol?: string;
  readonly venue?: string;
  readonly tag?: string;
  readonly side?: 'BUY' | 'SELL';
  /** The first day and the last, as days since 1970. */
  readonly from?: number;
  readonly to?: number;
}

/** The bots that it means: with a symbol or venue, all that trade or have traded there. */
export function chosen(
  bots: readonly BotView[],
  { bot, symbol, venue, tag }: TradeFilter,
): readonly BotView[] {
  if (bot === undefined && symbol === undefined && venue === undefined && tag === undefined) return bots;
  return bots.filter(
    (each) =>
      (bot === undefined || each.id === bot) &&
      (tag === undefined || each.tags.includes(tag)) &&
      ((symbol === undefined && venue === undefined) ||
        placesOf(each).some((place) => isThere({ symbol, venue }, place))),
  );
}

/** Whether a place is meant. */
export function isThere({ symbol, venue }: Pick<TradeFilter, 'symbol' | 'venue'>, place: Place): boolean {
  return (
    (symbol === undefined || place.symbol === symbol) && (venue === undefined || venueOf(place) === venue)
  );
}

/** Days since 1970 of a market time (ms). */
export const dayOf = (time: number): number => Math.floor(time / DAY_MS);

/** Whether a day is meant. */
export function isOnDay({ from, to }: TradeFilter, day: number): boolean {
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

/** `2024-03-07` as days since 1970; null for what is no day. */
export function dayFrom(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) ? null : dayOf(time);
}

export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
