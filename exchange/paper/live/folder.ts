/** What a live market has kept in its folder: which symbols it follows, their rules, and the recording. */
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { INTERVAL_MS, isInterval, type Interval } from '../../../core/kline.js';
import { loadKlineFolder } from '../market/load.js';
import type { KlineSeries } from '../market/series.js';
import { readJsonFile, writeJsonFile } from '../wire/stored.js';
import { HISTORY } from './rows.js';

const FOLLOWED = 'symbols.json';
export const RULES = 'exchange-info.json';

/** Each symbol that is followed, and from when on (UTC ms): what lies before is history. */
export type Followed = Readonly<Record<string, number>>;

/** Null where no live market was begun. */
export function readFollowed(folder: string): Followed | null {
  return existsSync(join(folder, FOLLOWED))
    ? ((readJsonFile(folder, FOLLOWED) as { symbols: Followed } | null)?.symbols ?? null)
    : null;
}

/** Last of all that a new symbol needs: from then on it is followed. */
export async function writeFollowed(folder: string, symbols: Followed): Promise<void> {
  await writeJsonFile(folder, FOLLOWED, { version: 1, symbols });
}

export interface RecordedFile {
  readonly path: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly history: boolean;
}

/** The files of these symbols, oldest first within each. */
export function recordedFiles(folder: string, symbols: Followed): RecordedFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [, symbol = '', interval, part] = /^([A-Z0-9]+)-(\w+)-(\w+)\.csv$/.exec(name) ?? [];
      if (!isInterval(interval) || symbols[symbol] === undefined) return [];
      return [{ path: join(folder, name), symbol, interval, history: part === HISTORY }];
    });
}

/**
 * Up to where all symbols are known (UTC ms, exclusive). What was written behind it was never shown, a kill came
 * between; it is cut off, and so is a row that was not written whole.
 */
export function cutToCommon(folder: string, symbols: Followed): number {
  const files = recordedFiles(folder, symbols);
  for (const { path } of files) cutTorn(path);
  const ends = Object.entries(symbols).map(([symbol, since]) => {
    const own = files.filter((file) => file.symbol === symbol && !file.history);
    return Math.max(since, ...own.map(endOf));
  });
  const common = Math.min(...ends);
  for (const file of files) if (!file.history) cutFrom(file, common);
  return common;
}

/** The open time behind a file's last row (UTC ms); without a row it has no end. */
export function endOf({ path, interval }: RecordedFile): number {
  const text = readFileSync(path, 'latin1');
  const last = lastRow(text, text.length);
  return last === null ? -Infinity : last.openTime + INTERVAL_MS[interval];
}

function cutTorn(path: string): void {
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(10) + 1;
  if (whole < bytes.length) truncateSync(path, whole);
}

function cutFrom({ path, interval }: RecordedFile, time: number): void {
  const text = readFileSync(path, 'latin1');
  let end = text.length;
  for (let last = lastRow(text, end); last && last.openTime + INTERVAL_MS[interval] > time;) {
    end = last.from;
    last = lastRow(text, end);
  }
  // A file without a row would be taken for one whose rows were lost.
  if (lastRow(text, end) === null) rmSync(path);
  else if (end < text.length) truncateSync(path, end);
}

/** The row that ends at `end`; null where only the header is left. */
function lastRow(text: string, end: number): { from: number; openTime: number } | null {
  if (end < 2) return null;
  const from = text.lastIndexOf('\n', end - 2) + 1;
  const openTime = Number(text.slice(from, text.indexOf(',', from)));
  return Number.isNaN(openTime) ? null : { from, openTime };
}

/** Errors: `KlineFileError`, where somebody has changed the files. */
export function loadRecording(
  folder: string,
  symbols: Followed,
): { series: Map<string, KlineSeries>; notes: readonly string[] } {
  const loaded = loadKlineFolder(folder, { symbols: Object.keys(symbols) });
  return {
    series: new Map(loaded.symbols.map(({ symbol, series }) => [symbol, series])),
    notes: loaded.notes,
  };
}
