import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { PaperOptions } from '../exchange/paper/wire/options.js';
import { FlotillaError } from '../server/fleet/errors.js';

/** What market the paper exchange has; the same words for `up` and `paper`. */
export interface MarketOptions {
  readonly klines?: string;
  readonly live?: boolean;
  readonly synthetic?: boolean;
  readonly symbols?: string;
  readonly interval?: string;
  readonly from?: string;
  readonly to?: string;
  readonly speed?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly deposit?: string;
  readonly seed?: string;
  readonly fee?: string;
  readonly start?: string;
  readonly waitFor?: string;
  readonly trades?: string;
  readonly exchangeInfo?: string;
  readonly profile?: string;
  readonly book?: string;
  readonly limits?: string;
  readonly faults?: string;
  readonly listenKeys?: boolean;
}

const NAMES = [
  'live',
  'synthetic',
  'klines',
  'symbols',
  'interval',
  'from',
  'to',
  'speed',
  'key',
  'secret',
  'deposit',
  'seed',
  'fee',
  'start',
  'waitFor',
  'trades',
  'exchangeInfo',
  'profile',
  'book',
  'limits',
  'faults',
  'listenKeys',
] as const;
/** What the exchange must read itself. */
const PATHS = ['klines', 'trades', 'exchangeInfo', 'faults'] as const;

export function addMarketOptions(command: Command): Command {
  return command
    .option('--klines <folder>', 'recorded klines: SYMBOL-INTERVAL*.csv[.gz]')
    .option('--trades <path>', 'recorded stream lines instead: a .jsonl[.gz] file, or a folder of them')
    .option('--live', 'the prices of the real Binance as they come, without an account or keys')
    .option('--synthetic', 'a made-up market, the same for the same seed (the default)')
    .option('--symbols <A,B>', 'only these symbols', (names: string) => names.toUpperCase())
    .option('--interval <interval>', 'the interval that a step advances by')
    .option('--from <time>', 'where a recording begins (ISO, UTC)')
    .option('--to <time>', 'where a recording ends (ISO, UTC)')
    .option('--speed <speed>', 'times real time, max, or manual')
    .option('--key <key>', 'the key of the paper account')
    .option('--secret <secret>', 'the secret of the paper account')
    .option('--deposit <amounts>', 'what the account begins with, such as USDT=10000,BTC=1')
    .option('--seed <seed>', 'the seed of the made-up market')
    .option('--start <time>', 'where the made-up market begins (ISO, UTC; default: now)')
    .option('--fee <fraction>', 'commission, such as 0.001')
    .option('--wait-for <n>', 'with --speed max: wait for so many bots')
    .option('--exchange-info <file>', 'the rules of symbols: a recorded exchangeInfo (.json or .json.gz)')
    .option(
      '--profile <profile>',
      'touch (no spread, unlimited depth) or book (spread, depth, partial fills)',
    )
    .option('--book <numbers>', 'of the book profile, such as depthOfVolume=0.1,touchShare=0.25')
    .option('--limits <limits>', 'binance for its own, or such as weightPerMinute=6000,ordersPer10s=100')
    .option('--faults <file>', 'fault rules from the start: a JSON list')
    .option('--listen-keys', 'user streams by listen key too, as Binance had them until February 2026');
}

/** As the paper exchange takes them; undefined when none was given. Errors: USAGE. */
export function marketArgs(options: MarketOptions): string[] | undefined {
  const sources = (['klines', 'trades', 'live', 'synthetic'] as const).filter((name) => options[name]);
  if (sources.length > 1) {
    throw new FlotillaError(
      'USAGE',
      `Choose one market: ${sources.map((name) => `--${name}`).join(' and ')} exclude each other.`,
    );
  }
  const args = NAMES.flatMap((name) => {
    const value = isPath(name) ? pathOf(name, options[name]) : options[name];
    if (value === undefined || value === false) return [];
    const flag = flagOf(name);
    return value === true ? [flag] : [flag, value];
  });
  return args.length > 0 ? args : undefined;
}

/** Read as the paper exchange itself will, so that a mistake is told before anything is started. Errors: PaperOptionError. */
export async function paperOptions(folder: string, args: readonly string[]): Promise<PaperOptions> {
  const { parseOptions } = await import('../exchange/paper/wire/argv.js');
  return parseOptions(['--folder', folder, ...args]);
}

/** Whether the prices asked for can be had, before anything is started. Errors: `NoPricesError`, `PaperOptionError`. */
export async function checkLive({ live, folder, symbols }: PaperOptions): Promise<void> {
  if (live) await (await import('../exchange/paper/live/open.js')).checkLive(folder, symbols);
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

type PathName = (typeof PATHS)[number];
const WANTED: Readonly<Record<PathName, string>> = {
  klines: 'a folder of SYMBOL-INTERVAL.csv[.gz] files',
  trades: 'a file of recorded stream lines (.jsonl or .jsonl.gz), or a folder of them',
  exchangeInfo: 'what GET /api/v3/exchangeInfo answered, as .json or .json.gz',
  faults: 'a JSON list of fault rules',
};

function isPath(name: string): name is PathName {
  return (PATHS as readonly string[]).includes(name);
}

/** Absolute, because the exchange runs in its own folder. */
function pathOf(name: PathName, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const path = resolve(value);
  if (existsSync(path)) return path;
  const what = name === 'klines' ? 'folder' : 'file';
  throw new FlotillaError('USAGE', `There is no ${what} ${path}. Give ${flagOf(name)} ${WANTED[name]}.`, {
    field: name,
  });
}
