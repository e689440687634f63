import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import type { Axis } from '../bot/optimize/axis.js';
import type { Evaluator, Place } from '../bot/optimize/job.js';
import { OBJECTIVE_NAMES } from '../bot/optimize/objective.js';
import type { Optimized } from '../bot/optimize/optimize.js';
import type { OptimizeReport } from '../bot/optimize/report.js';
import type { Results } from '../bot/optimize/results-file.js';
import type { Space } from '../bot/optimize/space.js';
import type { Division } from '../bot/optimize/stretches.js';
import type { KlineSeries } from '../exchange/paper/market/series.js';
import { distFolder } from '../server/fleet/bundles.js';
import { addInputOptions, assumedOf, botOf, marketOf } from './backtest-input.js';
import { define, type Context } from './command.js';
import { inlineLess } from './inlining.js';
import { interruptible } from './interrupt.js';
import * as read from './optimize-options.js';
import type { OptimizeOptions } from './optimize-options.js';
import { INTERRUPTED } from './output.js';
import { progressBar } from './progress.js';
import { refuseUnwritable } from './written-files.js';

/** `flotilla optimize …`: backtests of many settings, and which of them were best. */
export function optimizeCommand(program: Command): void {
  const command = addInputOptions(
    program.command('optimize').description('tries many settings on recorded klines and tells the best'),
    'a setting to try: signal.period=10..20:2, plan.stopLossPercent=1,2,3, or one value; may be repeated',
  )
    .option('--method <name>', 'grid (all of them) or random (some of them)', 'grid')
    .option('--samples <n>', 'how many random ones (default: 1000)')
    .option('--seed <seed>', 'of the random ones: the same seed, the same sets (default: 1)')
    .option('--objective <name>', OBJECTIVE_NAMES.join(', '), 'sharpe')
    .option('--min-trades <n>', 'sets with fewer trades stand behind all others', '10')
    .option('--top <n>', 'how many of the best are told', '10')
    .option(
      '--hold-back <percent>',
      'the end of the time, on which nothing is chosen but all is judged',
      '20%',
    )
    .option('--walk-forward <lengths>', 'choose and judge window after window: train=60d,test=20d')
    .option('--heat <A,B>', 'the two settings of the map (default: the first two that are varied)')
    .option('--results <file>', 'keep what every set gave (.ndjson); the same command goes on from there')
    .option('--csv <file>', 'write the best as CSV')
    .option('--html <file>', 'write a page with the best, the map and the windows')
    .option('--workers <n>', 'threads (default: one for each core)');
  define<OptimizeOptions>(command, run);
}

async function run({ output }: Context, options: OptimizeOptions): Promise<number | void> {
  inlineLess();
  const task = await prepare(options);
  const { space, division } = task;
  const progress = progressBar('backtests', options.json ?? false);
  const interrupt = interruptible();
  try {
    const { optimize } = await import('../bot/optimize/optimize.js');
    const { top, judgement, heat, results } = task;
    const work = optimize(
      { space, division, judgement, top, heat, results, progress: progress.at },
      task.evaluator,
    );
    const done = await interrupt.orEnd(work);
    progress.end();
    if (done === null) return interrupted(output.say, task.results, options);
    await told({ output }, options, task, done);
  } finally {
    progress.end();
    interrupt.close();
    task.results.close();
    await task.evaluator.close();
  }
}

function interrupted(
  say: (words: string) => void,
  results: Results,
  { results: file }: OptimizeOptions,
): number {
  results.close();
  say(
    file === undefined
      ? 'Interrupted: nothing is kept. With --results FILE the next run goes on from here.'
      : !existsSync(file)
        ? 'Interrupted before the first backtest was done: nothing is written.'
        : `Interrupted: ${file} keeps what was done, and the same command goes on from there.`,
  );
  return INTERRUPTED;
}

interface Prepared {
  readonly space: Space;
  readonly division: Division;
  readonly judgement: ReturnType<typeof read.judgementOf>;
  readonly top: number;
  readonly heat: ReturnType<typeof read.heatOf>;
  /** What was used, what was not, and what is to be known of it. */
  readonly data: Pick<OptimizeReport, 'symbol' | 'interval' | 'start' | 'end' | 'unused' | 'notes'>;
  readonly results: Results;
  readonly evaluator: Evaluator;
}

/** All that can be wrong is told here, before anything is written or begun. */
async function prepare(options: OptimizeOptions): Promise<Prepared> {
  refuseUnwritable({ results: options.results, csv: options.csv, html: options.html });
  const [
    { readAxis },
    { spaceOf },
    { checkAxes },
    { divided },
    { ResultsFile, noResults },
    { headerOf },
    { onThreads },
  ] = await Promise.all([
    import('../bot/optimize/axis.js'),
    import('../bot/optimize/space.js'),
    import('../bot/optimize/validate.js'),
    import('../bot/optimize/stretches.js'),
    import('../bot/optimize/results-file.js'),
    import('../bot/optimize/source.js'),
    import('../bot/optimize/threads.js'),
  ]);
  const config = await botOf(options, []);
  const [method, judgement, top] = [read.methodOf(options), read.judgementOf(options), read.topOf(options)];
  const [heldBack, windows] = [read.holdBackOf(options), read.windowsOf(options)];
  const chosen = { signal: config.signal.name, plan: config.plan.name };
  const axes: Axis[] = options.set.map((pair) => readAxis(pair, chosen));
  checkAxes(config, axes);
  const space = spaceOf(axes, method);
  const heat = read.heatOf(options, space.axes);
  const assumed = assumedOf(options);
  const count = read.workersOf(options, availableParallelism(), space.count);
  const market = await marketOf(options, [config]);
  const division = divided({ start: market.start, end: market.end! }, config.interval, heldBack, windows);
  const series = market.series(config.symbol) as KlineSeries;
  const place: Place = {
    start: market.start,
    end: market.end!,
    symbol: market.symbols.find(({ symbol }) => symbol === config.symbol)!,
  };
  const results =
    options.results === undefined
      ? noResults
      : ResultsFile.open(
          options.results,
          headerOf({ version: version(), config, assumed, axes, method, division, place, series }),
        );
  const beginning = { job: { config, assumed }, place, klines: series.shared() };
  const evaluator = onThreads(join(distFolder(), 'optimize-worker.js'), beginning, count);
  // The market itself is let go: the threads have what they share.
  const { symbol, interval } = config;
  const { start, end } = place;
  const data = { symbol, interval, start, end, unused: market.unused ?? [], notes: market.notes };
  return { space, division, judgement, top, heat, data, results, evaluator };
}

async function told(
  { output }: Pick<Context, 'output'>,
  options: OptimizeOptions,
  { division, judgement, data }: Prepared,
  done: Optimized,
): Promise<void> {
  const [{ optimizedText }, { optimizedCsv }, { optimizedPage }] = await Promise.all([
    import('./optimize-text.js'),
    import('./optimize-csv.js'),
    import('../views/optimized.js'),
  ]);
  const report = { ...done, objective: judgement.objective, ...division, ...data };
  if (options.csv !== undefined) await writeFileAtomic(options.csv, optimizedCsv(report));
  if (options.html !== undefined) await writeFileAtomic(options.html, optimizedPage(report));
  output.result(report, optimizedText(report));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(distFolder(), 'build.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
