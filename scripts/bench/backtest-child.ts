/**
 * Backtests in a process of their own, told on one line of JSON: times in ms of each run in order, the first one cold.
 * `backtest.ts` starts it with a job, a file of klines, a number of runs and a share of the klines.
 */
import { readFileSync } from 'node:fs';
import { backtest } from '../../bot/backtest/run.js';
import { inlineLess } from '../../cli/inlining.js';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { readColumns } from './columns-file.js';
import { ASSUMED, defaultBot, goldenBot, tightLoop } from './golden.js';
import { peakMegabytes } from './machine.js';

// As the command does.
inlineLess();

export interface Told {
  readonly times: readonly number[];
  readonly rows: number;
  readonly trades: number;
  readonly peakMB: number;
}

const [job = '', file = '', runs = '1', part = '1'] = process.argv.slice(2);

function times(work: () => { rows: number; trades: number }): Told {
  const taken: number[] = [];
  let done = { rows: 0, trades: 0 };
  for (let run = 0; run < Number(runs); run += 1) {
    const began = performance.now();
    done = work();
    taken.push(performance.now() - began);
  }
  return { times: taken, ...done, peakMB: peakMegabytes(process.pid) };
}

/** Klines without the reading of their file: as they lie in memory. */
function market(): MarketSource {
  const { series, symbol } = readColumns(readFileSync(file));
  const end = series.openTime(Math.floor(series.length * Number(part)) - 1) + 60_000;
  const start = series.openTime(0);
  return { symbols: [symbol], start, end, notes: [], extendTo: (time) => time <= end, series: () => series };
}

function ofBacktest(known: MarketSource): Told {
  const golden = job === 'golden';
  const bots = [golden ? goldenBot() : defaultBot()];
  const assumed = golden ? ASSUMED : { ...ASSUMED, feeAsset: 'received' as const };
  return times(() => {
    const run = backtest({ bots, market: known, ...assumed });
    return { rows: run.klines, trades: run.trades.length };
  });
}

function ofTightLoop(): Told {
  const { series } = readColumns(readFileSync(file));
  return times(() => ({ rows: series.length, trades: tightLoop(series.columns, series.length) }));
}

/** Reading the file itself, as `flotilla backtest` does. */
function ofReading(): Told {
  return times(() => {
    const read = recordedMarket({ files: [file] });
    return { rows: read.series(read.symbols[0]!.symbol).length, trades: 0 };
  });
}

async function told(): Promise<Told> {
  if (job === 'csv') return ofReading();
  if (job === 'tight') return ofTightLoop();
  if (job !== 'grademark') return ofBacktest(market());
  const { grademarkRun } = await import('./grademark.js');
  const { series } = readColumns(readFileSync(file));
  const run = grademarkRun(series);
  return times(() => ({ rows: series.length, trades: run() }));
}

console.log(JSON.stringify(await told()));
