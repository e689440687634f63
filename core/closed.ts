/** What a batch, or a whole cycle, came to: told once, when it ends, for the history. */
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, rounded, text } from './decimal.js';
import { lotOfSlot } from './lots.js';
import type { CycleEnd, Lot, LotSale, SaleKind } from './strategy.js';

/** What one step sold. Amounts in quote are without the commissions that were paid in quote. */
export interface ClosedSale {
  readonly slot: string;
  readonly kind: SaleKind;
  readonly quantity: DecimalText;
  /** Of the batch (%). */
  readonly percent: number;
  readonly received: DecimalText;
  readonly pnl: DecimalText;
  /** Market time (ms). */
  readonly time: number;
}

export interface Closed {
  readonly part: 'batch' | 'cycle';
  /** The batch's number, or the cycle's. */
  readonly number: number;
  readonly symbol: string;
  /** As `accountOf` names it; absent in older journals. */
  readonly account?: string;
  readonly plan: string;
  /** Market times of the first entry fill and of the last sale (ms). */
  readonly openedAt: number;
  readonly closedAt: number;
  /** Volume-weighted price of the entry fills. */
  readonly price: DecimalText;
  /** Base bought, net of commission paid in base, and what it cost, commissions in quote included. */
  readonly quantity: DecimalText;
  readonly cost: DecimalText;
  /** Quote received for what was sold, less commissions in quote. */
  readonly received: DecimalText;
  /** Received less the cost of what was sold; dust keeps its share. */
  readonly pnl: DecimalText;
  readonly end: CycleEnd | null;
  /** Of a batch, its steps in the order in which they were sold; of a cycle nothing. */
  readonly sales: readonly ClosedSale[];
}

/** Where it was traded, and by what. */
export type About = Pick<Closed, 'symbol' | 'account' | 'plan'>;

const ENDS: Readonly<Record<SaleKind, CycleEnd>> = { target: 'take-profit', stop: 'stop-loss', exit: 'exit' };

/** Quote that a sale brought, less commissions in quote. */
export function receivedFor({ quote, fee = '0' }: LotSale): Decimal {
  return dec(quote).minus(fee);
}

/** What a sale realized: by the cost of its own lot. */
export function pnlOf(lot: Lot, sale: LotSale): Decimal {
  return receivedFor(sale).minus(dec(lot.cost).times(sale.quantity).div(lot.quantity));
}

/** Null for a lot that is no batch of its own, or of which nothing was sold. */
export function closedBatch(lot: Lot, about: About): Closed | null {
  const isBatch = lotOfSlot(lot.slot) !== null || lot.sales.some(({ slot }) => lotOfSlot(slot) === lot.id);
  if (!isBatch || lot.sales.length === 0) return null;
  const inTime = [...lot.sales].sort((a, b) => a.time - b.time);
  const sales = inTime.map((sale): ClosedSale => ({
    slot: sale.slot,
    kind: sale.kind,
    quantity: sale.quantity,
    percent: percentOf(lot, sale),
    received: text(receivedFor(sale)),
    pnl: text(pnlOf(lot, sale)),
    time: sale.time,
  }));
  const last = inTime[inTime.length - 1]!;
  return { part: 'batch', number: lot.id, ...about, ...sums([lot]), end: ENDS[last.kind], sales };
}

/** Of a cycle that sold something. `realized`: what the books realized in it, where that is known. */
export function closedCycle(
  number: number,
  lots: readonly Lot[],
  end: CycleEnd | null,
  realized: Decimal | null,
  about: About,
): Closed {
  const all = sums(lots);
  return {
    part: 'cycle',
    number,
    ...about,
    ...all,
    pnl: realized === null ? all.pnl : text(realized),
    end,
    sales: [],
  };
}

/** How much of its lot a sale was (%), as a statistic. */
export function percentOf(lot: Lot, { quantity }: Pick<LotSale, 'quantity'>): number {
  return Number(rounded(dec(quantity).div(lot.quantity).times(100), 2));
}

function sums(lots: readonly Lot[]) {
  const total = (of: (lot: Lot) => Decimal): Decimal => lots.reduce((sum, lot) => sum.plus(of(lot)), ZERO);
  const sold = (of: (lot: Lot, sale: LotSale) => Decimal): Decimal =>
    total((lot) => lot.sales.reduce((sum, sale) => sum.plus(of(lot, sale)), ZERO));
  const bought = total((lot) => dec(lot.bought));
  return {
    openedAt: Math.min(...lots.map(({ openedAt }) => openedAt)),
    closedAt: Math.max(...lots.flatMap(({ sales }) => sales.map(({ time }) => time))),
    price: text(total((lot) => dec(lot.spent)).div(bought)),
    quantity: text(total((lot) => dec(lot.quantity))),
    cost: text(total((lot) => dec(lot.cost))),
    received: text(sold((_, sale) => receivedFor(sale))),
    pnl: text(sold(pnlOf)),
  };
}
