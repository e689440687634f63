/** Klines of another time zone (`timeZone=+8`): their days begin at its midnight. Made of short ones when asked for. */
import { INTERVAL_MS, openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import { PaperError } from '../engine/types.js';
import type { KlineQuery } from '../market/aggregate.js';
import { fits } from '../market/buckets.js';
import type { PaperExchange } from './exchange.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const PAGE = 1_000;

/** `8`, `-1:00`, `05:45`: ms that it is ahead of UTC; -12:00 to +14:00. Errors: -1100. */
export function zoneOffset(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, sign, hours = '', minutes = '0'] = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text) ?? [];
  const offset = (Number(hours) * HOUR + Number(minutes) * MINUTE) * (sign === '-' ? -1 : 1);
  if (hours === '' || Number(minutes) > 59 || offset < -12 * HOUR || offset > 14 * HOUR)
    throw new PaperError(
      -1100,
      "Illegal characters found in parameter 'timeZone'; legal range is '-12:00' to '+14:00'.",
    );
  return offset;
}

/** As `GET /api/v3/klines` selects them. */
export function zonedKlines(
  exchange: PaperExchange,
  symbol: string,
  interval: Interval,
  query: KlineQuery,
  offset: number,
): Kline[] {
  const position = exchange.walker.position();
  const part = partOf(exchange, symbol, interval, offset);
  if (part === null || part === interval) return exchange.book.klines(symbol, interval, query, position);
  const length = INTERVAL_MS[interval];
  const openOf = (time: number): number => openTimeAt(time + offset, interval) - offset;
  const { startTime, endTime = Infinity, limit = 500 } = query;
  const last = Math.min(endTime, exchange.now());
  const first = openOf(last) - (limit - 1) * length;
  const from = startTime === undefined ? first : openOf(startTime + length - 1);
  const made: Kline[] = [];
  for (let start = from; ;) {
    const parts = exchange.book.klines(symbol, part, { startTime: start, limit: PAGE }, position);
    for (const kline of parts) {
      const openTime = openOf(kline.openTime);
      if (openTime > endTime) return made;
      const known = made.at(-1);
      if (known?.openTime === openTime) made[made.length - 1] = joined(known, kline);
      else if (made.length === limit) return made;
      else made.push({ ...kline, openTime, closeTime: openTime + length - 1 });
    }
    if (parts.length < PAGE) return made;
    start = parts.at(-1)!.closeTime + 1;
  }
}

/** The longest klines that both the interval and the zone are made of; null where the market has none so short. */
function partOf(
  exchange: PaperExchange,
  symbol: string,
  interval: Interval,
  offset: number,
): Interval | null {
  const base = exchange.source.series(symbol).uniform ?? '1m';
  if (offset % INTERVAL_MS[interval] === 0 && interval !== '3d' && interval !== '1w') return interval;
  const parts = ['1h', '30m', '15m', '1m'] as const;
  return (
    parts.find((part) => offset % INTERVAL_MS[part] === 0 && fits(part, interval) && fits(base, part)) ?? null
  );
}

/** The next part of a kline. */
export function joined(kline: Kline, next: Kline): Kline {
  const taker = next.takerBuyVolume;
  const sum = (a = 0, b = 0): number => Math.round((a + b) * 1e8) / 1e8;
  return {
    ...kline,
    high: Math.max(kline.high, next.high),
    low: Math.min(kline.low, next.low),
    close: next.close,
    volume: sum(kline.volume, next.volume),
    quoteVolume: sum(kline.quoteVolume, next.quoteVolume),
    trades: kline.trades + next.trades,
    ...(taker === undefined
      ? {}
      : {
          takerBuyVolume: sum(kline.takerBuyVolume, taker),
          takerBuyQuoteVolume: sum(kline.takerBuyQuoteVolume, next.takerBuyQuoteVolume),
        }),
  };
}
