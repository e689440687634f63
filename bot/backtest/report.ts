/** A backtest as JSON, as a page of text and as rows of a table. */
import { dec, rounded, text } from '../../core/decimal.js';
import type { BotConfig } from '../config.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { grouped } from '../files/words.js';
import { gapsOf } from './gaps.js';
import type { OpenPosition, Trade } from './ledger.js';
import type { Digits } from './precision.js';
import type { Backtest } from './run.js';
import { statistics, type Statistics } from './statistics.js';

/** What was assumed, so that nobody has to guess it. */
export interface Assumptions {
  readonly fee: string;
  readonly feeAsset: 'received' | 'quote';
  readonly profile: 'touch' | 'book';
}

export interface BacktestReport extends Statistics {
  readonly bots: readonly string[];
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly klines: number;
  readonly budget: string;
  readonly finalEquity: string;
  readonly fees: string;
  /** Return of buying with each bot's budget at its first open and holding to the last close, without commissions. */
  readonly buyAndHoldPercent: number;
  readonly tradeList: readonly Trade[];
  readonly open: readonly OpenPosition[];
  readonly assumptions: readonly string[];
  readonly notes: readonly string[];
  /** Klines of these symbols that were there and not walked, as sentences: they come first. */
  readonly unused: readonly string[];
}

export function reportOf(
  run: Backtest,
  bots: readonly BotConfig[],
  market: MarketSource,
  assumed: Assumptions,
): BacktestReport {
  const budget = bots.reduce((sum, bot) => sum.plus(bot.budget), dec(0));
  const end = market.end ?? market.start;
  const judged = {
    trades: run.trades,
    curve: run.curve,
    initialEquity: Number(budget),
    finalEquity: Number(run.finalEquity),
    start: market.start,
    end,
    openSince: run.open.map(({ entryTime }) => entryTime),
  };
  return {
    ...statistics(judged),
    bots: bots.map(({ id }) => id),
    quote: [...new Set(run.members.map(({ settings }) => settings.instrument.quote))].join(', '),
    start: market.start,
    end,
    klines: run.klines,
    budget: text(budget),
    finalEquity: run.finalEquity,
    fees: run.fees,
    buyAndHoldPercent: buyAndHold(bots, market),
    tradeList: run.trades,
    open: run.open,
    assumptions: [
      ...assumptionsOf(assumed),
      ...market.symbols
        .filter(({ symbol }) => bots.some((bot) => bot.symbol === symbol))
        .map(({ symbol }) => gapsOf(market, symbol)),
    ],
    unused: market.unused ?? [],
    notes: [
      ...market.notes,
      ...run.ledgers.flatMap(({ bot, notes }) => [...notes].map((note) => noteOf(bot, note))),
    ],
  };
}

function buyAndHold(bots: readonly BotConfig[], market: MarketSource): number {
  let [spent, worth] = [0, 0];
  for (const { symbol, budget } of bots) {
    const series = market.series(symbol);
    const open = series.kline(series.indexAt(market.start)).open;
    const close = series.kline(series.indexAt(market.end ?? Infinity) - 1).close;
    spent += Number(budget);
    worth += (Number(budget) / open) * close;
  }
  return 100 * (worth / spent - 1);
}

function noteOf(bot: string, [code, count]: readonly [string, number]): string {
  return `${bot}: ${code}, ${count === 1 ? 'once' : `${count} times`}.`;
}

function assumptionsOf({ fee, feeAsset, profile }: Assumptions): string[] {
  const asset =
    feeAsset === 'quote' ? 'charged in the quote asset' : 'charged in what is received, as Binance does';
  return [
    `Commission: ${text(dec(fee).times(100))} % for maker and taker, ${asset}.`,
    profile === 'touch'
      ? 'No spread, no slippage, unlimited depth; a limit order fills at its own price when touched.'
      : 'Spread and depth follow each kline’s range and volume; market orders walk the book.',
    'Inside a kline the price goes open, low, high, close, or along finer klines where there are any.',
    'A decision at a close executes at the next open; a stop at the worse of its price and the open.',
  ];
}

const CSV = [
  'bot',
  'entryTime',
  'entryPrice',
  'exitTime',
  'exitPrice',
  'quantity',
  'fees',
  'pnl',
  'reason',
] as const;

