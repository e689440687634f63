/** Opens the market that the options ask for, and sees to it that a folder stays with the market it began with. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { INTERVAL_MS, openTimeAt, type Interval } from '../../../core/kline.js';
import type { Follower } from '../live/follower.js';
import type { RulesUse, RulesWatch } from '../live/rules-watch.js';
import { recordedMarket } from '../market/files.js';
import { recordedTicks } from '../market/recording.js';
import { syntheticMarket } from '../market/synthetic.js';
import type { MarketSource } from '../market/types.js';
import { NO_RULES, recordedRules, type RecordedRules } from './recorded-rules.js';
import { PaperOptionError, type PaperOptions } from './options.js';
import { readJsonFile, writeJsonFile } from './stored.js';

/** What makes a market this one and no other; kept in `market.json`. */
interface MarketIdentity {
  readonly version: 1;
  readonly klines: string | null;
  /** The prices of the real exchange; its symbols may become more. */
  readonly live?: true;
  /** Absent: klines, or a synthetic market. */
  readonly trades?: string;
  readonly seed: string | null;
  readonly symbols: string;
  readonly start: number;
  readonly end: number | null;
  /** Of recordings: how many base klines, and the sum of their closes, per symbol. */
  readonly content: string | null;
  readonly fee: string;
  /** A checksum of the recorded rules; absent where there are none. */
  readonly rules?: string;
  /** Absent: `touch`. */
  readonly profile?: 'book';
  /** Of the book profile, where they are not the usual ones. */
  readonly book?: string;
}

export interface OpenMarket {
  readonly source: MarketSource;
  /** False when the folder is new. */
  readonly resumed: boolean;
  /** Of the base klines of the first symbol. */
  readonly baseInterval: Interval;
  readonly stepInterval: Interval;
  readonly rules: RecordedRules;
  /** Of a live market: begins to follow the real one. */
  readonly follow?: (onFailure: (error: Error) => void) => Follower;
  /** Of a live market: begins to ask the real one for the rules of its symbols. */
  readonly watchRules?: (use: RulesUse) => RulesWatch;
}

export async function openMarket(options: PaperOptions): Promise<OpenMarket> {
  const stored = readJsonFile(options.folder, 'market.json') as MarketIdentity | null;
  if (options.live) return openLiveMarket(options, stored);
  const source = sourceOf(options, stored);
  const rules = recordedRules(options.exchangeInfo);
  const identity = identityOf(options, source, rules);
  if (stored === null) await writeJsonFile(options.folder, 'market.json', identity);
  else requireSame(options.folder, stored, identity);
  const baseInterval = baseIntervalOf(source);
  return {
    source,
    resumed: stored !== null,
    baseInterval,
    stepInterval: stepInterval(options, baseInterval),
    rules,
  };
}

async function openLiveMarket(options: PaperOptions, stored: MarketIdentity | null): Promise<OpenMarket> {
  // Before anything is fetched: the folder of another market stays as it is.
  if (stored !== null && !stored.live) requireSame(options.folder, stored, { ...stored, live: true });
  const { openLive } = await import('../live/open.js');
  const { market, rules, follow, watchRules } = await openLive(options.folder, options.symbols);
  const identity: MarketIdentity = {
    ...identityOf(options, market, NO_RULES),
    live: true,
    seed: null,
    symbols: '',
  };
  if (stored === null) await writeJsonFile(options.folder, 'market.json', identity);
  else requireSame(options.folder, stored, identity);
  return {
    source: market,
    resumed: stored !== null,
    baseInterval: '1s',
    stepInterval: '1s',
    rules: recordedRules(rules),
    follow,
    watchRules,
  };
}

function sourceOf(options: PaperOptions, stored: MarketIdentity | null): MarketSource {
  if (options.trades !== undefined) return recordedLines(options, options.trades);
  return options.klines === undefined ? synthetic(options, stored) : recorded(options);
}

