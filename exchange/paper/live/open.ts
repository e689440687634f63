/** Begins a live market in a folder, goes on with one, or takes more symbols into it. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { INTERVAL_MS, openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import type { Json } from '../../binance/library.js';
import { endpointsOf } from '../../endpoints.js';
import { klinePages } from '../../kline-pages.js';
import type { MarketSymbol } from '../market/types.js';
import { symbolInfoFromBinance } from '../engine/exchange-info.js';
import { PaperOptionError } from '../wire/options.js';
import { liveFolder } from '../wire/stored.js';
import { cutToCommon, loadRecording, readFollowed, RULES, writeFollowed, type Followed } from './folder.js';
import { Follower } from './follower.js';
import { LiveMarket } from './market.js';
import { RulesWatch, type RulesUse } from './rules-watch.js';
import { Recorder } from './recorder.js';
import { fileName, HEADER, HISTORY, rowOf } from './rows.js';
import { binanceVenue, type LiveVenue } from './venue.js';

export const LIVE_SYMBOLS = ['BNBUSDT', 'BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
const MOST_SYMBOLS = 50;
const DAY = INTERVAL_MS['1d'];

/** Of an account without a way to the real exchange: a sentence for the user. */
export class NoPricesError extends Error {
  constructor(host: string, reason: string) {
    super(
      `--live takes its prices from ${host}, which cannot be reached: ${reason} Try again when there is a network, or begin without --live, on a made-up market.`,
    );
    this.name = 'NoPricesError';
  }
}

export interface LiveOpened {
  readonly market: LiveMarket;
  /** A file as `--exchange-info` takes it. */
  readonly rules: string;
  /** Begins to follow the real market. */
  follow(onFailure: (error: Error) => void): Follower;
  /** Begins to ask the real market for the rules of its symbols. */
  watchRules(use: RulesUse): RulesWatch;
}

/**
 * `paperFolder`: the exchange's own, inside the data folder whose `venues.json` may name another address. `wanted`: the
 * symbols asked for; those followed already are kept. Errors: `NoPricesError`, `PaperOptionError`, `KlineFileError`.
 */
export async function openLive(
  paperFolder: string,
  wanted: readonly string[] | undefined,
): Promise<LiveOpened> {
  const folder = liveFolder(paperFolder);
  const venue = binanceVenue(endpointsOf(dirname(paperFolder), 'binance'), say);
  try {
    const known = readFollowed(folder);
    const followed = await withAll(folder, venue, known, wanted);
    const knownTo = cutToCommon(folder, followed);
    const { series, notes } = loadRecording(folder, followed);
    const market = new LiveMarket({
      symbols: Object.keys(followed).sort().map(rulesIn(folder)),
      followed,
      start: Math.min(...Object.values(followed)),
      series,
      folder,
      notes: notes.filter((note) => !note.includes('left out')),
    });
    const follow = (onFailure: (error: Error) => void): Follower =>
      new Follower({ venue, market, recorder: new Recorder(folder), knownTo, note: say, onFailure });
    const symbols = market.symbols.map(({ symbol }) => symbol);
    const ask = (): Promise<Json[]> => symbolsOf(venue, symbols);
    const watchRules = (use: RulesUse): RulesWatch =>
      new RulesWatch({ ask, symbols, use, from: venue.host, note: say });
    return { market, rules: join(folder, RULES), follow, watchRules };
  } catch (error) {
    await venue.close();
    throw error;
  }
}

/**
 * Asks, before anything is started or written, whether a live market could begin in this folder. Nothing where one has
 * begun already: it goes on without a network. Errors: `NoPricesError`, `PaperOptionError`.
 */
export async function checkLive(paperFolder: string, wanted: readonly string[] | undefined): Promise<void> {
  if (readFollowed(liveFolder(paperFolder)) !== null) return;
  const venue = binanceVenue(endpointsOf(dirname(paperFolder), 'binance'), () => undefined);
  try {
    await tradingSymbols(venue, wanted?.length ? wanted : LIVE_SYMBOLS);
  } catch (error) {
    throw reasonOf(venue, error);
  } finally {
    await venue.close();
  }
}

function reasonOf({ host }: LiveVenue, error: unknown): unknown {
  const { name, message } = error as Error;
  return name === 'ExchangeError' ? new NoPricesError(host, `${message.replace(/\.$/, '')}.`) : error;
}

const SAID_AGAIN_MS = 600_000;
const said = new Map<string, number>();

/** The log of an exchange without a network is not to fill the disk. */
function say(message: string): void {
  const before = said.get(message) ?? -Infinity;
  if (Date.now() - before < SAID_AGAIN_MS) return;
  said.set(message, Date.now());
  console.error(message);
}

