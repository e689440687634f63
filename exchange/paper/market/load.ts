import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { INTERVAL_MS, isInterval, type Interval } from '../../../core/kline.js';
import { KlineFileError } from './file-error.js';
import { readRows, type FileRows } from './file-rows.js';
import { joinFiles, type KlineFile, type SymbolKlines } from './join.js';

export type { SymbolKlines } from './join.js';

/** What a folder or a list of kline files holds. */
export interface LoadedKlines {
  /** Alphabetical. */
  readonly symbols: readonly SymbolKlines[];
  /** Sentences: gaps kept, files left out, rows repaired. */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  /** Only these; default all. */
  readonly symbols?: readonly string[];
  /** Files coarser than this are left out: this interval cannot be made from them. */
  readonly interval?: Interval;
}

/** The end of a note on a file without rows. */
export const EMPTY = 'no klines in it';

const NAME = /^([A-Z0-9]{2,30})-(\d{1,2}[smhdwM])(?:-.*)?\.csv(?:\.gz)?$/;

interface FileName {
  readonly symbol: string;
  readonly interval: Interval;
}

function readName(path: string): FileName | null {
  const match = NAME.exec(basename(path));
  return match && isInterval(match[2]) ? { symbol: match[1]!, interval: match[2] } : null;
}

/** Reads all kline files of a folder (or the one file), `SYMBOL-INTERVAL[-anything].csv[.gz]`. Errors: `KlineFileError`. */
export function loadKlineFolder(dir: string, options: LoadOptions = {}): LoadedKlines {
  const notes: string[] = [];
  let names: string[];
  try {
    names = readdirSync(dir).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return loadKlineFiles([dir], options);
    throw new KlineFileError(
      dir,
      null,
      `the folder cannot be read (${codeOf(error)}); name a folder with kline files`,
    );
  }
  const files = names
    .filter((name) => /\.csv(\.gz)?$/i.test(name))
    .filter((name) => {
      if (readName(name)) return true;
      notes.push(
        `${name}: left out, its name is not SYMBOL-INTERVAL[-anything].csv[.gz] (like BTCUSDT-5m-2024.csv.gz)`,
      );
      return false;
    });
  if (files.length === 0) {
    throw new KlineFileError(
      dir,
      null,
      'no kline files here; expected names like BTCUSDT-5m.csv or BTCUSDT-1h-2021.csv.gz',
    );
  }
  const loaded = loadKlineFiles(
    files.map((name) => join(dir, name)),
    options,
  );
  return { symbols: loaded.symbols, notes: [...notes, ...loaded.notes] };
}

/** Reads the named kline files. Errors: `KlineFileError` with file and row. */
export function loadKlineFiles(paths: readonly string[], options: LoadOptions = {}): LoadedKlines {
  const notes: string[] = [];
  const files: KlineFile[] = [];
  for (const path of paths) {
    const name = readName(path);
    if (!name) {
      throw new KlineFileError(
        path,
        null,
        'the name does not say what is inside; expected SYMBOL-INTERVAL[-anything].csv[.gz], like BTCUSDT-5m-2024.csv.gz',
      );
    }
    if (options.symbols && !options.symbols.includes(name.symbol)) continue;
    if (options.interval && INTERVAL_MS[name.interval] > INTERVAL_MS[options.interval]) continue;
    const rows = readRows(path, name.symbol, name.interval, readBytes(path));
    if (rows.series.length === 0) notes.push(`${basename(path)}: ${EMPTY}`);
    else files.push({ path, ...name, rows });
    noteRows(path, rows, notes);
  }
  const symbols = [...new Set(files.map(({ symbol }) => symbol))].sort();
  const joined = symbols.map((symbol) =>
    joinFiles(
      symbol,
      files.filter((file) => file.symbol === symbol),
      notes,
    ),
  );
  return { symbols: joined, notes };
}

function noteRows(path: string, { microseconds, spikes }: FileRows, notes: string[]): void {
  const name = basename(path);
  if (microseconds > 0)
    notes.push(`${name}: ${microseconds} rows with times in microseconds, read as milliseconds`);
  if (spikes.count > 0) {
    notes.push(
      `${name}: ${spikes.count} klines reach ten times the price before or a tenth of it, first in row ${spikes.firstRow}: kept`,
    );
  }
}

function readBytes(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new KlineFileError(path, null, `the file cannot be read (${codeOf(error)})`);
  }
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { chunkSize: unpackedSize(bytes) });
  } catch (error) {
    throw new KlineFileError(
      path,
      null,
      `the file cannot be unpacked (${(error as Error).message}); copy it again or unpack it by hand`,
    );
  }
}

/** What the end of a gzip file says of its size, within reason: room to unpack it in one piece. */
function unpackedSize(bytes: Buffer): number {
  const told = bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  return Math.max(16_384, Math.min(told, bytes.length * 30) + 64);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
