/** A small exchange with several symbols, which keeps its own account of what a bot's orders did. Told by dice. */
import type { LegReport, ReportedFill } from '../core/events.js';
import { dec, rounded, text, ZERO, type Decimal } from '../core/decimal.js';
import type { Leg, Order } from '../core/orders.js';
import type { Dice } from './sim/dice.js';

interface Resting {
  readonly symbol: string;
  readonly order: Order;
  status: LegReport['status'];
  /** Which leg was met, and what it executed. */
  leg: number;
  executed: Decimal;
}

export class ParkedMarket {
  readonly prices = new Map<string, number>();
  readonly fills: { readonly symbol: string; readonly fill: ReportedFill }[] = [];
  readonly orders = new Map<string, Resting>();
  private lastTrade = 0;

  constructor(
    private readonly dice: Dice,
    symbols: readonly string[],
  ) {
    for (const symbol of symbols) this.prices.set(symbol, 100);
  }

  /** An id that is taken again is the worst that a bot can do. */
  place(symbol: string, order: Order, time: number): void {
    if (this.orders.has(order.id)) throw new Error(`${order.id} is sent twice`);
    const resting: Resting = { symbol, order, status: 'open', leg: 0, executed: ZERO };
    this.orders.set(order.id, resting);
    if (order.legs.length === 1 && order.legs[0]!.type === 'MARKET') this.fill(resting, 0, time);
  }

  cancel(id: string): void {
    const found = this.orders.get(id);
    if (found?.status === 'open') found.status = 'cancelled';
  }

  move(symbol: string, time: number): number {
    const price = Number((this.prices.get(symbol)! * (1 + this.dice.bell() * 0.02)).toFixed(2));
    this.prices.set(symbol, price);
    for (const resting of this.orders.values())
      if (resting.symbol === symbol && resting.status === 'open') this.meet(resting, price, time);
    return price;
  }

  private meet(resting: Resting, price: number, time: number): void {
    const { order } = resting;
    const met = order.legs.findIndex((leg) => isMet(order.side, leg, price));
    if (met >= 0) this.fill(resting, met, time);
  }

  private fill(resting: Resting, index: number, time: number): void {
    const { order, symbol } = resting;
    const leg = order.legs[index]!;
    const price = leg.price ?? leg.stopPrice ?? String(this.prices.get(symbol));
    const quantity = order.quantity ?? rounded(dec(order.quote ?? '0').div(price), 5);
    this.lastTrade += 1;
    resting.status = 'filled';
    resting.leg = index;
    resting.executed = dec(quantity);
    const bought = order.side === 'BUY';
    this.fills.push({
      symbol,
      fill: {
        tradeId: String(this.lastTrade),
        clientOrderId: leg.clientOrderId,
        side: order.side,
        price,
        quantity,
        fee: rounded(
          dec(quantity)
            .times(bought ? '1' : price)
            .times('0.001'),
          8,
        ),
        feeAsset: bought ? symbol.replace('USDT', '') : 'USDT',
        time,
      },
    });
  }

  /** What the exchange says of an order now; null where it never came. */
  reports(id: string): LegReport[] | null {
    const found = this.orders.get(id);
    if (found === undefined) return null;
    return found.order.legs.map(({ clientOrderId }, index) => ({
      clientOrderId,
      orderId: `${found.order.seq}${index}`,
      status: found.status === 'filled' && index !== found.leg ? 'expired' : found.status,
      executed: found.status === 'filled' && index === found.leg ? text(found.executed) : '0',
    }));
  }

  fillsOf(symbol: string, after: string | null): ReportedFill[] {
    return this.fills
      .filter((each) => each.symbol === symbol && BigInt(each.fill.tradeId) > BigInt(after ?? '0'))
      .map(({ fill }) => fill);
  }

  lastOn(symbol: string): string | null {
    return this.fillsOf(symbol, null).at(-1)?.tradeId ?? null;
  }

  /** Coins of a symbol, and quote that came and went in all of them. */
  coins(symbol: string): Decimal {
    return this.fillsOf(symbol, null).reduce(
      (sum, { side, quantity, fee }) =>
        side === 'BUY' ? sum.plus(quantity).minus(fee) : sum.minus(quantity),
      ZERO,
    );
  }

  quote(): Decimal {
    return this.fills.reduce((sum, { fill: { side, quantity, price, fee } }) => {
      const amount = dec(quantity).times(price);
      return side === 'BUY' ? sum.minus(amount) : sum.plus(amount).minus(fee);
    }, ZERO);
  }
}

function isMet(side: Order['side'], { price, stopPrice }: Leg, now: number): boolean {
  if (stopPrice !== null) return side === 'SELL' ? now <= Number(stopPrice) : now >= Number(stopPrice);
  return price !== null && (side === 'SELL' ? now >= Number(price) : now <= Number(price));
}
