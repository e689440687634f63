import { dec, text, type Decimal } from '../../../core/decimal.js';
import { Account } from './account.js';
import type { Flow } from './book-model.js';
import { Boundary, type Book, type Top } from './book.js';
import { feesOf } from './commission.js';
import type { Finished } from './finished.js';
import type { Counters, EngineState, Hold, OpenList, OpenOrder } from './state.js';
import type {
  Amendment,
  BalanceRecord,
  EngineEvent,
  OrderListRecord,
  OrderRecord,
  PreventedMatch,
  SymbolInfo,
  TradeRecord,
} from './types.js';

/*
 * The exchange as plain JSON. Records are the whole truth: what matching keeps beside them (decimals, the book, locks)
 * is made again from the open ones.
 */
const VERSION = 3;
/** With rules that have changed: a program that does not know of them must not go on with the former ones. */
const WITH_RULES = 4;

interface HoldJson {
  asset: string;
  amount: string;
}
interface FlowJson {
  range: string;
  volume: string | null;
  high: string | null;
  low: string | null;
  sum: string | null;
}
interface Snapshot {
  version: number;
  counters: Counters;
  markets: {
    symbol: string;
    status: SymbolInfo['status'];
    time: number;
    price: string | null;
    boundary: { prior: string | null; crossing: boolean } | null;
    lastTradeId: number;
    /** Orders that had their fill of this stretch of the path. */
    served: number[];
    lastPreventedMatchId: number;
    flow: FlowJson;
    stretch: { volume: string | null; left: string | null } | null;
    eaten: { BUY: string; SELL: string };
    /** Where they have changed. */
    rules?: SymbolInfo;
    /** Recorded best prices: bid and its quantity, ask and its quantity. */
    top?: [string, string, string, string];
  }[];
  accounts: {
    id: string;
    fees: { maker: string; taker: string };
    bnbBurn: boolean;
    balances: BalanceRecord[];
    prevented: PreventedMatch[];
    amendments?: Amendment[];
    /** The best price of each stop that trails. */
    extremes: { orderId: number; extreme: string }[];
    lists: OrderListRecord[];
    orders: OrderRecord[];
    trades: TradeRecord[];
    /** What open orders (by id) and open lists hold. */
    holds: { orderId: number; hold: HoldJson }[];
    listHolds: { orderListId: number; hold: HoldJson | null }[];
  }[];
  events: EngineEvent[];
}

export function takeSnapshot(state: EngineState): unknown {
  return structuredClone(snapshotWith(state, wholeHistory));
}

/** Without what has ended: its size does not grow with history. Its records are the engine's own. */
export function liveSnapshot(state: EngineState): unknown {
  return snapshotWith(state, openHistory);
}

type HistoryJson = Pick<
  Snapshot['accounts'][number],
  'prevented' | 'amendments' | 'lists' | 'orders' | 'trades'
>;

function snapshotWith(state: EngineState, historyOf: (account: Account) => HistoryJson): Snapshot {
  return {
    version: [...state.books.values()].some(({ reruled }) => reruled) ? WITH_RULES : VERSION,
    counters: { ...state.counters },
    markets: [...state.books.values()].map(marketJson),
    accounts: [...state.accounts.values()].map((account) => accountJson(account, historyOf(account))),
    events: state.events,
  };
}

function wholeHistory({ history }: Account): HistoryJson {
  const symbols = [...history.symbols.values()];
  return {
    prevented: symbols
      .flatMap(({ prevented }) => prevented)
      .sort((a, b) => compare(a.symbol, b.symbol) || a.preventedMatchId - b.preventedMatchId),
    ...amendmentsJson(symbols.flatMap(({ amendments }) => amendments)),
    lists: [...history.lists.all],
    orders: symbols.flatMap(({ orders }) => orders).sort((a, b) => a.orderId - b.orderId),
    trades: symbols.flatMap(({ trades }) => trades).sort(byTimeOfOrder),
  };
}

function openHistory({ history }: Account): HistoryJson {
  const open = [...history.symbols.values()].flatMap((each) => [...each.open.values()]);
  return {
    prevented: [],
    lists: [...history.openLists.values()].map(({ record }) => record),
    orders: open.map(({ record }) => record).sort((a, b) => a.orderId - b.orderId),
    trades: [],
  };
}

function marketJson(book: Book): Snapshot['markets'][number] {
  const { info, time, boundary, lastTradeId, lastPreventedMatchId, stretch, eaten, reruled } = book;
  return {
    symbol: info.symbol,
    status: info.status,
    time,
    price: book.started ? text(book.current) : null,
    boundary:
      boundary === null
        ? null
        : { prior: boundary.prior === null ? null : text(boundary.prior), crossing: boundary.crossing },
    lastTradeId,
    served: [...book.served],
    lastPreventedMatchId,
    flow: flowJson(book.flow),
    stretch: stretch === null ? null : { volume: textOf(stretch.volume), left: textOf(stretch.left) },
    eaten: { BUY: text(eaten.BUY), SELL: text(eaten.SELL) },
    ...(reruled ? { rules: info } : {}),
    ...(book.top === null ? {} : { top: topJson(book.top) }),
  };
}

