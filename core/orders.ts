import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec } from './decimal.js';
import type { DesiredOrder } from './strategy.js';

/**
 * intended → open → partial → filled | cancelled | expired | rejected, beside them `unresolved`: sent, outcome
 * unknown, money frozen until the exchange was asked. (What our own risk refuses is *denied* and never becomes an order.)
 */
export type LegStatus =
  'intended' | 'unresolved' | 'open' | 'partial' | 'filled' | 'cancelled' | 'expired' | 'rejected';

export type OrderSide = 'BUY' | 'SELL';
export type LegType = 'MARKET' | 'LIMIT' | 'LIMIT_MAKER' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT';

/** One order as the exchange sees it. */
export interface Leg {
  readonly clientOrderId: string;
  readonly orderId: string | null;
  readonly type: LegType;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
  readonly status: LegStatus;
  /** What the exchange says was executed (base). */
  readonly executed: DecimalText;
  /** What we have booked from fills (base). While it is less, fills are on their way and the slot is held. */
  readonly booked: DecimalText;
  /** Wall time (ms) at which its stop price was found to be reached; absent before. */
  readonly triggeredAt?: number;
}

/** What stands for one desired order: a plain order with one leg, or an OCO with two that live and end together. */
export interface Order {
  /** Client order id; for an OCO that of the list. One id is sent once. */
  readonly id: string;
  readonly seq: number;
  readonly slot: string;
  readonly side: OrderSide;
  readonly type: DesiredOrder['type'];
  /** Base; null for a market buy by quote. */
  readonly quantity: DecimalText | null;
  /** Quote frozen for a buy; null for a sell. */
  readonly quote: DecimalText | null;
  readonly legs: readonly Leg[];
  /** Server wall time signed into the request (ms). */
  readonly signedAt: number;
  /** Wall time at which the exchange is asked (again) for an unresolved one; null when nothing is to be asked. */
  readonly askAt: number | null;
  readonly asked: number;
  /** A cancel has been sent and not answered. */
  readonly cancelling: boolean;
  /** A cancel of ours was sent at some time: that it ends cancelled is then our own doing. */
  readonly withdrawn?: true;
  /** One leg of it was cancelled, not by us, and the other is asked for. */
  readonly doubted?: true;
}

/** Later knowledge never moves a status back: terminal > partial > open > not known. */
function rankOf(status: LegStatus): number {
  if (isTerminal(status)) return 4;
  if (status === 'partial') return 3;
  if (status === 'open') return 2;
  return status === 'unresolved' ? 1 : 0;
}

export function isTerminal(status: LegStatus): boolean {
  return status === 'filled' || status === 'cancelled' || status === 'expired' || status === 'rejected';
}

export function supersedes(next: LegStatus, current: LegStatus): boolean {
  return !isTerminal(current) && rankOf(next) > rankOf(current);
}

/** Every leg has ended and every executed unit is booked: nothing more can come of it. */
export function isDone(order: Order): boolean {
  for (const leg of order.legs) if (!isTerminal(leg.status)) return false;
  return !awaitsFills(order);
}

export function awaitsFills(order: Order): boolean {
  for (const { executed, booked } of order.legs)
    if (executed !== booked && dec(executed).gt(booked)) return true;
  return false;
}

/** Whether anything of it was executed. */
export function isExecuted({ legs }: Order): boolean {
  for (const { executed } of legs) if (executed !== '0' && dec(executed).gt(0)) return true;
  return false;
}

/** The live order of this slot; there is one at most. */
export function orderInSlot(orders: readonly Order[], slot: string): Order | undefined {
  for (const order of orders) if (order.slot === slot) return order;
  return undefined;
}

export function hasSide(orders: readonly Order[], side: OrderSide): boolean {
  for (const order of orders) if (order.side === side) return true;
  return false;
}

/** Resting on the exchange as far as we know: every leg acknowledged, none ended. */
export function isResting(order: Order): boolean {
  for (const { status } of order.legs) if (status !== 'open' && status !== 'partial') return false;
  return true;
}

export function isUnresolved(order: Order): boolean {
  return order.legs.some((leg) => leg.status === 'unresolved');
}

export function hasCancelledLeg({ legs }: Order): boolean {
  for (const { status } of legs) if (status === 'cancelled') return true;
  return false;
}

/** Base quantity booked over all legs. */
export function bookedQuantity(order: Order): DecimalText {
  return order.legs.reduce((sum, leg) => sum.plus(leg.booked), ZERO).toFixed();
}

/** Base that is still to be traded; 0 where an order is not sized in base. */
export function unfilled({ quantity, legs }: Order): Decimal {
  if (quantity === null) return ZERO;
  let rest = dec(quantity);
  for (const { booked } of legs) if (booked !== '0') rest = rest.minus(booked);
  return rest;
}

/** `F<tag>-<seq base 36>-<slot>`, Binance's pattern `^[a-zA-Z0-9-_]{1,36}$` (design §4). */
export function clientOrderId(tag: string, seq: number, slot: string): string {
  return `F${tag}-${seq.toString(36)}-${slot}`;
}

export interface OwnId {
  readonly tag: string;
  readonly seq: number;
  readonly slot: string;
}

const ID = /^F([a-zA-Z0-9]{8})-([0-9a-z]+)-([a-zA-Z0-9_]{1,15})$/;

/** Of two trades' ids: whole numbers as text, without zeros before them. */
export function isAfter(id: string, cursor: string): boolean {
  return id.length === cursor.length ? id > cursor : id.length > cursor.length;
}

/** The slot of a Flotilla id, which ends with it: slots have no dash. */
export function slotOfId(id: string): string {
  let from = id.length;
  while (from > 0 && id.charCodeAt(from - 1) !== DASH) from -= 1;
  return id.slice(from);
}

const DASH = 45;

/** Reads a Flotilla id; null for any other: that order is MANUAL, the user's own. */
export function parseClientOrderId(id: string): OwnId | null {
  if (!id.startsWith('F')) return null;
  const match = ID.exec(id);
  if (match === null) return null;
  const [, tag = '', seq = '', slot = ''] = match;
  return { tag, seq: parseInt(seq, 36), slot };
}
