/** What one bot's orders did, by the exchange's own records; its arithmetic owes nothing to the bot's books. */
import type { Decimal } from '../../core/decimal.js';
import { ZERO, dec } from '../../core/decimal.js';
import type { SymbolInfo, TradeRecord } from '../../exchange/paper/engine/types.js';

/** What the bot owned and had paid once this trade was done. */
interface Done {
  readonly id: bigint;
  readonly quantity: Decimal;
  readonly quote: Decimal;
}

export class Ledger {
  quantity: Decimal = ZERO;
  /** What was paid and got in quote, commissions included. */
  quote: Decimal = ZERO;
  readonly fees = new Map<string, Decimal>();
  trades = 0;
  private readonly done: Done[] = [];
  /** Budget that was in force when each buy was sent. */
  readonly budgets = new Map<string, string>();
  /** The deepest that a buy went below the money of the bot, as a share of what it cost. */
  overspent: { id: string; by: Decimal; share: number } | null = null;

  book(trade: TradeRecord, info: SymbolInfo, clientOrderId: string): void {
    const sign = trade.side === 'BUY' ? 1 : -1;
    const amount = dec(trade.price).times(trade.qty);
    this.trades += 1;
    this.quantity = this.quantity.plus(dec(trade.qty).times(sign));
    this.quote = this.quote.minus(amount.times(sign));
    this.fees.set(
      trade.commissionAsset,
      (this.fees.get(trade.commissionAsset) ?? ZERO).plus(trade.commission),
    );
    if (trade.commissionAsset === info.baseAsset) this.quantity = this.quantity.minus(trade.commission);
    if (trade.commissionAsset === info.quoteAsset) this.quote = this.quote.minus(trade.commission);
    this.done.push({ id: BigInt(trade.id), quantity: this.quantity, quote: this.quote });
    const budget = this.budgets.get(clientOrderId);
    if (trade.side === 'SELL' || budget === undefined) return;
    const left = dec(budget).plus(this.quote);
    if (left.lt(0))
      this.overspent = { id: clientOrderId, by: left.neg(), share: Number(left.neg().div(amount)) };
  }

  /** What a bot must have that says it knows all trades up to `cursor`, and of the later ones those in `booked`. */
  upTo(cursor: string | null, booked: readonly string[]): { quantity: Decimal; quote: Decimal } {
    let covered = this.done.length;
    const last = BigInt(cursor ?? -1);
    while (covered > 0 && this.done[covered - 1]!.id > last) covered -= 1;
    let { quantity, quote } = this.done[covered - 1] ?? NOTHING;
    const known = new Set(booked);
    for (let index = covered; index < this.done.length; index += 1) {
      const now = this.done[index]!;
      if (!known.has(String(now.id))) continue;
      const before = this.done[index - 1] ?? NOTHING;
      quantity = quantity.plus(now.quantity).minus(before.quantity);
      quote = quote.plus(now.quote).minus(before.quote);
    }
    return { quantity, quote };
  }
}

const NOTHING = { quantity: ZERO, quote: ZERO };
