/**
 * Not knowing (design §11). A request without an answer may execute late, and the exchange may answer "no such order"
 * for seconds after it did: the order stays unresolved, its money frozen, and is asked for until the exchange's clock
 * has passed `timestamp + recvWindow + 12 s` and a round of queries begun after that finds nothing.
 */
import { backOffEntry, backOffExit, backOffProtection } from './backoff.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { lotOfSlot } from './lots.js';
import { isProtective } from './manual.js';
import { applyMarket } from './market.js';
import type { Leg, LegStatus, Order } from './orders.js';
import { isDone } from './orders.js';
import type { Bot } from './state.js';

/** How long after its window a request can still surface: the engine's 10 s timeout and a margin. */
const LATE_EXECUTION_MS = 12_000;
const ASK_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];
/** A protective order refused for a passed price can no longer protect: the position leaves at market. */
const PASSED = new Set(['would-trigger', 'would-match']);
/** So many refusals of a protective order, and the position leaves at market rather than stay unprotected. */
const PROTECTION_TRIES = 3;

export function ask(draft: Draft, order: Order, wall: number): void {
  const pause = ASK_AFTER_MS[Math.min(order.asked, ASK_AFTER_MS.length - 1)] ?? 8_000;
  draft.replaceOrder({ ...order, asked: order.asked + 1, askAt: wall + pause });
  draft.emit({ type: 'query', id: order.id });
}

/** Every order whose time has come is asked for. */
export function askDue(draft: Draft, wall: number): void {
  for (const order of draft.state.orders)
    if (order.askAt !== null && order.askAt <= wall) ask(draft, order, wall);
}

/** After a start or a stream gap nothing is certain: intents are unresolved, and every live order is asked for. */
export function askForAll(draft: Draft, wall: number): void {
  for (const order of draft.state.orders) {
    const legs = order.legs.map((leg) => (leg.status === 'intended' ? withStatus(leg, 'unresolved') : leg));
    ask(draft, { ...order, legs, cancelling: false, asked: 0 }, wall);
  }
}

export function applyFailure(draft: Draft, event: Extract<Event, { type: 'failed' }>): void {
  const order = draft.state.orders.find((each) => each.id === event.id);
  if (order === undefined) return;
  if (event.execution === 'unknown') {
    const legs = order.legs.map((leg) => (leg.status === 'intended' ? withStatus(leg, 'unresolved') : leg));
    draft.replaceOrder({ ...order, legs, askAt: event.wall + (ASK_AFTER_MS[0] ?? 250), asked: 0 });
    draft.notify('warn', 'order-unresolved', { slot: order.slot, id: order.id, message: event.message });
    return;
  }
  // A stream may have told of it before the reply did: what is known to rest was not refused.
  if (order.legs.some((leg) => leg.status !== 'intended' && leg.status !== 'unresolved')) return;
  draft.removeOrder(order.id);
  // It trades again when the exchange says so; until then nothing is sent, and there is nothing to count.
  if (event.kind === 'closed') return applyMarket(draft, 'halted', event.wall);
  if (event.kind === 'fleet-halted') return;
  if (isProtective(order.type) && noRoom(draft, order, event.filter)) return;
  draft.notify('warn', 'order-refused', { slot: order.slot, kind: event.kind, message: event.message });
  refuse(draft, order, event);
}

/**
 * The exchange takes only so many stops per symbol and account, other bots' included: a batch that finds no room for
 * another is watched by its plan instead. It is tried again when one of ours has ended, and at the next reconciliation.
 */
function noRoom(draft: Draft, order: Order, filter: string | undefined): boolean {
  if (lotOfSlot(order.slot) === null) return false;
  if (filter !== 'MAX_NUM_ALGO_ORDERS' && filter !== 'MAX_NUM_ORDER_LISTS') return false;
  const resting = draft.state.orders.filter(({ type }) => isProtective(type)).length;
  draft.set({ stopRoom: resting });
  draft.notify('warn', 'no-stop-room', { slot: order.slot, filter, resting });
  return true;
}

function refuse(
  draft: Draft,
  order: Order,
  event: { time: number; wall: number; kind: string; retryAfterMs: number | null },
): void {
  if (order.side === 'BUY') {
    backOffEntry(draft, order, event.wall, event.kind, event.retryAfterMs);
    return;
  }
  const protective = isProtective(order.type);
  const tries = (draft.state.exitBackOff?.failures ?? 0) + 1;
  if (protective && (PASSED.has(event.kind) || tries >= PROTECTION_TRIES)) {
    draft.set({ exitBackOff: null });
    const lot = lotOfSlot(order.slot);
    if (lot !== null) {
      const reason = { code: 'unprotectable', values: { tries } };
      return draft.leaveLot(lot, { slot: order.slot, quantity: order.quantity, reason });
    }
    draft.raiseExit(event.time, [{ code: 'unprotectable', values: { tries } }]);
    draft.notify('error', 'unprotectable', { slot: order.slot, kind: event.kind });
    return;
  }
  const backOff = protective ? backOffProtection : backOffExit;
  backOff(draft, event.wall, event.kind, event.retryAfterMs);
}

export function applyAbsence(bot: Bot, draft: Draft, event: Extract<Event, { type: 'absent' }>): void {
  const order = draft.state.orders.find((each) => each.id === event.id);
  if (order === undefined) return;
  if (event.serverTime <= order.signedAt + bot.recvWindowMs + LATE_EXECUTION_MS) {
    if (order.askAt === null) draft.replaceOrder({ ...order, askAt: event.wall + 1_000 });
    return;
  }
  const acknowledged = order.legs.some((leg) => leg.orderId !== null);
  const gone = {
    ...order,
    legs: order.legs.map((leg) =>
      withStatus(leg, leg.status === 'unresolved' || leg.status === 'intended' ? 'rejected' : ended(leg)),
    ),
    askAt: null,
  };
  draft.replaceOrder(gone);
  draft.notify(acknowledged ? 'error' : 'warn', acknowledged ? 'order-vanished' : 'order-abandoned', {
    slot: order.slot,
    id: order.id,
  });
  if (!isDone(gone)) return;
  draft.removeOrder(order.id);
  refuse(draft, order, { ...event, kind: 'network', retryAfterMs: null });
}

function ended(leg: Leg): LegStatus {
  return leg.status === 'open' || leg.status === 'partial' ? 'expired' : leg.status;
}

function withStatus(leg: Leg, status: LegStatus): Leg {
  return { ...leg, status };
}
