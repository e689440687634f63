import { ZERO, dec, type Decimal } from '../../../core/decimal.js';
import { requireKind } from './kinds.js';
import { PaperError, type OrderRecord, type OrderType, type Side, type SymbolInfo } from './types.js';
import type { SelfTradePreventionMode } from './types.js';

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
  /** Zero where the order is no iceberg. */
  readonly icebergQty: Decimal;
  /** Basis points; null where the stop does not trail. */
  readonly trailingDelta: number | null;
  readonly selfTradePreventionMode: SelfTradePreventionMode;
  readonly strategyId?: number;
  readonly strategyType?: number;
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
  readonly icebergQty?: string;
  readonly trailingDelta?: number;
  readonly strategyId?: number;
  readonly strategyType?: number;
  readonly selfTradePreventionMode?: string;
}
type Parameter = Exclude<Named, 'strategyType'>;
/** What a message may have to name. */
export type Named =
  | 'timeInForce'
  | 'quantity'
  | 'quoteOrderQty'
  | 'price'
  | 'stopPrice'
  | 'trailingDelta'
  | 'icebergQty'
  | 'strategyType';
export type Name = (parameter: Named) => string;
const SAME_NAME: Name = (parameter) => parameter;

type Presence = 'required' | 'allowed' | 'forbidden';
type Presences = Readonly<Record<Parameter, Presence>>;

function presences(required: readonly Parameter[], allowed: readonly Parameter[]): Presences {
  const of = (parameter: Parameter): Presence =>
    required.includes(parameter) ? 'required' : allowed.includes(parameter) ? 'allowed' : 'forbidden';
  return {
    timeInForce: of('timeInForce'),
    quantity: of('quantity'),
    quoteOrderQty: of('quoteOrderQty'),
    price: of('price'),
    stopPrice: of('stopPrice'),
    trailingDelta: of('trailingDelta'),
    icebergQty: of('icebergQty'),
  };
}

/** What each type demands; what it neither demands nor allows must not be sent (BINANCE.md 2.4). */
const OF_LIMIT = presences(['timeInForce', 'quantity', 'price'], ['icebergQty']);
const OF_MARKET = presences([], ['quantity', 'quoteOrderQty']);
// An iceberg that makes must rest, which only GTC does: it may be said.
const OF_LIMIT_MAKER = presences(['quantity', 'price'], ['icebergQty']);
const STOP: readonly Parameter[] = ['stopPrice', 'trailingDelta'];
const OF_STOP = presences(['quantity'], STOP);
const OF_STOP_LIMIT = presences(['timeInForce', 'quantity', 'price'], [...STOP, 'icebergQty']);

/** Null where there is no such type. By cases: every order asks, and a look into a table by a text takes longer. */
function presencesOf(type: OrderType): Presences | null {
  switch (type) {
    case 'MARKET':
      return OF_MARKET;
    case 'LIMIT':
      return OF_LIMIT;
    case 'LIMIT_MAKER':
      return OF_LIMIT_MAKER;
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return OF_STOP;
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return OF_STOP_LIMIT;
    default:
      return null;
  }
}

/**
 * Checks what depends on the meaning of the parameters, and parses them. `nameOf` says how the request called a
 * parameter (`abovePrice` in a list). Errors: -1013, -1100, -1102, -1106, -1111, -1115, -1116, -1117, -1134, -2010.
 */
export function parseOrder(
  info: SymbolInfo,
  order: OrderParameters,
  clientOrderId: string | undefined,
  nameOf: Name = SAME_NAME,
): Draft {
  const presence = presencesOf(order.type);
  requireKind(info, order, presence !== null);
  if (presence !== null) checkPresence(order, presence, nameOf);
  const { baseAssetPrecision: base, quoteAssetPrecision: quote } = info;
  const timeInForce = parseTimeInForce(order.timeInForce);
  const quantity = amount(nameOf, 'quantity', order.quantity, base);
  const icebergQty = amount(nameOf, 'icebergQty', order.icebergQty, base) ?? ZERO;
  checkIceberg(icebergQty, quantity, timeInForce);
  const draft: Draft = {
    side: order.side,
    type: order.type,
    timeInForce,
    quantity,
    quoteOrderQty: amount(nameOf, 'quoteOrderQty', order.quoteOrderQty, quote) ?? ZERO,
    price: amount(nameOf, 'price', order.price, quote) ?? ZERO,
    stopPrice: amount(nameOf, 'stopPrice', order.stopPrice, quote) ?? ZERO,
    icebergQty,
    trailingDelta: parseTrailing(order.trailingDelta, nameOf),
    selfTradePreventionMode: parsePrevention(info, order.selfTradePreventionMode),
    clientOrderId: clientOrderId ? clientOrderId : null,
  };
  const { strategyId, strategyType } = order;
  if (strategyId === undefined && strategyType === undefined) return draft;
  return { ...draft, ...parseStrategy(order, nameOf('strategyType')) };
}

