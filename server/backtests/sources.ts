/** Where a backtest's klines may come from. The web only ever names one of these; no path comes from outside. */
import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { INTERVALS, isInterval, type Interval } from '../../core/kline.js';
import { rememberedMarket } from '../fleet/paper.js';
import { RequestError } from '../web/errors.js';
import type { Job } from './types.js';

export interface SourceSymbol {
  readonly symbol: string;
  /** Of its files, shortest first. */
  readonly intervals: readonly Interval[];
}

export interface Source {
  /** What requests name: `recordings`, `recordings/2024`, `market`, `paper`, `binance`. */
  readonly name: string;
  readonly title: string;
  readonly kind: 'folder' | 'venue';
  /** Of a folder; a venue has what it has. */
  readonly symbols: readonly SourceSymbol[];
}

interface Known extends Source {
  readonly folder: string | null;
}

const FILE = /^([A-Z0-9]{2,30})-(\d{1,2}[smhdwM])(?:-.*)?\.csv(?:\.gz)?$/;
const FOLDER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const MOST_FOLDERS = 50;

/** The folder of the data folder in which a user puts kline files. */
const recordingsFolder = (data: string): string => join(resolve(data), 'klines');

/** The same as people are told it: short where they stand above it. */
export function shownRecordingsFolder(data: string): string {
  const folder = recordingsFolder(data);
  const short = relative(process.cwd(), folder);
  return short.startsWith('..') || isAbsolute(short) ? folder : short;
}

const VENUES: readonly Known[] = [
  {
    name: 'paper',
    title: 'Paper exchange, over its API',
    kind: 'venue',
    symbols: [],
    folder: null,
  },
  {
    name: 'binance',
    title: 'Binance, public klines over the internet',
    kind: 'venue',
    symbols: [],
    folder: null,
  },
];

/** All that there are now: folders of recordings first. */
export async function listSources(data: string): Promise<Source[]> {
  return (await knownSources(data)).map(({ name, title, kind, symbols }) => ({ name, title, kind, symbols }));
}

async function knownSources(data: string): Promise<Known[]> {
  const root = recordingsFolder(data);
  const shown = shownRecordingsFolder(data);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory() && FOLDER.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .slice(0, MOST_FOLDERS);
  const market = await marketFolder(data);
  const folders = [
    { name: 'recordings', title: `Recordings in ${shown}`, folder: root },
    ...below.map((name) => ({
      name: `recordings/${name}`,
      title: `Recordings in ${join(shown, name)}`,
      folder: join(root, name),
    })),
    ...(market === null
      ? []
      : [{ name: 'market', title: `What the paper exchange plays (${basename(market)})`, folder: market }]),
  ];
  const listed = await Promise.all(
    folders.map(async (each) => ({
      ...each,
      kind: 'folder' as const,
      symbols: await symbolsIn(each.folder),
    })),
  );
  return [...listed.filter(({ symbols }) => symbols.length > 0), ...VENUES];
}

/** The folder (or file) of klines that the paper exchange was started with; null when it plays none. */
async function marketFolder(data: string): Promise<string | null> {
  const args = await rememberedMarket(data).catch(() => null);
  const at = args?.indexOf('--klines') ?? -1;
  return at < 0 ? null : (args?.[at + 1] ?? null);
}

/** By the names of the files alone: nothing is read. */
async function symbolsIn(place: string): Promise<SourceSymbol[]> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOTDIR' ? [basename(place)] : [],
  );
  const found = new Map<string, Set<Interval>>();
  for (const name of names) {
    const [, symbol = '', interval = ''] = FILE.exec(name) ?? [];
    if (!isInterval(interval)) continue;
    found.set(symbol, (found.get(symbol) ?? new Set()).add(interval));
  }
  return [...found]
    .map(([symbol, intervals]) => ({ symbol, intervals: INTERVALS.filter((each) => intervals.has(each)) }))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** What a worker needs to get the klines. Errors: `RequestError` naming `source` or `symbol`. */
export async function klinesFrom(
  data: string,
  name: string,
  { symbol, interval }: { readonly symbol: string; readonly interval: string },
): Promise<Job['klines']> {
  const known = await knownSources(data);
  const source = known.find((each) => each.name === name);
  if (source === undefined) {
    const names = known.map((each) => each.name).join(', ');
    throw refused('source', `There are no klines called "${name.slice(0, 60)}"; there are: ${names}.`);
  }
  if (source.folder === null) return { kind: 'venue', venue: name === 'binance' ? 'binance' : 'paper', data };
  const files = source.symbols.find((each) => each.symbol === symbol);
  if (files === undefined) {
    const names = source.symbols.map((each) => each.symbol).join(', ');
    throw refused('symbol', `${source.title}: no klines of ${symbol}; there are ${names}.`);
  }
  const finest = INTERVALS.indexOf(files.intervals[0] ?? '1w');
  if (finest > INTERVALS.indexOf(interval as Interval)) {
    throw refused(
      'interval',
      `${source.title}: the klines of ${symbol} are of ${files.intervals.join(', ')}; klines of ${interval} cannot be made from them. Choose ${files.intervals[0]} or longer.`,
    );
  }
  return { kind: 'folder', folder: source.folder, title: source.title };
}

function refused(field: string, message: string): RequestError {
  return new RequestError(422, 'FIELD_INVALID', message, field);
}
