/** Plain orders: place, test, cancel, query (BINANCE.md 2.3, 2.4). */
import { PaperError, type NewOrder, type OrderType } from '../../engine/types.js';
import { cancelResultJson, newOrderJson, orderJson, tradeJson, type ResponseType } from '../order-json.js';
import { mandatory, type Params } from '../params.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

const TYPES = [
  'LIMIT',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
] as const satisfies readonly OrderType[];
const TIMES = ['GTC', 'IOC', 'FOK'] as const;
const DAY = 86_400_000;

export const SYMBOL_STP = names(
  'selfTradePreventionMode strategyId strategyType newOrderRespType symbol side',
);
const ORDER = names(
  'type timeInForce quantity quoteOrderQty price newClientOrderId stopPrice trailingDelta icebergQty pegPriceType pegOffsetValue pegOffsetType computeCommissionRates',
);
const NEW_ORDER = new Set([...SYMBOL_STP, ...ORDER]);

export function side(params: Params): 'BUY' | 'SELL' {
  params.required('side');
  return params.oneOf('side', ['BUY', 'SELL'], -1117, 'Invalid side.')!;
}

export function orderType(params: Params, name = 'type'): OrderType {
  params.required(name);
  return params.oneOf(name, TYPES, -1116, 'Invalid orderType.')!;
}

export function timeInForce(params: Params, name = 'timeInForce'): 'GTC' | 'IOC' | 'FOK' | undefined {
  return params.oneOf(name, TIMES, -1115, 'Invalid timeInForce.');
}

export function responseType(params: Params, usual: ResponseType): ResponseType {
  const types = ['ACK', 'RESULT', 'FULL'] as const;
  return params.oneOf('newOrderRespType', types, -1115, 'Invalid newOrderRespType.') ?? usual;
}

/** What this exchange does not match yet is refused, never silently dropped. */
export function requireSupported(params: Params): void {
  if (params.has('trailingDelta'))
    throw new PaperError(-1013, 'Trailing stop orders are not supported for this symbol.');
  if (params.has('icebergQty'))
    throw new PaperError(-1013, 'Iceberg orders are not supported for this symbol.');
  if (params.has('pegPriceType'))
    throw new PaperError(-1013, 'Pegged orders are not supported for this symbol.');
}

function newOrder(params: Params): NewOrder {
  requireSupported(params);
  return {
    symbol: params.symbol(),
    side: side(params),
    type: orderType(params),
    timeInForce: timeInForce(params),
    quantity: params.decimal('quantity'),
    quoteOrderQty: params.decimal('quoteOrderQty'),
    price: params.decimal('price'),
    stopPrice: params.decimal('stopPrice'),
    newClientOrderId: params.clientId('newClientOrderId'),
  };
}

function place({ exchange, account, params }: SignedRequest): unknown {
  const order = newOrder(params);
  const usual = order.type === 'MARKET' || order.type === 'LIMIT' ? 'FULL' : 'ACK';
  const type = responseType(params, usual);
  return newOrderJson(exchange.execute<'place'>({ k: 'place', a: account.id, order }), type);
}

function test({ exchange, account, params }: SignedRequest): unknown {
  exchange.engine.test(account.id, newOrder(params), exchange.now());
  return {};
}

function which(params: Params) {
  return {
    symbol: params.symbol(),
    orderId: params.long('orderId'),
    origClientOrderId: params.clientId('origClientOrderId'),
  };
}

function cancel({ exchange, account, params }: SignedRequest): unknown {
  const asked = { ...which(params), newClientOrderId: params.clientId('newClientOrderId') };
  return cancelResultJson(exchange.execute<'cancel'>({ k: 'cancel', a: account.id, which: asked }));
}

function cancelAll({ exchange, account, params }: SignedRequest): unknown {
  const results = exchange.execute<'cancelAll'>({ k: 'cancelAll', a: account.id, symbol: params.symbol() });
  return results.map(cancelResultJson);
}

function query({ exchange, account, params }: SignedRequest): unknown {
  const asked = which(params);
  if (asked.orderId === undefined && asked.origClientOrderId === undefined)
    throw new PaperError(
      -1102,
      "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
    );
  const order = exchange.engine.order(account.id, asked);
  if (order === null) throw new PaperError(-2013, 'Order does not exist.');
  return orderJson(order);
}

function openOrders({ exchange, account, params }: SignedRequest): unknown {
  return exchange.engine.openOrders(account.id, params.optionalSymbol()).map(orderJson);
}

function period(params: Params): { startTime?: number; endTime?: number } {
  const startTime = params.long('startTime');
  const endTime = params.long('endTime');
  if (startTime !== undefined && endTime !== undefined && endTime - startTime > DAY)
    throw new PaperError(-1127, 'More than 24 hours between startTime and endTime.');
  return { startTime, endTime };
}

function allOrders({ exchange, account, params }: SignedRequest): unknown {
  const query = { fromOrderId: params.long('orderId'), ...period(params), limit: params.limit(1000) };
  return exchange.engine.allOrders(account.id, params.symbol(), query).map(orderJson);
}