function checkPresence(order: OrderParameters, presence: Presences, nameOf: Name): void {
  check(nameOf, 'timeInForce', presence.timeInForce, order.timeInForce);
  check(nameOf, 'quantity', presence.quantity, order.quantity);
  check(nameOf, 'quoteOrderQty', presence.quoteOrderQty, order.quoteOrderQty);
  check(nameOf, 'price', presence.price, order.price);
  check(nameOf, 'stopPrice', presence.stopPrice, order.stopPrice);
  check(nameOf, 'trailingDelta', presence.trailingDelta, order.trailingDelta);
  check(nameOf, 'icebergQty', presence.icebergQty, order.icebergQty);
  if (presence.stopPrice === 'allowed' && !order.stopPrice && order.trailingDelta === undefined)
    throw missing(nameOf('stopPrice'));
  if (order.type !== 'MARKET') return;
  if (!order.quantity && !order.quoteOrderQty) throw missingEither('quantity', 'quoteOrderQty');
  if (order.quantity && order.quoteOrderQty) throw notRequired(nameOf('quoteOrderQty'));
}

function check(
  nameOf: Name,
  parameter: Parameter,
  presence: Presence,
  sent: string | number | undefined,
): void {
  if (presence === 'required') {
    if (sent === undefined || sent === '') throw missing(nameOf(parameter));
  } else if (presence === 'forbidden' && sent !== undefined) throw notRequired(nameOf(parameter));
}

function checkIceberg(icebergQty: Decimal, quantity: Decimal | null, timeInForce: TimeInForce): void {
  if (icebergQty.sign === 0) return;
  if (timeInForce !== 'GTC') throw new PaperError(-2010, 'Unsupported order combination');
  if (quantity !== null && icebergQty.gt(quantity)) throw new PaperError(-2010, 'IcebergQty exceeds QTY.');
}

function amount(
  nameOf: Name,
  parameter: Parameter,
  sent: string | undefined,
  places: number,
): Decimal | null {
  return sent === undefined ? null : parseAmount(nameOf, parameter, sent, places);
}

const AMOUNT = /^([0-9]{1,20})(\.[0-9]{1,20})?$/;

/** Errors: -1013, -1100, -1111. The name is asked for only then. */
export function parseAmount<Of extends string>(
  nameOf: (parameter: Of) => string,
  parameter: Of,
  value: string,
  places: number,
): Decimal {
  if (!isShortPlain(value) && !AMOUNT.test(value))
    throw new PaperError(
      -1100,
      `Illegal characters found in parameter '${nameOf(parameter)}'; legal range is '${AMOUNT.source}'.`,
    );
  const amount = dec(value);
  if (amount.sign === 0) throw new PaperError(-1013, `Invalid ${nameOf(parameter)}.`);
  if (!amount.round(places).eq(amount))
    throw new PaperError(-1111, `Parameter '${nameOf(parameter)}' has too much precision.`);
  return amount;
}

/** Whether nearly every amount is as it must be: so short a text of digits around a point is looked through faster. */
function isShortPlain(value: string): boolean {
  const { length } = value;
  if (length > 20) return false;
  let point = -1;
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === POINT && point < 0) point = at;
    else if (code < DIGIT_0 || code > DIGIT_9) return false;
  }
  return length > 0 && point !== 0 && point !== length - 1;
}

const POINT = 46;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

function parseTimeInForce(value: string | undefined): TimeInForce {
  if (value === undefined || value === 'GTC') return 'GTC';
  if (value === 'IOC' || value === 'FOK') return value;
  throw new PaperError(-1115, 'Invalid timeInForce.');
}

function parseTrailing(value: number | undefined, nameOf: Name): number | null {
  if (value === undefined) return null;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new PaperError(-1130, `Data sent for parameter '${nameOf('trailingDelta')}' is not valid.`);
}

function parsePrevention(info: SymbolInfo, sent: string | undefined): SelfTradePreventionMode {
  if (sent === undefined) return info.defaultSelfTradePreventionMode ?? 'EXPIRE_MAKER';
  const allowed = info.allowedSelfTradePreventionModes ?? PREVENTION_MODES;
  const mode = allowed.find((known) => known === sent);
  if (mode === undefined)
    throw new PaperError(-1013, 'This symbol does not allow the specified self-trade prevention mode.');
  return mode;
}

/** Binance's today (BINANCE.md 2.5), without the one that moves money between accounts. */
export const PREVENTION_MODES: readonly SelfTradePreventionMode[] = [
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
];

function parseStrategy(
  { strategyId, strategyType }: OrderParameters,
  name: string,
): { strategyId?: number; strategyType?: number } {
  if (strategyType !== undefined && strategyType < 1_000_000)
    throw new PaperError(-1134, `\`${name}\` was less than 1000000.`);
  return {
    ...(strategyId === undefined ? {} : { strategyId }),
    ...(strategyType === undefined ? {} : { strategyType }),
  };
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
