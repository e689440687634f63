import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Command } from 'commander';
import type { BacktestReport } from '../bot/backtest/report.js';
import { configOf, parseConfig, withSettings, type BotConfig } from '../bot/config.js';
import { botFolder, listBotIds } from '../bot/files/folder.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { define, type CommonOptions } from './command.js';

interface Options extends CommonOptions {
  readonly klines?: string;
  readonly symbol?: string;
  readonly interval?: string;
  readonly signal?: string;
  readonly plan?: string;
  readonly set: readonly string[];
  readonly budget: string;
  readonly fee?: string;
  readonly feeAsset: string;
  readonly tick?: string;
  readonly from?: string;
  readonly to?: string;
  readonly config?: string;
  readonly fleet?: string;
  readonly profile: string;
  readonly trades?: string;
  readonly html?: string;
}

const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `flotilla backtest …`: the bot itself on recorded klines, in simulated time. */
export function backtestCommand(program: Command): void {
  const command = program
    .command('backtest')
    .description('what a bot would have done on recorded klines')
    .option('--klines <folder>', 'a folder of kline files, or one: SYMBOL-INTERVAL*.csv[.gz]')
    .option('--symbol <symbol>', 'the pair, such as BTCUSDT')
    .option('--interval <interval>', 'the length of the klines it decides on, such as 5m')
    .option('--signal <name>', 'when to enter and exit')
    .option('--plan <name>', 'what to hold and how to leave')
    .option('--set <name=value>', 'a setting, such as signal.rsiPeriod=14; may be repeated', each, [])
    .option('--budget <amount>', 'what it may spend, in the quote asset', '1000')
    .option('--config <file>', "a bot's config instead of the options above")
    .option('--fleet <folder>', 'all bots of a folder such as data/bots, on one account')
    .option('--from <time>', 'where it begins (ISO, UTC); what lies before warms the signal up')
    .option('--to <time>', 'where it ends (ISO, UTC)')
    .option('--fee <fraction>', 'commission', '0.001')
    .option('--fee-asset <asset>', 'received (as Binance charges) or quote', 'received')
    .option('--tick <step>', 'the smallest price step, if not that of the data')
    .option('--profile <name>', 'touch (no spread, unlimited depth) or book', 'touch')
    .option('--trades <file>', 'write the trades as CSV')
    .option('--html <file>', 'write charts, figures and trades as one page that opens offline');
  define<Options>(command, async ({ output }, options) => {
    const { report, csv, page, words } = await runBacktest(options);
    if (options.trades !== undefined) await writeFile(options.trades, csv);
    if (options.html !== undefined) await writeFile(options.html, await page());
    const { tradeList, trades: count, ...figures } = report;
    output.result({ ...figures, tradeCount: count, trades: tradeList }, words);
  });
}

interface Written {
  readonly report: BacktestReport;
  readonly csv: string;
  readonly words: string;
  /** The page of `--html`. */
  readonly page: () => Promise<string>;
}

async function runBacktest(options: Options): Promise<Written> {
  const bots = await botsOf(options);
  if (options.klines === undefined)
    throw usage('klines', 'Give --klines a folder of kline files, or one such file.');
  const assumed = {
    fee: feeOf(options.fee ?? '0.001'),
    feeAsset: oneOf('fee-asset', options.feeAsset, ['received', 'quote'] as const),
    profile: oneOf('profile', options.profile, ['touch', 'book'] as const),
  };
  const tick = options.tick === undefined ? {} : { tick: amountOf('tick', options.tick) };
  // Loaded here: other commands need neither the matching engine nor the readers of klines.
  const [{ recordedMarket }, { parseTime }, { backtest }, { reportOf, reportText, tradesCsv }] =
    await Promise.all([
      import('../exchange/paper/market/files.js'),
      import('../exchange/paper/wire/argv.js'),
      import('../bot/backtest/run.js'),
      import('../bot/backtest/report.js'),
    ]);
  const finest = bots.length === 1 ? bots[0]!.interval : undefined;
  const market = recordedMarket({
    dir: options.klines,
    symbols: [...new Set(bots.map(({ symbol }) => symbol))],
    ...(finest === undefined ? {} : { interval: finest }),
    from: parseTime('--from', options.from),
    to: parseTime('--to', options.to),
  });
  const began = performance.now();
  const run = backtest({ bots, market, ...assumed, ...tick });
  const report = reportOf(run, bots, market, assumed, (performance.now() - began) / 1_000);
  const page = async (): Promise<string> => {
    const [{ chartOf }, { excerptOf }, { backtestHtml }] = await Promise.all([
      import('../bot/backtest/chart.js'),
      import('../bot/backtest/excerpt.js'),
      import('./backtest-html.js'),
    ]);
    return backtestHtml(excerptOf(report, run, bots), chartOf(run, bots, market));
  };
  return { report, csv: tradesCsv(report.tradeList), words: reportText(report), page };
}

async function botsOf(options: Options): Promise<BotConfig[]> {
  const { config, fleet, symbol, interval, signal, plan, budget } = options;
  if (fleet !== undefined) return fleetOf(fleet);
  if (config !== undefined) {
    if (symbol ?? interval ?? signal ?? plan)
      throw usage(
        'config',
        '--config says symbol, interval, signal and plan already; change them with --set or leave it out.',
      );
    return [withSettings(parseConfig(await readFile(config, 'utf8'), config), options.set)];
  }
  for (const [name, value] of Object.entries({ symbol, interval, signal, plan }))
    if (value === undefined) throw usage(name, `Give --${name}, or a bot's own file with --config.`);
  const base = { id: 'backtest', symbol, interval, budget, signal: { name: signal }, plan: { name: plan } };
  return [withSettings(configOf(base, 'options'), options.set)];
}

/** `data/bots` as it stands, also given as the data folder. */
async function fleetOf(folder: string): Promise<BotConfig[]> {
  const data = folder.replace(/\/?(bots)?\/?$/, '') || (isAbsolute(folder) ? '/' : '.');
  const ids = await listBotIds(data);
  if (ids.length === 0) throw usage('fleet', `${folder} holds no bots; name a folder such as data/bots.`);
  return Promise.all(
    ids.map(async (id) => {
      const file = botFolder(data, id).config;
      return parseConfig(await readFile(file, 'utf8'), file, { id });
    }),
  );
}

function usage(field: string, message: string): FlotillaError {
  return new FlotillaError('USAGE', message, { field });
}

function amountOf(name: string, value: string): string {
  if (/^\d+(\.\d+)?$/.test(value)) return value;
  throw usage(name, `--${name} should be a plain decimal number, it is "${value}".`);
}

/** A fraction, not per cent: 0.1 would be ten per cent of every trade already. */
function feeOf(value: string): string {
  if (Number(amountOf('fee', value)) <= 0.1) return value;
  throw usage('fee', `--fee is a fraction: 0.001 is 0.1 %. It is "${value}"; give 0.1 at most.`);
}

function oneOf<Name extends string>(name: string, value: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === value);
  if (found !== undefined) return found;
  throw usage(name, `--${name} is ${names.join(' or ')}, not "${value}".`);
}
