/** The port's orders → Binance's parameters: fresh objects without undefined, always with our own ids (traps G9–G11). */
import type { OcoLeg, PlaceOcoRequest, PlaceRequest } from '../port.js';

type Params = Record<string, string | number | boolean>;

export function defined(params: Record<string, string | number | boolean | undefined>): Params {
  const kept: Params = {};
  for (const key in params) {
    const value = params[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

export function orderParams(order: PlaceRequest, recvWindow: number): Params {
  return defined({
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    newClientOrderId: order.clientOrderId,
    quantity: order.quantity,
    quoteOrderQty: order.quoteQuantity,
    price: order.price,
    stopPrice: order.stopPrice,
    timeInForce: order.timeInForce ?? (takesTimeInForce(order.type) ? 'GTC' : undefined),
    newOrderRespType: 'FULL',
    recvWindow,
  });
}

/** LIMIT, and what becomes one when it is triggered. */
function takesTimeInForce(type: string): boolean {
  return type === 'LIMIT' || type.endsWith('_LIMIT');
}

/** POST /api/v3/orderList/oco. */
export function ocoParams(list: PlaceOcoRequest, recvWindow: number): Params {
  return defined({
    symbol: list.symbol,
    listClientOrderId: list.listClientOrderId,
    side: list.side,
    quantity: list.quantity,
    ...legParams('above', list.above),
    ...legParams('below', list.below),
    newOrderRespType: 'FULL',
    recvWindow,
  });
}

function legParams(place: 'above' | 'below', leg: OcoLeg): Record<string, string | undefined> {
  return {
    [`${place}Type`]: leg.type,
    [`${place}ClientOrderId`]: leg.clientOrderId,
    [`${place}Price`]: leg.price,
    [`${place}StopPrice`]: leg.stopPrice,
    [`${place}TimeInForce`]: takesTimeInForce(leg.type) ? 'GTC' : undefined,
  };
}
