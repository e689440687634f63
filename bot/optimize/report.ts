/** What text, CSV and page of an optimization are made of. */
import type { Optimized } from './optimize.js';
import type { Stretch } from './job.js';
import type { ObjectiveName } from './objective.js';

export interface OptimizeReport extends Optimized {
  readonly objective: ObjectiveName;
  readonly train: Stretch;
  readonly heldBack: Stretch | null;
  /** Of the data: gaps, and files left out. */
  readonly notes: readonly string[];
}
