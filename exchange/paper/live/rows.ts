/** Rows of a live market's recording, as `--klines` reads them. */
import { INTERVAL_MS, type Interval, type Kline } from '../../../core/kline.js';

export const HEADER = 'openTime,open,high,low,close,volume,quoteVolume,trades\n';

export function rowOf({ openTime, open, high, low, close, volume, quoteVolume, trades }: Kline): string {
  return `${[openTime, ...[open, high, low, close, volume, quoteVolume].map(plain), trades].join(',')}\n`;
}

/** The shortest text that reads as the same number: eight decimals, as Binance sends them, and never an exponent. */
function plain(value: number): string {
  const short = String(value);
  return short.includes('e') ? value.toFixed(8).replace(/\.?0+$/, '') : short;
}

/** A kline in which nothing was traded. */
export function flat(openTime: number, interval: Interval, price: number): Kline {
  const closeTime = openTime + INTERVAL_MS[interval] - 1;
  const [open, high, low, close] = [price, price, price, price];
  return { openTime, closeTime, open, high, low, close, volume: 0, quoteVolume: 0, trades: 0 };
}

/** `20261121T103005`: when a file's first kline opened. */
export function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '');
}

export const HISTORY = 'history';

/** `BTCUSDT-1s-20261121T103005.csv`. */
export function fileName(symbol: string, interval: Interval, part: string): string {
  return `${symbol}-${interval}-${part}.csv`;
}
