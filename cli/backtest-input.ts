/** What is backtested, on which klines, under which assumptions: the options that `backtest` and `optimize` share. */
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { followerProblem } from '../bot/backtest/refused.js';
import { configOf, parseConfig, withSettings, type BotConfig } from '../bot/config.js';
import { botFolder, listBotIds } from '../bot/files/folder.js';
import type { MarketSource } from '../exchange/paper/market/types.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { dataFolder, type CommonOptions } from './command.js';

export interface InputOptions extends CommonOptions {
  readonly klines?: string;
  /** Where klines are fetched instead. */
  readonly venue?: string;
  readonly symbol?: string;
  readonly interval?: string;
  readonly signal?: string;
  readonly plan?: string;
  readonly set: readonly string[];
  /** 1000 where left out. */
  readonly budget?: string;
  readonly fee?: string;
  readonly feeAsset: string;
  readonly tick?: string;
  readonly from?: string;
  readonly to?: string;
  readonly config?: string;
  readonly profile: string;
  readonly acceptGaps?: boolean;
}

/** As `BacktestOptions` has them. */
export interface Assumed {
  readonly fee: string;
  readonly feeAsset: 'received' | 'quote';
  readonly profile: 'touch' | 'book';
  readonly tick?: string;
}

const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Of two folders one would be left out without a word. */
function once(value: string, before: string | undefined): string {
  if (before === undefined) return value;
  throw new InvalidArgumentError(`It is given twice, ${before} and ${value}: put the files into one folder.`);
}

export function addInputOptions(command: Command, set: string): Command {
  return command
    .option('--klines <folder>', 'a folder of kline files, or one: SYMBOL-INTERVAL*.csv[.gz]', once)
    .option('--venue <name>', 'fetch the klines instead: binance (they stay in the data folder) or paper')
    .option('--symbol <symbol>', 'the pair, such as BTCUSDT')
    .option('--interval <interval>', 'the length of the klines it decides on, such as 5m')
    .option('--signal <name>', 'when to enter and exit')
    .option('--plan <name>', 'what to hold and how to leave')
    .option('--set <name=value>', set, each, [])
    .option('--budget <amount>', 'what it may spend, in the quote asset (default: 1000)')
    .option('--config <file>', "a bot's config instead of the options above")
    .option('--from <time>', 'where it begins (ISO, UTC); what lies before warms the signal up')
    .option('--to <time>', 'where it ends (ISO, UTC)')
    .option('--accept-gaps', 'run across outages that are longer than the warm-up of the signal')
    .option('--fee <fraction>', 'commission', '0.001')
    .option('--fee-asset <asset>', 'received (as Binance charges) or quote', 'received')
    .option('--tick <step>', 'the smallest price step, if not that of the data')
    .option('--profile <name>', 'touch (no spread, unlimited depth) or book', 'touch');
}

/** The one bot that the options spell, or the file of `--config`; `pairs` are settings for it. */
export async function botOf(options: InputOptions, pairs: readonly string[]): Promise<BotConfig> {
  const { config, symbol, interval, signal, plan, budget } = options;
  if (config !== undefined) {
    if (symbol ?? interval ?? signal ?? plan ?? budget)
      throw usage(
        'config',
        '--config says symbol, interval, signal, plan and budget already; leave those out, or leave --config out. --set changes settings of its strategy and its budget.',
      );
    return withSettings(parseConfig(await readConfigFile('config', config), config), pairs);
  }
  for (const [name, value] of Object.entries({ symbol, interval, signal, plan }))
    if (value === undefined) throw usage(name, `Give --${name}, or a bot's own file with --config.`);
  const base = {
    id: 'backtest',
    symbol: symbol?.toUpperCase(),
    interval,
    budget: budget ?? '1000',
    signal: { name: signal },
    plan: { name: plan },
  };
  return withSettings(configOf(base, 'options'), pairs);
}

/** `data/bots` as it stands, also given as the data folder. Errors: USAGE where other options would be left unheard. */
export async function fleetOf(folder: string, options: Partial<InputOptions> = {}): Promise<BotConfig[]> {
  const { config, symbol, interval, signal, plan, budget, set = [] } = options;
  const said = Object.entries({ config, symbol, interval, signal, plan, budget, set: set[0] });
  for (const [name, value] of said)
    if (value !== undefined)
      throw usage(
        name,
        `--fleet takes its bots as they are: leave --${name} out, or test one bot with --config.`,
      );
  const data = folder.replace(/\/?(bots)?\/?$/, '') || (isAbsolute(folder) ? '/' : '.');
  const ids = await listBotIds(data);
  if (ids.length === 0) throw usage('fleet', `${folder} holds no bots; name a folder such as data/bots.`);
  return Promise.all(
    ids.map(async (id) => {
      const file = botFolder(data, id).config;
      return parseConfig(await readConfigFile('fleet', file), file, { id });
    }),
  );
}

