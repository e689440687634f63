/** Plain orders: place, test, cancel, query (BINANCE.md 2.3, 2.4). */
import { PaperError } from '../../engine/types.js';
import { eight } from '../amounts.js';
import {
  amendJson,
  amendmentJson,
  cancelResultJson,
  newOrderJson,
  orderJson,
  preventedMatchJson,
  tradeJson,
} from '../order-json.js';
import { mandatory, type Params } from '../params.js';
import {
  cancelRestrictions,
  NEW_ORDER,
  newOrder,
  orderResponseType,
  requiredDecimal,
} from './order-params.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

const DAY = 86_400_000;

function place({ exchange, account, params }: SignedRequest): unknown {
  const order = newOrder(params);
  const type = orderResponseType(params, order);
  return newOrderJson(exchange.execute<'place'>({ k: 'place', a: account.id, order }), type);
}

function test({ exchange, account, params }: SignedRequest): unknown {
  const order = newOrder(params);
  exchange.engine.test(account.id, order, exchange.now());
  if (params.boolean('computeCommissionRates') !== true) return {};
  const { maker, taker, discount } = exchange.engine.commission(account.id, order.symbol);
  const none = { maker: eight('0'), taker: eight('0') };
  return {
    standardCommissionForOrder: { maker: eight(maker), taker: eight(taker) },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: { ...discount, discount: eight(discount.discount) },
  };
}

function which(params: Params) {
  return {
    symbol: params.symbol(),
    orderId: params.long('orderId'),
    origClientOrderId: params.clientId('origClientOrderId'),
  };
}

function cancel({ exchange, account, params }: SignedRequest): unknown {
  const asked = {
    ...which(params),
    newClientOrderId: params.clientId('newClientOrderId'),
    cancelRestrictions: cancelRestrictions(params),
  };
  return cancelResultJson(exchange.execute<'cancel'>({ k: 'cancel', a: account.id, which: asked }));
}

function cancelAll({ exchange, account, params }: SignedRequest): unknown {
  const results = exchange.execute<'cancelAll'>({ k: 'cancelAll', a: account.id, symbol: params.symbol() });
  return results.map(cancelResultJson);
}

function amend({ exchange, account, params }: SignedRequest): unknown {
  const request = {
    ...which(params),
    newClientOrderId: params.clientId('newClientOrderId'),
    newQty: requiredDecimal(params, 'newQty'),
  };
  return amendJson(exchange.execute<'amend'>({ k: 'amend', a: account.id, request }));
}

function amendments({ exchange, account, params }: SignedRequest): unknown {
  const symbol = params.symbol();
  const orderId = params.long('orderId');
  if (orderId === undefined) throw mandatory('orderId');
  const options = { orderId, fromExecutionId: params.long('fromExecutionId'), limit: params.limit(1000) };
  return exchange.engine.amendments(account.id, symbol, options).map(amendmentJson);
}

function query({ exchange, account, params, hidden }: SignedRequest): unknown {
  const asked = which(params);
  if (asked.orderId === undefined && asked.origClientOrderId === undefined)
    throw new PaperError(
      -1102,
      "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
    );
  const order = exchange.engine.order(account.id, asked);
  if (order === null || hidden.has(order.orderId)) throw new PaperError(-2013, 'Order does not exist.');
  return orderJson(order);
}

function openOrders({ exchange, account, params, hidden }: SignedRequest): unknown {
  const orders = exchange.engine.openOrders(account.id, params.optionalSymbol());
  return orders.filter(({ orderId }) => !hidden.has(orderId)).map(orderJson);
}

function period(params: Params): { startTime?: number; endTime?: number } {
  const startTime = params.long('startTime');
  const endTime = params.long('endTime');
  if (startTime !== undefined && endTime !== undefined && endTime - startTime > DAY)
    throw new PaperError(-1127, 'More than 24 hours between startTime and endTime.');
  return { startTime, endTime };
}

function allOrders({ exchange, account, params, hidden }: SignedRequest): unknown {
  const query = { fromOrderId: params.long('orderId'), ...period(params), limit: params.limit(1000) };
  const orders = exchange.engine.allOrders(account.id, params.symbol(), query);
  return orders.filter(({ orderId }) => !hidden.has(orderId)).map(orderJson);
}

function myTrades({ exchange, account, params, hidden }: SignedRequest): unknown {
  const query = {
    fromId: params.long('fromId'),
    orderId: params.long('orderId'),
    ...period(params),
    limit: params.limit(1000),
  };
  const trades = exchange.engine.trades(account.id, params.symbol(), query);
  return trades.filter(({ orderId }) => !hidden.has(orderId)).map(tradeJson);
}

function myPreventedMatches({ exchange, account, params }: SignedRequest): unknown {
  const query = {
    preventedMatchId: params.long('preventedMatchId'),
    orderId: params.long('orderId'),
    fromPreventedMatchId: params.long('fromPreventedMatchId'),
    limit: params.limit(1000),
  };
  if (query.preventedMatchId === undefined && query.orderId === undefined) throw mandatory('orderId');
  return exchange.engine.preventedMatches(account.id, params.symbol(), query).map(preventedMatchJson);
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
    method: 'DELETE',
    path: '/api/v3/order',
    ws: 'order.cancel',
    known: names(`${WHICH} newClientOrderId cancelRestrictions`),
    handle: cancel,
  },
  {
    ...signed,
    method: 'PUT',
    path: '/api/v3/order/amend/keepPriority',
    ws: 'order.amend.keepPriority',
    weight: 4,
    known: names(`${WHICH} newClientOrderId newQty`),
    handle: amend,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/order/amendments',
    ws: 'order.amendments',
    weight: 4,
    known: names('symbol orderId fromExecutionId limit'),
    handle: amendments,
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
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/myPreventedMatches',
    ws: 'myPreventedMatches',
    weight: (params) => (params.has('preventedMatchId') ? 2 : 20),
    known: names('symbol preventedMatchId orderId fromPreventedMatchId limit'),
    handle: myPreventedMatches,
  },
];
