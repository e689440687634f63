/** What text, CSV and page of an optimization are made of. */
import type { Interval } from '../../core/kline.js';
import type { Optimized } from './optimize.js';
import type { Stretch } from './job.js';
import type { ObjectiveName } from './objective.js';

export interface OptimizeReport extends Optimized {
  readonly symbol: string;
  readonly interval: Interval;
  /** Of the klines, both parts of them (UTC ms). */
  readonly start: number;
  readonly end: number;
  readonly objective: ObjectiveName;
  readonly train: Stretch;
  readonly heldBack: Stretch | null;
  /** Klines that are there and were not used, with the way to them. */
  readonly unused: readonly string[];
  /** Of the data: gaps, and files left out. */
  readonly notes: readonly string[];
}
