/** `backtest.sets1000`: sets of parameters on two threads that share the klines, as `flotilla optimize` does them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onThreads } from '../../bot/optimize/threads.js';
import { inlineLess } from '../../cli/inlining.js';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import { root } from '../../test/fleet-run.js';
import { figure, type Figure } from './figure.js';
import { ASSUMED, goldenBot, goldenFile } from './golden.js';
import { peakMegabytes } from './machine.js';

const THREADS = 2;
/** So many are done, and the time of a thousand is counted from them: each takes as long as any other. */
const SETS = 200;
/** By then both threads have compiled all that runs, and their heaps have found their size. */
const FIRST_SETS = 40;

export async function sets(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fl-bench-'));
  const market = recordedMarket({ files: [goldenFile()] });
  const [symbol] = market.symbols;
  const series = symbol === undefined ? null : market.series(symbol.symbol);
  if (symbol === undefined || market.end === null || !(series instanceof KlineSeries))
    throw new Error('there are no klines');
  const script = join(folder, 'worker.cjs');
  await build({
    ...{ entryPoints: [join(root, 'bot', 'optimize', 'worker.ts')], outfile: script },
    ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
    // Whose main file bundles badly has a module that does not.
    mainFields: ['module', 'main'],
  });
  inlineLess();
  const place = { symbol, start: market.start, end: market.end };
  const job = { config: goldenBot(), assumed: { ...ASSUMED, profile: 'touch' as const } };
  const evaluator = onThreads(script, { job, place, klines: series.shared() }, THREADS);
  const evaluate = async (from: number, to: number): Promise<void> => {
    const tasks = Array.from({ length: to - from }, (_, index) =>
      evaluator.evaluate({ pairs: [`signal.period=${10 + ((from + index) % 10)}`], stretch: place }),
    );
    await Promise.all(tasks);
  };
  try {
    const [began, beganCpu] = [performance.now(), process.cpuUsage()];
    await evaluate(0, FIRST_SETS);
    const first = peakMegabytes(process.pid);
    await evaluate(FIRST_SETS, SETS);
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(beganCpu);
    const last = peakMegabytes(process.pid);
    return [
      figure('backtest.sets1000', (seconds / SETS) * 1_000, 's', { atMost: 60 }),
      figure('backtest.sets1000.cpu', (user + system) / 1_000 / SETS, 's of processors'),
      figure(`backtest.sets1000.rssMB.after${FIRST_SETS}`, first, 'MB'),
      figure(`backtest.sets1000.rssMB.after${SETS}`, last, 'MB'),
      figure('backtest.sets1000.rssGrowth', last / first, 'of the peak before', { atMost: 1.2 }),
    ];
  } finally {
    await evaluator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
