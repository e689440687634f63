/** What came of past cycles and batches, from the history's lines: the newest of them, and figures over all. */
import type { Closed } from '../../core/closed.js';
import type { Decimal, DecimalText } from '../../core/decimal.js';
import { ZERO, dec, rounded, text } from '../../core/decimal.js';

/** So many of each are kept for people to look at; figures count them all. */
const SHOWN = 50;

/** Over all that has ended. Rates are statistics, per cent. */
export interface PastFigures {
  readonly count: number;
  readonly won: number;
  /** Share of those with a profit; null while there are none. */
  readonly winRatePercent: number | null;
  readonly pnl: DecimalText;
  readonly averagePnl: DecimalText | null;
}

export interface PastView {
  /** The newest first. */
  readonly cycles: readonly Closed[];
  readonly batches: readonly Closed[];
  readonly figures: {
    readonly cycles: PastFigures;
    readonly batches: PastFigures;
    /** What the steps of batches sold. */
    readonly steps: PastFigures;
  };
  /** Cycles that ended on another account than the bot's present one: practice, say. They are in none of these. */
  readonly elsewhere: number;
}

/** Counts as it reads, and keeps no more than what is shown. */
export class Past {
  private readonly kept = { cycle: [] as Closed[], batch: [] as Closed[] };
  private readonly counted = { cycles: new Count(), batches: new Count(), steps: new Count() };
  private elsewhere = 0;

  /** `account`: the one that counts; all do where it is not known. */
  constructor(private readonly account?: string) {}

  add(closed: Closed): void {
    const { account = this.account } = closed;
    if (this.account !== undefined && account !== this.account) {
      if (closed.part === 'cycle') this.elsewhere += 1;
      return;
    }
    const kept = this.kept[closed.part];
    kept.push(closed);
    if (kept.length > SHOWN) kept.shift();
    if (closed.part === 'cycle') return this.counted.cycles.add(closed.pnl);
    this.counted.batches.add(closed.pnl);
    for (const { pnl } of closed.sales) this.counted.steps.add(pnl);
  }

  view(): PastView {
    const { cycles, batches, steps } = this.counted;
    return {
      cycles: [...this.kept.cycle].reverse(),
      batches: [...this.kept.batch].reverse(),
      figures: { cycles: cycles.figures(), batches: batches.figures(), steps: steps.figures() },
      elsewhere: this.elsewhere,
    };
  }
}

class Count {
  private count = 0;
  private won = 0;
  private pnl: Decimal = ZERO;

  add(pnl: DecimalText): void {
    const amount = dec(pnl);
    this.count += 1;
    if (amount.gt(0)) this.won += 1;
    this.pnl = this.pnl.plus(amount);
  }

  figures(): PastFigures {
    const { count, won, pnl } = this;
    return {
      count,
      won,
      winRatePercent: count === 0 ? null : Number(((won / count) * 100).toFixed(1)),
      pnl: text(pnl),
      averagePnl: count === 0 ? null : rounded(pnl.div(count), 8),
    };
  }
}
