/**
 * What the user does by hand in the bot's account: trades and orders without an id of ours are MANUAL. They are seen,
 * shown and never touched. And what the user does to our own orders: one that is cancelled at the exchange.
 */
import { isBooked, withBooked } from './booked-trades.js';
import type { DecimalText } from './decimal.js';
import { dec, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { followFill, ordersEnded } from './follow.js';
import type { FollowTerms } from './follow-group.js';
import type { Order, OrderSide } from './orders.js';
import type { BotState } from './state.js';

export interface ManualFill {
  readonly tradeId: string;
  readonly orderId: string;
  readonly side: OrderSide;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  /** Market time (ms). */
  readonly time: number;
}

export interface ManualOrder {
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly side: OrderSide;
  readonly type: string;
  readonly price: DecimalText;
  readonly stopPrice: DecimalText;
  readonly quantity: DecimalText;
  readonly executed: DecimalText;
  readonly open: boolean;
}

export interface ManualActivity {
  /** The last ones, oldest first. */
  readonly trades: readonly ManualFill[];
  readonly tradeCount: number;
  /** Base, over all of them. */
  readonly bought: DecimalText;
  readonly sold: DecimalText;
  /** Open now, as far as known. */
  readonly orders: readonly ManualOrder[];
}

export const noManualActivity: ManualActivity = {
  trades: [],
  tradeCount: 0,
  bought: '0',
  sold: '0',
  orders: [],
};

const TRADES_KEPT = 20;
const ORDERS_KEPT = 20;

/**
 * Notes the user's trades, each once, and the user's orders that rest or have ended. `terms`: how the plan follows them;
 * null where it does not.
 */
export function applyManual(
  draft: Draft,
  event: Extract<Event, { type: 'manual' }>,
  terms: FollowTerms | null,
): void {
  for (const fill of event.fills) noteFill(draft, fill, terms);
  for (const order of event.orders) noteOrder(draft, order);
  const ended = new Set(event.orders.filter(({ open }) => !open).map(({ orderId }) => orderId));
  if (ended.size > 0) ordersEnded(draft, (orderId) => ended.has(orderId));
}

function noteFill(draft: Draft, fill: ManualFill, terms: FollowTerms | null): void {
  const { manual } = draft.state;
  if (isBooked(draft.state, fill.tradeId)) return;
  const total = fill.side === 'BUY' ? 'bought' : 'sold';
  draft.set({
    bookedTrades: withBooked(draft.state, fill.tradeId),
    manual: {
      ...manual,
      trades: [...manual.trades, fill].slice(-TRADES_KEPT),
      tradeCount: manual.tradeCount + 1,
      [total]: text(dec(manual[total]).plus(fill.quantity)),
    },
  });
  if (terms !== null) return followFill(draft, fill, terms);
  const { side, price, quantity } = fill;
  draft.notify('info', 'manual-trade', { side, price, quantity });
}

function noteOrder(draft: Draft, order: ManualOrder): void {
  const { manual } = draft.state;
  const known = manual.orders.find(({ orderId }) => orderId === order.orderId);
  const others = manual.orders.filter((each) => each !== known);
  if (!order.open && known === undefined) return;
  if (known !== undefined && order.open && known.executed === order.executed) return;
  const orders = order.open ? [...others, order].slice(-ORDERS_KEPT) : others;
  draft.set({ manual: { ...manual, orders } });
  if (order.open && known !== undefined) return;
  const { side, type, quantity } = order;
  const price = dec(order.price).gt(0) ? order.price : order.stopPrice;
  draft.notify('info', order.open ? 'manual-order' : 'manual-order-ended', { side, type, price, quantity });
}

/** All of the user's open orders, as the exchange lists them. */
export function setManualOrders(draft: Draft, orders: readonly ManualOrder[]): void {
  const open = new Set(orders.map(({ orderId }) => orderId));
  ordersEnded(draft, (orderId) => !open.has(orderId));
  const { manual } = draft.state;
  const kept = orders.slice(-ORDERS_KEPT);
  if (JSON.stringify(kept) === JSON.stringify(manual.orders)) return;
  draft.set({ manual: { ...manual, orders: kept } });
}

/** One of our slots whose order was cancelled at the exchange, not by us. */
export interface HandCancel {
  readonly slot: string;
  readonly count: number;
  /** Wall time of the last (ms). */
  readonly at: number;
  /** Wall time from which on it is placed again; null: it is left, by the user's wish. */
  readonly until: number | null;
  /** An entry that the user cancelled by command: it is left for the whole cycle. */
  readonly dropped?: true;
}

/** Placed again at once twice; who cancels again and again is not fought with. */
const PAUSES_MS = [0, 0, 10_000, 30_000, 60_000, 300_000];
/** After so long a rest the count begins anew. */
const FORGOTTEN_MS = 1_800_000;

export function cancelledByHand(draft: Draft, order: Order, wall: number): void {
  const { handCancels, settings } = draft.state;
  const before = handCancels.find(({ slot }) => slot === order.slot);
  const count = before === undefined || wall - before.at > FORGOTTEN_MS ? 1 : before.count + 1;
  const protective = isProtective(order.type);
  const left = protective && settings.protectionCancelled === 'leave';
  const pause = PAUSES_MS[Math.min(count, PAUSES_MS.length) - 1] ?? 0;
  const noted: HandCancel = { slot: order.slot, count, at: wall, until: left ? null : wall + pause };
  draft.set({ handCancels: [...handCancels.filter((each) => each !== before), noted] });
  const values = { slot: order.slot, count, seconds: pause / 1_000 };
  if (left) draft.notify('error', 'protection-left', values);
  else draft.notify(protective ? 'warn' : 'info', 'cancelled-by-hand', values);
}

export function isProtective(type: Order['type']): boolean {
  return type === 'oco' || type === 'stop';
}

/** Whether the slot is not to be filled now, since the user emptied it. */
export function isHeldBack(state: BotState, slot: string, wall: number): boolean {
  for (const each of state.handCancels)
    if (each.slot === slot && (each.until === null || each.until > wall)) return true;
  return false;
}

/** Whether the user wants the slot empty. */
export function isLeft(state: BotState, slot: string): boolean {
  for (const each of state.handCancels) if (each.slot === slot && each.until === null) return true;
  return false;
}

/** Another fill is another position: what was left empty for the old one is placed for the new one. */
export function forgetWishes(draft: Draft): void {
  const { handCancels } = draft.state;
  if (handCancels.length === 0) return;
  const kept = handCancels.filter(({ until, dropped }) => until !== null || dropped === true);
  if (kept.length < handCancels.length) draft.set({ handCancels: kept });
}
