import { ZERO, type Decimal } from '../../../core/decimal.js';
import { isConditional, wouldTrigger } from './matching.js';
import { missing, parseOrder, type Draft, type Name, type Named } from './orders.js';
import {
  PaperError,
  type Leg,
  type NewOco,
  type NewOto,
  type NewOtoco,
  type OrderType,
  type Side,
} from './types.js';
import type { SymbolInfo, WorkingLeg } from './types.js';

/** In the order of their ids: the stop first, so that it comes first where both legs are as near. */
export type Pair = readonly [Draft, Draft];

/** How the request calls a leg's parameters: `abovePrice`, `pendingBelowPrice`, `workingPrice`. */
type Prefix = 'above' | 'below' | 'pendingAbove' | 'pendingBelow' | 'working' | 'pending';

interface Names {
  readonly prefix: Prefix;
  readonly nameOf: Name;
}

/** The two legs of a pair. */
interface Called {
  readonly above: Names;
  readonly below: Names;
}

const PLAIN: Called = { above: namesOf('above'), below: namesOf('below') };
const PENDING: Called = { above: namesOf('pendingAbove'), below: namesOf('pendingBelow') };
const WORKING = namesOf('working');
const WAITING = namesOf('pending');

function namesOf(prefix: Prefix): Names {
  return { prefix, nameOf: (parameter) => nameWith(prefix, parameter) };
}

/** Both legs of a pair share one quantity, which is called so; with a working order there are two. */
function nameWith(prefix: Prefix, parameter: Named): string {
  if (parameter === 'quantity' && (prefix === 'above' || prefix === 'below')) return parameter;
  if (parameter === 'quantity' && (prefix === 'pendingAbove' || prefix === 'pendingBelow'))
    return 'pendingQuantity';
  return `${prefix}${parameter[0]!.toUpperCase()}${parameter.slice(1)}`;
}

/** Checks types and parameters of a one-cancels-the-other list in the modern form. Errors: as `parseOrder`, -1158 to -1199. */
export function parseOco(info: SymbolInfo, list: NewOco): Pair {
  if (!info.ocoAllowed) throw new PaperError(-1013, 'OCO orders are not supported for this symbol.');
  return parsePair(info, list, list.above, list.below, PLAIN);
}

/** The working order, and one that waits for it. Errors: as `parseOrder`, -1159. */
export function parseOto(info: SymbolInfo, list: NewOto): { working: Draft; pending: [Draft] } {
  requireOto(info);
  const working = parseWorking(info, list);
  const { pending } = list;
  if (list.pays) requireOpo(info, working.side, pending.side);
  const quantity = list.pays ? PAID : pending.quantity;
  const draft = parseSided(info, list, { ...pending, quantity: quantity! }, WAITING);
  return { working, pending: [list.pays ? unpaid(draft) : draft] };
}

/** The working order, and a pair that waits for it. Errors: as `parseOco`, -1159. */
export function parseOtoco(info: SymbolInfo, list: NewOtoco): { working: Draft; pending: Pair } {
  requireOto(info);
  const working = parseWorking(info, list);
  if (list.pays) requireOpo(info, working.side, list.pendingSide);
  const common = {
    side: list.pendingSide,
    quantity: list.pays ? PAID : list.pendingQuantity!,
    selfTradePreventionMode: list.selfTradePreventionMode,
  };
  const [first, second] = parsePair(info, common, list.pendingAbove, list.pendingBelow, PENDING);
  return { working, pending: list.pays ? [unpaid(first), unpaid(second)] : [first, second] };
}

/** Stands for a quantity that is not known before the working order has filled, where one must be read. */
const PAID = '1';

function unpaid(draft: Draft): Draft {
  return { ...draft, quantity: ZERO };
}

function requireOpo(info: SymbolInfo, working: Side, pending: Side): void {
  if (info.opoAllowed === false) throw new PaperError(-1013, 'OPO orders are not supported for this symbol.');
  // What was received can only be given away again.
  if (working === pending) throw new PaperError(-2010, 'Unsupported order combination');
}

interface Common {
  readonly side: Side;
  readonly quantity: string;
  readonly selfTradePreventionMode?: string | undefined;
}

function parsePair(info: SymbolInfo, common: Common, above: Leg, below: Leg, called: Called): Pair {
  requireLegTypes(common.side, above, below, called);
  const upper = parseLeg(info, common, above, called.above);
  const lower = parseLeg(info, common, below, called.below);
  return common.side === 'SELL' ? [lower, upper] : [upper, lower];
}

