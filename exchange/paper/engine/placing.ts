import { cutTo, ONE, ZERO, floorTo, text, type Decimal } from '../../../core/decimal.js';
import { INSUFFICIENT, type Account } from './account.js';
import type { Book } from './book.js';
import { expire, fill, tellBalances, tellExecution } from './execution.js';
import { checkCounts, checkOrder, checkPosition, type OpenCounts } from './filters.js';
import { holdOf } from './holding.js';
import { isConditional, isMarketable, unfilledReason, wouldTrigger } from './matching.js';
import { parseOrder, type Draft } from './orders.js';
import type { EngineState, Hold, OpenList, OpenOrder } from './state.js';
import { PaperError, type NewOrder, type OrderRecord, type OrderResult } from './types.js';

/** What an accepted order does at once. */
type Decision = { type: 'take'; price: Decimal } | { type: 'rest' } | { type: 'expire'; reason: string };

interface Prepared {
  readonly draft: Draft;
  readonly quantity: Decimal;
  readonly decision: Decision;
  readonly hold: Hold;
}

/** Every check of a new order, changing nothing. Errors: -1013, -11xx, -2010. */
export function prepareOrder(state: EngineState, account: Account, book: Book, order: NewOrder): Prepared {
  const draft = parseOrder(book.info, order, order.newClientOrderId);
  requireTrading(book);
  const quantity = draft.quantity ?? quantityFor(state, book, draft);
  const checked = { ...draft, quantity };
  checkOrder(book.rules, checked, book.current);
  checkOpen(account, book, checked, {
    // A market order never rests: an exit is not refused because many orders do.
    orders: draft.type === 'MARKET' ? 0 : 1,
    algoOrders: isConditional(draft.type) ? 1 : 0,
    lists: 0,
  });
  requireNewClientId(account, book, draft.clientOrderId);
  const decision = decide(book, draft);
  const hold = holdFor(state, book, draft, quantity);
  requireFree(account, hold);
  return { draft, quantity, decision, hold };
}

/** Errors: as `prepareOrder`. */
export function placeOrder(
  state: EngineState,
  account: Account,
  book: Book,
  order: NewOrder,
  time: number,
): OrderResult {
  const { draft, quantity, decision, hold } = prepareOrder(state, account, book, order);
  const resting = decision.type === 'rest';
  const placed = openOrder(state, account, book, draft, quantity, time, {
    hold: resting ? hold : null,
    list: null,
  });
  if (resting) settleOnBook(account, book, placed);
  tellExecution(state, 'NEW', placed, time);
  const trades = decision.type === 'take' ? fill(state, book, placed, decision.price, time) : [];
  if (decision.type === 'expire') expire(state, book, placed, decision.reason, time);
  tellBalances(state, account, time);
  return { order: { ...placed.record }, trades: trades.map((trade) => ({ ...trade })) };
}

export function requireTrading(book: Book): void {
  if (!book.trading || !book.started) throw new PaperError(-2010, 'Market is closed.');
}

/** What is open of the account on the symbol, with what is asked for, against the filters that count. */
export function checkOpen(
  account: Account,
  book: Book,
  order: { side: Draft['side']; quantity: Decimal },
  adding: OpenCounts,
): void {
  const open = [...account.history.symbol(book.info.symbol).open.values()];
  const lists = new Set(open.flatMap((other) => (other.list === null ? [] : [other.list]))).size;
  const algoOrders = open.filter((other) => !other.record.isWorking).length;
  checkCounts(book.rules, { orders: open.length, algoOrders, lists }, adding);
  if (order.side === 'SELL' || book.rules.maxPosition === null) return;
  checkPosition(book.rules, account.total(book.info.baseAsset), openBuys(open), order.quantity);
}

/** A list buys at most once, whichever of its legs fills. */
function openBuys(open: readonly OpenOrder[]): Decimal {
  const buys = open.filter((order) => order.record.side === 'BUY' && isFirstOfList(order));
  return buys.reduce((sum, order) => sum.plus(order.remaining), ZERO);
}

function isFirstOfList(order: OpenOrder): boolean {
  return order.list === null || order.list.legs[0] === order;
}

export function requireNewClientId(account: Account, book: Book, clientOrderId: string | null): void {
  if (clientOrderId === null) return;
  if (account.history.symbol(book.info.symbol).openByClientId(clientOrderId) !== null)
    throw new PaperError(-2010, 'Duplicate order sent.');
}

