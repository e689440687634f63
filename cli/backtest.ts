import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import type { BacktestReport } from '../bot/backtest/report.js';
import { followerProblem } from '../bot/backtest/refused.js';
import type { BotConfig } from '../bot/config.js';
import type { MarketSource } from '../exchange/paper/market/types.js';
import { addInputOptions, assumedOf, botOf, fleetOf, marketOf, type InputOptions } from './backtest-input.js';
import { define } from './command.js';
import { inlineLess } from './inlining.js';
import { refuseUnwritable } from './written-files.js';
import { progressBar } from './progress.js';

interface Options extends InputOptions {
  readonly fleet?: string;
  readonly trades?: string;
  readonly html?: string;
}

/** `flotilla backtest …`: the bot itself on recorded klines, in simulated time. */
export function backtestCommand(program: Command): void {
  const command = addInputOptions(
    program.command('backtest').description('what a bot would have done on recorded klines'),
    'a setting, such as signal.rsiPeriod=14; may be repeated',
  )
    .option('--fleet <folder>', 'all bots of a folder such as data/bots, on one account')
    .option('--trades <file>', 'write the trades as CSV')
    .option('--html <file>', 'write charts, figures and trades as one page that opens offline');
  define<Options>(command, async ({ output }, options) => {
    inlineLess();
    refuseUnwritable({ trades: options.trades, html: options.html });
    const bots = await botsOf(options, (note) => output.say(note));
    const { report, klinesPerSecond, csv, page, words } = await runBacktest(options, bots);
    if (options.trades !== undefined) await writeFileAtomic(options.trades, csv);
    if (options.html !== undefined) await writeFileAtomic(options.html, await page());
    const { tradeList, trades: count, ...figures } = report;
    output.result({ ...figures, tradeCount: count, klinesPerSecond, trades: tradeList }, words);
  });
}

interface Written {
  readonly report: BacktestReport;
  /** The machine's, not the run's: no file and no page holds it, so that the same input gives the same bytes. */
  readonly klinesPerSecond: number;
  readonly csv: string;
  readonly words: string;
  /** The page of `--html`. */
  readonly page: () => Promise<string>;
}

/** One bot, or a fleet without those of which klines can tell nothing. */
async function botsOf(options: Options, say: (note: string) => void): Promise<readonly BotConfig[]> {
  const { fleet, set } = options;
  if (fleet === undefined) return [await botOf(options, set)];
  const all = await fleetOf(fleet, options);
  const bots = all.filter((bot) => followerProblem(bot) === null);
  // Of followers alone it is refused, with the reason.
  if (bots.length === 0 || bots.length === all.length) return all;
  const left = all.filter((bot) => !bots.includes(bot)).map(({ id }) => id);
  say(
    `Left out, as recorded klines hold none of the trades that the plan follow answers: ${left.join(', ')}.`,
  );
  return bots;
}

async function runBacktest(options: Options, bots: readonly BotConfig[]): Promise<Written> {
  const assumed = assumedOf(options);
  // Loaded here: other commands do not need the matching engine.
  const [{ backtest }, { checkPlans }, { reportOf, reportText, tradesCsv }, { digitsOf }] = await Promise.all(
    [
      import('../bot/backtest/run.js'),
      import('../bot/backtest/plan-check.js'),
      import('../bot/backtest/report.js'),
      import('../bot/backtest/precision.js'),
    ],
  );
  const market = await marketOf(options, bots);
  checkPlans(bots, market, assumed.tick);
  const all = klinesIn(market, bots);
  const progress = progressBar('klines', options.json ?? false);
  const began = performance.now();
  const run = backtest({ bots, market, ...assumed, progress: (done) => progress.at(done, all) });
  const klinesPerSecond = Math.round((1_000 * run.klines) / (performance.now() - began));
  progress.end();
  const report = reportOf(run, bots, market, assumed);
  const page = async (): Promise<string> => {
    const [{ chartOf }, { excerptOf }, { backtestHtml }] = await Promise.all([
      import('../bot/backtest/chart.js'),
      import('../bot/backtest/excerpt.js'),
      import('./backtest-html.js'),
    ]);
    return backtestHtml(excerptOf(report, run, bots), chartOf(run, bots, market));
  };
  return {
    report,
    klinesPerSecond,
    csv: tradesCsv(report.tradeList),
    words: reportText(report, digitsOf(run)),
    page,
  };
}

/** Base klines that will be walked. */
function klinesIn(market: MarketSource, bots: readonly BotConfig[]): number {
  const series = [...new Set(bots.map(({ symbol }) => symbol))].map((symbol) => market.series(symbol));
  return series.reduce(
    (sum, each) => sum + each.indexAt(market.end ?? Infinity) - each.indexAt(market.start),
    0,
  );
}
