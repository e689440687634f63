import { dec, text, type Decimal } from '../../../core/decimal.js';
import type { Account } from './account.js';
import type { Book } from './book.js';
import { checkFilters, requireNewClientId, requireTrading } from './checking.js';
import { holdFor, isPending } from './execution.js';
import { fail } from './filters.js';
import { draftOf } from './pending.js';
import { parseAmount } from './orders.js';
import { copyOrder } from './records.js';
import { settle } from './settling.js';
import type { EngineState, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';
import { PaperError, type AmendResult, type Amendment, type Engine } from './types.js';

type Request = Parameters<Engine['amend']>[1];

/**
 * Lowers an open order's quantity; it keeps its place in the book (faqs/order_amend_keep_priority.md). Legs of a pair
 * share one quantity and are not amended alone. Errors: -1013, -1100, -1102, -1111, -2010, -2038.
 */
export function amendOrder(
  state: EngineState,
  account: Account,
  book: Book,
  request: Request,
  time: number,
): AmendResult {
  if (book.info.amendAllowed === false) throw rejected('Order amend is not supported for this symbol.');
  requireTrading(book);
  const order = findOpen(account, request);
  const { record } = order;
  if (isLegOfPair(order)) throw rejected('Order amend is not supported for orders of an OCO pair.');
  const quantity = parseAmount(String, 'newQty', request.newQty, book.info.baseAssetPrecision);
  requireLess(order, quantity);
  const origClientOrderId = record.clientOrderId;
  if (request.newClientOrderId !== origClientOrderId)
    requireNewClientId(account, book, request.newClientOrderId ?? null);
  const history = account.history.symbol(record.symbol);
  const { maxAmends } = book.rules;
  const before = history.amendments.filter(({ orderId }) => orderId === record.orderId).length;
  if (maxAmends !== null && before >= maxAmends) fail('MAX_NUM_ORDER_AMENDS');
  checkFilters(state, book, { ...draftOf(order), quantity }, quantity);

  const executionId = state.counters.executionId + 1;
  const clientOrderId = request.newClientOrderId || `amend-${executionId}`;
  const amendment: Amendment = {
    symbol: record.symbol,
    orderId: record.orderId,
    executionId,
    origClientOrderId,
    newClientOrderId: clientOrderId,
    origQty: record.origQty,
    newQty: text(quantity),
    time,
  };
  order.remaining = order.remaining.minus(order.quantity.minus(quantity));
  order.quantity = quantity;
  record.origQty = text(quantity);
  record.updateTime = time;
  history.rename(record, clientOrderId);
  rename(order, clientOrderId);
  history.amendments.push(amendment);
  state.finished.amendments.push({ ...amendment, account: account.id });
  if (order.hold !== null) holdFor(book, order, order.remaining);
  tellExecution(state, 'REPLACED', order, time, { origClientOrderId });
  settle(state, book, time);
  const list = order.list?.record;
  return {
    order: copyOrder(record),
    origClientOrderId,
    executionId,
    ...(list === undefined ? {} : { list: { ...list, orders: list.orders.map((each) => ({ ...each })) } }),
  };
}

function rejected(message: string): PaperError {
  return new PaperError(-2038, message);
}

function findOpen(account: Account, { symbol, orderId, origClientOrderId }: Request): OpenOrder {
  const history = account.history.symbol(symbol);
  if (orderId === undefined && !origClientOrderId)
    throw new PaperError(
      -1102,
      "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
    );
  const order =
    orderId === undefined ? history.openByClientId(origClientOrderId!) : (history.open.get(orderId) ?? null);
  const isOther = Boolean(origClientOrderId) && order?.record.clientOrderId !== origClientOrderId;
  if (order === null || isOther) throw rejected('Unknown order sent.');
  return order;
}

/** Of an OCO, or of the pair that waits in an OTOCO. */
function isLegOfPair(order: OpenOrder): boolean {
  const { list } = order;
  if (list === null) return false;
  const waiting = list.legs.filter(isPending);
  return isPending(order) ? waiting.length > 1 : waiting.length === 0 && list.legs.length > 1;
}

function requireLess(order: OpenOrder, quantity: Decimal): void {
  if (quantity.gt(order.quantity)) throw rejected('Order amend (quantity increase) is not supported.');
  if (quantity.eq(order.quantity)) throw rejected('The requested action would change no state; rejecting.');
  const used = order.quantity.minus(order.remaining);
  if (quantity.lte(used)) throw rejected('The new quantity must be more than what has been executed.');
  if (quantity.lt(dec(order.record.icebergQty ?? 0))) throw new PaperError(-2010, 'IcebergQty exceeds QTY.');
}

function rename(order: OpenOrder, clientOrderId: string): void {
  const entry = order.list?.record.orders.find(({ orderId }) => orderId === order.record.orderId);
  if (entry !== undefined) entry.clientOrderId = clientOrderId;
}

/** Ascending by execution id. */
export function listAmendments(
  account: Account,
  symbol: string,
  { orderId, fromExecutionId = 0, limit = 500 }: Parameters<Engine['amendments']>[2],
): Amendment[] {
  return account.history
    .symbol(symbol)
    .amendments.filter((each) => each.orderId === orderId && each.executionId >= fromExecutionId)
    .slice(0, limit)
    .map((each) => ({ ...each }));
}
