/** Recorded stream lines as a market: trades and best prices as Binance sent them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openTimeAt } from '../../../core/kline.js';
import { splitSymbol, stepOf } from './assets.js';
import { iso, KlineFileError } from './file-error.js';
import { LineReader } from './recording-lines.js';
import { TickColumns, TickSeries, type RawTick } from './ticks.js';
import type { MarketSource, MarketSymbol } from './types.js';

export interface RecordingOptions {
  /** A `.jsonl[.gz]` file, or a folder of them, read in the order of their names. */
  readonly path: string;
  readonly symbols?: readonly string[];
  /** UTC ms. */
  readonly from?: number;
  readonly to?: number;
}

const GAP_MS = 60_000;

/** Errors: `KlineFileError` with file and line. */
export function recordedTicks(options: RecordingOptions): MarketSource {
  const { path, symbols, from = -Infinity, to = Infinity } = options;
  const reader = new LineReader(symbols);
  for (const file of filesOf(path)) reader.read(file, textOf(file));
  const ticks = reader.ticks().filter(({ time }) => time >= from && time < to);
  const traded = new Set(ticks.filter(({ trade }) => trade !== null).map(({ symbol }) => symbol));
  for (const symbol of symbols ?? [])
    if (!traded.has(symbol))
      throw new KlineFileError(path, null, `no trades of ${symbol} in it; leave the symbol out`);
  const kept = ticks.filter(({ symbol }) => traded.has(symbol));
  if (kept.length === 0)
    throw new KlineFileError(
      path,
      null,
      'no trades in it; expected lines like {"stream":"btcusdt@trade","data":{"e":"trade",…}}, with best prices beside them',
    );
  const columns = new TickColumns(kept);
  const series = new Map([...traded].map((symbol) => [symbol, new TickSeries(symbol, columns)]));
  const end = kept.at(-1)!.time + 1;
  return {
    symbols: [...traded].sort().map((symbol) => describe(symbol, path, reader)),
    start: openTimeAt(kept[0]!.time, '1s'),
    end,
    notes: [...reader.notes(), ...gapsOf(kept)],
    extendTo: (time) => time <= end,
    series: (symbol) => {
      const found = series.get(symbol);
      if (!found) throw new Error(`no trades of ${symbol} in this market`);
      return found;
    },
    ticks: columns,
  };
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (error) {
    throw new KlineFileError(path, null, `it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const names = readdirSync(path).filter((name) => /\.(jsonl|ndjson)(\.gz)?$/i.test(name));
  if (names.length === 0)
    throw new KlineFileError(path, null, 'no recorded stream lines here; expected files like day.jsonl.gz');
  return names.sort().map((name) => join(path, name));
}

function textOf(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw new KlineFileError(file, null, `it cannot be read (${(error as Error).message})`);
  }
}

function describe(symbol: string, path: string, reader: LineReader): MarketSymbol {
  const assets = splitSymbol(symbol);
  if (!assets)
    throw new KlineFileError(
      path,
      null,
      `${symbol} ends with no known quote asset (USDT, USDC, BTC, EUR, …)`,
    );
  const { price, quantity } = reader.decimals(symbol);
  return { symbol, ...assets, tickSize: stepOf(price), stepSize: stepOf(quantity) };
}

function gapsOf(ticks: readonly RawTick[]): string[] {
  const notes: string[] = [];
  for (let index = 1; index < ticks.length; index += 1) {
    const [before, after] = [ticks[index - 1]!.time, ticks[index]!.time];
    if (after - before > GAP_MS)
      notes.push(
        `nothing was recorded between ${iso(before)} and ${iso(after)}: the price stands still there`,
      );
  }
  return notes;
}
