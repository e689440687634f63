/** When a moment of a market is known, and what is known of it. Pure. */
import { INTERVAL_MS, type Interval, type Kline } from '../../../core/kline.js';
import { flat } from './rows.js';

const SECOND = INTERVAL_MS['1s'];

/** What each symbol did in a moment, by its open time; of those in which something was traded. */
export type Moments = ReadonlyMap<number, ReadonlyMap<string, Kline>>;

/**
 * The seconds from `time` on that are known of all symbols: each has told it, or two later ones have been told of without
 * a break, so that who is silent had no trade.
 */
export function complete(
  heard: Moments,
  time: number,
  symbolsAt: (time: number) => readonly string[],
): Moments {
  const known = new Map<number, ReadonlyMap<string, Kline>>();
  for (let at = time; ; at += SECOND) {
    const rows = heard.get(at);
    if (rows === undefined) return known;
    const all = symbolsAt(at).every((symbol) => rows.has(symbol));
    const passed = heard.has(at + SECOND) && heard.has(at + 2 * SECOND);
    if (!all && !passed) return known;
    known.set(at, rows);
  }
}

/** Per symbol one kline for each moment, ascending: where nothing was traded, the price before. */
export function wholeRows(
  moments: Moments,
  interval: Interval,
  symbols: ReadonlyMap<string, { readonly from: number; readonly lastClose: number }>,
): Map<string, Kline[]> {
  const times = [...moments.keys()].sort((a, b) => a - b);
  return new Map(
    [...symbols].map(([symbol, { from, lastClose }]) => {
      let price = lastClose;
      const klines = times
        .filter((time) => time >= from)
        .map((time) => {
          const kline = moments.get(time)!.get(symbol) ?? flat(time, interval, price);
          price = kline.close;
          return kline;
        });
      return [symbol, klines] as const;
    }),
  );
}
