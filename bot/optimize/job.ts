/** What an optimizer is to do, as threads are told it. */
import type { MarketSource, MarketSymbol } from '../../exchange/paper/market/types.js';
import type { BotConfig } from '../config.js';
import type { Figures } from './figures.js';

/** UTC ms, the end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** As a backtest takes it (`BacktestOptions`). */
export interface Assumed {
  readonly fee: string;
  readonly feeAsset: 'received' | 'quote';
  readonly profile: 'touch' | 'book';
  readonly tick?: string;
}

/** The market without its klines. */
export interface Place extends Stretch {
  readonly symbol: MarketSymbol;
}

export interface Job {
  readonly config: BotConfig;
  readonly assumed: Assumed;
}

/** One backtest: these settings, on this stretch of the klines. */
export interface Task {
  readonly pairs: readonly string[];
  readonly stretch: Stretch;
}

/** Its figures, or why these settings cannot be together. */
export type Outcome = { readonly figures: Figures } | { readonly invalid: string };

/** Does tasks, several at once where it can. */
export interface Evaluator {
  /** How many it does at a time. */
  readonly lanes: number;
  evaluate(task: Task): Promise<Outcome>;
  /** Ends what is under way; its answers never come. */
  close(): Promise<void>;
}

/** The part of a market between two times; what lies before is history. */
export function marketWithin(market: MarketSource, { start, end }: Stretch): MarketSource {
  return { ...market, start, end };
}