function myTrades({ exchange, account, params }: SignedRequest): unknown {
  const query = {
    fromId: params.long('fromId'),
    orderId: params.long('orderId'),
    ...period(params),
    limit: params.limit(1000),
  };
  return exchange.engine.trades(account.id, params.symbol(), query).map(tradeJson);
}

/** Cancel and replace in one request; 409 and its data when only one half succeeded. */
export class ReplaceError extends PaperError {
  constructor(
    code: number,
    message: string,
    readonly data: object,
  ) {
    super(code, message);
    this.name = 'ReplaceError';
  }
}

function cancelReplace(request: SignedRequest): unknown {
  const { exchange, account, params } = request;
  const mode = params.required('cancelReplaceMode');
  if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE')
    throw new PaperError(
      -1100,
      "Illegal characters found in parameter 'cancelReplaceMode'; legal range is 'STOP_ON_FAILURE|ALLOW_FAILURE'.",
    );
  const order = newOrder(params);
  const type = responseType(params, order.type === 'MARKET' || order.type === 'LIMIT' ? 'FULL' : 'ACK');
  const asked = {
    symbol: order.symbol,
    orderId: params.long('cancelOrderId'),
    origClientOrderId: params.clientId('cancelOrigClientOrderId'),
    newClientOrderId: params.clientId('cancelNewClientOrderId'),
  };
  if (asked.orderId === undefined && asked.origClientOrderId === undefined) throw mandatory('cancelOrderId');
  const cancelled = attempt(() =>
    cancelResultJson(exchange.execute<'cancel'>({ k: 'cancel', a: account.id, which: asked })),
  );
  if (!cancelled.ok && mode === 'STOP_ON_FAILURE')
    throw replaceError(-2022, 'Order cancel-replace failed.', cancelled, null);
  const placed = attempt(() =>
    newOrderJson(exchange.execute<'place'>({ k: 'place', a: account.id, order }), type),
  );
  if (cancelled.ok && placed.ok) return replaceData(cancelled, placed);
  if (!cancelled.ok && !placed.ok)
    throw replaceError(-2022, 'Order cancel-replace failed.', cancelled, placed);
  throw replaceError(-2021, 'Order cancel-replace partially failed.', cancelled, placed);
}

interface Attempt {
  readonly ok: boolean;
  readonly response: unknown;
}

function attempt(run: () => unknown): Attempt {
  try {
    return { ok: true, response: run() };
  } catch (error) {
    if (!(error instanceof PaperError)) throw error;
    return { ok: false, response: { code: error.code, msg: error.message } };
  }
}

function replaceData(cancelled: Attempt, placed: Attempt | null): object {
  const word = (half: Attempt | null) => (half === null ? 'NOT_ATTEMPTED' : half.ok ? 'SUCCESS' : 'FAILURE');
  return {
    cancelResult: word(cancelled),
    newOrderResult: word(placed),
    cancelResponse: cancelled.response,
    newOrderResponse: placed?.response ?? null,
  };
}

function replaceError(code: number, msg: string, cancelled: Attempt, placed: Attempt | null): ReplaceError {
  return new ReplaceError(code, msg, replaceData(cancelled, placed));
}

const signed = { security: 'signed' } as const;
const order = { ...signed, weight: 1, freeOnSuccess: true } as const;
const WHICH = 'symbol orderId origClientOrderId';

export const orderRoutes: readonly SignedRoute[] = [
  {
    ...order,
    method: 'POST',
    path: '/api/v3/order',
    ws: 'order.place',
    known: NEW_ORDER,
    orders: 1,
    handle: place,
  },
  {
    ...signed,
    method: 'POST',
    path: '/api/v3/order/test',
    ws: 'order.test',
    weight: (params) => (params.has('computeCommissionRates') ? 20 : 1),
    known: NEW_ORDER,
    handle: test,
  },
  {
    ...order,
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
    handle: cancelReplace,
  },
  {
    ...order,
    method: 'DELETE',
    path: '/api/v3/order',
    ws: 'order.cancel',
    known: names(`${WHICH} newClientOrderId cancelRestrictions`),
    handle: cancel,
  },
  {
    ...order,
    method: 'DELETE',
    path: '/api/v3/openOrders',
    ws: 'openOrders.cancelAll',
    known: names('symbol'),
    handle: cancelAll,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/order',
    ws: 'order.status',
    weight: 4,
    known: names(WHICH),
    handle: query,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/openOrders',
    ws: 'openOrders.status',
    weight: (params) => (params.has('symbol') ? 6 : 80),
    known: names('symbol'),
    handle: openOrders,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/allOrders',
    ws: 'allOrders',
    weight: 20,
    known: names('symbol orderId startTime endTime limit'),
    handle: allOrders,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/myTrades',
    ws: 'myTrades',
    weight: (params) => (params.has('orderId') ? 5 : 20),
    known: names('symbol orderId startTime endTime fromId limit'),
    handle: myTrades,
  },
];
