/** Klines of a venue as a market for a backtest: fetched page by page, closed ones only. */
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import { klinePages } from '../../exchange/kline-pages.js';
import type { Exchange } from '../../exchange/port.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';

/** A hundred pages, well within what a venue lets one ask for in a minute. */
export const MOST_FETCHED = 100_000;
/** Where no beginning is named. */
const DEFAULT_KLINES = 5_000;

export interface Wanted {
  readonly symbol: string;
  readonly interval: Interval;
  /** UTC ms; null: the last 5,000 klines. */
  readonly from: number | null;
  /** UTC ms; null: up to now. */
  readonly to: number | null;
  /** So many klines before the beginning warm the signal up. */
  readonly warmup: number;
}

/** What cannot be fetched, as a sentence for who asked. */
export class KlinesMissing extends Error {
  override readonly name = 'KlinesMissing';
}

/** Errors: `KlinesMissing`, and `ExchangeError` when the venue does not answer. */
export async function venueMarket(
  exchange: Exchange,
  wanted: Wanted,
  progress: (done: number, total: number) => void,
): Promise<MarketSource> {
  const { symbol, interval, warmup } = wanted;
  const length = INTERVAL_MS[interval];
  const instrument = await exchange.instrument(symbol);
  const end = Math.min(wanted.to ?? Infinity, await exchange.marketTime(symbol));
  const asked = wanted.from ?? end - DEFAULT_KLINES * length;
  const start = openTimeAt(asked + length - 1, interval);
  const first = start - warmup * length;
  const total = Math.max(0, Math.ceil((end - first) / length));
  if (total > MOST_FETCHED) {
    throw new KlinesMissing(
      `From here to there are ${total.toLocaleString('en-US')} klines of ${interval}, and at most ${MOST_FETCHED.toLocaleString('en-US')} are fetched. Choose a later beginning, a longer interval, or put recordings into the data folder, under klines.`,
    );
  }
  const series = new KlineSeries(symbol);
  for await (const page of klinePages(exchange, { symbol, interval, from: first, to: end })) {
    for (const kline of page) series.pushKline(interval, kline);
    progress(series.length, total);
  }
  const from = series.indexAt(start);
  if (from >= series.length) {
    throw new KlinesMissing(
      `${exchange.venue} has no closed klines of ${symbol} of ${interval} between ${iso(start)} and ${iso(end)}. Choose another time.`,
    );
  }
  const begins = series.openTime(from);
  const ends = series.closeTime(series.length - 1) + 1;
  return {
    symbols: [
      {
        symbol,
        base: instrument.base,
        quote: instrument.quote,
        tickSize: instrument.tickSize,
        stepSize: instrument.stepSize,
      },
    ],
    start: begins,
    end: ends,
    notes: notes(exchange.venue, wanted, { from, begins, ends }),
    extendTo: (time) => time <= ends,
    series: () => series,
  };
}

function notes(
  venue: string,
  { symbol, interval, from, to, warmup }: Wanted,
  got: { readonly from: number; readonly begins: number; readonly ends: number },
): string[] {
  const length = INTERVAL_MS[interval];
  return [
    `${symbol}: klines of ${interval} fetched from ${venue}; what happened inside them is not known finer.`,
    ...(from !== null && got.begins - from >= length
      ? [`The klines begin at ${iso(got.begins)}: there are none before.`]
      : []),
    ...(to !== null && to - got.ends >= length
      ? [`The klines end at ${iso(got.ends)}: there are none behind.`]
      : []),
    ...(got.from < warmup
      ? [`Only ${got.from} of the ${warmup} klines that warm the signal up exist: it speaks later.`]
      : []),
  ];
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
