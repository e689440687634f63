/**
 * Public trades. A recording of klines has none, so each of the four points of a kline's path stands for one trade of a
 * quarter of its volume: REST and streams tell the same ones, and they add up to the kline.
 */
import { INTERVAL_MS } from '../../../core/kline.js';
import { pointTime, priceAt, progressAt } from '../market/path.js';
import { lowerBound } from '../market/ticks.js';
import type { BaseSeries, MarketSource, Ticks } from '../market/types.js';
import type { PaperExchange } from './exchange.js';

export interface PublicTrade {
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  /** A path that falls is sold into: the buyer was there before. */
  readonly buyerIsMaker: boolean;
}

/** Room for the prices that real time shows between two points. */
const ROOM = 1_000_000;
const POINTS = 4;

/**
 * Of point `rank` of base kline `index`. In a live market klines are thinned, and their indexes change: there the kline's
 * second tells it, and nothing is shown between two points.
 */
export function tradeId(source: MarketSource, symbol: string, index: number, rank: number): number {
  if (source.live) return (source.series(symbol).openTime(index) / 1_000) * POINTS + rank;
  return (index * POINTS + rank) * ROOM;
}

/** The first point whose trade has this id, or a later one; points are counted through all klines. */
function pointFrom(source: MarketSource, series: BaseSeries, id: number): number {
  if (!source.live) return Math.ceil(id / ROOM);
  const openTime = Math.floor(id / POINTS) * 1_000;
  const index = series.indexAt(openTime);
  return index * POINTS + (index < series.length && series.openTime(index) === openTime ? id % POINTS : 0);
}

export interface TradeQuery {
  readonly fromId?: number;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit: number;
}

/** Ascending: from `fromId` or `startTime` on, else the latest. */
export function publicTrades(exchange: PaperExchange, symbol: string, query: TradeQuery): PublicTrade[] {
  const { ticks } = exchange.source;
  if (ticks !== undefined) return recordedTrades(ticks, symbol, exchange.walker.position().tick ?? 0, query);
  const series = exchange.source.series(symbol);
  const { complete, points } = progressAt(series, exchange.walker.position());
  const end = complete * POINTS + points;
  const { fromId, startTime, endTime = Infinity, limit } = query;
  let first = Math.max(0, end - limit);
  if (startTime !== undefined) first = Math.max(0, series.indexAt(startTime) - 1) * POINTS;
  else if (endTime < Infinity) first = Math.max(0, series.indexAt(endTime + 1) * POINTS - limit);
  if (fromId !== undefined) first = pointFrom(exchange.source, series, fromId);
  const trades: PublicTrade[] = [];
  for (let point = first; point < end && trades.length < limit; point += 1) {
    const trade = tradeAt(exchange, symbol, point);
    if (trade.time > endTime) break;
    if (startTime === undefined || trade.time >= startTime) trades.push(trade);
  }
  return trades;
}

/** Those of a recording before line `end`, with the ids that Binance gave them. */
function recordedTrades(ticks: Ticks, symbol: string, end: number, query: TradeQuery): PublicTrade[] {
  const indexes = ticks.tradesOf(symbol);
  const at = (place: number): PublicTrade => ticks.at(indexes[place]!).trade!;
  const count = lowerBound(indexes.length, (place) => indexes[place]! < end);
  const { fromId, startTime, endTime, limit } = query;
  const before = (test: (trade: PublicTrade) => boolean) => lowerBound(count, (place) => test(at(place)));
  const onward = fromId !== undefined || startTime !== undefined;
  let first = fromId === undefined ? 0 : before(({ id }) => id < fromId);
  if (startTime !== undefined)
    first = Math.max(
      first,
      before(({ time }) => time < startTime),
    );
  let last = endTime === undefined ? count : before(({ time }) => time <= endTime);
  if (onward) last = Math.min(last, first + limit);
  else first = Math.max(0, last - limit);
  return Array.from({ length: Math.max(0, last - first) }, (_, place) => at(first + place));
}

function tradeAt(exchange: PaperExchange, symbol: string, point: number): PublicTrade {
  const series = exchange.source.series(symbol);
  const index = Math.floor(point / POINTS);
  const rank = point % POINTS;
  const kline = series.kline(index);
  const price = priceAt(kline, rank);
  const before = rank > 0 ? priceAt(kline, rank - 1) : index > 0 ? series.kline(index - 1).close : price;
  return {
    id: tradeId(exchange.source, symbol, index, rank),
    price,
    quantity: kline.volume / POINTS,
    time: pointTime(series.openTime(index), INTERVAL_MS[series.interval(index)], rank),
    buyerIsMaker: price < before,
  };
}