/** Each kind of leg has its place: a sale's stop is below the market and its target above, a purchase the other way round. */
function requireLegTypes(side: Side, above: Leg, below: Leg, called: Called): void {
  if (!above?.type) throw missing(`${called.above.prefix}Type`);
  if (!below?.type) throw missing(`${called.below.prefix}Type`);
  if (!fitsPair(above.type) || !fitsPair(below.type))
    throw new PaperError(-1158, 'Order type not supported in OCO.');
  if (above.type === 'LIMIT_MAKER' && below.type === 'LIMIT_MAKER')
    throw new PaperError(-1168, 'At least one OCO order must be contingent.');
  const stop = side === 'SELL' ? below.type : above.type;
  const target = side === 'SELL' ? above.type : below.type;
  const place = side === 'SELL' ? 'above' : 'below';
  const other = side === 'SELL' ? 'below' : 'above';
  const word = side === 'SELL' ? 'sell' : 'buy';
  if (stop === 'LIMIT_MAKER')
    throw new PaperError(side === 'SELL' ? -1166 : -1165, `A limit order in a ${word} OCO must be ${place}.`);
  if (target.startsWith('STOP_LOSS'))
    throw new PaperError(
      side === 'SELL' ? -1197 : -1196,
      `A stop loss order in a ${word} OCO must be ${other}.`,
    );
  if (stop.startsWith('TAKE_PROFIT'))
    throw new PaperError(
      side === 'SELL' ? -1199 : -1198,
      `A take profit order in a ${word} OCO must be ${place}.`,
    );
}

function fitsPair(type: OrderType): boolean {
  return type === 'LIMIT_MAKER' || isConditional(type);
}

function requireOto(info: SymbolInfo): void {
  if (info.otoAllowed === false) throw new PaperError(-1013, 'OTO orders are not supported for this symbol.');
}

function parseWorking(info: SymbolInfo, list: NewOto | NewOtoco): Draft {
  const working = parseSided(info, list, list.working, WORKING);
  if (working.type !== 'LIMIT' && working.type !== 'LIMIT_MAKER')
    throw new PaperError(-1159, 'The working order of an order list must be LIMIT or LIMIT_MAKER.');
  return working;
}

function parseSided(
  info: SymbolInfo,
  { selfTradePreventionMode }: Pick<NewOto, 'selfTradePreventionMode'>,
  leg: WorkingLeg,
  names: Names,
): Draft {
  const { side, quantity } = leg ?? {};
  if (!side) throw missing(`${names.prefix}Side`);
  const draft = parseLeg(info, { side, quantity, selfTradePreventionMode }, leg, names);
  // A market order for an amount of quote is none of those that may wait.
  if (draft.quantity === null) throw missing(`${names.prefix}Quantity`);
  return draft;
}

function parseLeg(info: SymbolInfo, common: Common, leg: Leg, { prefix, nameOf }: Names): Draft {
  if (!leg.type) throw missing(`${prefix}Type`);
  if (leg.icebergQty !== undefined && leg.timeInForce !== undefined && leg.timeInForce !== 'GTC')
    throw new PaperError(
      -1160,
      `Parameter '${nameOf('icebergQty')}' is not supported if \`${nameOf('timeInForce')}\` is not GTC.`,
    );
  const { quantity, side, selfTradePreventionMode } = common;
  const { type, timeInForce, price, stopPrice, trailingDelta, icebergQty, strategyId, strategyType } = leg;
  // prettier-ignore
  const order = { side, type, timeInForce, quantity, price, stopPrice, icebergQty, trailingDelta, strategyId, strategyType, selfTradePreventionMode };
  return parseOrder(info, order, leg.clientOrderId, nameOf);
}

/** Both legs must have the market between them. A trailing leg without a stop price is on no side yet. Errors: -2010. */
export function checkRelation(pair: Pair, price: Decimal): void {
  for (const leg of pair) {
    if (isConditional(leg.type) && leg.stopPrice.sign === 0) continue;
    const reached = isConditional(leg.type)
      ? wouldTrigger(leg.side, leg.type, leg.stopPrice, price)
      : leg.side === 'SELL'
        ? leg.price.lte(price)
        : leg.price.gte(price);
    if (reached) throw new PaperError(-2010, 'The relationship of the prices for the orders is not correct.');
  }
}
