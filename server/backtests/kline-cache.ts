/**
 * Klines of a venue that were fetched before, in files like any recordings: `data/klines/<venue>/BTCUSDT-5m-….csv.gz`.
 * A closed kline does not change, so what is here is not asked for again; what is missing is fetched and added, also when
 * the fetching was cut off: each file is whole, and a hole inside it is one that the venue has too.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import writeFileAtomic from 'write-file-atomic';
import type { Interval } from '../../core/kline.js';
import { endpointsOf, isRedirected } from '../../exchange/endpoints.js';
import { loadKlineFiles } from '../../exchange/paper/market/files.js';
import type { Range } from '../../exchange/paper/market/ranges.js';
import { union } from '../../exchange/paper/market/ranges.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';

export interface Cached {
  /** All there is, ascending. */
  readonly series: KlineSeries;
  /** The times that it covers, in order and apart. */
  readonly covered: readonly Range[];
  /** When it was last added to; null where there is nothing. */
  readonly fetchedAt: number | null;
}

export class KlineCache {
  constructor(readonly folder: string) {}

  /** Errors: `KlineFileError` naming the file that somebody spoiled. */
  load(symbol: string, interval: Interval): Cached {
    const files = this.files(symbol, interval);
    if (files.length === 0) return { series: new KlineSeries(symbol), covered: [], fetchedAt: null };
    const [known] = loadKlineFiles(files).symbols;
    return {
      series: known!.series,
      covered: known!.covered,
      fetchedAt: Math.max(...files.map((file) => statSync(file).mtimeMs)),
    };
  }

  /** `covered` in order and apart: each becomes one file, and files that they make superfluous go. */
  async save(series: KlineSeries, interval: Interval, covered: readonly Range[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const kept = new Set<string>();
    for (const { from, to } of covered) {
      const [first, last] = [series.indexAt(from), series.indexAt(to)];
      if (first === last) continue;
      const file = join(this.folder, nameOf(series, interval, first));
      kept.add(file);
      await writeFileAtomic(file, gzipSync(rowsOf(series, first, last), { level: 1 }), { mode: 0o600 });
    }
    for (const file of this.files(series.symbol, interval))
      if (!kept.has(file)) rmSync(file, { force: true });
  }

  private files(symbol: string, interval: Interval): string[] {
    let names: string[];
    try {
      names = readdirSync(this.folder);
    } catch {
      return [];
    }
    return names
      .filter((name) => name.startsWith(`${symbol}-${interval}-`) && name.endsWith('.csv.gz'))
      .sort()
      .map((name) => join(this.folder, name));
  }
}

/** Of a data folder. Where `venues.json` says that the venue is another one, it has klines of its own. */
export function klineCache(data: string, venue: 'binance'): KlineCache {
  const place = isRedirected(data, venue)
    ? `${venue}-at-${new URL(endpointsOf(data, venue).rest).host.replace(/[^A-Za-z0-9.]/g, '-')}`
    : venue;
  return new KlineCache(join(data, 'klines', place));
}

/** How pages and reports name it. */
export function cacheName({ folder }: KlineCache): string {
  return `klines/${basename(folder)}`;
}

/** What of a stretch is not covered, in order. */
export function missingOf(covered: readonly Range[], { from, to }: Range): Range[] {
  const missing: Range[] = [];
  let at = from;
  for (const range of union(covered)) {
    if (range.to <= at || range.from >= to) continue;
    if (range.from > at) missing.push({ from: at, to: range.from });
    at = Math.max(at, range.to);
  }
  if (at < to) missing.push({ from: at, to });
  return missing;
}

function nameOf(series: KlineSeries, interval: Interval, index: number): string {
  const time = new Date(series.openTime(index)).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${series.symbol}-${interval}-${time}.csv.gz`;
}

const HEAD = 'openTime,open,high,low,close,volume,quoteVolume,trades';

function rowsOf(series: KlineSeries, first: number, last: number): string {
  const rows = [HEAD];
  for (let index = first; index < last; index += 1) {
    const { openTime, open, high, low, close, volume, quoteVolume, trades } = series.kline(index);
    rows.push(
      [openTime, ...[open, high, low, close, volume, quoteVolume ?? 0].map(plain), trades ?? 0].join(','),
    );
  }
  return `${rows.join('\n')}\n`;
}

/** Without an exponent, which kline files do not have. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(8) : text;
}
