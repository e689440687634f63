import type { Account } from './account.js';
import type { Book } from './book.js';
import { cancelOrder } from './cancelling.js';
import { checkRequest, placeOrder } from './placing.js';
import type { EngineState } from './state.js';
import { PaperError, type CancelReplace, type CancelReplaceResult, type Failure } from './types.js';

/**
 * Cancels one order and places another on the same symbol, as `POST /api/v3/order/cancelReplace` does. Parameters and
 * filters of the new order are looked at first, with the old one still counted. Errors: those, as `place` has them.
 */
export function cancelAndReplace(
  state: EngineState,
  account: Account,
  book: Book,
  request: CancelReplace,
  time: number,
): CancelReplaceResult {
  if (book.info.cancelReplaceAllowed === false)
    throw new PaperError(-1013, 'Order cancel-replace is not supported for this symbol.');
  const { order, mode } = request;
  checkRequest(state, account, book, order);
  const which = { ...request.cancel, symbol: order.symbol };
  const cancel = attempt(() => cancelOrder(state, account, book, which, time));
  const attempted = cancel.done || mode === 'ALLOW_FAILURE';
  const placed = attempted ? attempt(() => placeOrder(state, account, book, order, time)) : null;
  const failures = (cancel.done ? 0 : 1) + (placed?.done ? 0 : 1);
  return {
    code: failures === 0 ? null : failures === 1 ? -2021 : -2022,
    cancelResult: cancel.done ? 'SUCCESS' : 'FAILURE',
    newOrderResult: placed === null ? 'NOT_ATTEMPTED' : placed.done ? 'SUCCESS' : 'FAILURE',
    cancelResponse: cancel.done ? cancel.result : cancel.failure,
    newOrderResponse: placed === null ? null : placed.done ? placed.result : placed.failure,
  };
}

type Attempt<T> =
  { readonly done: true; readonly result: T } | { readonly done: false; readonly failure: Failure };

function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { done: true, result: run() };
  } catch (error) {
    if (!(error instanceof PaperError)) throw error;
    return { done: false, failure: { code: error.code, msg: error.message } };
  }
}
