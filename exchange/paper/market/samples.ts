/** Small markets and files for the tests of this folder. */
import { INTERVAL_MS, type Interval, type Kline } from '../../../core/kline.js';
import { seriesOf, type KlineSeries } from './series.js';
import type { MarketSource } from './types.js';

export const START = Date.UTC(2024, 0, 1);
const MINUTE = INTERVAL_MS['1m'];

/** A kline whose figures follow from its number, so that each one is told from every other. */
export function sampleKline(number: number, openTime: number, interval: Interval = '1m'): Kline {
  const open = 100 + number;
  return {
    openTime,
    closeTime: openTime + INTERVAL_MS[interval] - 1,
    open,
    high: open + 3,
    low: open - 2,
    close: open + 1,
    volume: 1.5,
    quoteVolume: 150.25,
    trades: 10,
  };
}

/** Klines of an interval from START on; `numbers` says which exist. */
export function sampleKlines(numbers: Iterable<number>, interval: Interval = '1m', from = START): Kline[] {
  return [...numbers].map((number) => sampleKline(number, from + number * INTERVAL_MS[interval], interval));
}

/** 0, 1, … count - 1, without those in `missing`. */
export function range(count: number, ...missing: number[]): number[] {
  return Array.from({ length: count }, (_, number) => number).filter((number) => !missing.includes(number));
}

/** A finished market out of series; it ends with its last kline. */
export function sampleMarket(series: readonly KlineSeries[], start = START): MarketSource {
  const end = Math.max(...series.map((each) => each.closeTime(each.length - 1) + 1));
  return {
    symbols: series.map(({ symbol }) => ({
      symbol,
      base: symbol.slice(0, -4),
      quote: 'USDT',
      tickSize: '1',
      stepSize: '0.1',
    })),
    start,
    end,
    notes: [],
    extendTo: (time) => time <= end,
    series: (symbol) => series.find((each) => each.symbol === symbol)!,
  };
}

export function minutes(symbol: string, numbers: Iterable<number>): KlineSeries {
  return seriesOf(symbol, '1m', sampleKlines(numbers));
}

export function minute(number: number): number {
  return START + number * MINUTE;
}

/** A kline file's text, six columns. */
export function csv(klines: readonly Kline[]): string {
  const rows = klines.map(({ openTime, open, high, low, close, volume }) =>
    [openTime, open, high, low, close, volume].join(','),
  );
  return `openTime,open,high,low,close,volume\n${rows.join('\n')}\n`;
}
