/** How fast a backtest is: each job in a process of its own, medians over several, ratios to what ran beside it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import { root } from '../../test/fleet-run.js';
import type { Told } from './backtest-child.js';
import { writeColumns } from './columns-file.js';
import { figure, percentile, type Figure } from './figure.js';
import { goldenFile } from './golden.js';

const PROCESSES = 3;
/** From here on all that runs is compiled. */
const WARM_FROM = 8;
const RUNS = 15;

const run = promisify(execFile);

/** Bundled once, so that the children are nothing but Node and a backtest. */
async function bundled(): Promise<string> {
  const outfile = join(root, 'node_modules', '.cache', 'flotilla', `backtest-child-${process.pid}.mjs`);
  await build({
    ...{ entryPoints: [join(root, 'scripts', 'bench', 'backtest-child.ts')], outfile },
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
  });
  process.on('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

let script: Promise<string> | null = null;

async function child(...args: readonly (string | number)[]): Promise<Told> {
  const file = await (script ??= bundled());
  const { stdout } = await run(process.execPath, [file, ...args.map(String)]);
  return JSON.parse(stdout) as Told;
}

async function children(...args: readonly (string | number)[]): Promise<Told[]> {
  const told: Told[] = [];
  for (let count = 0; count < PROCESSES; count += 1) told.push(await child(...args));
  return told;
}

async function withKlines<T>(measure: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fl-bench-'));
  try {
    const file = join(folder, 'klines.bin');
    writeColumns(file, recordedMarket({ files: [goldenFile()] }));
    return await measure(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number => percentile(values, 0.5);
/** Million rows a second. */
const speed = ({ rows }: Told, milliseconds: number): number => rows / milliseconds / 1_000;
const cold = (told: readonly Told[]): number => median(told.map((each) => speed(each, each.times[0]!)));
const warm = (told: readonly Told[]): number =>
  median(told.map((each) => speed(each, median(each.times.slice(WARM_FROM)))));

export function golden(): Promise<Figure[]> {
  return withKlines(async (file) => {
    const told = await children('golden', file, RUNS);
    const half = await children('golden', file, RUNS, 0.5);
    const tight = await children('tight', file, RUNS);
    const peer = await child('grademark', file, 3);
    const [ours, limit] = [warm(told), warm(tight)];
    const peers = speed(peer, Math.min(...peer.times));
    const wrong = [...told, ...tight].find(({ trades }) => trades !== 2_129);
    if (wrong !== undefined) throw new Error(`${wrong.trades} trades, 2129 are right`);
    const twice = median(told.map(({ times }) => median(times.slice(WARM_FROM))));
    const once = median(half.map(({ times }) => median(times.slice(WARM_FROM))));
    return [
      figure('backtest.golden.cold', cold(told), 'M klines/s', { atLeast: 5 }),
      figure('backtest.golden.warm', ours, 'M klines/s', { atLeast: 7.5 }),
      figure('backtest.golden.rssMB', median(told.map(({ peakMB }) => peakMB)), 'MB', { atMost: 150 }),
      figure('backtest.golden.scaling', twice / once, 't(2N)/t(N)', { atMost: 2.2 }),
      figure('backtest.golden.ofTightLoop', ours / limit, 'of its speed', { atLeast: 1 / 8 }),
      figure('backtest.golden.tightLoop', limit, 'M klines/s'),
      figure('backtest.golden.grademark', peers, 'M klines/s'),
      figure('backtest.golden.toGrademark', ours / peers, 'times its speed'),
    ];
  });
}

export function rsiMacdBollinger(): Promise<Figure[]> {
  return withKlines(async (file) => {
    const told = await children('default', file, RUNS);
    return [
      figure('backtest.rsiMacdBollinger', warm(told), 'M klines/s', { atLeast: 3 }),
      figure('backtest.rsiMacdBollinger.cold', cold(told), 'M klines/s'),
    ];
  });
}

export async function csv(): Promise<Figure[]> {
  const told = await children('csv', goldenFile(), 5);
  return [
    figure('csv.rowsPerSecond', median(told.map((each) => speed(each, median(each.times)))), 'M rows/s', {
      atLeast: 2,
    }),
    figure('csv.rowsPerSecond.cold', cold(told), 'M rows/s'),
  ];
}