async function readConfigFile(field: 'config' | 'fleet', file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? message})`;
    const wayOut =
      field === 'fleet'
        ? 'each folder of a fleet needs one: write it, or move the folder away'
        : "name a bot's config.json";
    throw usage(field, `${file} ${why}; ${wayOut}.`);
  }
}

/** Errors: USAGE. */
export function assumedOf(options: InputOptions): Assumed {
  return {
    fee: feeOf(options.fee ?? '0.001'),
    feeAsset: oneOf('fee-asset', options.feeAsset, ['received', 'quote'] as const),
    profile: oneOf('profile', options.profile, ['touch', 'book'] as const),
    ...(options.tick === undefined ? {} : { tick: tickOf(options.tick) }),
  };
}

/** The klines for these bots, checked. Errors: USAGE, `KlineFileError`, `KlinesMissing`, `BacktestRefused`. */
export async function marketOf(options: InputOptions, bots: readonly BotConfig[]): Promise<MarketSource> {
  const { klines, venue } = options;
  if (klines !== undefined && venue !== undefined)
    throw usage('venue', 'Give --klines or --venue: klines come from files or from a venue, not from both.');
  if (klines === undefined && venue === undefined)
    throw usage(
      'klines',
      'Give --klines a folder of kline files, or one such file; or fetch them with --venue binance.',
    );
  refuseFollowers(bots);
  // Loaded here: other commands do not need the readers of klines.
  const [{ parseTime }, { checkData }] = await Promise.all([
    import('../exchange/paper/wire/argv.js'),
    import('../bot/backtest/data-check.js'),
  ]);
  const [from, to] = [parseTime('--from', options.from), parseTime('--to', options.to)];
  if (from !== undefined && to !== undefined && to <= from)
    throw usage('to', `--to must be after --from; it is ${options.to}, and --from ${options.from}.`);
  const market =
    klines === undefined
      ? await fetchedMarket(options, bots, from, to)
      : await recorded(klines, bots, from, to);
  checkData(bots, market, { acceptGaps: options.acceptGaps ?? false });
  return market;
}

async function recorded(
  dir: string,
  bots: readonly BotConfig[],
  from: number | undefined,
  to: number | undefined,
): Promise<MarketSource> {
  const { recordedMarket } = await import('../exchange/paper/market/files.js');
  return recordedMarket({
    dir,
    symbols: [...new Set(bots.map(({ symbol }) => symbol))],
    ...(bots.length === 1 ? { interval: bots[0]!.interval } : {}),
    from,
    to,
    longest: true,
  });
}

async function fetchedMarket(
  options: InputOptions,
  bots: readonly BotConfig[],
  from: number | undefined,
  to: number | undefined,
): Promise<MarketSource> {
  const venue = oneOf('venue', options.venue ?? '', ['binance', 'paper'] as const);
  const { fetchKlines } = await import('./fetched-klines.js');
  const range = { from: from ?? null, to: to ?? null };
  return fetchKlines(venue, dataFolder(options), bots, range, options.json ?? false);
}

/** Nothing would happen, and that would look like a result. Errors: USAGE. */
function refuseFollowers(bots: readonly BotConfig[]): void {
  for (const bot of bots) {
    const problem = followerProblem(bot);
    if (problem !== null) throw usage('plan', problem);
  }
}

export function usage(field: string, message: string): FlotillaError {
  return new FlotillaError('USAGE', message, { field });
}

function amountOf(name: string, value: string): string {
  if (/^\d+(\.\d+)?$/.test(value) && Number(value) >= 0) return value;
  throw usage(name, `--${name} should be a plain decimal number of 0 or more, it is "${value}".`);
}

function tickOf(value: string): string {
  if (Number(amountOf('tick', value)) > 0) return value;
  throw usage(
    'tick',
    `--tick is the smallest price step, such as 0.01; it must be above 0, and is "${value}".`,
  );
}

/** A fraction, not per cent: 0.1 would be ten per cent of every trade already. */
export function feeOf(value: string): string {
  if (Number(amountOf('fee', value)) <= 0.1) return value;
  throw usage('fee', `--fee is a fraction: 0.001 is 0.1 %. It is "${value}"; give 0.1 at most.`);
}

export function oneOf<Name extends string>(name: string, value: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === value);
  if (found !== undefined) return found;
  throw usage(name, `--${name} is ${names.join(' or ')}, not "${value}".`);
}
