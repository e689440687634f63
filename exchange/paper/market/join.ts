/**
 * Several files of one symbol as one series: for each moment the finest file that covers it counts. A file covers all
 * from its first kline to its last, so what is missing inside it is an outage and not filled from a coarser file.
 */
import { basename } from 'node:path';
import { INTERVAL_MS, type Interval, type Kline } from '../../../core/kline.js';
import { iso, KlineFileError } from './file-error.js';
import type { FileRows } from './file-rows.js';
import { KlineSeries } from './series.js';
import { covers, overlaps, union, type Range } from './ranges.js';

export interface KlineFile {
  readonly path: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly rows: FileRows;
}

/** All klines of one symbol. */
export interface SymbolKlines {
  readonly symbol: string;
  readonly series: KlineSeries;
  /** The times that files cover, in order and apart; what lies between two is the end of the data, no outage. */
  readonly covered: readonly Range[];
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
}

export function joinFiles(symbol: string, files: readonly KlineFile[], notes: string[]): SymbolKlines {
  const intervals = [...new Set(files.map(({ interval }) => interval))].sort(
    (a, b) => INTERVAL_MS[a] - INTERVAL_MS[b],
  );
  let series: KlineSeries | null = null;
  let covered: Range[] = [];
  for (const interval of intervals) {
    const own = files.filter((file) => file.interval === interval);
    const merged = mergeSame(symbol, own);
    noteGaps(own, merged, covered, notes);
    series = series ? addCoarser(series, covered, merged, interval, notes) : merged;
    covered = union([...covered, ...own.map(rangeOf)]);
  }
  return {
    symbol,
    series: series!,
    covered,
    priceDecimals: Math.max(...files.map(({ rows }) => rows.priceDecimals)),
    volumeDecimals: Math.max(...files.map(({ rows }) => rows.volumeDecimals)),
  };
}

function rangeOf({ rows: { series } }: KlineFile): Range {
  return { from: series.openTime(0), to: series.closeTime(series.length - 1) + 1 };
}

/** Files of one interval; klines that stand in several must be the same in all. */
function mergeSame(symbol: string, files: readonly KlineFile[]): KlineSeries {
  if (files.length === 1) return files[0]!.rows.series;
  const inOrder = [...files].sort((a, b) => a.rows.series.openTime(0) - b.rows.series.openTime(0));
  const total = files.reduce((sum, { rows }) => sum + rows.series.length, 0);
  const merged = new KlineSeries(symbol, total);
  for (const file of inOrder) mergeInto(merged, file, inOrder);
  return merged.trim();
}

function mergeInto(merged: KlineSeries, file: KlineFile, all: readonly KlineFile[]): void {
  const { series } = file.rows;
  const before = merged.indexAt(series.openTime(0));
  const tail = new KlineSeries(merged.symbol, merged.length - before);
  tail.append(merged, before, merged.length);
  merged.truncate(before);
  let [left, right] = [0, 0];
  while (left < tail.length && right < series.length) {
    const difference = tail.openTime(left) - series.openTime(right);
    if (difference === 0) merged.pushKline(file.interval, same(tail.kline(left), right, file, all));
    else merged.pushKline(file.interval, difference < 0 ? tail.kline(left) : series.kline(right));
    if (difference <= 0) left += 1;
    if (difference >= 0) right += 1;
  }
  merged.append(tail, left, tail.length);
  merged.append(series, right, series.length);
}

/** One kline that two files tell of, with what either knows; refused when they differ. A missing figure is 0. */
function same(known: Kline, index: number, file: KlineFile, all: readonly KlineFile[]): Kline {
  const told = file.rows.series.kline(index);
  const name = (['open', 'high', 'low', 'close', 'volume', 'quoteVolume', 'trades'] as const).find(
    (each) => known[each] !== told[each] && !(OPTIONAL.has(each) && known[each] * told[each] === 0),
  );
  if (name === undefined) {
    return {
      ...told,
      quoteVolume: told.quoteVolume || known.quoteVolume,
      trades: told.trades || known.trades,
      ...(told.takerBuyVolume === undefined && known.takerBuyVolume !== undefined
        ? { takerBuyVolume: known.takerBuyVolume, takerBuyQuoteVolume: known.takerBuyQuoteVolume }
        : {}),
    };
  }
  const [holder, at] = holderOf(known, name, all);
  throw new KlineFileError(
    file.path,
    file.rows.firstRow + index,
    `${name} at ${iso(told.openTime)} is ${told[name]}, but ${known[name]} in ${holder.path}:${holder.rows.firstRow + at}; remove one of the two files or correct the row`,
  );
}

const OPTIONAL: ReadonlySet<keyof Kline> = new Set(['quoteVolume', 'trades']);

/** The first file that says so, and where. */
function holderOf(kline: Kline, name: keyof Kline, files: readonly KlineFile[]): [KlineFile, number] {
  for (const file of files) {
    const { series } = file.rows;
    const index = series.indexAt(kline.openTime);
    if (series.openTime(index) === kline.openTime && series.kline(index)[name] === kline[name])
      return [file, index];
  }
  throw new Error(`no file holds the kline of ${iso(kline.openTime)}`);
}

/** Adds the klines of a coarser interval where no finer file covers any of their time. */
function addCoarser(
  finer: KlineSeries,
  covered: readonly Range[],
  coarser: KlineSeries,
  interval: Interval,
  notes: string[],
): KlineSeries {
  const length = INTERVAL_MS[interval];
  const joined = new KlineSeries(finer.symbol, finer.length + coarser.length);
  let taken = 0;
  for (let index = 0; index < coarser.length; index += 1) {
    const openTime = coarser.openTime(index);
    if (overlaps(covered, openTime, openTime + length)) {
      if (!covers(covered, openTime, openTime + length)) {
        notes.push(
          `${finer.symbol}: the ${interval} kline of ${iso(openTime)} is left out, a finer file begins or ends inside it`,
        );
      }
      continue;
    }
    const before = finer.indexAt(openTime);
    joined.append(finer, taken, before);
    taken = before;
    joined.pushKline(interval, coarser.kline(index));
  }
  joined.append(finer, taken, finer.length);
  return joined.trim();
}

/** At most so many gaps of a file are told one by one. */
const TOLD = 20;

/** Tells of klines missing inside a file's own range, unless another file of the interval, or a finer one, has them. */
function noteGaps(
  files: readonly KlineFile[],
  merged: KlineSeries,
  finer: readonly Range[],
  notes: string[],
): void {
  for (const { path, interval, rows } of files) {
    const length = INTERVAL_MS[interval];
    const times = rows.series.columns.openTime;
    let [told, more, missingMore] = [0, 0, 0];
    for (let index = 1; index < rows.series.length; index += 1) {
      const from = times[index - 1]! + length;
      const to = times[index]!;
      if (from === to) continue;
      const missing = (to - from) / length - (merged.indexAt(to) - merged.indexAt(from));
      if (missing === 0 || covers(finer, from, to)) continue;
      if (told < TOLD) {
        const klines = missing === 1 ? '1 kline' : `${missing} klines`;
        notes.push(`${basename(path)}: ${klines} missing after ${iso(times[index - 1]!)}: kept as an outage`);
        told += 1;
      } else {
        more += 1;
        missingMore += missing;
      }
    }
    if (more > 0)
      notes.push(`${basename(path)}: ${more} more gaps with ${missingMore} klines: kept as outages`);
  }
}