function topJson({ bid, bidQuantity, ask, askQuantity }: Top): [string, string, string, string] {
  return [text(bid), text(bidQuantity), text(ask), text(askQuantity)];
}

function flowJson({ range, volume, high, low, sum }: Flow): FlowJson {
  return {
    range: text(range),
    volume: textOf(volume),
    high: textOf(high),
    low: textOf(low),
    sum: textOf(sum),
  };
}

function textOf(value: Decimal | null): string | null {
  return value === null ? null : text(value);
}

function decimalOf(value: string | null): Decimal | null {
  return value === null ? null : dec(value);
}

function accountJson(account: Account, history: HistoryJson): Snapshot['accounts'][number] {
  const symbols = [...account.history.symbols.values()];
  const open = symbols.flatMap((each) => [...each.open.values()]);
  return {
    id: account.id,
    fees: { maker: text(account.fees.maker), taker: text(account.fees.taker) },
    bnbBurn: account.bnbBurn,
    ...history,
    extremes: open
      .flatMap(({ record, extreme }) =>
        extreme === null ? [] : [{ orderId: record.orderId, extreme: text(extreme) }],
      )
      .sort((a, b) => a.orderId - b.orderId),
    balances: account.balances(),
    holds: open
      .flatMap(({ record, hold }) =>
        hold === null ? [] : [{ orderId: record.orderId, hold: holdJson(hold) }],
      )
      .sort((a, b) => a.orderId - b.orderId),
    listHolds: [...account.history.openLists.values()].map(({ record, hold }) => ({
      orderListId: record.orderListId,
      hold: hold === null ? null : holdJson(hold),
    })),
  };
}

function amendmentsJson(amendments: readonly Amendment[]): { amendments?: Amendment[] } {
  if (amendments.length === 0) return {};
  return { amendments: [...amendments].sort((a, b) => a.executionId - b.executionId) };
}

