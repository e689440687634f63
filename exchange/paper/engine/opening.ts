import { text, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import type { Decision } from './checking.js';
import { expire, rest } from './execution.js';
import { isConditional, wouldTrigger } from './matching.js';
import type { Draft } from './orders.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import { take, type Taken } from './taking.js';
import { tellExecution } from './telling.js';
import type { OrderRecord } from './types.js';

/** Does what was decided, told as NEW first. */
export function start(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  decision: Decision,
  time: number,
): Taken {
  if (decision.type === 'rest') rest(book, order);
  tellExecution(state, 'NEW', order, time);
  if (decision.type === 'take') return take(state, book, order, decision.standing, time);
  if (decision.type === 'expire') expire(state, book, order, decision.reason, time);
  return { trades: [], preventedMatches: [] };
}

/** Gives an order its id and its place in the history, and among its list's. Whoever answers ends its `inReply`. */
export function openOrder(
  state: EngineState,
  account: Account,
  book: Book,
  draft: Draft,
  quantity: Decimal,
  time: number,
  list: OpenList | null = null,
  pending = false,
): OpenOrder {
  const orderId = ++state.counters.orderId;
  const isWorking = !pending && !isConditional(draft.type);
  const record: OrderRecord = {
    account: account.id,
    symbol: book.info.symbol,
    orderId,
    orderListId: list?.record.orderListId ?? -1,
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
    status: pending ? 'PENDING_NEW' : 'NEW',
    isWorking,
    time,
    updateTime: time,
    workingTime: isWorking ? time : -1,
    selfTradePreventionMode: draft.selfTradePreventionMode,
  };
  setOptional(record, draft);
  account.history.symbol(record.symbol).add(record);
  const { price, stopPrice } = draft;
  // prettier-ignore
  const order: OpenOrder = { record, account, price, stopPrice, quantity, remaining: quantity, hold: null, list, trigger: null, extreme: null, inReply: true };
  if (!pending) startTrailing(book, order, time);
  if (list !== null) {
    list.record.orders.push({ symbol: record.symbol, orderId, clientOrderId: record.clientOrderId });
    list.legs.push(order);
  }
  return order;
}

function setOptional(record: OrderRecord, draft: Draft): void {
  const { icebergQty, trailingDelta, strategyId, strategyType } = draft;
  if (icebergQty.sign > 0) record.icebergQty = text(icebergQty);
  if (trailingDelta !== null) {
    record.trailingDelta = trailingDelta;
    record.trailingTime = -1;
  }
  if (strategyId !== undefined) record.strategyId = strategyId;
  if (strategyType !== undefined) record.strategyType = strategyType;
}

/** A trailing stop follows the market from now on, or from where its stop price is reached. */
export function startTrailing(book: Book, order: OpenOrder, time: number): void {
  const { record, stopPrice } = order;
  if (record.trailingDelta === undefined) return;
  const from = book.priorClose ?? book.current;
  if (stopPrice.gt(0) && !wouldTrigger(record.side, record.type, stopPrice, from)) return;
  order.extreme = from;
  record.trailingTime = time;
}
