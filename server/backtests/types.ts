/** What the threads of backtests are given and say; what a run is stands with the pages that show it. */
import type { BacktestSettings, RunProgress, RunSummary } from '../../views/backtest/model.js';

export {
  isOver,
  type BacktestSettings,
  type Run,
  type RunProgress,
  type RunState,
  type RunSummary,
} from '../../views/backtest/model.js';

/** What a worker thread is given. */
export interface Job {
  /** Where it writes `report.json`, `chart.json` and `trades.csv`. */
  readonly folder: string;
  readonly settings: BacktestSettings;
  readonly klines:
    | { readonly kind: 'folder'; readonly folder: string; readonly title: string }
    | { readonly kind: 'venue'; readonly venue: 'paper' | 'binance'; readonly data: string };
}

/** What it says. `bug`: not the user's to mend. */
export type JobMessage =
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | { readonly type: 'done'; readonly summary: RunSummary }
  | { readonly type: 'failed'; readonly message: string; readonly bug: string | null };
