/**
 * The path of the market: each kline walks open, low, high, close (design §7, "one matching profile"), at the times
 * below. Everything here is a function of a kline's open time and length, so a cursor alone tells what has happened.
 */
import { INTERVAL_MS, type Kline } from '../../../core/kline.js';
import type { BaseSeries, Cursor, Point } from './types.js';

export type Phase = Point['phase'];
export const PHASES = ['open', 'low', 'high', 'close'] as const satisfies readonly Phase[];

const RANK: Readonly<Record<Phase, number>> = { open: 0, low: 1, high: 2, close: 3, tick: 0 };

export function rankOf(phase: Phase): number {
  return RANK[phase];
}

/** When the point `rank` (0 open … 3 close) of a kline happens: at 0, a third, two thirds and its last millisecond. */
export function pointTime(openTime: number, length: number, rank: number): number {
  if (rank === 0) return openTime;
  if (rank === 3) return openTime + length - 1;
  return openTime + Math.floor((length * rank) / 3);
}

export function priceAt(kline: Kline, rank: number): number {
  return rank === 0 ? kline.open : rank === 1 ? kline.low : rank === 2 ? kline.high : kline.close;
}

/** How far a symbol has come: base klines before `complete` are closed, of that one `points` (0 to 3) have happened. */
export interface Progress {
  readonly complete: number;
  readonly points: number;
}

/** What of a series lies before the cursor. */
export function progressAt(series: BaseSeries, cursor: Cursor): Progress {
  let complete = series.indexAt(cursor.time);
  if (complete > 0) {
    const openTime = series.openTime(complete - 1);
    // The close of this kline is still to come, or it is the next point itself.
    if (openTime + INTERVAL_MS[series.interval(complete - 1)] - 1 >= cursor.time) complete -= 1;
  }
  if (complete >= series.length) return { complete, points: 0 };
  const openTime = series.openTime(complete);
  const length = INTERVAL_MS[series.interval(complete)];
  const rank = RANK[cursor.phase];
  let points = 0;
  while (points < 3) {
    const time = pointTime(openTime, length, points);
    if (time > cursor.time || (time === cursor.time && points >= rank)) break;
    points += 1;
  }
  return { complete, points };
}
