/**
 * Real recorded klines through the real processes: a fleet under PM2 on the paper exchange in lock step, one bot per
 * symbol with one signal and plan, stepped to the end of the recording. Afterwards every bot must have decided
 * on every kline, and its books, the account and the open orders must equal the exchange's record to the last digit.
 * A backtest of the same bots on the same klines must give the same fills: time, side, price, quantity and commission.
 *
 * npm run check:real -- --klines DIR [--symbols BTCUSDT,SOLUSDT] [--interval 5m] [--from 2024-03-01] [--to 2024-03-15]
 *   [--plan single|ladder|martingale] [--signal NAME] [--set plan.levels=4]…
 */
import { parseArgs } from 'node:util';
import { backtest } from '../bot/backtest/run.js';
import { configOf, parseSet } from '../bot/config.js';
import type { BotView } from '../bot/files/view.js';
import type { Interval } from '../core/kline.js';
import { table } from '../cli/output.js';
import { recordedMarket } from '../exchange/paper/market/files.js';
import { checkAccount, checkBooks } from '../test/books-check.js';
import { FleetRun } from '../test/fleet-run.js';
import { closedKlines, Decisions } from './bench/decisions.js';

const BUDGET = 1_000;
/** Steps between two lines of progress; a bot's log keeps the decisions of many more. */
const CHUNK = 500;
const USAGE =
  'Usage: npm run check:real -- --klines DIR [--symbols BTCUSDT,SOLUSDT] [--interval 5m] [--from 2024-03-01] [--to 2024-03-15] [--plan single] [--signal NAME] [--set plan.stopLossPercent=4]';

interface Options {
  readonly klines: string;
  readonly symbols: readonly string[];
  readonly interval: string;
  readonly from: string;
  readonly to: string;
  readonly plan: string;
  readonly signal: string;
  readonly set: readonly string[];
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      klines: { type: 'string' },
      symbols: { type: 'string', default: 'BTCUSDT,SOLUSDT' },
      interval: { type: 'string', default: '5m' },
      from: { type: 'string', default: '2024-03-01' },
      to: { type: 'string', default: '2024-03-15' },
      plan: { type: 'string', default: 'single' },
      signal: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.klines === undefined) {
    throw new Error(`Give --klines a folder of SYMBOL-INTERVAL.csv[.gz] files. ${USAGE}`);
  }
  const symbols = values.symbols.split(',').map((symbol) => symbol.trim());
  if (symbols.includes('') || new Set(symbols).size < symbols.length) {
    throw new Error(`--symbols names each symbol once, separated by commas; it is "${values.symbols}".`);
  }
  // A martingale begins its cycles by itself.
  const signal = values.signal ?? (values.plan === 'martingale' ? 'always' : 'rsi-macd-bollinger');
  return { ...values, signal, klines: values.klines, symbols };
}

const idOf = (symbol: string): string => symbol.toLowerCase();

function botOf(symbol: string, { interval, signal, plan, set }: Options) {
  const chosen = parseSet(set, { signal, plan });
  return {
    id: idOf(symbol),
    symbol,
    interval,
    budget: String(BUDGET),
    signal: { name: signal, ...(chosen['signal'] as object | undefined) },
    plan: { name: plan, ...(chosen['plan'] as object | undefined) },
  };
}

async function startFleet(fleet: FleetRun, options: Options): Promise<number> {
  const { klines, symbols, interval, from, to } = options;
  const deposit = depositFor(symbols.length);
  // prettier-ignore
  await fleet.start([
    '--klines', klines, '--symbols', symbols.join(','), '--interval', interval, '--from', from, '--to', to,
    '--speed', 'manual', '--deposit', `USDT=${deposit}`,
  ]);
  const { time } = await marketState(fleet);
  for (const symbol of symbols) {
    const { id, signal, plan, budget } = botOf(symbol, options);
    // prettier-ignore
    const made = await fleet.cli(
      'bot', 'create', id, '--symbol', symbol, '--interval', interval,
      '--signal', signal.name, '--plan', plan.name, '--budget', budget,
      ...options.set.flatMap((each) => ['--set', each]), '--start',
    );
    if (made.code !== 0) throw new Error(made.stderr.trim());
  }
  return time;
}

/** Twice what is set aside at first: what bots make is set aside too, and one that is short of it for a moment buys less. */
function depositFor(bots: number): number {
  return Math.max(10_000, bots * 2 * BUDGET);
}

async function marketState(fleet: FleetRun): Promise<{ time: number }> {
  const answer = await fetch(`${fleet.paper.control}/state`);
  return (await answer.json()) as { time: number };
}

/** Steps to the end of the recording; the bots' decisions are gathered on the way, before their logs turn over. */
async function stepToTheEnd(fleet: FleetRun, decisions: readonly Decisions[]): Promise<void> {
  let klines = 0;
  const began = performance.now();
  for (let done = false; !done;) {
    const step = await fleet.step(CHUNK);
    klines += step.klines;
    done = step.done;
    for (const each of decisions) each.read();
    const seconds = (performance.now() - began) / 1_000;
    console.error(
      `${new Date(step.time).toISOString().slice(0, 16)}  ${klines} klines  ${Math.round(klines / seconds)}/s`,
    );
  }
}

