/** What one bot's orders did, by the exchange's own records; its arithmetic owes nothing to the bot's books. */
import type { Decimal } from '../../core/decimal.js';
import { ZERO, dec } from '../../core/decimal.js';
import type { SymbolInfo, TradeRecord } from '../../exchange/paper/engine/types.js';

export class Ledger {
  quantity: Decimal = ZERO;
  /** What was paid and got in quote, commissions included. */
  quote: Decimal = ZERO;
  readonly fees = new Map<string, Decimal>();
  trades = 0;
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
    const budget = this.budgets.get(clientOrderId);
    if (trade.side === 'SELL' || budget === undefined) return;
    const left = dec(budget).plus(this.quote);
    if (left.lt(0))
      this.overspent = { id: clientOrderId, by: left.neg(), share: Number(left.neg().div(amount)) };
  }
}
