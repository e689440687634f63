import type { Interval, Kline } from '../core/kline.js';
import type { Exchange } from './port.js';

/** As many as every venue gives at once. */
const PAGE = 1_000;

export interface KlineRange {
  readonly symbol: string;
  readonly interval: Interval;
  /** UTC ms, the end exclusive. */
  readonly from: number;
  readonly to: number;
}

/** The klines of a range that are closed by its end, page by page as they are asked for. Errors: `ExchangeError`. */
export async function* klinePages(
  exchange: Pick<Exchange, 'klines'>,
  { symbol, interval, from, to }: KlineRange,
): AsyncGenerator<readonly Kline[], void> {
  for (let startTime = from; startTime < to;) {
    const page = await exchange.klines({ symbol, interval, startTime, endTime: to - 1, limit: PAGE });
    const fresh = page.filter(({ openTime, closeTime }) => openTime >= startTime && closeTime < to);
    const last = fresh.at(-1);
    if (last === undefined) return;
    yield fresh;
    startTime = last.closeTime + 1;
  }
}
