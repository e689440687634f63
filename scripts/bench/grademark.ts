/** The same job in grademark, the backtester for Node: RSI 14 beforehand, rules as functions, a stop loss of 2 %. */
import Module, { createRequire } from 'node:module';
import type * as Grademark from 'grademark';
import type { IBar, IStrategy } from 'grademark';
import { Rsi } from '../../strategies/indicators/rsi.js';
import type { KlineSeries } from '../../exchange/paper/market/series.js';

interface Bar extends IBar {
  readonly rsi: number;
}

const strategy: IStrategy<Bar, Bar, unknown, number> = {
  entryRule: (enter, { bar }) => {
    if (bar.rsi < 30) enter();
  },
  exitRule: (exit, { bar }) => {
    if (bar.rsi > 70) exit();
  },
  stopLoss: ({ entryPrice }) => entryPrice * 0.02,
  profitTarget: ({ entryPrice }) => entryPrice * 0.05,
};

/** Answers how many trades a run gives; what comes before a run is not counted against it. */
export function grademarkRun(series: KlineSeries): () => number {
  const rsi = new Rsi(14);
  const bars = Array.from({ length: series.length }, (_, index): Bar => {
    const { openTime, open, high, low, close, volume } = series.kline(index);
    return { time: new Date(openTime), open, high, low, close, volume, rsi: rsi.update(close) ?? 50 };
  });
  standInForChai();
  const require = createRequire(import.meta.url);
  const { backtest } = require('grademark') as typeof Grademark;
  // Its own data frame, which is a dependency of it and not of ours.
  const own = createRequire(require.resolve('grademark'));
  const { DataFrame } = own('data-forge') as { DataFrame: new (rows: readonly Bar[]) => never };
  return () => backtest(strategy, new DataFrame(bars)).length;
}

/** It loads chai without naming it among its dependencies, and uses nothing of it but assertions about its arguments. */
function standInForChai(): void {
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load.bind(Module);
  const holds = () => undefined;
  loader._load = (request, ...rest) =>
    request === 'chai' ? { assert: new Proxy(holds, { get: () => holds }) } : load(request, ...rest);
}