function recordedLines({ symbols, from, to }: PaperOptions, path: string): MarketSource {
  return recordedTicks({ path, symbols: symbols?.length ? symbols : undefined, from, to });
}

function recorded(options: PaperOptions): MarketSource {
  const { klines: dir, symbols, interval, from, to } = options;
  return recordedMarket({ dir, symbols: symbols?.length ? symbols : undefined, interval, from, to });
}

function synthetic(options: PaperOptions, stored: MarketIdentity | null): MarketSource {
  if (options.from !== undefined || options.to !== undefined)
    throw new PaperOptionError(
      '--from and --to choose a part of a recording; give --klines DIR or --trades FILE with them.',
    );
  const start = options.start ?? (stored?.seed != null ? stored.start : Date.now());
  const interval =
    options.interval && INTERVAL_MS[options.interval] < INTERVAL_MS['1m'] ? options.interval : '1m';
  return syntheticMarket({
    seed: options.seed ?? 1,
    start: openTimeAt(start, interval),
    symbols: options.symbols,
    interval,
  });
}

function identityOf(options: PaperOptions, source: MarketSource, rules: RecordedRules): MarketIdentity {
  const recorded = options.klines !== undefined || options.trades !== undefined;
  return {
    version: 1,
    klines: options.klines === undefined ? null : realpathSync(options.klines),
    ...(options.trades === undefined ? {} : { trades: realpathSync(options.trades) }),
    seed: recorded ? null : String(options.seed ?? 1),
    symbols: source.symbols.map(({ symbol }) => symbol).join(','),
    start: source.start,
    end: source.end,
    content: recorded ? contentOf(source) : null,
    fee: options.fee ?? '0.001',
    ...(rules.checksum === null ? {} : { rules: rules.checksum }),
    ...(options.profile === 'book' ? { profile: 'book' } : {}),
    ...(options.book === undefined ? {} : { book: JSON.stringify(options.book) }),
  };
}

function contentOf(source: MarketSource): string {
  return source.symbols
    .map(({ symbol }) => {
      const series = source.series(symbol);
      let closes = 0;
      const first = series.indexAt(source.start);
      for (let index = first; index < series.length; index += 1) closes += series.kline(index).close;
      return `${symbol}:${series.length - first}:${closes}`;
    })
    .join(' ');
}

const WORDS: Readonly<Record<string, string>> = {
  live: '--live',
  klines: '--klines',
  trades: '--trades',
  seed: '--seed',
  symbols: '--symbols',
  start: 'the start',
  end: 'the end',
  content: 'the recorded klines',
  fee: 'the commission',
  rules: '--exchange-info',
  profile: '--profile',
  book: '--book',
};

function requireSame(folder: string, stored: MarketIdentity, asked: MarketIdentity): void {
  for (const name of Object.keys(WORDS) as (keyof MarketIdentity)[]) {
    if (stored[name] === asked[name]) continue;
    throw new PaperOptionError(
      `${join(folder, 'market.json')}: this folder's accounts traded on another market (${WORDS[name]} was ${say(stored[name])}, now ${say(asked[name])}). Give the former options, another data folder, or --reset to begin anew.`,
    );
  }
}

function say(value: unknown): string {
  const plain = value === null || value === undefined ? 'none' : String(value);
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}

function baseIntervalOf(source: MarketSource): Interval {
  const series = source.series(source.symbols[0]!.symbol);
  return series.interval(Math.min(series.indexAt(source.start), series.length - 1));
}

function stepInterval(options: PaperOptions, base: Interval): Interval {
  const wanted = options.interval ?? '5m';
  if (INTERVAL_MS[wanted] % INTERVAL_MS[base] === 0) return wanted;
  if (options.interval === undefined) return base;
  throw new PaperOptionError(
    `--interval ${wanted} cannot be made of ${base} klines; choose a multiple of ${base}, or add finer files.`,
  );
}
