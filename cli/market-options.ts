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
}

const NAMES = [
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
] as const;

export function addMarketOptions(command: Command): Command {
  return command
    .option('--klines <folder>', 'recorded klines: SYMBOL-INTERVAL*.csv[.gz]')
    .option('--live', 'the prices of the real Binance, without its account')
    .option('--synthetic', 'a made-up market, the same for the same seed (the default)')
    .option('--symbols <A,B>', 'only these symbols')
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
    .option('--wait-for <n>', 'with --speed max: wait for so many bots');
}

/** As the paper exchange takes them; undefined when none was given. Errors: USAGE. */
export function marketArgs(options: MarketOptions): string[] | undefined {
  const sources = (['klines', 'live', 'synthetic'] as const).filter((name) => options[name]);
  if (sources.length > 1) {
    throw new FlotillaError(
      'USAGE',
      `Choose one market: ${sources.map((name) => `--${name}`).join(' and ')} exclude each other.`,
    );
  }
  if (options.live) {
    throw new FlotillaError(
      'USAGE',
      'The real market cannot be followed yet. Use --klines with recorded files, or --synthetic.',
      { field: 'live' },
    );
  }
  const args = NAMES.flatMap((name) => {
    const value = name === 'klines' ? folderOf(options.klines) : options[name];
    if (value === undefined || value === false) return [];
    const flag = `--${name === 'waitFor' ? 'wait-for' : name}`;
    return value === true ? [flag] : [flag, value];
  });
  return args.length > 0 ? args : undefined;
}

/** Read as the paper exchange itself will, so that a mistake is told before anything is started. Errors: PaperOptionError. */
export async function paperOptions(folder: string, args: readonly string[]): Promise<PaperOptions> {
  const { parseOptions } = await import('../exchange/paper/wire/argv.js');
  return parseOptions(['--folder', folder, ...args]);
}

/** Absolute, because the exchange runs in its own folder. */
function folderOf(klines: string | undefined): string | undefined {
  if (klines === undefined) return undefined;
  const folder = resolve(klines);
  if (existsSync(folder)) return folder;
  throw new FlotillaError(
    'USAGE',
    `There is no folder ${folder}. Give --klines a folder of SYMBOL-INTERVAL.csv[.gz] files.`,
    { field: 'klines' },
  );
}
