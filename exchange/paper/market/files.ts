import type { Interval } from '../../../core/kline.js';
import { splitSymbol, stepOf } from './assets.js';
import { iso, KlineFileError } from './file-error.js';
import { EMPTY, loadKlineFiles, loadKlineFolder, type SymbolKlines } from './load.js';
import { longestFrom } from './longest.js';
import { rangeAt, union } from './ranges.js';
import { KlineSeries } from './series.js';
import type { MarketSource, MarketSymbol } from './types.js';

export { KlineFileError } from './file-error.js';
export {
  loadKlineFiles,
  loadKlineFolder,
  type LoadedKlines,
  type LoadOptions,
  type SymbolKlines,
} from './load.js';

export interface RecordedOptions {
  /** A folder of kline files (or one file), or the files themselves. */
  readonly dir?: string;
  readonly files?: readonly string[];
  readonly symbols?: readonly string[];
  /** The interval that is asked for: coarser files are left out, finer ones make it. */
  readonly interval?: Interval;
  /** UTC ms. The market begins with the first klines that open at or after this time … */
  readonly from?: number;
  /** … and ends before this time, or at the end of the data. */
  readonly to?: number;
  /**
   * For backtests: without `from` the longest stretch is walked instead of the first, and history is only what lies in
   * the same one, so that no signal is warmed up by prices of another time.
   */
  readonly longest?: boolean;
}

/**
 * A market out of kline files. It starts at `from`, or at the first moment for which all chosen symbols have klines,
 * and ends at `to`, or where the files that cover the start end: time between files is the end of the data. All klines
 * before the start are history. Errors: `KlineFileError`.
 */
export function recordedMarket(options: RecordedOptions): MarketSource {
  const place = options.dir ?? options.files?.join(', ') ?? '';
  const { symbols, interval } = options;
  const loaded = options.dir
    ? loadKlineFolder(options.dir, { symbols, interval })
    : loadKlineFiles(options.files ?? [], { symbols, interval });
  const notes = [...loaded.notes];
  for (const symbol of symbols ?? []) {
    if (!loaded.symbols.some((each) => each.symbol === symbol)) {
      const fine = interval ? ` of ${interval} or finer` : '';
      const empty = loaded.notes.filter((note) => note.startsWith(`${symbol}-`) && note.endsWith(EMPTY));
      const found = empty.length === 0 ? '' : ` (${empty.join(', ')})`;
      throw new KlineFileError(
        place,
        null,
        `no klines${fine} of ${symbol}${found}; add a file ${symbol}-${interval ?? '5m'}.csv or leave the symbol out`,
      );
    }
  }
  if (loaded.symbols.length === 0)
    throw new KlineFileError(place, null, 'no klines in these files; add some or name others');

  const start = startOf(loaded.symbols, options, place);
  const stretch = stretchFrom(loaded.symbols, start, options, place, notes);
  const known = new Map(stretch.symbols.map((each) => [each.symbol, each]));
  return {
    symbols: stretch.symbols.map((each) => describe(each, place)),
    start,
    end: stretch.end,
    notes,
    unused: stretch.unused,
    extendTo: (time) => time <= stretch.end,
    series: (symbol) => {
      const found = known.get(symbol);
      if (!found) throw new Error(`no klines of ${symbol} in this market`);
      return found.series;
    },
  };
}

/** Time between files is the end of the data: what lies behind is there, but not walked, and the user should know. */
function unusedOf(
  { symbol, covered }: SymbolKlines,
  start: number,
  limit: number,
  options: RecordedOptions,
): string[] {
  const last = options.to ?? Infinity;
  const before = options.longest && options.from === undefined ? covered.filter(({ to }) => to <= start) : [];
  if (before.length > 0) {
    const around = [before, covered.filter(({ from }) => from >= limit && from < last)];
    const spans = around.flatMap(([first, ...more]) =>
      first === undefined ? [] : [{ from: first.from, to: (more.at(-1) ?? first).to }],
    );
    const times = spans.map(({ from, to }) => `between ${iso(from)} and ${iso(to)}`).join(', and ');
    const froms = spans.map(({ from }) => `--from ${iso(from)}`).join(' or ');
    return [
      `${symbol}: not used: klines ${times}, because those from ${iso(start)} to ${iso(limit)} are the longest stretch without a time that no file has; begin there with ${froms}`,
    ];
  }
  const unused = covered.filter(({ from }) => from >= limit && from < last);
  const [first] = unused;
  if (first === undefined) return [];
  const to = Math.max(...unused.map((range) => range.to));
  return [
    `${symbol}: not used: klines between ${iso(first.from)} and ${iso(to)}, because there are none from ${iso(limit)} on; begin there with --from ${iso(first.from)}`,
  ];
}