/** Trade ids count per symbol: grouped by symbol they stand in an order that does not depend on who asked. */
function byTimeOfOrder(a: TradeRecord, b: TradeRecord): number {
  return compare(a.symbol, b.symbol) || a.id - b.id || a.orderId - b.orderId;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function holdJson(hold: Hold): HoldJson {
  return { asset: hold.asset, amount: text(hold.amount) };
}

/** Fills an empty state. Throws, naming what does not fit. */
export function loadSnapshot(state: EngineState, value: unknown, finished: Iterable<Finished>): void {
  const snapshot = structuredClone(value) as Snapshot;
  if (snapshot?.version !== VERSION && snapshot?.version !== WITH_RULES)
    throw new Error(
      `This snapshot of the paper exchange has version ${String(snapshot?.version)}, this program reads ${WITH_RULES} at most.`,
    );
  Object.assign(state.counters, snapshot.counters);
  for (const market of snapshot.markets) loadMarket(bookOf(state, market.symbol), market);
  // What is not in the archive yet belongs there from the next checkpoint on.
  noteFinished(state, snapshot);
  const byId = new Map(snapshot.accounts.map((account) => [account.id, account]));
  for (const portion of finished) addFinished(byId, portion);
  for (const account of snapshot.accounts) loadAccount(state, inOrder(account));
  state.events = snapshot.events;
}

function noteFinished(state: EngineState, { accounts }: Snapshot): void {
  for (const { id, orders, trades, lists, prevented, amendments = [] } of accounts) {
    for (const order of orders) if (!OPEN.has(order.status)) state.finished.orders.push(order);
    for (const list of lists) if (list.listOrderStatus !== 'EXECUTING') state.finished.lists.push(list);
    for (const trade of trades) state.finished.trades.push(trade);
    for (const match of prevented) state.finished.prevented.push({ ...match, account: id });
    for (const amendment of amendments) state.finished.amendments.push({ ...amendment, account: id });
  }
}

type AccountJson = Snapshot['accounts'][number];

function addFinished(accounts: ReadonlyMap<string, AccountJson>, finished: Finished): void {
  const accountOf = (id: string): AccountJson => {
    const account = accounts.get(id);
    if (account === undefined)
      throw new Error(`The archive has account "${id}", which the snapshot has not.`);
    return account;
  };
  for (const order of finished.orders) accountOf(order.account).orders.push(order);
  for (const trade of finished.trades) accountOf(trade.account).trades.push(trade);
  for (const list of finished.lists) accountOf(list.account).lists.push(list);
  for (const { account, ...match } of finished.prevented) accountOf(account).prevented.push(match);
  for (const { account, ...amendment } of finished.amendments)
    (accountOf(account).amendments ??= []).push(amendment);
}

/** History is kept ascending by id. */
function inOrder(account: AccountJson): AccountJson {
  account.orders.sort((a, b) => a.orderId - b.orderId);
  account.trades.sort(byTimeOfOrder);
  account.lists.sort((a, b) => a.orderListId - b.orderListId);
  account.prevented.sort((a, b) => compare(a.symbol, b.symbol) || a.preventedMatchId - b.preventedMatchId);
  account.amendments?.sort((a, b) => a.executionId - b.executionId);
  return account;
}

function bookOf(state: EngineState, symbol: string): Book {
  const book = state.books.get(symbol);
  if (book === undefined)
    throw new Error(
      `The snapshot of the paper exchange has ${symbol}, which its market no longer offers; start it with that symbol.`,
    );
  return book;
}

function loadMarket(book: Book, market: Snapshot['markets'][number]): void {
  if (market.rules !== undefined) book.rule(market.rules);
  book.info.status = market.status;
  book.time = market.time;
  book.lastTradeId = market.lastTradeId;
  if (market.price !== null) book.stand(market.time, market.price);
  for (const orderId of market.served) book.served.add(orderId);
  book.lastPreventedMatchId = market.lastPreventedMatchId;
  const { flow, stretch, eaten } = market;
  book.flow.range = dec(flow.range);
  for (const part of ['volume', 'high', 'low', 'sum'] as const) book.flow[part] = decimalOf(flow[part]);
  book.stretch = stretch && { volume: decimalOf(stretch.volume), left: decimalOf(stretch.left) };
  book.eaten = { BUY: dec(eaten.BUY), SELL: dec(eaten.SELL) };
  if (market.top !== undefined) {
    const [bid, bidQuantity, ask, askQuantity] = market.top.map((amount) => dec(amount));
    book.top = { bid: bid!, bidQuantity: bidQuantity!, ask: ask!, askQuantity: askQuantity! };
  }
  const { boundary } = market;
  book.boundary = boundary && new Boundary(boundary.prior, boundary.crossing);
}

function loadAccount(state: EngineState, json: Snapshot['accounts'][number]): void {
  const { maker, taker } = json.fees;
  const fees = feesOf({ makerFee: maker, takerFee: taker, feeAsset: state.fees.asset });
  const account = new Account(json.id, fees);
  account.bnbBurn = json.bnbBurn;
  state.accounts.set(json.id, account);
  account.restoreBalances(json.balances);
  for (const record of json.lists) account.history.lists.add(record);
  for (const { orderListId, hold } of json.listHolds) {
    const record = account.history.lists.byId(orderListId)!;
    account.history.openLists.set(orderListId, {
      record,
      hold: hold === null ? null : holdOf(hold),
      legs: [],
      inReply: false,
    });
  }
  for (const trade of json.trades) account.history.symbol(trade.symbol).trades.push(trade);
  for (const each of json.amendments ?? []) account.history.symbol(each.symbol).amendments.push(each);
  for (const match of json.prevented) account.history.symbol(match.symbol).prevented.push(match);
  const extremes = new Map(json.extremes.map(({ orderId, extreme }) => [orderId, dec(extreme)]));
  const holds = new Map(json.holds.map(({ orderId, hold }) => [orderId, holdOf(hold)]));
  for (const record of json.orders) {
    account.history.symbol(record.symbol).add(record);
    if (!OPEN.has(record.status)) continue;
    const { orderId } = record;
    reopen(state, account, record, holds.get(orderId) ?? null, extremes.get(orderId) ?? null);
  }
}

const OPEN: ReadonlySet<string> = new Set(['NEW', 'PARTIALLY_FILLED', 'PENDING_NEW']);

function reopen(
  state: EngineState,
  account: Account,
  record: OrderRecord,
  hold: Hold | null,
  extreme: Decimal | null,
): void {
  const list: OpenList | null = account.history.openLists.get(record.orderListId) ?? null;
  const order: OpenOrder = {
    record,
    account,
    price: dec(record.price),
    stopPrice: dec(record.stopPrice),
    quantity: dec(record.origQty),
    remaining: dec(record.origQty)
      .minus(record.executedQty)
      .minus(record.preventedQuantity ?? 0),
    hold,
    list,
    trigger: null,
    extreme,
    inReply: false,
  };
  list?.legs.push(order);
  account.history.symbol(record.symbol).open.set(record.orderId, order);
  if (record.status !== 'PENDING_NEW') bookOf(state, record.symbol).rest(order);
}

function holdOf(json: HoldJson): Hold {
  return { asset: json.asset, amount: dec(json.amount) };
}
