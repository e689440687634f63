import { dec } from '../../../core/decimal.js';
import { amendOrder, listAmendments } from './amending.js';
import { Account } from './account.js';
import { Book } from './book.js';
import { bookModel, depthOf } from './book-model.js';
import { cancelAndReplace } from './cancel-replace.js';
import { cancelEverything, cancelOpenList, cancelOrder } from './cancelling.js';
import { commissionRates, feesOf } from './commission.js';
import { nothingFinished, type Finished } from './finished.js';
import { countLimits } from './filter-rules.js';
import { hasSpread } from './meeting.js';
import { placeOcoList, placeOtoList, placeOtocoList } from './placing-lists.js';
import { placeOrder, prepareOrder } from './placing.js';
import {
  findList,
  findOrder,
  listOpenOrders,
  listOrders,
  listPreventedMatches,
  listTrades,
} from './queries.js';
import { copyInfo } from './records.js';
import { liveSnapshot, loadSnapshot, takeSnapshot } from './snapshot.js';
import type { EngineState } from './state.js';
import { tellBalances } from './telling.js';
import { PaperError, type Engine, type EngineOptions } from './types.js';
import { cross, enterBoundary, jump, move } from './walking.js';

/** A new exchange with the given symbols and no accounts. */
export function createEngine(options: EngineOptions): Engine {
  return engineOver(emptyState(options));
}

/**
 * The exchange as `snapshot()` saw it, or as `checkpoint()` did with all that checkpoints had finished; `options` must
 * state the same symbols and commissions. Throws on anything else.
 */
export function restoreEngine(
  options: EngineOptions,
  snapshot: unknown,
  finished: Iterable<Finished> = [],
): Engine {
  const state = emptyState(options);
  loadSnapshot(state, snapshot, finished);
  return engineOver(state);
}

function emptyState(options: EngineOptions): EngineState {
  return {
    books: new Map(options.symbols.map((info) => [info.symbol, new Book(copyInfo(info))])),
    accounts: new Map(),
    fees: feesOf(options),
    maxSlice: options.partialFill === undefined ? null : dec(options.partialFill.maxQuoteNotional),
    model: options.profile === 'book' ? bookModel(options.book) : null,
    exchangeLimits: countLimits(options.exchangeFilters ?? [], 'EXCHANGE_'),
    averagePrice: options.averagePrice,
    newsOnly: options.telling === 'news',
    unsettled: [],
    counters: { orderId: 0, orderListId: 0, executionId: 0 },
    events: [],
    finished: nothingFinished(),
  };
}

function engineOver(state: EngineState): Engine {
  // Asked for last: nearly always the next ones too.
  let lastBook: Book | null = null;
  let lastAccount: Account | null = null;
  const bookOf = (symbol: string): Book => {
    if (lastBook !== null && lastBook.info.symbol === symbol) return lastBook;
    const book = state.books.get(symbol);
    if (book === undefined) throw new PaperError(-1121, 'Invalid symbol.');
    return (lastBook = book);
  };
  const accountOf = (id: string): Account => {
    if (lastAccount !== null && lastAccount.id === id) return lastAccount;
    const account = state.accounts.get(id);
    if (account === undefined) throw new Error(`The paper exchange has no account "${id}"; add it first.`);
    return (lastAccount = account);
  };
  return {
    symbols: new Map([...state.books].map(([symbol, book]) => [symbol, book.info])),
    addAccount: (id) => void (state.accounts.has(id) || state.accounts.set(id, new Account(id, state.fees))),
    hasAccount: (id) => state.accounts.has(id),
    deposit(id, asset, amount, time) {
      const account = accountOf(id);
      account.add(asset, dec(amount));
      tellBalances(state, account, time);
    },

    boundary: (symbol, time, open, prior) => enterBoundary(bookOf(symbol), time, open, prior),
    crossOpen: (symbol) => cross(state, bookOf(symbol)),
    moveTo: (symbol, time, price, volume) => move(state, bookOf(symbol), time, price, volume ?? null),
    jumpTo: (symbol, time, price, volume) => jump(state, bookOf(symbol), time, price, volume),
    price: (symbol) => bookOf(symbol).shown,
    quietRange(symbol) {
      const book = bookOf(symbol);
      return state.model === null ? book.quietRange() : { below: Infinity, above: -Infinity };
    },
    depth(symbol) {
      const book = bookOf(symbol);
      return book.started && hasSpread(state, book) ? depthOf(state.model, book) : null;
    },
    setTop(symbol, top) {
      const { bid, bidQuantity, ask, askQuantity } = top;
      bookOf(symbol).setTop({
        bid: dec(bid),
        bidQuantity: dec(bidQuantity),
        ask: dec(ask),
        askQuantity: dec(askQuantity),
      });
    },
    finishKline: (symbol) => bookOf(symbol).flow.finishKline(),
    setRules: (info) => bookOf(info.symbol).rule(info),
    setStatus: (symbol, status) => void (bookOf(symbol).info.status = status),

    place: (id, order, time) => placeOrder(state, accountOf(id), bookOf(order.symbol), order, time),
    placeOco: (id, list, time) => placeOcoList(state, accountOf(id), bookOf(list.symbol), list, time),
    placeOto: (id, list, time) => placeOtoList(state, accountOf(id), bookOf(list.symbol), list, time),
    placeOtoco: (id, list, time) => placeOtocoList(state, accountOf(id), bookOf(list.symbol), list, time),
    cancelReplace: (id, request, time) =>
      cancelAndReplace(state, accountOf(id), bookOf(request.order.symbol), request, time),
    amend: (id, request, time) => amendOrder(state, accountOf(id), bookOf(request.symbol), request, time),
    amendments(id, symbol, options) {
      bookOf(symbol);
      return listAmendments(accountOf(id), symbol, options);
    },
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
    takeTouched: (id) => accountOf(id).takeTouchedAssets(),
    preventedMatches(id, symbol, options) {
      bookOf(symbol);
      return listPreventedMatches(accountOf(id), symbol, options);
    },

    setCommission(id, { maker, taker }) {
      const account = accountOf(id);
      const { asset } = account.fees;
      if (asset === 'quote' && listOpenOrders(account, undefined).length > 0)
        throw new Error(
          `Account "${id}" has open orders that hold its commissions in quote; cancel them before its rates change.`,
        );
      account.fees = feesOf({ makerFee: maker, takerFee: taker, feeAsset: asset });
    },
    setBnbBurn: (id, on) => void (accountOf(id).bnbBurn = on),
    commission: (id, symbol) => commissionRates(state, accountOf(id), bookOf(symbol).info),

    forget(before) {
      for (const { history } of state.accounts.values()) history.forget(before);
      state.finished = nothingFinished();
    },
    drain() {
      const { events } = state;
      state.events = [];
      return events;
    },
    snapshot: () => takeSnapshot(state),
    checkpoint() {
      const live = JSON.stringify(liveSnapshot(state));
      const { finished } = state;
      state.finished = nothingFinished();
      return { live, finished };
    },
  };
}
