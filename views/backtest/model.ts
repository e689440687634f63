/** What the pages of backtests are made from. Money is decimal text, times are UTC ms, absent is null. */
import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import type { StrategyChoice } from '../../bot/config.js';
import type { Risk } from '../../bot/config/schema.js';
import type { Choice, FormTexts, PageModel } from '../model.js';

/** What a user chose for a run. */
export interface BacktestSettings {
  /** As the user calls it; null when it has no name. */
  readonly name: string | null;
  readonly symbol: string;
  readonly interval: string;
  readonly budget: string;
  readonly signal: StrategyChoice;
  readonly plan: StrategyChoice;
  /** The caps of the bot, as in its config. */
  readonly risk: Risk;
  /** The name of a source of klines. */
  readonly source: string;
  /** Null where the data decide. */
  readonly from: number | null;
  readonly to: number | null;
  readonly feePercent: string;
  readonly feeAsset: 'received' | 'quote';
  readonly profile: 'touch' | 'book';
  /** Runs across outages that are longer than the signal's warm-up, as a bot would have. */
  readonly acceptGaps: boolean;
}

/** `interrupted`: the server ended while it ran or waited. */
export type RunState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface RunProgress {
  readonly phase: 'reading' | 'fetching' | 'running';
  /** Klines. */
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

/** What the list of runs tells of a result. */
export interface RunSummary {
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly klines: number;
  readonly seconds: number;
  readonly trades: number;
  readonly finalEquity: string;
  readonly returnPercent: number;
  readonly buyAndHoldPercent: number;
  readonly maxDrawdownPercent: number;
  readonly winRatePercent: number | null;
  readonly profitFactor: number | null;
  readonly sharpe: number | null;
  /** Equity, a few points for a small line. */
  readonly line: readonly number[];
}

export interface Run {
  readonly id: string;
  /** The id of the user whose it is; null belongs to the admins, as a bot of nobody does. */
  readonly owner: string | null;
  readonly settings: BacktestSettings;
  readonly state: RunState;
  /** Wall times (ms). */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why it failed, as a sentence. */
  readonly error: string | null;
  readonly summary: RunSummary | null;
  /** While it runs. */
  readonly progress: RunProgress | null;
}

/** Whether it will not change any more. */
export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return state !== 'waiting' && state !== 'running';
}

export interface RunsModel extends PageModel {
  /** Newest first. */
  readonly runs: readonly Run[];
  /** So many are kept. */
  readonly most: number;
  /** Where recordings are put. */
  readonly folder: string;
}

export interface RunModel extends PageModel {
  readonly run: Run;
  /** Null while there is none. */
  readonly report: BacktestExcerpt | null;
  /** Others that are done, to compare with, newest first. */
  readonly others: readonly Run[];
  /** The new-bot form with these settings filled in. */
  readonly botAddress: string;
  /** Why there is no result although it is done. */
  readonly problem?: string;
}

/** Where klines may come from, as the form offers it. */
export interface SourceChoice {
  readonly name: string;
  readonly title: string;
  readonly kind: 'folder' | 'venue';
  readonly symbols: readonly { readonly symbol: string; readonly intervals: readonly string[] }[];
}

export interface BacktestFormModel extends PageModel {
  /** By field: `symbol`, `source`, `from`, `signal.period`, … */
  readonly values: FormTexts;
  /** One sentence per field; `form` for what belongs to none. */
  readonly errors: FormTexts;
  readonly intervals: readonly string[];
  readonly signals: readonly Choice[];
  readonly plans: readonly Choice[];
  readonly sources: readonly SourceChoice[];
  /** Where recordings are put. */
  readonly folder: string;
}

/** A figure of two runs; money as decimal text. */
export interface ComparedFigure {
  readonly name: string;
  readonly unit: 'percent' | 'money' | 'ratio' | 'count' | 'time';
  readonly a: string | number | null;
  readonly b: string | number | null;
  /** B − A; null where one is missing. */
  readonly difference: string | number | null;
  /** Which way is good; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
}

export interface ComparedSetting {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

export interface Comparison {
  readonly a: Run;
  readonly b: Run;
  readonly figures: readonly ComparedFigure[];
  /** Only those that differ. */
  readonly settings: readonly ComparedSetting[];
}

export interface ComparisonModel extends PageModel {
  readonly comparison: Comparison;
}
