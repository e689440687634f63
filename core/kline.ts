/**
 * One candlestick. Times are UTC milliseconds; `closeTime` is the last millisecond inside it
 * (`openTime + interval - 1`). Prices and volumes are doubles: market data are statistics, and up to 15 digits
 * survive the trip to decimal and back by their shortest text. Money is made of them only through `dec()`.
 */
export interface Kline {
  readonly openTime: number;
  readonly closeTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base asset. */
  readonly volume: number;
  /** In quote asset; 0 where the source does not say. */
  readonly quoteVolume: number;
  /** Number of trades; 0 where the source does not say. */
  readonly trades: number;
  /** What of `volume` and `quoteVolume` takers bought; absent where the source does not say. */
  readonly takerBuyVolume?: number;
  readonly takerBuyQuoteVolume?: number;
}

/** Closed klines of one interval in columns: the n-th entry of each is of the n-th kline. */
export interface KlineSpan {
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Length in ms of every interval of fixed length that Binance knows. `1M` has none and is not traded on. */
export const INTERVAL_MS = {
  '1s': SECOND,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
  '1w': 7 * DAY,
} as const;

export type Interval = keyof typeof INTERVAL_MS;
export const INTERVALS = Object.keys(INTERVAL_MS) as Interval[];

export function isInterval(value: unknown): value is Interval {
  return typeof value === 'string' && Object.hasOwn(INTERVAL_MS, value);
}

/** Weeks open on Monday: 1970-01-05 was the first one. Everything else is aligned to the epoch. */
const WEEK_OFFSET = 4 * DAY;

/** The open time of the kline of `interval` that contains `time`. */
export function openTimeAt(time: number, interval: Interval): number {
  const length = INTERVAL_MS[interval];
  const offset = interval === '1w' ? WEEK_OFFSET : 0;
  return Math.floor((time - offset) / length) * length + offset;
}

/** The last millisecond of the kline of `interval` that contains `time`. */
export function closeTimeAt(time: number, interval: Interval): number {
  return openTimeAt(time, interval) + INTERVAL_MS[interval] - 1;
}

/** Of `to`, the last kline that had closed when the one of `from` that opened at `openTime` did; by its open time. */
export function sameCloseAs(openTime: number, from: Interval, to: Interval): number {
  return openTimeAt(openTime + INTERVAL_MS[from], to) - INTERVAL_MS[to];
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
const AMOUNTS = ['volume', 'quoteVolume', 'trades'] as const;

/** What is impossible about a kline, as the end of a sentence; null when nothing is. A spike is possible. */
export function flawOf(kline: Kline, interval: Interval): string | null {
  const { openTime, high, low } = kline;
  if (!Number.isInteger(openTime) || openTimeAt(openTime, interval) !== openTime)
    return `its open time ${openTime} is none of ${interval}`;
  for (const name of PRICES) {
    const price = kline[name];
    if (!Number.isFinite(price) || price <= 0) return `its ${name} is ${price}`;
    if (price < low || price > high) return `its ${name} ${price} lies outside ${low} to ${high}`;
  }
  for (const name of AMOUNTS) if (!(kline[name] >= 0)) return `its ${name} is ${kline[name]}`;
  return null;
}
