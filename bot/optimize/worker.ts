/** A thread of the optimizer: klines that it shares with the others, and one backtest after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import { evaluate } from './evaluate.js';
import type { Task } from './job.js';
import type { Beginning } from './threads.js';

const { job, place, klines } = workerData as Beginning;
const series = KlineSeries.over(klines);
const market: MarketSource = {
  symbols: [place.symbol],
  start: place.start,
  end: place.end,
  notes: [],
  extendTo: (time) => time <= place.end,
  series: () => series,
};

parentPort?.on('message', (task: Task) => parentPort?.postMessage(evaluate(job, market, task)));
