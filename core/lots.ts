/**
 * Lots: what each entry slot bought in this cycle, and what became of it. A fill says by the slot of its order which lot
 * it belongs to, so that a replay, a late fill and a restart all give the same lots. A slot `b<lot>_…` belongs to that lot;
 * any other buys into a lot of its own name and sells the oldest first.
 */
import { copyOfLot } from './copy.js';
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, max, min, text } from './decimal.js';
import { amountOf, paidFor, type BookedFill, type Books } from './position.js';
import type { Lot, LotSale, SaleKind } from './strategy.js';

/** The lot that a slot belongs to by its name; null where it names none. */
export function lotOfSlot(slot: string): number | null {
  if (!slot.startsWith('b')) return null;
  const match = /^b(\d+)_/.exec(slot);
  return match === null ? null : Number(match[1]);
}

/** The slot of a leg's: without the suffix that tells the legs of a pair apart. */
export function slotOfLeg(slot: string): string {
  return slot.endsWith('_tp') || slot.endsWith('_sl') ? slot.slice(0, -3) : slot;
}

/** What a sale was, by the name of its leg's slot alone. */
export function saleKind(slot: string): SaleKind {
  if (slot.endsWith('_sl') || slot.endsWith('_stop') || slot === 'stop') return 'stop';
  return slot.endsWith('_out') || slot === 'exit' ? 'exit' : 'target';
}

export interface LotFill extends BookedFill {
  /** The slot of the leg that was filled. */
  readonly slot: string;
  readonly time: number;
}

/** The lot that a buy in this slot belongs to: an open one of that name, else the one it names, else `fresh`. */
export function lotFor(lots: readonly Lot[], slot: string, fresh: number): number {
  return lotInSlot(lots, slot)?.id ?? lotOfSlot(slot) ?? fresh;
}

export function buyIntoLot(
  lots: readonly Lot[],
  id: number,
  fill: LotFill,
  base: string,
  quote: string,
): Lot[] {
  const before = lotById(lots, id) ?? emptyLot(id, fill);
  const bought = dec(fill.quantity);
  const net = fill.feeAsset === base ? bought.minus(fill.fee) : bought;
  const after = copyOfLot(before);
  after.bought = text(dec(before.bought).plus(bought));
  after.spent = text(dec(before.spent).plus(amountOf(fill)));
  after.quantity = text(dec(before.quantity).plus(net));
  after.remaining = text(dec(before.remaining).plus(net));
  after.cost = text(dec(before.cost).plus(paidFor(fill, quote)));
  after.highestPrice = text(max(dec(before.highestPrice), dec(fill.price)));
  after.completed = false;
  if (lots.length === 0) return [after];
  const others = lots.filter((lot) => lot.id !== id);
  return [...others, after].sort((a, b) => a.id - b.id);
}

export function lotById(lots: readonly Lot[], id: number): Lot | undefined {
  for (const lot of lots) if (lot.id === id) return lot;
  return undefined;
}

export function lotInSlot(lots: readonly Lot[], slot: string): Lot | undefined {
  for (const lot of lots) if (lot.slot === slot) return lot;
  return undefined;
}

function emptyLot(id: number, { slot, time, price }: Pick<LotFill, 'slot' | 'time' | 'price'>): Lot {
  return {
    id,
    slot,
    openedAt: time,
    bought: '0',
    spent: '0',
    quantity: '0',
    remaining: '0',
    cost: '0',
    highestPrice: price,
    klines: 0,
    sales: [],
    leaving: [],
    completed: false,
  };
}

/** Base of the books that is in no open lot: dust of earlier cycles and of completed lots. */
export function looseQuantity(quantity: DecimalText, lots: readonly Lot[]): Decimal {
  const open = lots.filter((lot) => !lot.completed).reduce((sum, { remaining }) => sum.plus(remaining), ZERO);
  return max(ZERO, dec(quantity).minus(open));
}

/**
 * Takes a sale out of the lots: first of the one that its slot names, then of what is loose, then the oldest first.
 * `held` is what the books hold before the fill; commission in `quote` is noted with the sale.
 */
