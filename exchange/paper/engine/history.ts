import type { OpenList, OpenOrder } from './state.js';
import type { Amendment, OrderListRecord, OrderRecord, PreventedMatch, TradeRecord } from './types.js';

/** Records ascending by id. The newest of each client id can be asked for: it is looked for among them only then. */
export class Register<T> {
  all: T[] = [];
  private readonly newest = new Map<string, T>();
  /** So many of them are in there. */
  private indexed = 0;

  constructor(
    private readonly idOf: (record: T) => number,
    private readonly clientIdOf: (record: T) => string,
  ) {}

  add(record: T): void {
    this.all.push(record);
  }

  byId(id: number): T | null {
    const record = this.all[firstAtLeast(this.all, this.idOf, id)];
    return record !== undefined && this.idOf(record) === id ? record : null;
  }

  byClientId(clientId: string): T | null {
    const { newest, all } = this;
    for (; this.indexed < all.length; this.indexed += 1) {
      const record = all[this.indexed]!;
      newest.set(this.clientIdOf(record), record);
    }
    return newest.get(clientId) ?? null;
  }

  /** It has another client id from now on, which `change` gives it; it is not found by the former one. */
  rename(record: T, change: () => void): void {
    const former = this.clientIdOf(record);
    if (this.byClientId(former) === record) this.newest.delete(former);
    change();
    this.newest.set(this.clientIdOf(record), record);
  }

  forget(isKept: (record: T) => boolean): void {
    const { newest, all } = this;
    const kept: T[] = [];
    let indexed = 0;
    for (let index = 0; index < all.length; index += 1) {
      const record = all[index]!;
      const isIndexed = index < this.indexed;
      if (isKept(record)) {
        kept.push(record);
        if (isIndexed) indexed += 1;
      } else if (isIndexed && newest.get(this.clientIdOf(record)) === record)
        newest.delete(this.clientIdOf(record));
    }
    this.all = kept;
    this.indexed = indexed;
  }
}

const orderId = (order: OrderRecord): number => order.orderId;
const clientOrderId = (order: OrderRecord): string => order.clientOrderId;
const listId = (list: OrderListRecord): number => list.orderListId;
const listClientOrderId = (list: OrderListRecord): string => list.listClientOrderId;

/** Everything one account did on one symbol, ascending by id, and what of it is still open. */
export class SymbolHistory {
  trades: TradeRecord[] = [];
  readonly prevented: PreventedMatch[] = [];
  readonly amendments: Amendment[] = [];
  readonly open = new Map<number, OpenOrder>();
  private readonly records = new Register(orderId, clientOrderId);

  get orders(): readonly OrderRecord[] {
    return this.records.all;
  }

  add(order: OrderRecord): void {
    this.records.add(order);
  }

  /** An amended order has another client id from now on. */
  rename(order: OrderRecord, clientOrderId: string): void {
    this.records.rename(order, () => (order.clientOrderId = clientOrderId));
  }

  forget(before: number): void {
    this.records.forget(({ updateTime, orderId }) => updateTime >= before || this.open.has(orderId));
    this.trades = this.trades.filter(({ time }) => time >= before);
  }

  byId(orderId: number): OrderRecord | null {
    return this.records.byId(orderId);
  }

  byClientId(clientOrderId: string): OrderRecord | null {
    return this.records.byClientId(clientOrderId);
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
  readonly lists = new Register(listId, listClientOrderId);
  readonly openLists = new Map<number, OpenList>();
  /** Asked for last: nearly always the next one too. */
  private last: { readonly symbol: string; readonly history: SymbolHistory } | null = null;

  symbol(symbol: string): SymbolHistory {
    if (this.last !== null && this.last.symbol === symbol) return this.last.history;
    let history = this.symbols.get(symbol);
    if (history === undefined) {
      history = new SymbolHistory();
      this.symbols.set(symbol, history);
    }
    this.last = { symbol, history };
    return history;
  }

  forget(before: number): void {
    for (const history of this.symbols.values()) history.forget(before);
    this.lists.forget(
      ({ transactionTime, orderListId }) => transactionTime >= before || this.openLists.has(orderListId),
    );
  }

  openListByClientId(listClientOrderId: string): OpenList | null {
    for (const list of this.openLists.values())
      if (list.record.listClientOrderId === listClientOrderId) return list;
    return null;
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
