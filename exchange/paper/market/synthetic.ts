import { INTERVAL_MS, openTimeAt, type Interval } from '../../../core/kline.js';
import { KlineSeries } from './series.js';
import { profileOf, SYNTHETIC_SYMBOLS } from './synthetic-symbols.js';
import type { MarketSource } from './types.js';
import { Walk } from './walk.js';

export interface SyntheticOptions {
  readonly seed: number | string;
  /** Default BTCUSDT, ETHUSDT, SOLUSDT, BNBUSDT, XRPUSDT, DOGEUSDT and ADAUSDT. */
  readonly symbols?: readonly string[];
  /** UTC ms; the market starts with the kline that contains this time. */
  readonly start: number;
  /** Days of klines before the start; default 45, of base klines under a minute as many klines as that is minutes. */
  readonly historyDays?: number;
  /** Of the base klines; default 1m. */
  readonly interval?: Interval;
}

const DAY = INTERVAL_MS['1d'];

/**
 * An invented market without an end: the same seed and start give the same klines, whichever symbols are asked for and
 * in whichever portions they are made. Each kline opens where the last one closed; higher intervals are made of these.
 */
export function syntheticMarket(options: SyntheticOptions): MarketSource {
  const { seed, interval = '1m' } = options;
  const names = [...new Set(options.symbols?.length ? options.symbols : SYNTHETIC_SYMBOLS)];
  const length = INTERVAL_MS[interval];
  const historyDays = options.historyDays ?? Math.min(45, (45 * length) / INTERVAL_MS['1m']);
  const start = openTimeAt(options.start, interval);
  const first = openTimeAt(start - historyDays * DAY, interval);
  const history = Math.max(0, (start - first) / length);

  const profiles = names.map(profileOf);
  const lines = profiles.map((profile) => ({
    series: new KlineSeries(profile.symbol, history + 1_440),
    walk: new Walk(String(seed), profile, interval),
  }));
  const bySymbol = new Map(lines.map(({ series }) => [series.symbol, series]));

  let made = first;
  const extendTo = (time: number): boolean => {
    for (; made < time; made += length) for (const { series, walk } of lines) walk.step(series, made);
    return true;
  };
  extendTo(start);
  return {
    symbols: profiles.map(({ symbol, base, quote, tickSize, stepSize }) => ({
      symbol,
      base,
      quote,
      tickSize,
      stepSize,
    })),
    start,
    end: null,
    notes: [],
    extendTo,
    series: (symbol) => {
      const series = bySymbol.get(symbol);
      if (!series) throw new Error(`no ${symbol} in this market`);
      return series;
    },
  };
}
