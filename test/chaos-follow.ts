/** A follower in a storm: its user buys by hand, and what the exchange recorded must be what it took in and sold. */
import type { BotView } from '../bot/files/view.js';
import { dec, text, ZERO } from '../core/decimal.js';
import { parseClientOrderId } from '../core/orders.js';
import { allPages, type Asker, type ExchangeOrder } from './books-check.js';
import type { FleetRun } from './fleet-run.js';

interface Trade {
  readonly id: number;
  readonly orderId: number;
  readonly price: string;
  readonly qty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly isBuyer: boolean;
}

/** Buys a little by hand; while the exchange is dead nothing, or nobody knows. */
export async function buyByHand(fleet: FleetRun, symbol: string, quote: number): Promise<void> {
  const order = { symbol, side: 'BUY', type: 'MARKET', quoteOrderQty: quote.toFixed(2) };
  await fleet
    .signed('/api/v3/order', { ...order, newClientOrderId: `web_${Date.now()}` }, 'POST')
    .catch(() => undefined);
}

export interface Flows {
  readonly base: ReturnType<typeof dec>;
  readonly quote: ReturnType<typeof dec>;
}

/**
 * What the follower and its user traded, commissions included, by the exchange's records; and sentences where the
 * follower's books do not say the same. Its user only buys: what was bought and not sold is held at its cost.
 */
export async function checkFollower(
  asker: Asker,
  view: BotView,
  tag: string,
): Promise<{ readonly flows: Flows; readonly differences: readonly string[] }> {
  const { symbol, base, quote, budget, position, cash } = view;
  const rows = <T>(path: string, name: string, id: (row: T) => number) =>
    allPages<T>((from) => asker.signed(path, { symbol, limit: '1000', [name]: from ?? '0' }), id);
  const orders = await rows<ExchangeOrder>('/api/v3/allOrders', 'orderId', ({ orderId }) => orderId);
  const trades = await rows<Trade>('/api/v3/myTrades', 'fromId', ({ id }) => id);
  const names = new Map(orders.map(({ orderId, clientOrderId }) => [orderId, clientOrderId]));
  let flows: Flows = { base: ZERO, quote: ZERO };
  for (const trade of trades) {
    const owner = parseClientOrderId(names.get(trade.orderId) ?? '');
    if (owner !== null && owner.tag !== tag) continue;
    const sign = trade.isBuyer ? 1 : -1;
    const fee = (asset: string) => (trade.commissionAsset === asset ? trade.commission : '0');
    flows = {
      base: flows.base.plus(dec(trade.qty).times(sign)).minus(fee(base)),
      quote: flows.quote.minus(dec(trade.price).times(trade.qty).times(sign)).minus(fee(quote)),
    };
  }
  const same = (what: string, ours: string, theirs: ReturnType<typeof dec>) =>
    dec(ours).eq(theirs)
      ? []
      : [`${view.id}: ${what} is ${ours} in the books, ${text(theirs)} by the trades`];
  const expected = dec(budget).plus(flows.quote).plus(position.cost);
  return {
    flows,
    differences: [...same('quantity', position.quantity, flows.base), ...same('cash', cash, expected)],
  };
}
