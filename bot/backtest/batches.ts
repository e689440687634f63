/** What the entries of a cycle bought, batch by batch, so that an exit is told beside the entries that it closed. */
import { dec, min, ZERO, type Decimal } from '../../core/decimal.js';
import type { ReportedFill } from '../../core/events.js';

/** Amounts in quote but `bought`, `quantity` and `remaining` (base); `quantity` is net of commissions in base. */
class Batch {
  bought = ZERO;
  spent = ZERO;
  fees = ZERO;
  quantity = ZERO;
  /** With commissions in quote. */
  cost = ZERO;
  remaining = ZERO;

  constructor(
    readonly id: number,
    readonly openedAt: number,
  ) {}
}

/** What an exit closed, or what is held: of several batches the first time and the average price. */
export interface Entered {
  readonly entryTime: number;
  readonly entryPrice: Decimal;
  readonly quantity: Decimal;
  /** Of the entries, pro rata. */
  readonly fees: Decimal;
  readonly cost: Decimal;
}

/** A plan without batches has one: all that a cycle buys. */
export const WHOLE = 0;

export class Batches {
  /** Few of them, and nearly always one: a list is looked through sooner than a table. */
  private batches: Batch[] = [];
  /** Left of earlier cycles, too little to be sold alone: it goes with a later exit, at its own cost. */
  private dust = ZERO;
  private dustCost = ZERO;

  /** Whether its plan buys in batches. */
  get several(): boolean {
    return this.batches.length > 0 && this.withId(WHOLE) === undefined;
  }

  /** `fee` in quote; `base` and `quote` are the symbol's assets. */
  buy(id: number, fill: ReportedFill, fee: Decimal, base: string, quote: string): void {
    const amount = dec(fill.price).times(fill.quantity);
    const net = fill.feeAsset === base ? dec(fill.quantity).minus(fill.fee) : dec(fill.quantity);
    const cost = fill.feeAsset === quote ? amount.plus(fill.fee) : amount;
    let batch = this.withId(id);
    if (batch === undefined) this.batches.push((batch = new Batch(id, fill.time)));
    batch.bought = batch.bought.plus(fill.quantity);
    batch.spent = batch.spent.plus(amount);
    batch.fees = batch.fees.plus(fee);
    batch.quantity = batch.quantity.plus(net);
    batch.cost = batch.cost.plus(cost);
    batch.remaining = batch.remaining.plus(net);
  }

  /** Another cycle begins: what is left of this one is dust. */
  endCycle(): void {
    for (const { quantity, cost, remaining } of this.batches) {
      if (remaining.lte(0)) continue;
      this.dust = this.dust.plus(remaining);
      this.dustCost = this.dustCost.plus(cost.times(remaining).div(quantity));
    }
    this.batches = [];
  }

  /** Takes a sale out of its batch; `id` null: out of all, each giving its part. Null where there is none. */
  close(id: number | null, sold: Decimal): Entered | null {
    const own = this.holding(id);
    const [first] = own;
    if (first === undefined) return null;
    if (own.length === 1 && isWhole(first, sold)) return soldWhole(first);
    const held = total(own);
    const taken = min(sold, held);
    const parts = own.map(({ remaining }) => (own.length === 1 ? taken : taken.times(remaining).div(held)));
    const closed = entered(own, parts);
    own.forEach((batch, index) => (batch.remaining = batch.remaining.minus(parts[index]!)));
    return { ...closed, quantity: sold, cost: closed.cost.plus(this.takeDust(sold.minus(taken))) };
  }

  /** What is held of these batches, one by one. */
  held(isOpen: (id: number) => boolean): Entered[] {
    return this.batches
      .filter(({ id, remaining }) => remaining.gt(0) && isOpen(id))
      .map((batch) => entered([batch], [batch.remaining]));
  }

  private withId(id: number): Batch | undefined {
    for (const batch of this.batches) if (batch.id === id) return batch;
    return undefined;
  }

  private holding(id: number | null): Batch[] {
    const own = id === null ? undefined : this.withId(id);
    if (own !== undefined) return [own];
    return this.batches.filter(({ remaining }) => remaining.gt(0));
  }

  /** The cost of base that no batch of the sale has: of earlier cycles first, then of the oldest batches. */
  private takeDust(quantity: Decimal): Decimal {
    if (quantity.lte(0)) return ZERO;
    const loose = min(quantity, this.dust);
    let cost = loose.gt(0) ? this.dustCost.times(loose).div(this.dust) : ZERO;
    this.dust = this.dust.minus(loose);
    this.dustCost = this.dustCost.minus(cost);
    let left = quantity.minus(loose);
    for (const batch of this.batches) {
      const part = min(left, batch.remaining);
      if (part.lte(0)) continue;
      cost = cost.plus(batch.cost.times(part).div(batch.quantity));
      batch.remaining = batch.remaining.minus(part);
      left = left.minus(part);
    }
    return cost;
  }
}

function isWhole({ quantity, remaining }: Batch, sold: Decimal): boolean {
  return sold.eq(remaining) && remaining.eq(quantity);
}

/** As nearly always: one batch, sold at once, without dust. Nothing is to be shared out. */
function soldWhole(batch: Batch): Entered {
  const { openedAt, spent, bought, quantity, fees, cost } = batch;
  batch.remaining = ZERO;
  return { entryTime: openedAt, entryPrice: spent.div(bought), quantity, fees, cost };
}

function total(batches: readonly Batch[]): Decimal {
  return batches.reduce((sum, { remaining }) => sum.plus(remaining), ZERO);
}

/** So much of each, in base. */
function entered(batches: readonly Batch[], parts: readonly Decimal[]): Entered {
  const [first] = batches as [Batch];
  let [bought, spent, quantity, fees, cost] = [ZERO, ZERO, ZERO, ZERO, ZERO];
  batches.forEach((batch, index) => {
    const part = parts[index]!;
    const share = part.div(batch.quantity);
    quantity = quantity.plus(part);
    bought = bought.plus(batch.bought.times(share));
    spent = spent.plus(batch.spent.times(share));
    fees = fees.plus(batch.fees.times(share));
    cost = cost.plus(batch.cost.times(share));
  });
  const alone = batches.length === 1 || bought.eq(0);
  return {
    entryTime: Math.min(...batches.map(({ openedAt }) => openedAt)),
    entryPrice: alone ? first.spent.div(first.bought) : spent.div(bought),
    quantity,
    fees,
    cost,
  };
}