export function requireFree(account: Account, hold: Hold): void {
  if (account.free(hold.asset).lt(hold.amount)) throw new PaperError(-2010, INSUFFICIENT);
}

/**
 * The quantity that `quoteOrderQty` buys or sells, in whole steps. Where commissions are charged in quote, a buy's
 * commission is part of the amount, so that it never costs more than was asked for.
 */
function quantityFor(state: EngineState, book: Book, draft: Draft): Decimal {
  if (!book.info.quoteOrderQtyMarketAllowed)
    throw new PaperError(-1013, 'Quote order qty market orders are not support for this symbol.');
  const spends = draft.side === 'BUY' && state.fees.asset === 'quote';
  const price = spends ? book.current.times(ONE.plus(state.fees.taker)) : book.current;
  const { lot, marketLot } = book.rules;
  const exact = cutTo(draft.quoteOrderQty.div(price), book.info.baseAssetPrecision);
  const quantity = floorTo(floorTo(exact, lot?.step ?? ZERO), marketLot?.step ?? ZERO);
  if (quantity.eq(0) || (lot !== null && quantity.lt(lot.min)))
    throw new PaperError(-2010, 'Order book liquidity is less than `LOT_SIZE` filter minimum quantity.');
  return quantity;
}

function decide(book: Book, draft: Draft): Decision {
  const { side, type, price, stopPrice } = draft;
  const current = book.current;
  if (type === 'MARKET') return { type: 'take', price: current };
  if (isConditional(type)) {
    if (wouldTrigger(side, type, stopPrice, current))
      throw new PaperError(-2010, 'Order would trigger immediately.');
    return { type: 'rest' };
  }
  if (!isMarketable(side, price, current)) return restOrExpire(draft);
  if (type === 'LIMIT_MAKER') throw new PaperError(-2010, 'Order would immediately match and take.');
  const prior = book.priorClose;
  if (prior === null || isMarketable(side, price, prior)) return { type: 'take', price: current };
  // Only the coming open touches it: it rests until then, and gets its own price.
  return draft.timeInForce === 'GTC' ? { type: 'rest' } : { type: 'take', price };
}

function restOrExpire({ timeInForce }: Draft): Decision {
  return timeInForce === 'GTC' ? { type: 'rest' } : { type: 'expire', reason: unfilledReason(timeInForce) };
}

function holdFor(state: EngineState, book: Book, draft: Draft, quantity: Decimal): Hold {
  const { fees } = state;
  if (draft.type !== 'MARKET') return holdOf(fees, book.info, draft.side, draft, quantity);
  const limit = { ...draft, type: 'LIMIT', price: book.current } as const;
  // A market order is a taker for sure: nothing is set aside for a higher maker's commission.
  const factor = fees.asset === 'quote' ? ONE.plus(fees.taker) : ONE;
  return holdOf({ ...fees, buyFactor: factor }, book.info, draft.side, limit, quantity);
}

/** Gives an order its id and its place in the history. */
export function openOrder(
  state: EngineState,
  account: Account,
  book: Book,
  draft: Draft,
  quantity: Decimal,
  time: number,
  held: { hold: Hold | null; list: OpenList | null },
): OpenOrder {
  const orderId = ++state.counters.orderId;
  const isWorking = !isConditional(draft.type);
  const record: OrderRecord = {
    account: account.id,
    symbol: book.info.symbol,
    orderId,
    orderListId: held.list?.record.orderListId ?? -1,
    clientOrderId: draft.clientOrderId ?? `order-${orderId}`,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    price: text(draft.price),
    stopPrice: text(draft.stopPrice),
    origQty: text(quantity),
    origQuoteOrderQty: text(draft.quoteOrderQty),
    executedQty: '0',
    cummulativeQuoteQty: '0',
    status: 'NEW',
    isWorking,
    time,
    updateTime: time,
    workingTime: isWorking ? time : -1,
  };
  account.history.symbol(record.symbol).add(record);
  const { price, stopPrice } = draft;
  return { record, price, stopPrice, quantity, remaining: quantity, ...held, trigger: null };
}

/** Lets an order rest: on the book, among the account's open ones, with its money locked. */
export function settleOnBook(account: Account, book: Book, order: OpenOrder): void {
  if (order.hold !== null) account.lock(order.hold);
  account.history.symbol(order.record.symbol).open.set(order.record.orderId, order);
  book.rest(order);
}
