import { once } from 'node:events';
import { InvalidArgumentError, type Command } from 'commander';
import { grouped } from '../bot/files/words.js';
import { rounded } from '../core/decimal.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { Cycles } from '../server/trades/cycles.js';
import { fillJson, fillPage, type FleetFill } from '../server/trades/fills.js';
import { dayFrom, type TradeFilter } from '../server/trades/filter.js';
import { lotRows, type LotRow } from '../server/trades/lot-rows.js';
import { summarize } from '../server/trades/summary.js';
import { fillsCsv, lotsCsv } from '../server/trades/tables.js';
import type { Span, TradesSummary } from '../views/trades-model.js';
import { count } from './bot/look.js';
import { botsOnDisk } from './bots-on-disk.js';
import { define, type CommonOptions, type Context } from './command.js';
import { table } from './output.js';

interface Options extends CommonOptions, TradeFilter {
  readonly last: number;
  readonly lots?: 'fifo';
  readonly pnl?: 'daily' | 'monthly';
  readonly currency?: string;
  readonly csv?: boolean;
}

/** `flotilla trades`: what the page Trades shows, from the bots' files alone: nothing needs to run. */
export function tradesCommand(program: Command): void {
  define<Options>(
    program
      .command('trades')
      .description('the fills of all bots; their tax lots, or what was realized by day or month')
      .option('--bot <id>', 'only of this bot')
      .option('--symbol <symbol>', 'only such as BTCUSDT')
      .option('--venue <venue>', 'only on paper, binance-testnet or binance')
      .option('--tag <tag>', 'only of bots with this tag')
      .option('--side <side>', 'only buys or sells: buy, sell', sideOf)
      .option('--from <day>', 'from this UTC day on, such as 2024-03-07', day)
      .option('--to <day>', 'to this UTC day', day)
      .option('--last <n>', 'how many fills, the newest first (tables and CSV have all)', count, 20)
      .option('--lots <way>', 'what was sold of which purchase: fifo, first in, first out', fifo)
      .option('--pnl <span>', 'what was realized: daily, monthly', span)
      .option('--currency <asset>', 'the quote asset that --pnl sums; the most common one if left out')
      .option('--csv', 'fills or lots as CSV, to the last digit'),
    async ({ data, output }, options) => {
      refuseMixed(options);
      const bots = await botsOnDisk(data, options.bot);
      const filter = filterOf(options);
      if (options.csv === true)
        return write(options.lots === undefined ? fillsCsv(bots, filter) : lotsCsv(bots, filter));
      if (options.lots !== undefined) return tellLots([...lotRows(bots, filter)], output);
      if (options.pnl !== undefined) {
        const summary = await summarize(bots, filter, new Cycles(data), options.currency);
        return output.result(summary, pnlWords(summary, options.pnl));
      }
      const { fills } = fillPage(bots, filter, null, options.last);
      output.result({ fills: fills.map(fillJson) }, fillWords(fills, bots.length));
    },
  );
}

function refuseMixed({ csv = false, json = false, lots, pnl }: Options): void {
  const refuse = (words: string): never => {
    throw new FlotillaError('USAGE', words);
  };
  if (csv && json) refuse('Choose --csv or --json.');
  if (csv && pnl !== undefined) refuse('--pnl has no CSV: choose --json, or leave --csv out.');
  if (lots !== undefined && pnl !== undefined) refuse('Choose --lots or --pnl.');
}

function filterOf({ bot, symbol, venue, tag, side, from, to }: Options): TradeFilter {
  if (from !== undefined && to !== undefined && from > to)
    throw new FlotillaError('USAGE', 'The last day (--to) is before the first (--from).');
  const given = { bot, symbol, venue, tag, side, from, to };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function write(text: AsyncIterable<unknown>): Promise<void> {
  for await (const piece of text)
    if (!process.stdout.write(String(piece))) await once(process.stdout, 'drain');
}

const utc = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const inQuote = (amount: string | null, quote: string): string =>
  amount === null ? '' : `${grouped(rounded(amount, 2))} ${quote}`;

function fillWords(fills: readonly FleetFill[], bots: number): string {
  if (fills.length === 0) return bots === 0 ? 'There is no bot yet.' : 'No fill fits.';
  return table([
    ['time (UTC)', 'bot', 'venue', 'symbol', 'side', 'quantity', 'price', 'fee', 'PnL'],
    ...fills.map(({ bot, time, venue, symbol, side, quantity, price, fee, feeAsset, pnl, ...fill }) => [
      ...[utc(time), bot.id, venue, symbol, side.toLowerCase()],
      ...[`${quantity} ${fill.base}`, price, `${fee} ${feeAsset}`, inQuote(pnl, fill.quote)],
    ]),
  ]);
}

function tellLots(rows: readonly LotRow[], output: Context['output']): void {
  const words = table([
    ['account', 'symbol', 'bot', 'bought', 'gone', 'quantity', 'cost', 'proceeds', 'gain'],
    ...rows.map(({ account, symbol, bot, acquired, disposed, quantity, base, ...row }) => [
      ...[account, symbol, bot, acquired === null ? 'not known' : utc(acquired.time), utc(disposed.time)],
      ...[`${quantity} ${base}`, inQuote(row.cost, row.quote)],
      ...[disposed.price === null ? '' : inQuote(row.proceeds, row.quote), inQuote(row.gain, row.quote)],
    ]),
  ]);
  output.result({ lots: rows }, rows.length === 0 ? 'Nothing that fits was sold.' : words);
}

/** Sums are of one venue and one quote asset; what else there is, is said. */
function pnlWords({ venue, venues, currency, currencies, ...sums }: TradesSummary, by: string): string {
  const spans = by === 'daily' ? sums.days : sums.months;
  const row = ({ name, buys, sells, pnl }: Span): string[] => [
    ...[name, `${buys} bought`, `${sells} sold`],
    inQuote(pnl, currency ?? ''),
  ];
  const all = spans.reduce((sum, { buys }) => sum + buys, 0);
  const sold = spans.reduce((sum, { sells }) => sum + sells, 0);
  const others = currencies.filter((each) => each !== currency);
  const elsewhere = venues.filter((each) => each !== venue);
  const fees = Object.entries(sums.fees).map(([asset, fee]) => `${fee} ${asset}`);
  return [
    spans.length === 0
      ? 'Nothing that fits was traded.'
      : table([
          ...spans.map(row),
          row({ name: `in all, on ${venue}`, buys: all, sells: sold, pnl: sums.pnl }),
        ]),
    ...(fees.length === 0 ? [] : [`fees: ${fees.join(', ')}`]),
    ...(others.length === 0
      ? []
      : [`Not in these sums: what is quoted in ${others.join(', ')} (--currency).`]),
    ...(elsewhere.length === 0 ? [] : [`Nor what was traded on ${elsewhere.join(', ')} (--venue).`]),
  ].join('\n');
}

function sideOf(text: string): 'BUY' | 'SELL' {
  const side = text.toUpperCase();
  if (side === 'BUY' || side === 'SELL') return side;
  throw new InvalidArgumentError('It must be buy or sell.');
}

function day(text: string): number {
  const found = dayFrom(text);
  if (found === null) throw new InvalidArgumentError('It must be a day such as 2024-03-07.');
  return found;
}

function fifo(text: string): 'fifo' {
  if (text.toLowerCase() === 'fifo') return 'fifo';
  throw new InvalidArgumentError('It must be fifo: first in, first out is the one way there is.');
}

function span(text: string): 'daily' | 'monthly' {
  if (text === 'daily' || text === 'monthly') return text;
  throw new InvalidArgumentError('It must be daily or monthly.');
}
