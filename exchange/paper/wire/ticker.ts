/** The last 24 hours of a symbol, as tickers tell them. */
import type { Interval, Kline } from '../../../core/kline.js';
import { INTERVAL_MS } from '../../../core/kline.js';
import type { PaperExchange } from './exchange.js';

export interface Ticker {
  readonly symbol: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly openTime: number;
  readonly closeTime: number;
}

const DAY = INTERVAL_MS['1d'];

/** Lengths that Binance's rolling windows may have: 1m to 59m, 1h to 23h, 1d to 7d. */
export function isWindow(text: string): boolean {
  const [, count = '0', unit = ''] = /^(\d{1,2})([mhd])$/.exec(text) ?? [];
  const most = { m: 59, h: 23, d: 7 }[unit] ?? 0;
  return Number(count) >= 1 && Number(count) <= most;
}

function windowMs(text: string): number {
  const unit = { m: 60_000, h: 3_600_000, d: DAY }[text.slice(-1)] ?? DAY;
  return Number(text.slice(0, -1)) * unit;
}

/** Of the last 24 hours, or of a window like `4h`. */
export function tickerOf(exchange: PaperExchange, symbol: string, window = '1d'): Ticker {
  const now = exchange.now();
  return tickerSince(exchange, symbol, now - windowMs(window), now);
}

/** Of the UTC day so far. */
export function dayTickerOf(exchange: PaperExchange, symbol: string): Ticker {
  const now = exchange.now();
  return tickerSince(exchange, symbol, now - (now % DAY), now);
}

/** Made of klines short enough for the window: it opens on such a kline. */
function tickerSince(exchange: PaperExchange, symbol: string, openTime: number, now: number): Ticker {
  const klines = klinesOf(exchange, symbol, openTime, now);
  const last = lastPrice(exchange, symbol);
  const ticker = {
    symbol,
    open: klines[0]?.open ?? last,
    high: last,
    low: last,
    last,
    volume: 0,
    quoteVolume: 0,
    trades: 0,
    openTime,
    closeTime: now,
  };
  for (const kline of klines) {
    ticker.high = Math.max(ticker.high, kline.high);
    ticker.low = Math.min(ticker.low, kline.low);
    ticker.volume += kline.volume;
    ticker.quoteVolume += kline.quoteVolume;
    ticker.trades += kline.trades;
  }
  return ticker;
}

function klinesOf(exchange: PaperExchange, symbol: string, startTime: number, now: number): Kline[] {
  const base = exchange.source.series(symbol).uniform ?? '15m';
  const fits = (interval: Interval): boolean =>
    INTERVAL_MS[interval] % INTERVAL_MS[base] === 0 && (now - startTime) / INTERVAL_MS[interval] <= 1_000;
  const interval = (['1m', '15m'] as const).find(fits) ?? base;
  return exchange.book.klines(symbol, interval, { startTime, limit: 1000 }, exchange.walker.position());
}

/** Where the price stands; before a market's first kline, what that will open at. */
export function lastPrice(exchange: PaperExchange, symbol: string): number {
  const price = exchange.engine.price(symbol);
  if (price !== null) return Number(price);
  const series = exchange.source.series(symbol);
  const first = series.indexAt(exchange.source.start);
  return first < series.length ? series.kline(first).open : 0;
}

/** A running kline with a price between two points in it. */
export function withPrice(kline: Kline, price: number): Kline {
  return {
    ...kline,
    close: price,
    high: Math.max(kline.high, price),
    low: Math.min(kline.low, price),
  };
}

/** Volume-weighted over the last five minutes, as `avgPrice` and the filters mean it. */
export function averagePrice(exchange: PaperExchange, symbol: string): { price: number; closeTime: number } {
  const closeTime = exchange.now();
  const base = exchange.source.series(symbol).uniform ?? '1m';
  const startTime = closeTime - 5 * 60_000;
  const klines = exchange.book.klines(symbol, base, { startTime, limit: 1000 }, exchange.walker.position());
  const volume = klines.reduce((sum, kline) => sum + kline.volume, 0);
  const quote = klines.reduce((sum, kline) => sum + kline.quoteVolume, 0);
  return { price: volume > 0 && quote > 0 ? quote / volume : lastPrice(exchange, symbol), closeTime };
}
