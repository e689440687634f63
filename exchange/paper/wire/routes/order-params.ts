/** How orders are read from a request's parameters (BINANCE.md 2.4). */
import {
  ORDER_TYPES,
  PaperError,
  type CancelRestrictions,
  type NewOrder,
  type OrderTerms,
  type OrderType,
  type SelfTradePreventionMode,
} from '../../engine/types.js';
import type { ResponseType } from '../order-json.js';
import { mandatory, type Params } from '../params.js';
import { names } from './route.js';

const TIMES = ['GTC', 'IOC', 'FOK'] as const;
const MODES = [
  'NONE',
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
] as const satisfies readonly SelfTradePreventionMode[];

/** What orders and lists alike may name beside their legs. */
export const SHARED = names('selfTradePreventionMode newOrderRespType symbol side');
export const NEW_ORDER = new Set([
  ...SHARED,
  ...names(
    'type timeInForce quantity quoteOrderQty price newClientOrderId stopPrice trailingDelta icebergQty strategyId strategyType pegPriceType pegOffsetValue pegOffsetType computeCommissionRates',
  ),
]);

export function side(params: Params, name = 'side'): 'BUY' | 'SELL' {
  params.required(name);
  return params.oneOf(name, ['BUY', 'SELL'], -1117, 'Invalid side.')!;
}

export function orderType(params: Params, name = 'type'): OrderType {
  params.required(name);
  return params.oneOf(name, ORDER_TYPES, -1116, 'Invalid orderType.')!;
}

export function timeInForce(params: Params, name = 'timeInForce'): 'GTC' | 'IOC' | 'FOK' | undefined {
  return params.oneOf(name, TIMES, -1115, 'Invalid timeInForce.');
}

export function responseType(params: Params, usual: ResponseType): ResponseType {
  const types = ['ACK', 'RESULT', 'FULL'] as const;
  return params.oneOf('newOrderRespType', types, -1115, 'Invalid newOrderRespType.') ?? usual;
}

export function preventionMode(params: Params): SelfTradePreventionMode | undefined {
  const message = 'This symbol does not allow the specified self-trade prevention mode.';
  return params.oneOf('selfTradePreventionMode', MODES, -1013, message);
}

/** `prefix` names a leg: `above`, `working`, …; its parameters are written in one word (`abovePrice`). */
export function terms(params: Params, prefix = ''): OrderTerms {
  const name = (plain: string): string =>
    prefix === '' ? plain : prefix + plain[0]!.toUpperCase() + plain.slice(1);
  // What this exchange does not match is refused, never silently dropped.
  if (params.has(name('pegPriceType')))
    throw new PaperError(-1013, 'Pegged orders are not supported for this symbol.');
  return {
    type: orderType(params, name('type')),
    timeInForce: timeInForce(params, name('timeInForce')),
    price: params.decimal(name('price')),
    stopPrice: params.decimal(name('stopPrice')),
    trailingDelta: params.long(name('trailingDelta')),
    icebergQty: params.decimal(name('icebergQty')),
    strategyId: params.long(name('strategyId')),
    strategyType: params.long(name('strategyType')),
  };
}

export function newOrder(params: Params): NewOrder {
  return {
    symbol: params.symbol(),
    side: side(params),
    ...terms(params),
    quantity: params.decimal('quantity'),
    quoteOrderQty: params.decimal('quoteOrderQty'),
    newClientOrderId: params.clientId('newClientOrderId'),
    selfTradePreventionMode: preventionMode(params),
  };
}

/** Binance tells fills at once of the types that may have some. */
export function orderResponseType(params: Params, { type }: NewOrder): ResponseType {
  return responseType(params, type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK');
}

export function requiredDecimal(params: Params, name: string): string {
  const value = params.decimal(name);
  if (value === undefined) throw mandatory(name);
  return value;
}

export function cancelRestrictions(params: Params): CancelRestrictions | undefined {
  const known = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;
  return params.oneOf('cancelRestrictions', known, -1145, 'Invalid cancelRestrictions');
}
