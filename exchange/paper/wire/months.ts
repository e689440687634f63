/** Klines of a calendar month (`1M`), which has no fixed length: made of days when somebody asks. */
import type { Kline } from '../../../core/kline.js';
import type { KlineQuery } from '../market/aggregate.js';
import type { PaperExchange } from './exchange.js';
import { joined } from './zoned.js';

const PAGE = 1_000;

function monthStart(time: number, months = 0): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** As `GET /api/v3/klines` selects them: from `startTime` on if given, else the latest up to `endTime`. */
export function monthKlines(exchange: PaperExchange, symbol: string, query: KlineQuery): Kline[] {
  const { startTime, endTime = Infinity, limit = 500 } = query;
  const last = Math.min(endTime, exchange.now());
  const from = startTime === undefined ? monthStart(last, 1 - limit) : firstFrom(startTime);
  const months: Kline[] = [];
  for (const day of daysOf(exchange, symbol, from)) {
    const openTime = monthStart(day.openTime);
    if (openTime > endTime) break;
    const month = months.at(-1);
    if (month?.openTime === openTime) months[months.length - 1] = joined(month, day);
    else if (months.length === limit) break;
    else months.push({ ...day, openTime, closeTime: monthStart(openTime, 1) - 1 });
  }
  return months;
}

function firstFrom(time: number): number {
  return monthStart(time) === time ? time : monthStart(time, 1);
}

function* daysOf(exchange: PaperExchange, symbol: string, from: number): Generator<Kline> {
  for (let startTime = from; ;) {
    const query = { startTime, limit: PAGE };
    const days = exchange.book.klines(symbol, '1d', query, exchange.walker.position());
    yield* days;
    if (days.length < PAGE) return;
    startTime = days.at(-1)!.closeTime + 1;
  }
}