export function sellFromLots(
  lots: readonly Lot[],
  fill: LotFill,
  base: string,
  held: DecimalText,
  quote = '',
): Lot[] {
  const own = lotOfSlot(fill.slot);
  let left = dec(fill.quantity).plus(fill.feeAsset === base ? dec(fill.fee) : ZERO);
  if (own === null && lots.length === 1) return [lessSold(lots[0]!, left, fill, quote)];
  const taken = new Map<number, Decimal>();
  const take = (lot: Lot) => {
    const part = min(left, dec(lot.remaining).minus(taken.get(lot.id) ?? ZERO));
    taken.set(lot.id, (taken.get(lot.id) ?? ZERO).plus(part));
    left = left.minus(part);
  };
  if (own !== null) {
    lots.filter(({ id }) => id === own).forEach(take);
    lots.filter(({ completed }) => completed).forEach(take);
    // Dust of earlier cycles is in no lot at all.
    const inLots = lots.reduce((sum, { remaining }) => sum.plus(remaining), ZERO);
    left = max(ZERO, left.minus(max(ZERO, dec(held).minus(inLots))));
  }
  lots.forEach(take);
  return lots.map((lot) => {
    const part = taken.get(lot.id) ?? ZERO;
    return part.lte(0) ? lot : sold(lot, part, fill, quote);
  });
}

/** Nearly always there is but one lot. */
function lessSold(lot: Lot, quantity: Decimal, fill: LotFill, quote: string): Lot {
  const part = min(quantity, dec(lot.remaining));
  return part.sign <= 0 ? lot : sold(lot, part, fill, quote);
}

function sold(lot: Lot, quantity: Decimal, fill: LotFill, quoteAsset: string): Lot {
  const slot = slotOfLeg(fill.slot);
  const left = copyOfLot(lot);
  left.remaining = text(dec(lot.remaining).minus(quantity));
  left.sales = withSale(lot.sales, slot, quantity, fill, quoteAsset);
  if (lot.leaving.length === 0) return left;
  left.leaving = lot.leaving.map((each) =>
    each.slot === slot && each.quantity !== null
      ? { ...each, quantity: text(max(ZERO, dec(each.quantity).minus(quantity))) }
      : each,
  );
  return left;
}

function withSale(
  sales: readonly LotSale[],
  slot: string,
  quantity: Decimal,
  { price, time, slot: leg, fee, feeAsset, quantity: whole }: LotFill,
  quoteAsset: string,
): LotSale[] {
  const kind = saleKind(leg);
  const before = sales.find((sale) => sale.slot === slot && sale.kind === kind);
  // A fill may be taken out of several lots: each bears its part of the commission.
  const own = feeAsset === quoteAsset ? partOf(dec(fee), quantity, dec(whole)) : ZERO;
  const paid = before?.fee === undefined ? own : own.plus(before.fee);
  const sold = whole === text(quantity) ? amountOf({ price, quantity: whole }) : quantity.times(price);
  const sum = text(before === undefined ? quantity : quantity.plus(before.quantity));
  const received = text(before === undefined ? sold : sold.plus(before.quote));
  const sale: LotSale = paid.gt(0)
    ? { slot, kind, quantity: sum, quote: received, fee: text(paid), time }
    : { slot, kind, quantity: sum, quote: received, time };
  if (sales.length === 0) return [sale];
  return [...sales.filter((each) => each !== before), sale];
}

function partOf(fee: Decimal, part: Decimal, whole: Decimal): Decimal {
  return part.eq(whole) ? fee : fee.times(part).div(whole);
}

/** Volume-weighted price of a lot's entry fills. */
export function lotPrice({ spent, bought }: Lot): Decimal {
  return dec(spent).div(bought);
}

/** What of a lot has been sold. */
export function soldOf({ quantity, remaining }: Lot): Decimal {
  return dec(quantity).minus(remaining);
}

/** Only a new high changes anything; the same list when there is none. */
export function withHigh(lots: readonly Lot[], price: DecimalText): readonly Lot[] {
  const rises = (lot: Lot) => !lot.completed && dec(price).gt(lot.highestPrice);
  return lots.some(rises)
    ? lots.map((lot) => (rises(lot) ? { ...lot, highestPrice: text(dec(price)) } : lot))
    : lots;
}

/** Coins that the account lacks leave the lots too, of the oldest first: together they hold no more than the books. */
export function shrinkLots(lots: readonly Lot[], quantity: DecimalText): readonly Lot[] {
  let excess = lots.reduce((sum, { remaining }) => sum.plus(remaining), ZERO).minus(quantity);
  if (excess.lte(0)) return lots;
  return lots.map((lot) => {
    const part = max(ZERO, min(excess, dec(lot.remaining)));
    excess = excess.minus(part);
    return {
      ...lot,
      quantity: text(dec(lot.quantity).minus(part)),
      remaining: text(dec(lot.remaining).minus(part)),
    };
  });
}

/** A lot for what is held and in none: found again after it was missing, or held since before lots were kept. */
export function foundLot(id: number, { quantity, cost }: Books, price: DecimalText, time: number): Lot {
  const spent = text(dec(price).times(quantity));
  const fill = { slot: 'entry', time, price };
  return { ...emptyLot(id, fill), bought: quantity, spent, quantity, remaining: quantity, cost };
}
