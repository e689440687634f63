/** The best so many of all that come by; the rest is forgotten, so memory does not grow with their number. */
import type { Figures } from './figures.js';
import { objective, type ObjectiveName } from './objective.js';

export interface Ranked {
  /** The number of the set, from 0. */
  readonly set: number;
  readonly figures: Figures;
}

export interface Judgement {
  readonly objective: ObjectiveName;
  /** Sets with fewer trades stand behind all others: what happened twice proves nothing. */
  readonly minTrades: number;
}

export class Best {
  /** The best first. */
  readonly list: Ranked[] = [];

  constructor(
    private readonly most: number,
    private readonly judgement: Judgement,
  ) {}

  add(ranked: Ranked): void {
    const { list, most } = this;
    const last = list.at(-1);
    if (list.length >= most && last !== undefined && this.compare(ranked, last) > 0) return;
    let place = list.length;
    while (place > 0 && this.compare(ranked, list[place - 1]!) < 0) place -= 1;
    list.splice(place, 0, ranked);
    if (list.length > most) list.pop();
  }

  /** Below 0 where `a` is better. Equal ones keep the order of their numbers, so that a run repeats itself. */
  private compare(a: Ranked, b: Ranked): number {
    const { minTrades, objective: name } = this.judgement;
    const enough = Number(b.figures.trades >= minTrades) - Number(a.figures.trades >= minTrades);
    if (enough !== 0) return enough;
    const value = objective(name).value;
    const [left, right] = [value(a.figures) ?? -Infinity, value(b.figures) ?? -Infinity];
    if (left !== right) return left > right ? -1 : 1;
    return a.set - b.set;
  }
}