function describe({ symbol, priceDecimals, volumeDecimals }: SymbolKlines, place: string): MarketSymbol {
  const assets = splitSymbol(symbol);
  if (!assets)
    throw new KlineFileError(
      place,
      null,
      `${symbol} ends with no known quote asset (USDT, USDC, BTC, EUR, …); rename its files`,
    );
  return { symbol, ...assets, tickSize: stepOf(priceDecimals), stepSize: stepOf(volumeDecimals) };
}

/** Where the market begins: at the open of a kline, never inside one. */
function startOf(symbols: readonly SymbolKlines[], options: RecordedOptions, place: string): number {
  const earliest = options.from ?? -Infinity;
  const covered = (time: number): number =>
    symbols.filter(({ covered }) => covered.some(({ from, to }) => from <= time && time < to)).length;
  const begins = symbols.flatMap((each) =>
    each.covered.filter(({ to }) => to > earliest).map(({ from }) => Math.max(from, earliest)),
  );
  const moments = [...new Set(begins)].sort((a, b) => a - b);
  if (moments.length === 0) {
    const last = Math.max(...symbols.flatMap(({ covered: ranges }) => ranges.map(({ to }) => to)));
    throw new KlineFileError(
      place,
      null,
      `no klines at or after ${iso(earliest)}; the last ones end at ${iso(last)}`,
    );
  }
  if (options.from !== undefined && covered(options.from) > 0) return settle(symbols, options.from);
  const most = Math.max(...moments.map(covered));
  if (options.symbols && most < symbols.length) {
    const names = symbols.map(({ symbol }) => symbol).join(', ');
    throw new KlineFileError(
      place,
      null,
      `there is no moment at which all of ${names} have klines; choose fewer symbols or add files`,
    );
  }
  const whole = moments.filter((time) => covered(time) === most);
  const ranges = symbols.map((each) => each.covered);
  return settle(symbols, options.longest ? longestFrom(ranges, whole, options.to ?? Infinity) : whole[0]!);
}

/** The first time at or after `time` at which no kline of any symbol is under way. */
function settle(symbols: readonly SymbolKlines[], time: number): number {
  for (const { series } of symbols) {
    const index = series.indexAt(time) - 1;
    if (index >= 0 && series.closeTime(index) >= time) return settle(symbols, series.closeTime(index) + 1);
  }
  return time;
}

/** The klines that open at or after `time`. */
function since(series: KlineSeries, time: number): KlineSeries {
  const first = series.indexAt(time);
  if (first === 0) return series;
  const rest = new KlineSeries(series.symbol, series.length - first);
  rest.append(series, first, series.length);
  return rest;
}

interface Stretch {
  readonly symbols: SymbolKlines[];
  readonly end: number;
  readonly unused: readonly string[];
}

/** What lies between the start and the end of the data: each symbol's klines are cut where its files end. */
function stretchFrom(
  symbols: readonly SymbolKlines[],
  start: number,
  options: RecordedOptions,
  place: string,
  notes: string[],
): Stretch {
  const last = options.to ?? Infinity;
  if (last <= start && options.from !== start)
    throw new KlineFileError(
      place,
      null,
      `no klines before ${iso(last)}; ${options.from === undefined ? 'the first ones' : `those from ${iso(options.from)} on`} begin at ${iso(start)}`,
    );
  const limit = Math.min(last, rangeAt(union(symbols.flatMap(({ covered }) => covered)), start)?.to ?? start);
  const [kept, unused]: [SymbolKlines[], string[]] = [[], []];
  let end = start;
  for (const each of symbols) {
    const range = rangeAt(each.covered, start);
    const stop = Math.min(limit, range?.to ?? start);
    const first = each.series.indexAt(start);
    let after = each.series.indexAt(stop);
    if (after > first && each.series.closeTime(after - 1) >= stop) after -= 1;
    if (!range || range.from >= limit || after <= first) {
      if (options.symbols)
        throw new KlineFileError(
          place,
          null,
          `no klines of ${each.symbol} between ${iso(start)} and ${iso(limit)}; choose another time or leave the symbol out`,
        );
      notes.push(`${each.symbol}: left out, it has no klines between ${iso(start)} and ${iso(limit)}`);
      continue;
    }
    unused.push(...unusedOf(each, start, limit, options));
    each.series.truncate(after);
    end = Math.max(end, each.series.closeTime(after - 1) + 1);
    kept.push(options.longest ? { ...each, series: since(each.series, range.from) } : each);
  }
  if (kept.length === 0)
    throw new KlineFileError(
      place,
      null,
      `no klines between ${iso(start)} and ${iso(limit)}; choose other times`,
    );
  return { symbols: kept, end, unused };
}
