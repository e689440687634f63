import { text, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import { commission } from './commission.js';
import { fire } from './matching.js';
import { buyHold, holdOf } from './holding.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import type { EngineEvent, TradeRecord } from './types.js';

/*
 * What happens to open orders, and the events that tell it in Binance's order (BINANCE.md 2.7): executions, then the
 * list that ended, then the balances that changed, once.
 */

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
  else fill(state, book, order, firing, book.time);
  if (list?.legs.length === 0) endList(state, list, book.time);
  tellBalances(state, account, book.time);
}

/** Fills an open order wholly. Its lock, and its list's, must cover it (`affordable`). */
export function fill(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  at: { price: Decimal; maker: boolean },
  time: number,
): TradeRecord {
  const { record, quantity } = order;
  const account = accountOf(state, order);
  const quote = at.price.times(quantity);
  const fee = commission(state.fees, book.info, { side: record.side, quantity, quote, maker: at.maker });
  close(state, book, order);
  const { baseAsset, quoteAsset } = book.info;
  const sign = record.side === 'BUY' ? 1 : -1;
  const quoteFee = fee.asset === quoteAsset;
  account.add(baseAsset, quantity.times(sign).minus(quoteFee ? 0 : fee.amount));
  account.add(quoteAsset, quote.times(-sign).minus(quoteFee ? fee.amount : 0));
  const trade: TradeRecord = {
    account: record.account,
    symbol: record.symbol,
    id: ++book.lastTradeId,
    orderId: record.orderId,
    orderListId: record.orderListId,
    side: record.side,
    price: text(at.price),
    qty: text(quantity),
    quoteQty: text(quote),
    commission: text(fee.amount),
    commissionAsset: fee.asset,
    isMaker: at.maker,
    time: time,
  };
  record.executedQty = text(quantity);
  record.cummulativeQuoteQty = trade.quoteQty;
  record.status = 'FILLED';
  if (!record.isWorking) startWorking(order, time);
  record.updateTime = time;
  account.history.symbol(record.symbol).trades.push(trade);
  tellExecution(state, 'TRADE', order, time, { trade: { ...trade } });
  return trade;
}

/** Free money, with what the order itself holds, covers a buy at `price`: a market stop may be passed by a gap. */
function affordable(state: EngineState, book: Book, order: OpenOrder, price: Decimal): boolean {
  if (order.record.side === 'SELL') return true;
  const hold = order.hold ?? order.list?.hold;
  const free = accountOf(state, order).free(book.info.quoteAsset);
  const needed = buyHold(state.fees, book.info, price, order.quantity).amount;
  return needed.lte(hold === undefined ? free : free.plus(hold.amount));
}

export function expire(state: EngineState, book: Book, order: OpenOrder, reason: string, time: number): void {
  close(state, book, order);
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
  close(state, book, order);
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
  if (order.list !== null) shrinkHold(state, book, order, order.list);
  tellExecution(state, 'NEW', order, book.time);
}

/** The leg that is left of a list may need less than the list has held for the dearer one. */
function shrinkHold(state: EngineState, book: Book, order: OpenOrder, list: OpenList): void {
  const hold = holdOf(
    state.fees,
    book.info,
    order.record.side,
    { ...order, type: order.record.type },
    order.quantity,
  );
  if (hold.amount.eq(list.hold.amount)) return;
  const account = accountOf(state, order);
  account.unlock(list.hold);
  account.lock(hold);
  list.hold = hold;
}

function startWorking(order: OpenOrder, time: number): void {
  order.record.isWorking = true;
  order.record.workingTime = time;
}

function expireSiblings(state: EngineState, book: Book, list: OpenList, struck: OpenOrder): void {
  for (const leg of [...list.legs]) if (leg !== struck) expire(state, book, leg, 'OCO_TRIGGER', book.time);
}

/**
 * Takes an order off the book and frees its own lock. A list's lock is freed, and the list ends, with its last leg:
 * a triggered stop-limit that rests keeps its list executing.
 */
function close(state: EngineState, book: Book, order: OpenOrder): void {
  const account = accountOf(state, order);
  book.remove(order);
  account.history.symbol(order.record.symbol).open.delete(order.record.orderId);
  if (order.hold !== null) account.unlock(order.hold);
  if (order.list === null) return;
  order.list.legs.splice(order.list.legs.indexOf(order), 1);
  if (order.list.legs.length === 0) account.unlock(order.list.hold);
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