interface Row {
  readonly view: BotView;
  readonly klines: number;
  readonly decided: number;
  readonly faults: readonly string[];
}

async function examine(fleet: FleetRun, decisions: Decisions, since: number): Promise<Row> {
  const view = await fleet.show(decisions.id);
  const { differences } = await checkBooks(fleet, view);
  const klines = await closedKlines(fleet.paper.rest, view.symbol, view.interval, since);
  const faults = [...differences, ...openOrderFaults(view, await openOrders(fleet, view.symbol))];
  faults.push(...decisions.faults(klines));
  const last = klines.at(-1) ?? null;
  if (view.lastKline !== last)
    faults.push(
      `${view.id}: the last kline decided on opened at ${view.lastKline}, the last closed at ${last}`,
    );
  if (!view.reconciled || view.actual !== 'online')
    faults.push(`${view.id}: ${view.actual}, ${view.reconciled ? '' : 'not '}reconciled`);
  for (const error of view.errors) faults.push(`${view.id}: ${error}`);
  return { view, klines: klines.length, decided: decisions.times.length, faults };
}

interface OpenOrder {
  readonly clientOrderId: string;
  readonly origQty: string;
  readonly executedQty: string;
}

function openOrders(fleet: FleetRun, symbol: string): Promise<OpenOrder[]> {
  return fleet.signed<OpenOrder[]>('/api/v3/openOrders', { symbol });
}

/** Each order that the bot believes open is open, with the same amounts, and there is no other. */
function openOrderFaults(view: BotView, open: readonly OpenOrder[]): string[] {
  const shown = (id: string, quantity: string, filled: string) =>
    `${id} ${Number(quantity)} ${Number(filled)}`;
  const ours = view.openOrders.map((order) => shown(order.clientOrderId, order.quantity, order.filled));
  const theirs = open.map((order) => shown(order.clientOrderId, order.origQty, order.executedQty));
  const only = (some: string[], others: string[]) => some.filter((each) => !others.includes(each));
  return [
    ...only(ours, theirs).map((order) => `${view.id}: ${order} is open in the books, not on the exchange`),
    ...only(theirs, ours).map((order) => `${view.id}: ${order} is open on the exchange, not in the books`),
  ];
}

/** Where a backtest of these bots would have traded otherwise than they did. */
function backtestFaults(options: Options, views: readonly BotView[]): string[] {
  const { klines: dir, symbols, from, to } = options;
  const interval = options.interval as Interval;
  const market = recordedMarket({ dir, symbols, interval, from: Date.parse(from), to: Date.parse(to) });
  const bots = symbols.map((symbol) => configOf(botOf(symbol, options), 'check-real'));
  const { ledgers } = backtest({ bots, market, keepFills: true });
  return ledgers.flatMap(({ bot, fills }) => {
    const ours = (views.find(({ id }) => id === bot)?.trades ?? []).map(fillText);
    const theirs = (fills ?? []).map(fillText);
    const at = theirs.findIndex((fill, index) => fill !== ours[index]);
    const first = at >= 0 ? at : ours.length > theirs.length ? theirs.length : -1;
    if (first < 0) return [];
    return [
      `${bot}: fill ${first + 1} is ${ours[first] ?? 'missing'}; in a backtest it is ${theirs[first] ?? 'missing'}`,
    ];
  });
}

function fillText(fill: {
  readonly time: number;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
  readonly feeAsset: string;
}): string {
  const { time, side, price, quantity, fee, feeAsset } = fill;
  return [
    new Date(time).toISOString(),
    side,
    Number(quantity),
    'at',
    Number(price),
    'fee',
    Number(fee),
    feeAsset,
  ].join(' ');
}

function print(rows: readonly Row[]): void {
  const head = 'bot,klines,decided,trades,cycles,quantity,cash,realized,open,books'.split(',');
  const lines = rows.map(({ view, klines, decided, faults }) =>
    [
      view.id,
      klines,
      decided,
      view.tradeCount,
      view.cycle,
      view.position.quantity,
      view.cash,
      view.realizedPnl,
      view.openOrders.length,
      faults.length === 0 ? 'equal' : 'DIFFER',
    ].map(String),
  );
  console.log(table([head, ...lines]));
}

async function main(): Promise<number> {
  const options = readOptions();
  const fleet = new FleetRun();
  const interrupted = () => void fleet.end().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const since = await startFleet(fleet, options);
    const decisions = options.symbols.map((symbol) => new Decisions(fleet.data, idOf(symbol)));
    await stepToTheEnd(fleet, decisions);
    const rows = await Promise.all(decisions.map((each) => examine(fleet, each, since)));
    print(rows);
    const faults = rows.flatMap((row) => row.faults);
    const views = rows.map((row) => row.view);
    faults.push(...(await checkAccount(fleet, views, { USDT: String(depositFor(views.length)) })));
    faults.push(...backtestFaults(options, views));
    if (views.every((view) => view.tradeCount === 0)) faults.push('No bot has traded: nothing is shown.');
    for (const fault of faults) console.error(fault);
    console.log(
      faults.length === 0
        ? 'All books equal the exchange, all fills a backtest.'
        : `${faults.length} differences.`,
    );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await fleet.end();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  },
);
