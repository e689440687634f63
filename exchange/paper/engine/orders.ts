import { ZERO, dec, type Decimal } from '../../../core/decimal.js';
import { PaperError, type OrderRecord, type OrderType, type Side, type SymbolInfo } from './types.js';

type TimeInForce = OrderRecord['timeInForce'];

/** An order request, checked by its type and parsed. `quantity` is null where only the quote amount is given. */
export interface Draft {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal | null;
  readonly quoteOrderQty: Decimal;
  readonly price: Decimal;
  readonly stopPrice: Decimal;
  /** Null when the engine is to make one. */
  readonly clientOrderId: string | null;
}

export interface OrderParameters {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce?: string;
  readonly quantity?: string;
  readonly quoteOrderQty?: string;
  readonly price?: string;
  readonly stopPrice?: string;
}
type Parameter = 'timeInForce' | 'quantity' | 'quoteOrderQty' | 'price' | 'stopPrice';

const PARAMETERS: readonly Parameter[] = ['timeInForce', 'quantity', 'quoteOrderQty', 'price', 'stopPrice'];

/** What each type demands; what is not listed must not be sent (BINANCE.md 2.4). MARKET takes either amount. */
const REQUIRED: Record<OrderType, readonly Parameter[]> = {
  LIMIT: ['timeInForce', 'quantity', 'price'],
  MARKET: [],
  STOP_LOSS: ['quantity', 'stopPrice'],
  STOP_LOSS_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
  TAKE_PROFIT: ['quantity', 'stopPrice'],
  TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
  LIMIT_MAKER: ['quantity', 'price'],
};

const UNSUPPORTED: Partial<Record<OrderType, string>> = {
  MARKET: 'Market orders are not supported for this symbol.',
  STOP_LOSS: 'Stop loss orders are not supported for this symbol.',
  STOP_LOSS_LIMIT: 'Stop loss limit orders are not supported for this symbol.',
  TAKE_PROFIT: 'Take profit orders are not supported for this symbol.',
  TAKE_PROFIT_LIMIT: 'Take profit limit orders are not supported for this symbol.',
};

/**
 * Checks what depends on the meaning of the parameters, and parses them. `nameOf` says how the request called a
 * parameter (`abovePrice` in a list). Errors: -1013, -1100, -1102, -1106, -1111, -1115, -1116, -1117.
 */
export function parseOrder(
  info: SymbolInfo,
  order: OrderParameters,
  clientOrderId: string | undefined,
  nameOf: (parameter: Parameter) => string = (parameter) => parameter,
): Draft {
  checkKind(info, order);
  checkPresence(order, nameOf);
  const amount = (parameter: Exclude<Parameter, 'timeInForce'>, places: number) => {
    const sent = order[parameter];
    return sent === undefined ? null : parseAmount(nameOf(parameter), sent, places);
  };
  return {
    side: order.side,
    type: order.type,
    timeInForce: parseTimeInForce(order.timeInForce),
    quantity: amount('quantity', info.baseAssetPrecision),
    quoteOrderQty: amount('quoteOrderQty', info.quoteAssetPrecision) ?? ZERO,
    price: amount('price', info.quoteAssetPrecision) ?? ZERO,
    stopPrice: amount('stopPrice', info.quoteAssetPrecision) ?? ZERO,
    clientOrderId: clientOrderId ? clientOrderId : null,
  };
}

function checkKind(info: SymbolInfo, { side, type }: OrderParameters): void {
  if (side !== 'BUY' && side !== 'SELL') throw new PaperError(-1117, 'Invalid side.');
  if (!Object.hasOwn(REQUIRED, type)) throw new PaperError(-1116, 'Invalid orderType.');
  if (!info.orderTypes.includes(type))
    throw new PaperError(-1013, UNSUPPORTED[type] ?? `${type} orders are not supported for this symbol.`);
}

function checkPresence(order: OrderParameters, nameOf: (parameter: Parameter) => string): void {
  const required = REQUIRED[order.type];
  const either: readonly Parameter[] = order.type === 'MARKET' ? ['quantity', 'quoteOrderQty'] : [];
  for (const parameter of PARAMETERS) {
    const sent = order[parameter] !== undefined;
    if (required.includes(parameter)) {
      if (!sent || order[parameter] === '') throw missing(nameOf(parameter));
    } else if (sent && !either.includes(parameter)) throw notRequired(nameOf(parameter));
  }
  if (order.type !== 'MARKET') return;
  if (!order.quantity && !order.quoteOrderQty)
    throw new PaperError(
      -1102,
      "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
    );
  if (order.quantity && order.quoteOrderQty) throw notRequired(nameOf('quoteOrderQty'));
}

const AMOUNT = /^([0-9]{1,20})(\.[0-9]{1,20})?$/;

function parseAmount(name: string, value: string, places: number): Decimal {
  if (!AMOUNT.test(value))
    throw new PaperError(
      -1100,
      `Illegal characters found in parameter '${name}'; legal range is '${AMOUNT.source}'.`,
    );
  const amount = dec(value);
  if (amount.eq(0)) throw new PaperError(-1013, `Invalid ${name}.`);
  if (!amount.round(places).eq(amount))
    throw new PaperError(-1111, `Parameter '${name}' has too much precision.`);
  return amount;
}

function parseTimeInForce(value: string | undefined): TimeInForce {
  if (value === undefined || value === 'GTC') return 'GTC';
  if (value === 'IOC' || value === 'FOK') return value;
  throw new PaperError(-1115, 'Invalid timeInForce.');
}

export function missing(name: string): PaperError {
  return new PaperError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

export function missingEither(first: string, second: string): PaperError {
  return new PaperError(-1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`);
}

function notRequired(name: string): PaperError {
  return new PaperError(-1106, `Parameter '${name}' sent when not required.`);
}
