/** Several files of one symbol as one series: for each moment the finest file that covers it counts. */
import { basename } from 'node:path';
import { INTERVAL_MS, type Interval } from '../../../core/kline.js';
import { iso, KlineFileError, type FileRows } from './file-rows.js';
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
  const [first] = files;
  if (files.length === 1) return first!.rows.series;
  const merged = new KlineSeries(symbol, Math.max(...files.map(({ rows }) => rows.series.length)));
  const at = files.map(() => 0);
  for (;;) {
    let time = Infinity;
    files.forEach(({ rows: { series } }, which) => {
      if (at[which]! < series.length) time = Math.min(time, series.openTime(at[which]!));
    });
    if (time === Infinity) return merged.trim();
    const holders = files.flatMap((file, which) => {
      const index = at[which]!;
      if (index >= file.rows.series.length || file.rows.series.openTime(index) !== time) return [];
      at[which] = index + 1;
      return [{ file, index }];
    });
    for (const other of holders.slice(1)) refuseConflict(holders[0]!, other);
    // Of equal klines the one with the most to say is kept.
    const best = holders.reduce((a, b) => (richness(b.file) > richness(a.file) ? b : a));
    merged.append(best.file.rows.series, best.index, best.index + 1);
  }
}

function richness({ rows }: KlineFile): number {
  return Number(rows.hasQuoteVolume) + Number(rows.hasTrades);
}

interface Holder {
  readonly file: KlineFile;
  readonly index: number;
}

function refuseConflict(a: Holder, b: Holder): void {
  const [left, right] = [a.file.rows, b.file.rows];
  const names = ['open', 'high', 'low', 'close', 'volume'] as (keyof ReturnType<KlineSeries['kline']>)[];
  if (left.hasQuoteVolume && right.hasQuoteVolume) names.push('quoteVolume');
  if (left.hasTrades && right.hasTrades) names.push('trades');
  const [one, two] = [left.series.kline(a.index), right.series.kline(b.index)];
  const name = names.find((each) => one[each] !== two[each]);
  if (!name) return;
  throw new KlineFileError(
    b.file.path,
    right.firstRow + b.index,
    `${name} at ${iso(two.openTime)} is ${two[name]}, but ${one[name]} in ${a.file.path}:${left.firstRow + a.index}; remove one of the two files or correct the row`,
  );
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
  const joined = new KlineSeries(finer.symbol, finer.length);
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
    joined.append(coarser, index, index + 1);
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
