/** Klines of a venue as a market for a backtest: fetched page by page, closed ones only, none of them twice. */
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import { klinePages } from '../../exchange/kline-pages.js';
import { patientKlines } from '../../exchange/patient-klines.js';
import type { Exchange } from '../../exchange/port.js';
import { union, type Range } from '../../exchange/paper/market/ranges.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import type { MarketSource, MarketSymbol } from '../../exchange/paper/market/types.js';
import { cacheName, missingOf, type Cached, type KlineCache } from './kline-cache.js';

/** A thousand pages: a sixth of what Binance lets one ask for in a minute, and two years of 1m klines. */
export const MOST_FETCHED = 1_000_000;
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

export interface Fetching {
  /** Told how many klines are there, of how many. */
  readonly progress: (done: number, total: number) => void;
  /** Where klines that are fetched stay; null: nowhere. */
  readonly cache: KlineCache | null;
}

/** What cannot be fetched, as a sentence for who asked. */
export class KlinesMissing extends Error {
  override readonly name = 'KlinesMissing';
}

interface Fetched {
  readonly wanted: Wanted;
  readonly symbol: MarketSymbol;
  readonly series: KlineSeries;
  readonly begins: number;
  readonly ends: number;
  readonly notes: readonly string[];
}

/**
 * One market of all that is wanted, each symbol once: it begins and ends where all have klines. Errors: `KlinesMissing`,
 * `KlineFileError` of a spoiled cache, and `ExchangeError` when the venue does not answer, even when asked again: what came
 * until then is kept in the cache.
 */
export async function venueMarket(
  exchange: Exchange,
  all: readonly Wanted[],
  { progress, cache }: Fetching,
): Promise<MarketSource> {
  const fetched: Fetched[] = [];
  for (const wanted of all)
    fetched.push(
      await fetchOne(exchange, wanted, cache, (done, total) =>
        progress(fetched.length * total + done, all.length * total),
      ),
    );
  const start = Math.max(...fetched.map(({ begins }) => begins));
  const end = Math.min(...fetched.map(({ ends }) => ends));
  if (start >= end)
    throw new KlinesMissing(
      `There is no time at which all of ${all.map(({ symbol }) => symbol).join(', ')} have klines at ${exchange.venue}. Choose another time, or fewer symbols.`,
    );
  const known = new Map(fetched.map(({ symbol, series }) => [symbol.symbol, series]));
  return {
    symbols: fetched.map(({ symbol }) => symbol),
    start,
    end,
    notes: fetched.flatMap(({ notes }) => notes),
    extendTo: (time) => time <= end,
    series: (symbol) => {
      const series = known.get(symbol);
      if (series === undefined) throw new Error(`no klines of ${symbol} in this market`);
      return series;
    },
  };
}

async function fetchOne(
  exchange: Exchange,
  wanted: Wanted,
  cache: KlineCache | null,
  progress: (done: number, total: number) => void,
): Promise<Fetched> {
  const { symbol, interval, warmup } = wanted;
  const length = INTERVAL_MS[interval];
  const instrument = await exchange.instrument(symbol);
  const end = Math.min(wanted.to ?? Infinity, await exchange.marketTime(symbol));
  const asked = wanted.from ?? end - DEFAULT_KLINES * length;
  const start = openTimeAt(asked + length - 1, interval);
  const stretch = { from: start - warmup * length, to: end };
  const total = Math.max(0, Math.ceil((end - stretch.from) / length));
  if (total > MOST_FETCHED) {
    throw new KlinesMissing(
      `From here to there are ${total.toLocaleString('en-US')} klines of ${interval}, and at most ${MOST_FETCHED.toLocaleString('en-US')} are fetched. Choose a later beginning, a longer interval, or put recordings into the data folder, under klines.`,
    );
  }
  const before = cache?.load(symbol, interval) ?? NOTHING(symbol);
  const told = (missing: number): void => progress(Math.max(0, total - missing), total);
  const series = await completed(exchange, wanted, stretch, before, cache, told);
  const from = series.indexAt(start);
  if (from >= series.length) {
    throw new KlinesMissing(
      `${exchange.venue} has no closed klines of ${symbol} of ${interval} between ${iso(start)} and ${iso(end)}. Choose another time.`,
    );
  }
  const { base, quote, tickSize, stepSize } = instrument;
  const begins = series.openTime(from);
  const ends = series.closeTime(series.length - 1) + 1;
  return {
    wanted,
    symbol: { symbol, base, quote, tickSize, stepSize },
    series,
    begins,
    ends,
    notes: [
      ...notes(exchange.venue, wanted, { from, begins, ends }),
      ...cacheNotes(wanted, cache, before, series),
    ],
  };
}

