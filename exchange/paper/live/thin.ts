/** What is long past is kept by the minute, then by the hour: a live market must not grow for ever. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sync as writeAtomic } from 'write-file-atomic';
import { INTERVAL_MS, openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import { Aggregation } from '../market/buckets.js';
import { KlineSeries } from '../market/series.js';
import { endOf, recordedFiles, type Followed } from './folder.js';
import { fileName, HEADER, rowOf, stamp } from './rows.js';

/** Klines of `fine` that end by `before` become klines of `coarse`; both are UTC ms and `before` begins a day. */
export interface Thinning {
  readonly fine: Interval;
  readonly coarse: Interval;
  readonly before: number;
}

const HOUR = INTERVAL_MS['1h'];
const DAY = INTERVAL_MS['1d'];

/** Seconds stay for their UTC day and six hours more, minutes for 40 days: no warm-up looks at finer ones behind that. */
export function thinningsAt(time: number): readonly Thinning[] {
  return [
    { fine: '1s', coarse: '1m', before: openTimeAt(time - 6 * HOUR, '1d') },
    { fine: '1m', coarse: '1h', before: openTimeAt(time - 40 * DAY, '1d') },
  ];
}

export interface Thinned {
  readonly series: KlineSeries;
  /** What the fine klines have become. */
  readonly made: readonly Kline[];
}

/** Null where there is nothing to thin. */
export function thinned(series: KlineSeries, { fine, coarse, before }: Thinning): Thinned | null {
  const count = series.indexAt(before);
  const fines = new KlineSeries(series.symbol, count);
  const others: [Interval, Kline][] = [];
  for (let index = 0; index < count; index += 1) {
    const interval = series.interval(index);
    if (interval === fine) fines.pushKline(fine, series.kline(index));
    else others.push([interval, series.kline(index)]);
  }
  if (fines.length === 0) return null;
  const made = allOf(fines, coarse);
  const past = [...others, ...made.map((kline) => [coarse, kline] as const)];
  past.sort(([, a], [, b]) => a.openTime - b.openTime);
  const next = new KlineSeries(series.symbol, past.length + series.length - count);
  for (const [interval, kline] of past) next.pushKline(interval, kline);
  next.append(series, count, series.length);
  return { series: next, made };
}

function allOf(fines: KlineSeries, coarse: Interval): Kline[] {
  const aggregation = new Aggregation(fines, coarse);
  aggregation.advance(fines.length);
  const { done } = aggregation;
  const closed = Array.from({ length: done.length }, (_, index) => done.kline(index));
  return [...closed, aggregation.last()!];
}

/**
 * The same on the disk: first what they have become, then the fine files go. Killed in between, both are there, and the
 * finer one counts.
 */
export function thinFiles(
  folder: string,
  symbol: string,
  { fine, coarse, before }: Thinning,
  made: readonly Kline[],
): void {
  const name = fileName(symbol, coarse, stamp(made[0]!.openTime));
  writeAtomic(join(folder, name), HEADER + made.map(rowOf).join(''), { mode: 0o600 });
  const followed: Followed = { [symbol]: 0 };
  for (const file of recordedFiles(folder, followed))
    if (file.interval === fine && endOf(file) <= before) rmSync(file.path);
}