/** One line per exit order, times as ISO. */
export function tradesCsv(trades: readonly Trade[]): string {
  const rows = trades.map((trade) =>
    CSV.map((name) => (name === 'entryTime' || name === 'exitTime' ? iso(trade[name]) : trade[name])).join(
      ',',
    ),
  );
  return [CSV.join(','), ...rows, ''].join('\n');
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** `digits` of each bot. */
export function reportText(report: BacktestReport, digits: ReadonlyMap<string, Digits>): string {
  const { quote } = report;
  const money = (value: string | number): string => `${grouped(rounded(String(plain(value)), 2))} ${quote}`;
  const percent = (value: number | null): string => (value === null ? '–' : `${value.toFixed(2)} %`);
  const ratio = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  const rows: [string, string][] = [
    [
      'Klines',
      `${grouped(String(report.klines))} of the finest there are, ${minute(report.start)} to ${minute(report.end)} UTC`,
    ],
    ['Equity', `${money(report.budget)} → ${money(report.finalEquity)}`],
    ['Return', `${percent(report.returnPercent)}   buy and hold ${percent(report.buyAndHoldPercent)}`],
    ['Trades', `${report.trades}, won ${report.wins} (${percent(report.winRatePercent)})`],
    [
      'Expectancy',
      `${report.expectancy === null ? '–' : money(report.expectancy)} a trade, profit factor ${ratio(report.profitFactor)}`,
    ],
    [
      'Drawdown',
      `${percent(report.maxDrawdownPercent)} at most; longest below a high ${days(report.maxDrawdownMs)}`,
    ],
    [
      'Ratios',
      `Sharpe ${ratio(report.sharpe)}, Sortino ${ratio(report.sortino)}, Calmar ${ratio(report.calmar)}`,
    ],
    ['Exposure', `${percent(report.exposurePercent)} of the time`],
    ['Fees', money(report.fees)],
    ['Losing run', `${report.longestLosingRun} trades at most`],
    ['Best trade', tradeText(report.best, money, digits)],
    ['Worst trade', tradeText(report.worst, money, digits)],
    [
      'Still open',
      report.open.length === 0
        ? 'nothing'
        : report.open.map((each) => openText(each, money, digits)).join('; '),
    ],
  ];
  return [
    ...report.unused.flatMap((each) => [`${each}.`, '']),
    ...rows.map(([name, value]) => `${name.padEnd(12)} ${value}`),
    '',
    ...monthLines(report, money),
    ...report.assumptions,
    ...report.notes,
  ].join('\n');
}

function monthLines({ months }: BacktestReport, money: (value: number) => string): string[] {
  if (months.length === 0) return [];
  const rows = months.map(
    ({ month, trades, wins, pnl }) =>
      `${month}  ${String(trades).padStart(6)}  ${String(wins).padStart(6)}  ${money(pnl).padStart(18)}`,
  );
  return ['Month    trades     won                 PnL', ...rows, ''];
}

type Money = (value: string) => string;
type ByBot = ReadonlyMap<string, Digits>;

function tradeText(trade: Trade | null, money: Money, digits: ByBot): string {
  if (trade === null) return '–';
  const price = (value: string): string => digits.get(trade.bot)?.price(value) ?? value;
  const of = digits.size > 1 ? `${trade.bot}, ` : '';
  return `${of}${money(trade.pnl)}, ${minute(trade.entryTime)} at ${price(trade.entryPrice)} → ${minute(trade.exitTime)} at ${price(trade.exitPrice)} (${trade.reason})`;
}

function openText(
  { bot, quantity, entryPrice, unrealizedPnl }: OpenPosition,
  money: Money,
  digits: ByBot,
): string {
  const known = digits.get(bot);
  return `${bot}: ${known?.quantity(quantity) ?? quantity} bought at ${known?.price(entryPrice) ?? entryPrice}, ${money(unrealizedPnl)} at the last close`;
}

function plain(value: string | number): string {
  return typeof value === 'string' ? value : value.toFixed(8);
}

function minute(time: number): string {
  return iso(time).slice(0, 16).replace('T', ' ');
}

function days(ms: number): string {
  const count = ms / 86_400_000;
  return count < 2 ? `${(count * 24).toFixed(1)} h` : `${count.toFixed(1)} days`;
}
