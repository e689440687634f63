/**
 * Tries every set of a space and tells the best: chosen by one stretch of the klines, judged on another. Memory does not
 * grow with the number of sets, and the outcome does not depend on how many are tried at a time.
 */
import { Best, type Judgement, type Ranked } from './best.js';
import type { Figures } from './figures.js';
import { HeatMap, type Heat } from './heat.js';
import { inOrder } from './in-order.js';
import type { Evaluator, Outcome, Stretch, Task } from './job.js';
import { Tries } from './luck.js';
import { objective } from './objective.js';
import { BacktestRefused } from '../backtest/refused.js';
import type { Line, Results } from './results-file.js';
import type { Space } from './space.js';
import type { Division } from './stretches.js';
import { walked, type Walk } from './walk.js';
import { warningsOf } from './warnings.js';

export interface OptimizeOptions {
  readonly space: Space;
  readonly division: Division;
  readonly judgement: Judgement;
  /** How many of the best are told. */
  readonly top: number;
  /** Numbers of two axes for the map of the objective; null for none. */
  readonly heat: { readonly rows: number; readonly columns: number | null } | null;
  readonly results: Results;
  /** Told after each backtest how many of all are done. */
  readonly progress?: (done: number, all: number) => void;
}

export type Values = Readonly<Record<string, string>>;

export interface Chosen {
  /** From 0, as in the results file. */
  readonly set: number;
  readonly values: Values;
  readonly figures: Figures;
  /** The same settings on the klines held back; null where none are, or these settings cannot be there. */
  readonly heldBack: Figures | null;
}

export interface Optimized {
  readonly sets: number;
  readonly combinations: number;
  /** Sets that cannot be (settings that contradict each other, too little money), and why the first; they are left out. */
  readonly left: { readonly count: number; readonly because: string | null };
  /** The best first. */
  readonly best: readonly Chosen[];
  readonly heat: Heat | null;
  /** Probability that the best set's edge is no luck (`luck.ts`). */
  readonly deflatedSharpe: number | null;
  readonly walk: Walk | null;
  readonly warnings: readonly string[];
}

/** Errors: `BacktestRefused` where no set can be tried; whatever stops the evaluator. */
export async function optimize(options: OptimizeOptions, evaluator: Evaluator): Promise<Optimized> {
  const { space, division, top, results } = options;
  const search = new Search(options);
  for (const line of results.known()) search.takeKnown(line);
  try {
    await inOrder(
      search.questions(),
      evaluator.lanes,
      (question) => evaluator.evaluate(question),
      (question, outcome) => search.take(question, outcome, true),
    );
  } finally {
    results.close();
  }
  const best = search.best[0]!;
  if (best.list.length === 0) throw new BacktestRefused(`None of the sets can be: ${search.because}.`);
  const outside = await judge(search, evaluator);
  const chosen = best.list.map((ranked, index): Chosen => ({
    ...ranked,
    values: valuesOf(space, ranked.set),
    heldBack: division.heldBack === null ? null : outside[index]!,
  }));
  const walk =
    division.windows.length === 0
      ? null
      : walked(
          division.windows,
          search.best.slice(1).map(({ list }) => list[0] ?? null),
          outside.slice(division.heldBack === null ? 0 : best.list.length),
          (set) => valuesOf(space, set),
        );
  const deflatedSharpe = search.tries.deflated(chosen[0]!.figures);
  const sets = space.count - search.left;
  return {
    sets,
    combinations: space.combinations,
    left: { count: search.left, because: search.because },
    best: chosen.slice(0, top),
    heat: search.heat?.done() ?? null,
    deflatedSharpe,
    walk,
    warnings: warningsOf({
      best: chosen[0]!.figures,
      heldBack: chosen[0]!.heldBack,
      deflatedSharpe,
      sets,
      walk: walk && { ...walk, tests: walk.windows.length },
    }),
  };
}

/** How the best did where they were not chosen: those of all on what is held back, then each window's in its test. */
async function judge(search: Search, evaluator: Evaluator): Promise<(Figures | null)[]> {
  const { division, space } = search.options;
  const questions = [
    ...(division.heldBack === null ? [] : search.best[0]!.list).map(({ set }) => ({
      set,
      stretch: division.heldBack!,
    })),
    ...search.best
      .slice(1)
      .flatMap(({ list: [first] }, index) =>
        first === undefined ? [] : [{ set: first.set, stretch: division.windows[index]!.test }],
      ),
  ];
  const figures: (Figures | null)[] = [];
  await inOrder(
    questions,
    evaluator.lanes,
    ({ set, stretch }) => evaluator.evaluate({ pairs: space.pairs(set), stretch }),
    (_, outcome) => {
      search.count();
      figures.push('figures' in outcome ? outcome.figures : null);
    },
  );
  return figures;
}

interface Question extends Task {
  readonly part: number;
  readonly set: number;
}

/** What is known so far: for the whole, and for each window. */
class Search {
  readonly best: readonly Best[];
  readonly heat: HeatMap | null;
  readonly tries = new Tries();
  /** Sets that cannot be. */
  left = 0;
  because: string | null = null;
  private readonly stretches: readonly Stretch[];
  private next = 0;
  private done = 0;

  constructor(readonly options: OptimizeOptions) {
    const { division, judgement, top, heat, space } = options;
    this.stretches = [division.train, ...division.windows.map(({ train }) => train)];
    this.best = this.stretches.map((_, part) => new Best(part === 0 ? Math.max(1, top) : 1, judgement));
    this.heat = heat === null ? null : new HeatMap(space.axes, heat.rows, heat.columns);
  }

  private get all(): number {
    const { space, division, top } = this.options;
    const judged = division.heldBack === null ? 0 : Math.min(space.count, Math.max(1, top));
    return this.stretches.length * space.count + judged + division.windows.length;
  }

  *questions(): Generator<Question, void> {
    const { space } = this.options;
    for (let number = this.next; number < this.stretches.length * space.count; number += 1) {
      const [part, set] = [Math.floor(number / space.count), number % space.count];
      yield { part, set, pairs: space.pairs(set), stretch: this.stretches[part]! };
    }
  }

  /** A line of an earlier run. They follow each other as the work does. */
  takeKnown({ part, set, outcome }: Line): void {
    const { count } = this.options.space;
    if (part * count + set !== this.next)
      throw new BacktestRefused(
        `The results file is not in order at set ${set}: it was changed. Remove it, or name another one.`,
      );
    this.next += 1;
    this.take({ part, set }, outcome, false);
  }

  take({ part, set }: Pick<Question, 'part' | 'set'>, outcome: Outcome, isNew: boolean): void {
    const { space, results } = this.options;
    if (isNew) results.add({ part, set, values: valuesOf(space, set), outcome });
    this.count();
    if (!('figures' in outcome)) {
      if (part === 0) this.left += 1;
      this.because ??= outcome.invalid;
      return;
    }
    const ranked: Ranked = { set, figures: outcome.figures };
    this.best[part]!.add(ranked);
    if (part === 0) this.look(ranked);
  }

  count(): void {
    this.done += 1;
    this.options.progress?.(this.done, this.all);
  }

  private look({ set, figures }: Ranked): void {
    const { space, judgement } = this.options;
    this.tries.add(figures);
    this.heat?.add(space.indexes(set), objective(judgement.objective).shown(figures));
  }
}

function valuesOf({ axes, indexes }: Space, set: number): Values {
  return Object.fromEntries(indexes(set).map((value, axis) => [axes[axis]!.path, axes[axis]!.at(value)]));
}
