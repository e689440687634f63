/** The klines that a bot saw, from its exchange: history as it warms up with, and the finest there are from then on. */
import { INTERVAL_MS, type Interval } from '../../core/kline.js';
import { klinePages } from '../../exchange/kline-pages.js';
import type { Exchange } from '../../exchange/port.js';
import { fits } from '../../exchange/paper/market/buckets.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';

/** The finest that every exchange keeps for long. */
const FINEST: readonly Interval[] = [
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
];

export interface Wanted {
  readonly symbol: string;
  readonly interval: Interval;
  /** How many klines of history. */
  readonly warmup: number;
  /** UTC ms, the end exclusive. */
  readonly from: number;
  readonly to: number;
}

/** Errors: `ExchangeError`. */
export async function fetchSeries(
  exchange: Pick<Exchange, 'klines'>,
  { symbol, interval, warmup, from, to }: Wanted,
  progress?: (done: number, all: number) => void,
): Promise<KlineSeries> {
  const series = new KlineSeries(symbol);
  const add = async (each: Interval, start: number, end: number): Promise<void> => {
    for await (const page of klinePages(exchange, { symbol, interval: each, from: start, to: end })) {
      for (const kline of page) series.pushKline(each, kline);
      progress?.(Math.max(0, page.at(-1)!.closeTime + 1 - from), to - from);
    }
  };
  await add(interval, from - warmup * INTERVAL_MS[interval], from);
  await add(await finest(exchange, symbol, interval, from), from, to);
  return series;
}

async function finest(
  exchange: Pick<Exchange, 'klines'>,
  symbol: string,
  interval: Interval,
  from: number,
): Promise<Interval> {
  for (const each of FINEST) {
    if (each === interval || !fits(each, interval)) continue;
    // What an exchange has none of it refuses, or answers with nothing.
    const [first] = await exchange
      .klines({ symbol, interval: each, startTime: from, limit: 1 })
      .catch(() => []);
    if (first?.openTime === from) return each;
  }
  return interval;
}