const NOTHING = (symbol: string): Cached => ({
  series: new KlineSeries(symbol),
  covered: [],
  fetchedAt: null,
});

/** The stretch alone, of what was here and what is fetched; that stays, also when the fetching fails in the middle. */
async function completed(
  exchange: Exchange,
  { symbol, interval }: Wanted,
  stretch: Range,
  { series: before, covered }: Cached,
  cache: KlineCache | null,
  told: (missing: number) => void,
): Promise<KlineSeries> {
  const missing = missingOf(covered, stretch);
  const fetched: { readonly range: { from: number; to: number }; readonly series: KlineSeries }[] = [];
  let left = missing.reduce((sum, { from, to }) => sum + (to - from), 0) / INTERVAL_MS[interval];
  told(left);
  try {
    for (const { from, to } of missing) {
      const part = { range: { from, to: from }, series: new KlineSeries(symbol) };
      fetched.push(part);
      for await (const page of klinePages(patientKlines(exchange), { symbol, interval, from, to })) {
        for (const kline of page) part.series.pushKline(interval, kline);
        part.range.to = page.at(-1)!.closeTime + 1;
        left -= page.length;
        told(left);
      }
      // The venue has no more: what is missing up to the end is missing there.
      if (to < stretch.to) part.range.to = to;
    }
  } finally {
    const all = joined(symbol, interval, [before, ...fetched.map(({ series }) => series)]);
    if (cache !== null && fetched.some(({ series }) => series.length > 0))
      await cache.save(all, interval, union([...covered, ...fetched.map(({ range }) => range)]));
  }
  const all = joined(symbol, interval, [before, ...fetched.map(({ series }) => series)]);
  return joined(symbol, interval, [all], stretch);
}

/** Klines of several series in order; each time is in one of them. */
function joined(
  symbol: string,
  interval: Interval,
  parts: readonly KlineSeries[],
  { from, to }: Range = { from: -Infinity, to: Infinity },
): KlineSeries {
  const series = new KlineSeries(symbol);
  const next = parts.map((part) => part.indexAt(from));
  for (;;) {
    let first = -1;
    for (let index = 0; index < parts.length; index += 1) {
      if (next[index]! >= parts[index]!.length) continue;
      if (first < 0 || parts[index]!.openTime(next[index]!) < parts[first]!.openTime(next[first]!))
        first = index;
    }
    if (first < 0) return series;
    const kline = parts[first]!.kline(next[first]!);
    if (kline.closeTime >= to) return series;
    series.pushKline(interval, kline);
    next[first]! += 1;
  }
}

function cacheNotes(
  { symbol }: Wanted,
  cache: KlineCache | null,
  { covered, fetchedAt }: Cached,
  series: KlineSeries,
): string[] {
  if (cache === null) return [];
  const here = covered.reduce((sum, { from, to }) => sum + series.indexAt(to) - series.indexAt(from), 0);
  const place = cacheName(cache);
  if (fetchedAt === null || here === 0)
    return [`${symbol}: they stay in ${place} of the data folder, so that they need not be fetched again.`];
  const count = (value: number): string => value.toLocaleString('en-US');
  return [
    `${symbol}: ${count(here)} of ${count(series.length)} klines were here already (${place}, last fetched ${iso(fetchedAt)} UTC).`,
  ];
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
