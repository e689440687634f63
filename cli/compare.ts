import type { Command } from 'commander';
import { CAUSES } from '../bot/compare/causes.js';
import { countWords } from '../bot/compare/count-words.js';
import type { Difference, Side } from '../bot/compare/compare.js';
import type { Comparison } from '../bot/compare/run.js';
import type { BotConfig } from '../bot/config.js';
import { botFolder } from '../bot/files/folder.js';
import { dec, rounded, text } from '../core/decimal.js';
import type { KlineSeries } from '../exchange/paper/market/series.js';
import type { Wanted } from '../bot/compare/klines.js';
import { readConfig } from '../server/fleet/configs.js';
import { signalNamed } from '../strategies/registry.js';
import { ExchangeError } from '../exchange/port.js';
import { feeOf, oneOf, usage } from './backtest-input.js';
import { define, type CommonOptions, type Context } from './command.js';
import { table } from './output.js';
import { progressBar } from './progress.js';
import { refuseWithoutPaper, unreached } from './unreached.js';

interface Options extends CommonOptions {
  readonly klines?: string;
  readonly from?: string;
  readonly fee?: string;
  readonly profile: string;
}

/** `flotilla compare <bot>`: what it did, beside a backtest on the same klines. */
export function compareCommand(program: Command): void {
  const command = program
    .command('compare <bot>')
    .description('what a bot did, beside a backtest of it on the same klines: each difference with its cause')
    .option('--klines <folder>', 'a folder of kline files, or one (default: those of its exchange)')
    .option('--from <time>', 'not before this (ISO, UTC): from where it held nothing')
    .option('--fee <fraction>', 'commission (default: what it was charged)')
    .option('--profile <name>', 'touch (no spread, unlimited depth) or book', 'touch');
  define<Options>(command, async (context, options, [id = '']) => {
    const comparison = await compare(context, options, id);
    const { differences } = comparison;
    context.output.result({ ...comparison, isEqual: differences.length === 0 }, words(comparison));
  });
}

async function compare(context: Context, options: Options, id: string): Promise<Comparison> {
  const { data, fleet } = context;
  // Told as for any other command where there is no such bot.
  const { parked = [] } = await fleet().show(id);
  const folder = botFolder(data, id);
  const config = await readConfig(data, id);
  const [{ readDiary }, { beginningOf }, { commissionOf }, { compareLives, endOf }, { parseTime }] =
    await Promise.all([
      import('../bot/compare/diary.js'),
      import('../bot/compare/beginning.js'),
      import('../bot/compare/commission.js'),
      import('../bot/compare/run.js'),
      import('../exchange/paper/wire/argv.js'),
    ]);
  const profile = oneOf('profile', options.profile, ['touch', 'book'] as const);
  const from = parseTime('--from', options.from) ?? null;
  const diary = await readDiary(folder);
  if (diary === null || diary.heard.size === 0)
    throw usage(
      'bot',
      `${id} has not decided on any kline yet: start it, and compare once some have closed.`,
    );
  if (diary.moved?.parked === true || parked.length > 0)
    throw usage(
      'bot',
      `${id} changed its symbol while it held something of the old one: no backtest does that, so the two cannot be compared.`,
    );
  const { interval, signal } = config;
  const beginning = beginningOf(diary, config.budget, interval, from);
  if (beginning === null)
    throw usage(
      'from',
      `${id} has no entry out of nothing${from === null ? ', as far as its journal reaches back' : ` after ${options.from}`}: there is no moment from which its life could be run again.`,
    );
  const { symbol } = diary.settings;
  const warmup = signalNamed(signal.name).warmup(signal);
  const wanted = { symbol, interval, warmup, from: beginning.time, to: endOf(diary, interval) };
  const series = await klinesFor(context, config, wanted, options);
  const paid = commissionOf(diary.fills, diary.settings.instrument);
  const commission = { ...paid, fee: options.fee === undefined ? paid.fee : feeOf(options.fee) };
  return compareLives({ config, diary, beginning, series, commission, profile });
}

async function klinesFor(
  { data }: Context,
  config: BotConfig,
  wanted: Wanted,
  options: Options,
): Promise<KlineSeries> {
  if (options.klines !== undefined) {
    const { recordedMarket } = await import('../exchange/paper/market/files.js');
    const { symbol, interval, from, to } = wanted;
    const market = recordedMarket({ dir: options.klines, symbols: [symbol], interval, from, to });
    return market.series(symbol) as KlineSeries;
  }
  if (config.venue === 'paper') await refuseWithoutPaper(data);
  const [{ marketOf }, { fetchSeries }] = await Promise.all([
    import('../exchange/connect.js'),
    import('../bot/compare/klines.js'),
  ]);
  const exchange = marketOf(config.venue, data);
  const progress = progressBar('ms of klines', options.json ?? false);
  try {
    await exchange.connect();
    return await fetchSeries(exchange, wanted, progress.at);
  } catch (error) {
    throw error instanceof ExchangeError ? unreached(config.venue, error) : error;
  } finally {
    progress.end();
    await exchange.close();
  }
}

function words(comparison: Comparison): string {
  const { bot, equal, differences, decided, from, to, equity, quote, commission } = comparison;
  const orders = equal === 1 ? '1 order' : `${equal} orders`;
  const span = `${minute(from)} to ${minute(to)} UTC, ${decided} klines decided on`;
  const assumed = `Commission ${text(dec(commission.fee).times(100))} %, ${commission.feeAsset === 'quote' ? 'in quote' : 'in what is received'}. Orders decided on at the last close are not compared.`;
  if (differences.length === 0 && equal === 0)
    return `Neither ${bot} nor its backtest had an order filled: there is nothing to compare (${span}).\n${assumed}`;
  if (differences.length === 0)
    return `${bot} did what its backtest does: ${orders}, equal in time (to a second), price, quantity and commission (${span}).\n${assumed}`;
  const head = ['time (UTC)', 'order', 'bot', 'backtest', 'cause', 'because'];
  return [
    `${bot} and its backtest (${span}): ${countWords(comparison)}.`,
    '',
    table([head, ...differences.map(rowOf)]),
    '',
    `At the end the bot is worth ${money(equity.live)} ${quote}, the backtest ${money(equity.backtest)}.`,
    assumed,
  ].join('\n');
}

function rowOf({ time, slot, side, live, backtest, cause, because }: Difference): string[] {
  return [second(time), `${side} ${slot}`, sideText(live), sideText(backtest), CAUSES[cause], because];
}

function sideText(side: Side | null): string {
  return side === null ? '–' : `${side.quantity} at ${text(dec(rounded(side.price, 8)))}`;
}

const money = (amount: string): string => rounded(amount, 2);
const second = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const minute = (time: number): string => second(time).slice(0, 16);
