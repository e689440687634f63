import { ZERO, dec, floorTo, max, text, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import { checkFilters, decide, needOf, needOfPair, requireFree, requireTrading } from './checking.js';
import { expire, rest } from './execution.js';
import { checkRelation } from './lists.js';
import { isConditional, isPriced } from './matching.js';
import { start, startTrailing } from './opening.js';
import type { Draft } from './orders.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';
import { PaperError } from './types.js';

/** The working order is filled: what waited for it is placed now, or expires where that is refused. */
export function placePending(state: EngineState, book: Book, list: OpenList, time: number): void {
  const waiting = [...list.legs];
  const { account } = waiting[0]!;
  try {
    if (waiting[0]!.quantity.eq(0)) pay(account, book, list);
    if (waiting.length === 1) placeOne(state, account, book, waiting[0]!, time);
    else placePair(state, account, book, list, time);
  } catch (error) {
    if (!(error instanceof PaperError)) throw error;
    for (const order of waiting) expire(state, book, order, 'REJECTED', time);
  }
}

/**
 * The quantity of what waits is what the working order has received (faqs/opo.md): all of it where its commission can
 * be paid from what else is free, else less that, in whole steps.
 */
function pay(account: Account, book: Book, list: OpenList): void {
  const { orderId } = list.record.orders[0]!;
  const history = account.history.symbol(book.info.symbol);
  const working = history.byId(orderId)!;
  const buys = working.side === 'BUY';
  const asset = buys ? book.info.baseAsset : book.info.quoteAsset;
  const gross = dec(buys ? working.executedQty : working.cummulativeQuoteQty);
  const fees = history.trades
    .filter((trade) => trade.orderId === orderId && trade.commissionAsset === asset)
    .reduce((sum, trade) => sum.plus(trade.commission), ZERO);
  const whole = asset !== 'BNB' && account.free(asset).gte(gross);
  const received = whole ? gross : gross.minus(fees);
  const quantity = floorTo(buys ? received : received.div(dearest(list, book)), book.step);
  for (const order of list.legs) {
    order.quantity = order.remaining = quantity;
    order.record.origQty = text(quantity);
  }
}

/** The most that one of the waiting orders can cost to buy. */
function dearest(list: OpenList, book: Book): Decimal {
  const prices = list.legs.map(({ record, price, stopPrice }) =>
    isPriced(record.type)
      ? price
      : record.type === 'MARKET'
        ? (book.top?.ask ?? book.current)
        : max(stopPrice, book.current),
  );
  return prices.reduce((a, b) => max(a, b));
}

function placeOne(state: EngineState, account: Account, book: Book, order: OpenOrder, time: number): void {
  requireTrading(book);
  const draft = draftOf(order);
  checkFilters(state, book, draft, order.quantity);
  const decision = decide(state, account, book, draft, order.quantity);
  requireFree(account, needOf(state, account, book, draft, order.quantity));
  awaken(book, order, time);
  start(state, book, order, decision, time);
}

function placePair(state: EngineState, account: Account, book: Book, list: OpenList, time: number): void {
  requireTrading(book);
  const [first, second] = [draftOf(list.legs[0]!), draftOf(list.legs[1]!)];
  const { quantity } = list.legs[0]!;
  checkRelation([first, second], book.current);
  const hold = needOfPair(account, book, [first, second], quantity);
  requireFree(account, hold);
  account.lock(hold);
  list.hold = hold;
  for (const order of list.legs) {
    awaken(book, order, time);
    rest(book, order);
    tellExecution(state, 'NEW', order, time);
  }
}

function awaken(book: Book, order: OpenOrder, time: number): void {
  const { record } = order;
  record.status = 'NEW';
  record.updateTime = time;
  record.isWorking = !isConditional(record.type);
  record.workingTime = record.isWorking ? time : -1;
  startTrailing(book, order, time);
}

/** The request as it was, from the order that waits. */
export function draftOf({ record, price, stopPrice, quantity }: OpenOrder): Draft {
  const { side, type, timeInForce, selfTradePreventionMode, clientOrderId } = record;
  return {
    ...{ side, type, timeInForce, selfTradePreventionMode, clientOrderId, price, stopPrice, quantity },
    icebergQty: dec(record.icebergQty ?? 0),
    quoteOrderQty: ZERO,
    trailingDelta: record.trailingDelta ?? null,
  };
}
