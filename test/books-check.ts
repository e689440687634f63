/** Whether a bot's books are the exchange's record of its orders, to the last digit: trade by trade, from scratch. */
import { dec, text, ZERO } from '../core/decimal.js';
import { parseClientOrderId } from '../core/orders.js';
import type { BotView } from '../bot/files/view.js';

interface Trade {
  id: number;
  orderId: number;
  price: string;
  qty: string;
  quoteQty: string;
  commission: string;
  commissionAsset: string;
  isBuyer: boolean;
}
export interface ExchangeOrder {
  orderId: number;
  clientOrderId: string;
  status: string;
}

export interface BooksCheck {
  readonly id: string;
  readonly trades: number;
  /** Sentences; empty when all is equal. */
  readonly differences: readonly string[];
}

/** Whoever can ask the exchange as its user. */
export interface Asker {
  signed<T>(path: string, params?: Record<string, string>): Promise<T>;
}

/** Recomputes quantities, cash and fees from the exchange's trades, on all symbols that it traded, and compares them with what the bot says. */
export async function checkBooks(fleet: Asker, view: BotView): Promise<BooksCheck> {
  const differences: string[] = [];
  const same = (what: string, ours: string, theirs: ReturnType<typeof dec>) => {
    if (!dec(ours).eq(theirs))
      differences.push(
        `${view.id}: ${what} is ${ours} in the books, ${text(theirs)} by the exchange's trades`,
      );
  };
  const parked = view.parked ?? [];
  const traded = view.trades.flatMap((trade) => (trade.symbol === undefined ? [] : [trade.symbol]));
  const symbols = new Set([view.symbol, ...parked.map(({ symbol }) => symbol), ...traded]);
  const tags = new Set(view.trades.map((trade) => parseClientOrderId(trade.clientOrderId)?.tag));
  const known = new Set(
    [view, ...parked].flatMap((book) => book.openOrders.map((order) => order.clientOrderId)),
  );
  const books = await Promise.all([...symbols].map((symbol) => recordOf(fleet, symbol, tags)));
  const ids = books.flatMap(({ orders }) => orders.map((order) => order.clientOrderId));
  let cash = dec(view.budget);
  const fees = new Map<string, ReturnType<typeof dec>>();
  for (const { symbol, trades, orders } of books) {
    const base = symbol.slice(0, symbol.length - view.quote.length);
    let quantity = ZERO;
    for (const trade of trades) {
      const amount = dec(trade.price).times(trade.qty);
      quantity = trade.isBuyer ? quantity.plus(trade.qty) : quantity.minus(trade.qty);
      cash = trade.isBuyer ? cash.minus(amount) : cash.plus(amount);
      if (trade.commissionAsset === base) quantity = quantity.minus(trade.commission);
      if (trade.commissionAsset === view.quote) cash = cash.minus(trade.commission);
      fees.set(trade.commissionAsset, (fees.get(trade.commissionAsset) ?? ZERO).plus(trade.commission));
    }
    const held = symbol === view.symbol ? view : parked.find((book) => book.symbol === symbol);
    same(`quantity of ${base}`, held?.position.quantity ?? '0', quantity);
    for (const order of orders)
      if ((order.status === 'NEW' || order.status === 'PARTIALLY_FILLED') && !known.has(order.clientOrderId))
        differences.push(`${view.id}: ${order.clientOrderId} is open on the exchange and unknown to the bot`);
  }
  same('cash', view.cash, cash);
  for (const [asset, fee] of fees) same(`fees in ${asset}`, view.fees[asset] ?? '0', fee);
  const count = books.reduce((sum, { trades }) => sum + trades.length, 0);
  if (count !== view.trades.length)
    differences.push(`${view.id}: ${view.trades.length} trades in the books, ${count} on the exchange`);
  if (new Set(ids).size !== ids.length) differences.push(`${view.id}: an order id was sent twice`);
  return { id: view.id, trades: count, differences };
}

/** All orders with one of these tags, and their trades. */
async function recordOf(fleet: Asker, symbol: string, tags: ReadonlySet<string | undefined>) {
  const all = await allPages<ExchangeOrder>(
    // Without an id the exchange answers with the newest thousand.
    (from) => fleet.signed('/api/v3/allOrders', { symbol, limit: '1000', orderId: from ?? '1' }),
    (order) => order.orderId,
  );
  const trades = await allPages<Trade>(
    (from) => fleet.signed('/api/v3/myTrades', { symbol, limit: '1000', fromId: from ?? '0' }),
    (trade) => trade.id,
  );
  const orders = all.filter((order) => tags.has(parseClientOrderId(order.clientOrderId)?.tag));
  const own = new Set(orders.map((order) => order.orderId));
  return { symbol, orders, trades: trades.filter((trade) => own.has(trade.orderId)) };
}

/** Whether the account as a whole holds what its bots say, beside what was deposited. */
export async function checkAccount(
  fleet: Asker,
  views: readonly BotView[],
  deposits: Readonly<Record<string, string>>,
): Promise<string[]> {
  const account = await fleet.signed<{ balances: { asset: string; free: string; locked: string }[] }>(
    '/api/v3/account',
  );
  const differences: string[] = [];
  const expected = new Map(Object.entries(deposits).map(([asset, amount]) => [asset, dec(amount)]));
  for (const view of views) {
    for (const { base, position } of [view, ...(view.parked ?? [])])
      expected.set(base, (expected.get(base) ?? ZERO).plus(position.quantity));
    expected.set(view.quote, (expected.get(view.quote) ?? ZERO).plus(view.cash).minus(view.budget));
  }
  for (const [asset, amount] of expected) {
    const balance = account.balances.find((each) => each.asset === asset);
    const total = dec(balance?.free ?? '0').plus(balance?.locked ?? '0');
    if (!total.eq(amount))
      differences.push(
        `The account holds ${text(total)} ${asset}; by its bots' books it should hold ${text(amount)}`,
      );
  }
  return differences;
}

/** Every row there is, page by page. */
export async function allPages<T>(
  page: (from: string | null) => Promise<T[]>,
  id: (row: T) => number,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const last = rows.at(-1);
    const next = await page(last === undefined ? null : String(id(last) + 1));
    rows.push(...next);
    if (next.length < 1_000) return rows;
  }
}
