import { dec, floorTo, max, min, text, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import { commission } from './commission.js';
import { fire } from './matching.js';
import { buyHold, holdOf } from './holding.js';
import type { EngineState, Hold, OpenList, OpenOrder } from './state.js';
import type { EngineEvent, TradeRecord } from './types.js';

/*
 * What happens to open orders, and the events that tell it in Binance's order (BINANCE.md 2.7): executions, then the
 * list that ended, then the balances that changed, once.
 */

const NO_LIMIT = dec('1e30');

type ExecutionType = Extract<EngineEvent, { type: 'execution' }>['executionType'];

export function accountOf(state: EngineState, order: OpenOrder): Account {
  return state.accounts.get(order.record.account)!;
}

/** The path, standing at `standing`, has reached a resting order. */
export function strike(state: EngineState, book: Book, order: OpenOrder, standing: Decimal): void {
  const firing = fire(order, standing);
  const account = accountOf(state, order);
  const list = order.list;
  if (list !== null) expireSiblings(state, book, list, order);
  if (firing.type === 'rest') release(state, book, order);
  else if (firing.type === 'expire') expire(state, book, order, firing.reason, book.time);
  else if (!affordable(state, book, order, firing.price))
    expire(state, book, order, 'EXCHANGE_CANCELED', book.time);
  else if (firing.maker) fillResting(state, book, order, firing.price);
  else fill(state, book, order, firing.price, book.time);
  if (list?.legs.length === 0) endList(state, list, book.time);
  tellBalances(state, account, book.time);
}

/** Fills a taker wholly, in as many trades as the slices need. What it holds, and free money, must cover it. */
export function fill(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  price: Decimal,
  time: number,
): TradeRecord[] {
  const trades: TradeRecord[] = [];
  takeOff(state, book, order);
  while (order.remaining.gt(0)) {
    const quantity = min(order.remaining, sliceAt(state, book, price));
    trades.push(trade(state, book, order, { price, quantity, maker: false }, time));
  }
  return trades;
}

/** A touched limit gets one slice, and stays with the rest of its quantity. */
function fillResting(state: EngineState, book: Book, order: OpenOrder, price: Decimal): void {
  const quantity = min(order.remaining, sliceAt(state, book, price));
  if (quantity.eq(order.remaining)) takeOff(state, book, order);
  else {
    book.served.add(order.record.orderId);
    hold(state, order, restingHold(state, book, order, order.remaining.minus(quantity)));
  }
  trade(state, book, order, { price, quantity, maker: true }, book.time);
}

/** The most that one fill may have: whole steps, one at least. */
function sliceAt(state: EngineState, book: Book, price: Decimal): Decimal {
  if (state.maxSlice === null) return NO_LIMIT;
  const { rules, info } = book;
  const step =
    rules.lot !== null && rules.lot.step.gt(0) ? rules.lot.step : dec(10).pow(-info.baseAssetPrecision);
  return max(step, floorTo(state.maxSlice.div(price), step));
}

/** One trade of an open order with the market. Its money must be free. */
function trade(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  at: { price: Decimal; quantity: Decimal; maker: boolean },
  time: number,
): TradeRecord {
  const { record } = order;
  const account = accountOf(state, order);
  const quote = at.price.times(at.quantity);
  const fee = commission(state.fees, book.info, { ...at, side: record.side, quote });
  const { baseAsset, quoteAsset } = book.info;
  const sign = record.side === 'BUY' ? 1 : -1;
  const quoteFee = fee.asset === quoteAsset;
  account.add(baseAsset, at.quantity.times(sign).minus(quoteFee ? 0 : fee.amount));
  account.add(quoteAsset, quote.times(-sign).minus(quoteFee ? fee.amount : 0));
  const made: TradeRecord = {
    account: record.account,
    symbol: record.symbol,
    id: ++book.lastTradeId,
    orderId: record.orderId,
    orderListId: record.orderListId,
    side: record.side,
    price: text(at.price),
    qty: text(at.quantity),
    quoteQty: text(quote),
    commission: text(fee.amount),
    commissionAsset: fee.asset,
    isMaker: at.maker,
    time: time,
  };
  order.remaining = order.remaining.minus(at.quantity);
  record.executedQty = text(dec(record.executedQty).plus(at.quantity));
  record.cummulativeQuoteQty = text(dec(record.cummulativeQuoteQty).plus(quote));
  record.status = order.remaining.eq(0) ? 'FILLED' : 'PARTIALLY_FILLED';
  if (!record.isWorking) startWorking(order, time);
  record.updateTime = time;
  account.history.symbol(record.symbol).trades.push(made);
  tellExecution(state, 'TRADE', order, time, { trade: { ...made } });
  return made;
}

/** Free money, with what the order itself holds, covers a buy at `price`: a market stop may be passed by a gap. */
function affordable(state: EngineState, book: Book, order: OpenOrder, price: Decimal): boolean {
  if (order.record.side === 'SELL') return true;
  const free = accountOf(state, order).free(book.info.quoteAsset);
  const needed = buyHold(state.fees, book.info, price, order.remaining).amount;
  return needed.lte(order.hold === null ? free : free.plus(order.hold.amount));
}

export function expire(state: EngineState, book: Book, order: OpenOrder, reason: string, time: number): void {
  takeOff(state, book, order);
  order.record.status = 'EXPIRED';
  order.record.expiryReason = reason;
  order.record.updateTime = time;
  tellExecution(state, 'EXPIRED', order, time);
}

/** Cancels an order that is in no list, or one leg while its whole list is being cancelled. */
export function cancelOne(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  cancelClientOrderId: string,
  time: number,
): void {
  takeOff(state, book, order);
  order.record.status = 'CANCELED';
  order.record.updateTime = time;
  tellExecution(state, 'CANCELED', order, time, { cancelClientOrderId });
}

/** A triggered stop-limit that is not marketable joins the book as the limit it has become. */
function release(state: EngineState, book: Book, order: OpenOrder): void {
  book.remove(order);
  startWorking(order, book.time);
  order.record.updateTime = book.time;
  book.rest(order);
  // As the last leg of a list it may need less than the list has held for the dearer one.
  hold(state, order, restingHold(state, book, order, order.remaining));
  tellExecution(state, 'NEW', order, book.time);
}

function restingHold(state: EngineState, book: Book, order: OpenOrder, quantity: Decimal): Hold {
  const { side, type } = order.record;
  return holdOf(state.fees, book.info, side, { ...order, type }, quantity);
}

/** Holds another amount from now on. */
function hold(state: EngineState, order: OpenOrder, wanted: Hold): void {
  if (order.hold !== null && order.hold.amount.eq(wanted.amount)) return;
  const account = accountOf(state, order);
  if (order.hold !== null) account.unlock(order.hold);
  account.lock(wanted);
  order.hold = wanted;
}

function startWorking(order: OpenOrder, time: number): void {
  order.record.isWorking = true;
  order.record.workingTime = time;
}

/** Ends the other legs; what the list has held is from now on held by the one that is left. */
function expireSiblings(state: EngineState, book: Book, list: OpenList, struck: OpenOrder): void {
  for (const leg of [...list.legs]) if (leg !== struck) expire(state, book, leg, 'OCO_TRIGGER', book.time);
  if (list.hold === null) return;
  struck.hold = list.hold;
  list.hold = null;
}

/**
 * Takes an order off the book and frees its own lock. A list's lock is freed, and the list ends, with its last leg:
 * a triggered stop-limit that rests, or a partially filled limit, keeps its list executing.
 */
function takeOff(state: EngineState, book: Book, order: OpenOrder): void {
  const account = accountOf(state, order);
  book.remove(order);
  account.history.symbol(order.record.symbol).open.delete(order.record.orderId);
  if (order.hold !== null) account.unlock(order.hold);
  order.hold = null;
  const { list } = order;
  if (list === null) return;
  list.legs.splice(list.legs.indexOf(order), 1);
  if (list.legs.length > 0 || list.hold === null) return;
  account.unlock(list.hold);
  list.hold = null;
}

export function endList(state: EngineState, list: OpenList, time: number): void {
  const account = state.accounts.get(list.record.account)!;
  list.record.listStatusType = 'ALL_DONE';
  list.record.listOrderStatus = 'ALL_DONE';
  list.record.transactionTime = time;
  account.history.openLists.delete(list.record.orderListId);
  tellList(state, list, time);
}

export function tellExecution(
  state: EngineState,
  executionType: ExecutionType,
  order: OpenOrder,
  time: number,
  more: { trade?: TradeRecord; cancelClientOrderId?: string } = {},
): void {
  state.events.push({
    type: 'execution',
    account: order.record.account,
    executionType,
    executionId: ++state.counters.executionId,
    time,
    order: { ...order.record },
    trade: null,
    ...more,
  });
}

export function tellList(state: EngineState, list: OpenList, time: number): void {
  const { record } = list;
  const copy = { ...record, orders: record.orders.map((order) => ({ ...order })) };
  state.events.push({ type: 'list', account: record.account, time, list: copy });
}

export function tellBalances(state: EngineState, account: Account, time: number): void {
  const balances = account.takeTouched();
  if (balances.length > 0) state.events.push({ type: 'balances', account: account.id, time, balances });
}
