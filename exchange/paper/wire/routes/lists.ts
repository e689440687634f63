/** Order lists: OCO in its present and its legacy form, OTO, OTOCO, cancel, query. */
import {
  PaperError,
  type Leg,
  type ListResult,
  type NewOco,
  type NewOto,
  type NewOtoco,
  type OrderType,
  type WorkingLeg,
} from '../../engine/types.js';
import { cancelResultJson, listJson, newListJson } from '../order-json.js';
import type { Params } from '../params.js';
import {
  preventionMode,
  requiredDecimal,
  responseType,
  SHARED,
  side,
  terms,
  timeInForce,
} from './order-params.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

function leg(params: Params, prefix: string): Leg {
  return { ...terms(params, prefix), clientOrderId: params.clientId(`${prefix}ClientOrderId`) };
}

function wholeLeg(params: Params, prefix: string): WorkingLeg {
  return {
    ...leg(params, prefix),
    side: side(params, `${prefix}Side`),
    quantity: requiredDecimal(params, `${prefix}Quantity`),
  };
}

function head(params: Params) {
  return {
    symbol: params.symbol(),
    listClientOrderId: params.clientId('listClientOrderId'),
    selfTradePreventionMode: preventionMode(params),
  };
}

function oco(params: Params): NewOco {
  return {
    ...head(params),
    side: side(params),
    quantity: requiredDecimal(params, 'quantity'),
    above: leg(params, 'above'),
    below: leg(params, 'below'),
  };
}

function oto(params: Params): NewOto {
  return { ...head(params), working: wholeLeg(params, 'working'), pending: wholeLeg(params, 'pending') };
}

function otoco(params: Params): NewOtoco {
  return {
    ...head(params),
    working: wholeLeg(params, 'working'),
    pendingSide: side(params, 'pendingSide'),
    pendingQuantity: requiredDecimal(params, 'pendingQuantity'),
    pendingAbove: leg(params, 'pendingAbove'),
    pendingBelow: leg(params, 'pendingBelow'),
  };
}