/** All symbols that are followed from now on, each with its history. */
async function withAll(
  folder: string,
  venue: LiveVenue,
  known: Followed | null,
  wanted: readonly string[] | undefined,
): Promise<Followed> {
  const symbols = [...new Set(wanted?.length ? wanted : known ? Object.keys(known) : LIVE_SYMBOLS)];
  const fresh = symbols.filter((symbol) => known?.[symbol] === undefined);
  if (known && fresh.length === 0) return known;
  if (Object.keys(known ?? {}).length + fresh.length > MOST_SYMBOLS)
    throw new PaperOptionError(`--live follows at most ${MOST_SYMBOLS} symbols; name fewer with --symbols.`);
  const existed = existsSync(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return await begin(folder, venue, known ?? {}, fresh);
  } catch (error) {
    if (!existed) rmSync(folder, { recursive: true, force: true });
    throw reasonOf(venue, error);
  }
}

async function begin(
  folder: string,
  venue: LiveVenue,
  known: Followed,
  fresh: readonly string[],
): Promise<Followed> {
  const rules = await tradingSymbols(venue, fresh);
  const since = openTimeAt(await venue.marketTime(fresh[0]!), '1s') - INTERVAL_MS['1s'];
  for (const symbol of fresh) await writeHistory(folder, venue, symbol, since);
  const former = existsSync(join(folder, RULES)) ? readRules(folder) : [];
  const kept = former.filter(({ symbol }) => !fresh.includes(String(symbol)));
  const text = JSON.stringify({ symbols: [...kept, ...rules] });
  await writeFileAtomic(join(folder, RULES), `${text}\n`, { mode: 0o600 });
  const followed = { ...known, ...Object.fromEntries(fresh.map((symbol) => [symbol, since])) };
  await writeFollowed(folder, followed);
  return followed;
}

/** Errors: a sentence that names the symbol that is not traded there. */
async function tradingSymbols(venue: LiveVenue, names: readonly string[]): Promise<Json[]> {
  const found = await symbolsOf(venue, names);
  for (const symbol of names) {
    const info = found.find((each) => each.symbol === symbol);
    if (info?.status === 'TRADING') continue;
    const what = info === undefined ? 'does not know' : 'does not trade';
    throw new PaperOptionError(
      `--symbols: ${venue.host} ${what} ${symbol}${info === undefined ? '' : ` (${info.status})`}; name others, like ${LIVE_SYMBOLS.join(',')}.`,
    );
  }
  return found;
}

/** Of those that it knows. */
async function symbolsOf(venue: LiveVenue, names: readonly string[]): Promise<Json[]> {
  const all = await venue.symbols(names);
  if (all !== null) return all;
  // One unknown symbol makes the whole question wrong.
  const found: Json[] = [];
  for (const name of names) found.push(...((await venue.symbols([name])) ?? []));
  return found;
}

function readRules(folder: string): Record<string, unknown>[] {
  return (JSON.parse(readFileSync(join(folder, RULES), 'utf8')) as { symbols: Record<string, unknown>[] })
    .symbols;
}

function rulesIn(folder: string): (symbol: string) => MarketSymbol {
  const all = new Map(readRules(folder).map((each) => [String(each.symbol), symbolInfoFromBinance(each)]));
  return (symbol) => {
    const info = all.get(symbol);
    if (!info) throw new PaperOptionError(`${join(folder, RULES)} lacks ${symbol}, which is followed.`);
    const step = (type: string, name: string): string =>
      String(info.filters.find(({ filterType }) => filterType === type)?.[name] ?? '0.00000001');
    return {
      symbol,
      base: info.baseAsset,
      quote: info.quoteAsset,
      tickSize: step('PRICE_FILTER', 'tickSize'),
      stepSize: step('LOT_SIZE', 'stepSize'),
    };
  };
}

/**
 * What signals warm up with, coarser the longer ago: days, then 40 days of hours, 32 hours of minutes, and the seconds of
 * the minute that runs. Each stretch begins where a kline of the coarser one ends.
 */
async function writeHistory(folder: string, venue: LiveVenue, symbol: string, since: number): Promise<void> {
  const hours = openTimeAt(since - 40 * DAY, '1d');
  const minutes = openTimeAt(since - 32 * INTERVAL_MS['1h'], '1h');
  const seconds = openTimeAt(since, '1m');
  const stretches: readonly [Interval, number, number][] = [
    ['1d', hours - 960 * DAY, hours],
    ['1h', hours, minutes],
    ['1m', minutes, seconds],
    ['1s', seconds, since],
  ];
  let count = 0;
  for (const [interval, from, to] of stretches) {
    const klines: Kline[] = [];
    for await (const page of klinePages(asked(venue), { symbol, interval, from, to })) klines.push(...page);
    count += klines.length;
    const path = join(folder, fileName(symbol, interval, HISTORY));
    rmSync(path, { force: true });
    if (klines.length > 0) await writeFile(path, HEADER + klines.map(rowOf).join(''), { mode: 0o600 });
  }
  if (count === 0)
    throw new PaperOptionError(`--symbols: ${venue.host} has no prices of ${symbol} yet; leave it out.`);
}

function asked(venue: LiveVenue): Parameters<typeof klinePages>[0] {
  return {
    klines: ({ symbol, interval, startTime = 0, endTime = 0, limit = 1000 }) =>
      venue.klines({ symbol, interval, startTime, endTime, limit }),
  };
}
