/** Made-up klines with one past and many futures: what is decided in the past must not depend on which one comes. */
import { INTERVAL_MS, type Interval } from '../../core/kline.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import { syntheticMarket } from '../../exchange/paper/market/synthetic.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';

const START = Date.UTC(2024, 0, 1);
const SYMBOL = 'BTCUSDT';

export interface Futures {
  readonly whole: KlineSeries;
  /** The first `count` klines and nothing behind them. */
  past(count: number): KlineSeries;
  /** The first `count` klines, and others behind them than in `whole`. */
  other(count: number): KlineSeries;
  /** As a market for a backtest; its first klines are history. */
  market(series: KlineSeries, history?: number): MarketSource;
}

export function futures(interval: Interval, klines: number, seed: number): Futures {
  const source = made(interval, klines, seed);
  const whole = source.series;
  const elsewhere = made(interval, klines, seed + 1).series;
  const past = (count: number): KlineSeries => {
    const series = new KlineSeries(SYMBOL, count);
    series.append(whole, 0, count);
    return series;
  };
  const { symbols } = source;
  return {
    whole,
    past,
    other: (count) => {
      const series = past(count);
      if (count >= klines) return series;
      // It goes on from the same price, so that the turn itself gives nothing away.
      const scale = whole.kline(count - 1).close / elsewhere.kline(count).open;
      for (let index = count; index < klines; index += 1) {
        const { openTime, open, high, low, close, volume, quoteVolume, trades } = elsewhere.kline(index);
        const [o, h, l, c] = [open, high, low, close].map((price) => Number((price * scale).toFixed(2)));
        series.push(interval, openTime, o!, h!, l!, c!, volume, quoteVolume, trades);
      }
      return series;
    },
    market: (series, history = 0) => ({
      symbols,
      start: series.openTime(history),
      end: series.closeTime(series.length - 1) + 1,
      notes: [],
      extendTo: () => false,
      series: () => series,
    }),
  };
}

function made(interval: Interval, klines: number, seed: number) {
  const market = syntheticMarket({ seed, start: START, symbols: [SYMBOL], interval, historyDays: 0 });
  market.extendTo(START + klines * INTERVAL_MS[interval]);
  const from = market.series(SYMBOL);
  const series = new KlineSeries(SYMBOL, klines);
  for (let index = 0; index < klines; index += 1) series.pushKline(interval, from.kline(index));
  return { series, symbols: market.symbols };
}
