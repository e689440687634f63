/** What is told of a cycle that has ended. */
import { closedCycle, type About, type Closed } from './closed.js';
import { dec, type DecimalText } from './decimal.js';
import type { Effect } from './events.js';
import type { CycleEnd, Lot } from './strategy.js';

/**
 * Its figures are worked out when they are read: a backtest ends cycles by the thousand and reads none. Getters of classes,
 * not of literals: V8 makes a shape of its own for each literal with a getter, which keeps what the getter sees alive.
 */
export class EndedCycle {
  #closed: Closed | null = null;

  constructor(
    readonly cycle: number,
    private readonly lots: readonly Lot[],
    readonly end: CycleEnd | null,
    /** By the books, now and when it began; null where that was not noted. */
    private readonly realized: DecimalText,
    private readonly before: DecimalText | null,
    private readonly about: About,
  ) {}

  get closed(): Closed {
    const { cycle, lots, end, realized, before, about } = this;
    const pnl = before === null ? null : dec(realized).minus(before);
    return (this.#closed ??= closedCycle(cycle, lots, end, pnl, about));
  }
}

/** The effect for the history. */
export class CycleClosed {
  readonly type = 'closed';
  readonly #ended: EndedCycle;

  constructor(ended: EndedCycle) {
    this.#ended = ended;
  }

  get closed(): Closed {
    return this.#ended.closed;
  }

  /** As any other effect is written. */
  toJSON(): { type: 'closed'; closed: Closed } {
    return { type: this.type, closed: this.closed };
  }
}

/** The effect for the user. */
export class CycleEnded {
  readonly type = 'notify';
  readonly level = 'info';
  readonly code = 'cycle-ended';
  readonly #ended: EndedCycle;

  constructor(ended: EndedCycle) {
    this.#ended = ended;
  }

  get values(): Readonly<Record<string, string | number>> {
    const { cycle, end, closed } = this.#ended;
    const { symbol: market, cost, received, pnl } = closed;
    return { market, cycle, cost, received, pnl, end: end ?? '' };
  }

  toJSON(): { type: string; level: string; code: string; values: Readonly<Record<string, string | number>> } {
    const { type, level, code, values } = this;
    return { type, level, code, values };
  }
}

/** With all that is told of it as its own: what is copied field by field loses what a class works out. */
export function plainEffect(effect: Effect): Effect {
  return effect instanceof CycleClosed || effect instanceof CycleEnded ? (effect.toJSON() as Effect) : effect;
}