/** `POST /api/v3/order/oco`: a limit maker and a stop, whichever side they are on. */
function legacyOco(params: Params): NewOco {
  const stopLimitPrice = params.decimal('stopLimitPrice');
  const limit = {
    type: 'LIMIT_MAKER' as OrderType,
    clientOrderId: params.clientId('limitClientOrderId'),
    price: requiredDecimal(params, 'price'),
    icebergQty: params.decimal('limitIcebergQty'),
    strategyId: params.long('limitStrategyId'),
    strategyType: params.long('limitStrategyType'),
  };
  const stop = {
    type: (stopLimitPrice === undefined ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT') as OrderType,
    clientOrderId: params.clientId('stopClientOrderId'),
    price: stopLimitPrice,
    stopPrice: requiredDecimal(params, 'stopPrice'),
    trailingDelta: params.long('trailingDelta'),
    icebergQty: params.decimal('stopIcebergQty'),
    strategyId: params.long('stopStrategyId'),
    strategyType: params.long('stopStrategyType'),
    timeInForce: timeInForce(params, 'stopLimitTimeInForce'),
  };
  const sells = side(params) === 'SELL';
  return {
    ...head(params),
    side: side(params),
    quantity: requiredDecimal(params, 'quantity'),
    above: sells ? limit : stop,
    below: sells ? stop : limit,
  };
}

function opo(params: Params): NewOto {
  const pending = { ...leg(params, 'pending'), side: side(params, 'pendingSide') };
  return { ...head(params), working: wholeLeg(params, 'working'), pending, pays: true };
}

function opoco(params: Params): NewOtoco {
  return {
    ...head(params),
    working: wholeLeg(params, 'working'),
    pendingSide: side(params, 'pendingSide'),
    pendingAbove: leg(params, 'pendingAbove'),
    pendingBelow: leg(params, 'pendingBelow'),
    pays: true,
  };
}

function placing(place: (request: SignedRequest) => ListResult) {
  return (request: SignedRequest): unknown => {
    const type = responseType(request.params, 'RESULT');
    return newListJson(place(request), type);
  };
}

const placeOco = (read: (params: Params) => NewOco) =>
  placing(({ exchange, account, params }) =>
    exchange.execute<'placeOco'>({ k: 'placeOco', a: account.id, list: read(params) }),
  );
const placeOto = (read: (params: Params) => NewOto) =>
  placing(({ exchange, account, params }) =>
    exchange.execute<'placeOto'>({ k: 'placeOto', a: account.id, list: read(params) }),
  );
const placeOtoco = (read: (params: Params) => NewOtoco) =>
  placing(({ exchange, account, params }) =>
    exchange.execute<'placeOtoco'>({ k: 'placeOtoco', a: account.id, list: read(params) }),
  );

function cancel({ exchange, account, params }: SignedRequest): unknown {
  const which = {
    symbol: params.symbol(),
    orderListId: params.long('orderListId'),
    listClientOrderId: params.clientId('listClientOrderId'),
    newClientOrderId: params.clientId('newClientOrderId'),
  };
  return cancelResultJson(exchange.execute<'cancelList'>({ k: 'cancelList', a: account.id, which }));
}

function isShown({ hidden }: SignedRequest, { list }: ListResult): boolean {
  return !list.orders.some(({ orderId }) => hidden.has(orderId));
}

function query(request: SignedRequest): unknown {
  const { exchange, account, params } = request;
  const orderListId = params.long('orderListId');
  const listClientOrderId = params.clientId('origClientOrderId');
  if (orderListId === undefined && listClientOrderId === undefined)
    throw new PaperError(
      -1102,
      "Param 'origClientOrderId' or 'orderListId' must be sent, but both were empty/null!",
    );
  const found = exchange.engine.list(account.id, { orderListId, listClientOrderId });
  if (found === null || !isShown(request, found)) throw new PaperError(-2018, 'Order list does not exist.');
  return listJson(found.list);
}

/** Lists have no index of their own: they are found through their orders. */
function listsOf(request: SignedRequest, openOnly: boolean): ListResult[] {
  const { engine } = request.exchange;
  const { id } = request.account;
  const orders = openOnly
    ? engine.openOrders(id)
    : [...engine.symbols.keys()].flatMap((symbol) =>
        engine.allOrders(id, symbol, { fromOrderId: 0, limit: Number.MAX_SAFE_INTEGER }),
      );
  const ids = new Set(orders.map(({ orderListId }) => orderListId).filter((listId) => listId >= 0));
  return [...ids]
    .sort((a, b) => a - b)
    .map((orderListId) => engine.list(id, { orderListId })!)
    .filter((found) => isShown(request, found));
}

function allLists(request: SignedRequest): unknown {
  const { params } = request;
  const fromId = params.long('fromId') ?? 0;
  const startTime = params.long('startTime') ?? -Infinity;
  const endTime = params.long('endTime') ?? Infinity;
  return listsOf(request, false)
    .map(({ list }) => list)
    .filter(({ orderListId }) => orderListId >= fromId)
    .filter(({ transactionTime }) => transactionTime >= startTime && transactionTime <= endTime)
    .slice(0, params.limit(1000))
    .map(listJson);
}

const signed = { security: 'signed' } as const;
const list = { ...signed, weight: 1, freeOnSuccess: true } as const;
const TERMS =
  'Type ClientOrderId IcebergQty Price StopPrice TrailingDelta TimeInForce StrategyId StrategyType PegPriceType PegOffsetType PegOffsetValue';
const legNames = (prefix: string, more = ''): string =>
  [...names(`${TERMS} ${more}`)].map((name) => prefix + name).join(' ');
const listNames = (more: string): ReadonlySet<string> =>
  new Set([...SHARED, ...names(`listClientOrderId ${more}`)]);

const OCO = listNames(`quantity ${legNames('above')} ${legNames('below')}`);
const WORKING = legNames('working', 'Side Quantity');
const OTO = listNames(`${WORKING} ${legNames('pending', 'Side Quantity')}`);
const OTOCO = listNames(
  `${WORKING} pendingSide pendingQuantity ${legNames('pendingAbove')} ${legNames('pendingBelow')}`,
);
const OPO = listNames(`${WORKING} ${legNames('pending', 'Side')}`);
const OPOCO = listNames(`${WORKING} pendingSide ${legNames('pendingAbove')} ${legNames('pendingBelow')}`);
const LEGACY_OCO = listNames(
  'quantity limitClientOrderId price limitIcebergQty limitStrategyId limitStrategyType stopClientOrderId stopPrice stopLimitPrice stopIcebergQty stopLimitTimeInForce stopStrategyId stopStrategyType trailingDelta',
);

export const listRoutes: readonly SignedRoute[] = [
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/oco',
    ws: 'orderList.place.oco',
    known: OCO,
    orders: 2,
    handle: placeOco(oco),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/oto',
    ws: 'orderList.place.oto',
    known: OTO,
    orders: 2,
    handle: placeOto(oto),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/otoco',
    ws: 'orderList.place.otoco',
    known: OTOCO,
    orders: 3,
    handle: placeOtoco(otoco),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/opo',
    ws: 'orderList.place.opo',
    known: OPO,
    orders: 2,
    handle: placeOto(opo),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/opoco',
    ws: 'orderList.place.opoco',
    known: OPOCO,
    orders: 3,
    handle: placeOtoco(opoco),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/order/oco',
    ws: 'orderList.place',
    known: LEGACY_OCO,
    orders: 2,
    handle: placeOco(legacyOco),
  },
  {
    ...list,
    method: 'DELETE',
    path: '/api/v3/orderList',
    ws: 'orderList.cancel',
    known: names('symbol orderListId listClientOrderId newClientOrderId'),
    handle: cancel,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/orderList',
    ws: 'orderList.status',
    weight: 4,
    known: names('orderListId origClientOrderId'),
    handle: query,
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/openOrderList',
    ws: 'openOrderLists.status',
    weight: 6,
    known: names(''),
    handle: (request) => listsOf(request, true).map((found) => listJson(found.list)),
  },
  {
    ...signed,
    method: 'GET',
    path: '/api/v3/allOrderList',
    ws: 'allOrderLists',
    weight: 20,
    known: names('fromId startTime endTime limit'),
    handle: allLists,
  },
];
