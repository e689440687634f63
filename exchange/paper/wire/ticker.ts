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

/** Made of klines of a quarter of an hour, or of the base where that is coarser: the window opens on such a kline. */
export function tickerOf(exchange: PaperExchange, symbol: string): Ticker {
  const now = exchange.now();
  const klines = exchange.book.klines(
    symbol,
    windowInterval(exchange, symbol),
    { startTime: now - DAY, limit: 1000 },
    exchange.walker.position(),
  );
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
    openTime: now - DAY,
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

function windowInterval(exchange: PaperExchange, symbol: string): Interval {
  const base = exchange.source.series(symbol).uniform ?? '15m';
  return INTERVAL_MS['15m'] % INTERVAL_MS[base] === 0 ? '15m' : base;
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
