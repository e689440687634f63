import { dec } from '../../../core/decimal.js';
import { Account } from './account.js';
import { Book } from './book.js';
import { cancelEverything, cancelOpenList, cancelOrder } from './cancelling.js';
import { feesOf } from './commission.js';
import { tellBalances } from './execution.js';
import { placeOcoList } from './placing-lists.js';
import { placeOrder, prepareOrder } from './placing.js';
import { findList, findOrder, listOpenOrders, listOrders, listTrades } from './queries.js';
import { loadSnapshot, takeSnapshot } from './snapshot.js';
import type { EngineState } from './state.js';
import { PaperError, type Engine, type EngineOptions } from './types.js';
import { cross, enterBoundary, move } from './walking.js';

/** A new exchange with the given symbols and no accounts. */
export function createEngine(options: EngineOptions): Engine {
  return engineOver(emptyState(options));
}

/** The exchange as `snapshot()` saw it; `options` must state the same symbols and commissions. Throws on anything else. */
export function restoreEngine(options: EngineOptions, snapshot: unknown): Engine {
  const state = emptyState(options);
  loadSnapshot(state, snapshot);
  return engineOver(state);
}

function emptyState(options: EngineOptions): EngineState {
  return {
    books: new Map(options.symbols.map((info) => [info.symbol, new Book({ ...info })])),
    accounts: new Map(),
    fees: feesOf(options),
    maxSlice: options.partialFill === undefined ? null : dec(options.partialFill.maxQuoteNotional),
    counters: { orderId: 0, orderListId: 0, executionId: 0 },
    events: [],
  };
}

function engineOver(state: EngineState): Engine {
  const bookOf = (symbol: string): Book => {
    const book = state.books.get(symbol);
    if (book === undefined) throw new PaperError(-1121, 'Invalid symbol.');
    return book;
  };
  const accountOf = (id: string): Account => {
    const account = state.accounts.get(id);
    if (account === undefined) throw new Error(`The paper exchange has no account "${id}"; add it first.`);
    return account;
  };
  return {
    symbols: new Map([...state.books].map(([symbol, book]) => [symbol, book.info])),
    addAccount: (id) => void (state.accounts.has(id) || state.accounts.set(id, new Account(id))),
    hasAccount: (id) => state.accounts.has(id),
    deposit(id, asset, amount, time) {
      const account = accountOf(id);
      account.add(asset, dec(amount));
      tellBalances(state, account, time);
    },

    boundary: (symbol, time, open, prior) => enterBoundary(bookOf(symbol), time, open, prior),
    crossOpen: (symbol) => cross(state, bookOf(symbol)),
    moveTo: (symbol, time, price) => move(state, bookOf(symbol), time, price),
    price: (symbol) => bookOf(symbol).shown,
    quietRange(symbol) {
      const { below, above } = bookOf(symbol).triggers;
      return { below, above };
    },
    setStatus: (symbol, status) => void (bookOf(symbol).info.status = status),

    place: (id, order, time) => placeOrder(state, accountOf(id), bookOf(order.symbol), order, time),
    placeOco: (id, list, time) => placeOcoList(state, accountOf(id), bookOf(list.symbol), list, time),
    test: (id, order) => void prepareOrder(state, accountOf(id), bookOf(order.symbol), order),
    cancel: (id, which, time) => cancelOrder(state, accountOf(id), bookOf(which.symbol), which, time),
    cancelList: (id, which, time) => cancelOpenList(state, accountOf(id), bookOf(which.symbol), which, time),
    cancelAll: (id, symbol, time) => cancelEverything(state, accountOf(id), bookOf(symbol), time),

    order(id, which) {
      bookOf(which.symbol);
      return findOrder(accountOf(id), which);
    },
    list: (id, which) => findList(accountOf(id), which),
    openOrders(id, symbol) {
      if (symbol !== undefined) bookOf(symbol);
      return listOpenOrders(accountOf(id), symbol);
    },
    allOrders(id, symbol, options) {
      bookOf(symbol);
      return listOrders(accountOf(id), symbol, options);
    },
    trades(id, symbol, options) {
      bookOf(symbol);
      return listTrades(accountOf(id), symbol, options);
    },
    balances: (id) => accountOf(id).balances(),

    drain() {
      const { events } = state;
      state.events = [];
      return events;
    },
    snapshot: () => takeSnapshot(state),
  };
}
