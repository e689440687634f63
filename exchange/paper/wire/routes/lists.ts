/** Order lists: OCO in its present and its legacy form, cancel, query. */
import { PaperError, type ListResult, type NewOco, type OrderType } from '../../engine/types.js';
import { cancelResultJson, listJson, newListJson } from '../order-json.js';
import { mandatory, type Params } from '../params.js';
import { orderType, requireSupported, responseType, side, SYMBOL_STP, timeInForce } from './orders.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

function leg(params: Params, place: 'above' | 'below'): NewOco['above'] {
  for (const name of ['TrailingDelta', 'IcebergQty', 'PegPriceType'])
    if (params.has(place + name))
      throw new PaperError(-1013, `${place}${name} is not supported for this symbol.`);
  return {
    type: orderType(params, `${place}Type`),
    clientOrderId: params.clientId(`${place}ClientOrderId`),
    price: params.decimal(`${place}Price`),
    stopPrice: params.decimal(`${place}StopPrice`),
    timeInForce: timeInForce(params, `${place}TimeInForce`),
  };
}

function quantity(params: Params): string {
  params.required('quantity');
  return params.decimal('quantity')!;
}

function oco(params: Params): NewOco {
  return {
    symbol: params.symbol(),
    side: side(params),
    quantity: quantity(params),
    listClientOrderId: params.clientId('listClientOrderId'),
    above: leg(params, 'above'),
    below: leg(params, 'below'),
  };
}

/** `POST /api/v3/order/oco`: a limit maker and a stop, whichever side they are on. */
function legacyOco(params: Params): NewOco {
  requireSupported(params);
  const price = params.decimal('price');
  const stopPrice = params.decimal('stopPrice');
  if (price === undefined) throw mandatory('price');
  if (stopPrice === undefined) throw mandatory('stopPrice');
  const stopLimitPrice = params.decimal('stopLimitPrice');
  const limit = {
    type: 'LIMIT_MAKER' as OrderType,
    clientOrderId: params.clientId('limitClientOrderId'),
    price,
  };
  const stop = {
    type: (stopLimitPrice === undefined ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT') as OrderType,
    clientOrderId: params.clientId('stopClientOrderId'),
    price: stopLimitPrice,
    stopPrice,
    timeInForce: timeInForce(params, 'stopLimitTimeInForce'),
  };
  const sells = side(params) === 'SELL';
  return {
    symbol: params.symbol(),
    side: side(params),
    quantity: quantity(params),
    listClientOrderId: params.clientId('listClientOrderId'),
    above: sells ? limit : stop,
    below: sells ? stop : limit,
  };
}

function placing(read: (params: Params) => NewOco) {
  return ({ exchange, account, params }: SignedRequest): unknown => {
    const list = read(params);
    const type = responseType(params, 'RESULT');
    return newListJson(exchange.execute<'placeOco'>({ k: 'placeOco', a: account.id, list }), type);
  };
}

function cancel({ exchange, account, params }: SignedRequest): unknown {
  const which = {
    symbol: params.symbol(),
    orderListId: params.long('orderListId'),
    listClientOrderId: params.clientId('listClientOrderId'),
    newClientOrderId: params.clientId('newClientOrderId'),
  };
  return cancelResultJson(exchange.execute<'cancelList'>({ k: 'cancelList', a: account.id, which }));
}

function query({ exchange, account, params }: SignedRequest): unknown {
  const orderListId = params.long('orderListId');
  const listClientOrderId = params.clientId('origClientOrderId');
  if (orderListId === undefined && listClientOrderId === undefined)
    throw new PaperError(
      -1102,
      "Param 'origClientOrderId' or 'orderListId' must be sent, but both were empty/null!",
    );
  const found = exchange.engine.list(account.id, { orderListId, listClientOrderId });
  if (found === null) throw new PaperError(-2018, 'Order list does not exist.');
  return listJson(found.list);
}

/** Lists have no index of their own: they are found through their orders. */
function listsOf({ exchange, account }: SignedRequest, openOnly: boolean): ListResult[] {
  const { engine } = exchange;
  const orders = openOnly
    ? engine.openOrders(account.id)
    : [...engine.symbols.keys()].flatMap((symbol) =>
        engine.allOrders(account.id, symbol, { fromOrderId: 0, limit: Number.MAX_SAFE_INTEGER }),
      );
  const ids = new Set(orders.map(({ orderListId }) => orderListId).filter((id) => id >= 0));
  return [...ids].sort((a, b) => a - b).map((orderListId) => engine.list(account.id, { orderListId })!);
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
const legNames = (place: string): string =>
  [
    'Type',
    'ClientOrderId',
    'IcebergQty',
    'Price',
    'StopPrice',
    'TrailingDelta',
    'TimeInForce',
    'StrategyId',
    'StrategyType',
    'PegPriceType',
    'PegOffsetType',
    'PegOffsetValue',
  ]
    .map((name) => place + name)
    .join(' ');
const OCO = new Set([
  ...SYMBOL_STP,
  ...names(`listClientOrderId quantity ${legNames('above')} ${legNames('below')}`),
]);
const LEGACY_OCO = new Set([
  ...SYMBOL_STP,
  ...names(
    'listClientOrderId quantity limitClientOrderId price limitIcebergQty limitStrategyId limitStrategyType stopClientOrderId stopPrice stopLimitPrice stopIcebergQty stopLimitTimeInForce stopStrategyId stopStrategyType trailingDelta',
  ),
]);

export const listRoutes: readonly SignedRoute[] = [
  {
    ...list,
    method: 'POST',
    path: '/api/v3/orderList/oco',
    ws: 'orderList.place.oco',
    known: OCO,
    orders: 2,
    handle: placing(oco),
  },
  {
    ...list,
    method: 'POST',
    path: '/api/v3/order/oco',
    ws: 'orderList.place',
    known: LEGACY_OCO,
    orders: 2,
    handle: placing(legacyOco),
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
