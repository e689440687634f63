/**
 * One backtest in a thread of its own: it reads or fetches the klines, runs the bot, and writes what came of it into the
 * run's folder. The server hears how far it is, and in the end a few figures.
 */
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { checkData } from '../../bot/backtest/data-check.js';
import { chartOf, type BacktestChart } from '../../bot/backtest/chart.js';
import { excerptOf } from '../../bot/backtest/excerpt.js';
import { reportOf, tradesCsv, type BacktestReport } from '../../bot/backtest/report.js';
import { checkPlans } from '../../bot/backtest/plan-check.js';
import { backtest } from '../../bot/backtest/run.js';
import type { BotConfig } from '../../bot/config.js';
import { marketOf } from '../../exchange/connect.js';
import type { Exchange } from '../../exchange/port.js';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { signalNamed } from '../../strategies/registry.js';
import { klineCache } from './kline-cache.js';
import { feeFraction, testedConfig } from './settings.js';
import type { Job, JobMessage, RunProgress, RunSummary } from './types.js';
import { KlinesMissing, venueMarket } from './venue-klines.js';

/** On Linux a thread has a priority of its own: bots and pages go first. */
const NICE = 5;
const LINE_POINTS = 60;
const PROGRESS_MS = 100;

/** What a user can mend, by name; everything else is a bug of ours. */
const MISTAKES = new Set([
  'BacktestRefused',
  'KlineFileError',
  'KlinesMissing',
  'ConfigError',
  'ExchangeError',
]);

const BUG = 'Something went wrong inside the backtest; the server log says what.';

const say = (message: JobMessage): void => parentPort?.postMessage(message);

async function work(job: Job): Promise<RunSummary> {
  const config = testedConfig(job.settings);
  const market = await klinesOf(job, config);
  checkData([config], market, { acceptGaps: job.settings.acceptGaps });
  checkPlans([config], market);
  const series = market.series(config.symbol);
  const total = series.indexAt(market.end ?? Infinity) - series.indexAt(market.start);
  const tell = paced();
  tell({ phase: 'running', done: 0, total });
  const { feeAsset, profile } = job.settings;
  const assumed = { fee: feeFraction(job.settings), feeAsset, profile };
  const began = performance.now();
  const run = backtest({
    bots: [config],
    market,
    ...assumed,
    progress: (done) => tell({ phase: 'running', done, total }),
  });
  const seconds = (performance.now() - began) / 1_000;
  const told = reportOf(run, [config], market, assumed);
  const report = { ...told, unused: told.unused.map(inForm) };
  const chart = chartOf(run, [config], market);
  await Promise.all([
    write(job, 'report.json', JSON.stringify(excerptOf(report, run, [config]))),
    write(job, 'chart.json', JSON.stringify(chart)),
    write(job, 'trades.csv', tradesCsv(report.tradeList)),
  ]);
  return summaryOf(report, chart, seconds);
}

async function klinesOf({ klines, settings }: Job, config: BotConfig): Promise<MarketSource> {
  const { symbol, interval } = config;
  const { from, to } = settings;
  if (klines.kind === 'folder') {
    say({ type: 'progress', progress: { phase: 'reading', done: 0, total: null } });
    return recordedMarket({
      dir: klines.folder,
      symbols: [symbol],
      interval,
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      longest: true,
    });
  }
  const exchange = reached(klines.venue, klines.data);
  const tell = paced();
  try {
    await exchange.connect();
    const warmup = signalNamed(config.signal.name).warmup(config.signal);
    const wanted = { symbol, interval, from, to, warmup };
    return await venueMarket(exchange, [wanted], {
      progress: (done, total) => tell({ phase: 'fetching', done, total }),
      cache: klines.venue === 'binance' ? klineCache(klines.data, klines.venue) : null,
    });
  } finally {
    await exchange.close();
  }
}

function reached(venue: 'paper' | 'binance', data: string): Exchange {
  try {
    return marketOf(venue, data);
  } catch (error) {
    throw new KlinesMissing((error as Error).message);
  }
}

/** Not more often than somebody can see. */
function paced(): (progress: RunProgress) => void {
  let next = 0;
  return (progress) => {
    const now = performance.now();
    if (now < next) return;
    next = now + PROGRESS_MS;
    say({ type: 'progress', progress });
  };
}

function write({ folder }: Job, name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text, { mode: 0o600 });
}

function summaryOf(report: BacktestReport, { equity }: BacktestChart, seconds: number): RunSummary {
  const { quote, start, end, klines, trades, finalEquity, returnPercent, buyAndHoldPercent } = report;
  const { maxDrawdownPercent, winRatePercent, profitFactor, sharpe } = report;
  const stride = Math.max(1, (equity.length - 1) / (LINE_POINTS - 1));
  const points = Math.min(LINE_POINTS, equity.length);
  const line = Array.from({ length: points }, (_, index) => equity[Math.round(index * stride)] ?? 0);
  return {
    quote,
    start,
    end,
    klines,
    seconds,
    trades,
    finalEquity,
    returnPercent,
    buyAndHoldPercent,
    maxDrawdownPercent,
    winRatePercent,
    profitFactor,
    sharpe,
    line,
  };
}

/**
 * What a user is told. An exchange that cannot be reached says so in its own words, here it is said whose they are; a
 * file is named without the folders before it, which are nobody's business on a page.
 */
function sentenceOf({ klines }: Job, { name, message }: Error): string {
  if (klines.kind === 'folder')
    return inForm(message.replaceAll(`${klines.folder}/`, '').replaceAll(klines.folder, klines.title));
  if (name !== 'ExchangeError') return inForm(message);
  const venue = klines.venue === 'binance' ? 'Binance' : 'The paper exchange';
  return `${venue} did not give the klines: ${message.replace(/\.$/, '')}. Try again later, or choose recordings.`;
}

/** Where the command line has an option, the form has a field. */
function inForm(message: string): string {
  return message
    .replaceAll('--accept-gaps', 'choose that under Outages')
    .replaceAll(
      /--(from|to|interval) /g,
      (_, name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)} `,
    );
}

async function main(job: Job): Promise<void> {
  // Elsewhere this would be the priority of the whole server.
  if (process.platform === 'linux') setPriority(NICE);
  try {
    say({ type: 'done', summary: await work(job) });
  } catch (error) {
    const { name, message, stack } = error as Error;
    if (MISTAKES.has(name)) say({ type: 'failed', message: sentenceOf(job, error as Error), bug: null });
    else say({ type: 'failed', message: BUG, bug: stack ?? message });
  }
}

void main(workerData as Job);
