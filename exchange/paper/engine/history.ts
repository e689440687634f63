import type { OpenList, OpenOrder } from './state.js';
import type { Amendment, OrderListRecord, OrderRecord, PreventedMatch, TradeRecord } from './types.js';

/** Everything one account did on one symbol, ascending by id, and what of it is still open. */
export class SymbolHistory {
  orders: OrderRecord[] = [];
  trades: TradeRecord[] = [];
  readonly prevented: PreventedMatch[] = [];
  readonly amendments: Amendment[] = [];
  readonly open = new Map<number, OpenOrder>();
  private readonly newestByClientId = new Map<string, OrderRecord>();
  /** So many of the orders are in there: it is made good when a client id is asked for. */
  private indexed = 0;

  add(order: OrderRecord): void {
    this.orders.push(order);
  }

  /** An amended order has another client id from now on; it is not found by the former one. */
  rename(order: OrderRecord, clientOrderId: string): void {
    if (this.byClientId(order.clientOrderId) === order) this.newestByClientId.delete(order.clientOrderId);
    order.clientOrderId = clientOrderId;
    this.newestByClientId.set(clientOrderId, order);
  }

  forget(before: number): void {
    const { open, newestByClientId, orders } = this;
    const kept: OrderRecord[] = [];
    let indexed = 0;
    for (let index = 0; index < orders.length; index += 1) {
      const order = orders[index]!;
      const isIndexed = index < this.indexed;
      if (order.updateTime >= before || open.has(order.orderId)) {
        kept.push(order);
        if (isIndexed) indexed += 1;
      } else if (isIndexed && newestByClientId.get(order.clientOrderId) === order)
        newestByClientId.delete(order.clientOrderId);
    }
    this.orders = kept;
    this.indexed = indexed;
    this.trades = this.trades.filter(({ time }) => time >= before);
  }

  byId(orderId: number): OrderRecord | null {
    const order = this.orders[firstAtLeast(this.orders, (o) => o.orderId, orderId)];
    return order?.orderId === orderId ? order : null;
  }

  byClientId(clientOrderId: string): OrderRecord | null {
    const { newestByClientId, orders } = this;
    for (; this.indexed < orders.length; this.indexed += 1) {
      const order = orders[this.indexed]!;
      newestByClientId.set(order.clientOrderId, order);
    }
    return newestByClientId.get(clientOrderId) ?? null;
  }

  /** Ids are unique among open orders only: a newer order may have taken the id of one that has ended, never of an open one. */
  openByClientId(clientOrderId: string): OpenOrder | null {
    if (this.open.size === 0) return null;
    const newest = this.byClientId(clientOrderId);
    return newest === null ? null : (this.open.get(newest.orderId) ?? null);
  }
}

/** The records of one account. */
export class History {
  readonly symbols = new Map<string, SymbolHistory>();
  readonly lists = new Map<number, OrderListRecord>();
  readonly openLists = new Map<number, OpenList>();
  private readonly newestListByClientId = new Map<string, OrderListRecord>();

  symbol(symbol: string): SymbolHistory {
    let history = this.symbols.get(symbol);
    if (history === undefined) {
      history = new SymbolHistory();
      this.symbols.set(symbol, history);
    }
    return history;
  }

  addList(list: OrderListRecord): void {
    this.lists.set(list.orderListId, list);
    this.newestListByClientId.set(list.listClientOrderId, list);
  }

  forget(before: number): void {
    for (const history of this.symbols.values()) history.forget(before);
    for (const [id, list] of this.lists) {
      if (list.transactionTime >= before || this.openLists.has(id)) continue;
      this.lists.delete(id);
      if (this.newestListByClientId.get(list.listClientOrderId) === list)
        this.newestListByClientId.delete(list.listClientOrderId);
    }
  }

  listByClientId(listClientOrderId: string): OrderListRecord | null {
    return this.newestListByClientId.get(listClientOrderId) ?? null;
  }
}

/** The first index whose id is not below `id`, in a list ascending by id. */
export function firstAtLeast<T>(list: readonly T[], idOf: (item: T) => number, id: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(list[middle]!) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
