/** `POST /api/v3/order/cancelReplace`: 200, or 400 (-2022) and 409 (-2021) with what became of each half. */
import {
  PaperError,
  type CancelReplaceResult,
  type Failure,
  type ListResult,
  type OrderResult,
} from '../../engine/types.js';
import { cancelResultJson, newOrderJson, type ResponseType } from '../order-json.js';
import { mandatory } from '../params.js';
import { cancelRestrictions, NEW_ORDER, newOrder, orderResponseType } from './order-params.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

/** One half, or both, failed. */
export class ReplaceError extends PaperError {
  constructor(
    code: -2021 | -2022,
    readonly data: object,
  ) {
    super(code, `Order cancel-replace ${code === -2021 ? 'partially ' : ''}failed.`);
    this.name = 'ReplaceError';
  }
}

function replace({ exchange, account, params }: SignedRequest): unknown {
  params.required('cancelReplaceMode');
  const mode = params.oneOf(
    'cancelReplaceMode',
    ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const,
    -1100,
    "Illegal characters found in parameter 'cancelReplaceMode'; legal range is 'STOP_ON_FAILURE|ALLOW_FAILURE'.",
  )!;
  const order = newOrder(params);
  const cancel = {
    orderId: params.long('cancelOrderId'),
    origClientOrderId: params.clientId('cancelOrigClientOrderId'),
    newClientOrderId: params.clientId('cancelNewClientOrderId'),
    cancelRestrictions: cancelRestrictions(params),
  };
  if (cancel.orderId === undefined && cancel.origClientOrderId === undefined)
    throw mandatory('cancelOrderId');
  const request = { mode, cancel, order };
  const result = exchange.execute<'replace'>({ k: 'replace', a: account.id, request });
  const data = dataOf(result, orderResponseType(params, order));
  if (result.code !== null) throw new ReplaceError(result.code, data);
  return data;
}

function dataOf(result: CancelReplaceResult, type: ResponseType): object {
  const { cancelResult, newOrderResult, cancelResponse, newOrderResponse } = result;
  return {
    cancelResult,
    newOrderResult,
    cancelResponse: isFailure(cancelResponse) ? cancelResponse : cancelResultJson(cancelResponse),
    newOrderResponse:
      newOrderResponse === null || isFailure(newOrderResponse)
        ? newOrderResponse
        : newOrderJson(newOrderResponse, type),
  };
}

function isFailure(half: OrderResult | ListResult | Failure): half is Failure {
  return 'msg' in half;
}

export const replaceRoutes: readonly SignedRoute[] = [
  {
    security: 'signed',
    weight: 1,
    freeOnSuccess: true,
    method: 'POST',
    path: '/api/v3/order/cancelReplace',
    ws: 'order.cancelReplace',
    known: new Set([
      ...NEW_ORDER,
      ...names(
        'cancelReplaceMode cancelOrderId cancelOrigClientOrderId cancelNewClientOrderId cancelRestrictions orderRateLimitExceededMode',
      ),
    ]),
    orders: 1,
    handle: replace,
  },
];
