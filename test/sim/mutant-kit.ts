/** What mutants are made of: the core told of something else, remembering or wanting something else. */
import { step as realStep } from '../../core/engine.js';
import { dec, text } from '../../core/decimal.js';
import type { Event, ReportedFill } from '../../core/events.js';
import { clientOrderId, isTerminal } from '../../core/orders.js';
import type { BotState, Settings } from '../../core/state.js';
import type { PlanAnswer } from '../../core/strategy.js';
import type { Exchange } from '../../exchange/port.js';
import type { PlanNamed, Step } from './mutant.js';

/** The core, told of one kind of event in other words. */
export function hearing<Type extends Event['type']>(
  type: Type,
  change: (event: Extract<Event, { type: Type }>, state: BotState) => Event,
): Step {
  const isTold = (event: Event): event is Extract<Event, { type: Type }> => event.type === type;
  return (planNamed, state, event) =>
    realStep(planNamed, state, isTold(event) ? change(event, state) : event);
}

/** The core, with another memory after a start. */
export function remembering(change: (state: BotState) => Partial<BotState>): Step {
  return (planNamed, state, event) =>
    realStep(planNamed, event.type === 'started' ? { ...state, ...change(state) } : state, event);
}

/** The core, without one of its caps; what the bot believes its config to say stays as it is. */
export function uncapped(cap: 'maxDailyLossPercent' | 'maxDrawdownPercent' | 'maxOrdersPerHour'): Step {
  const without = (settings: Settings): Settings => ({ ...settings, [cap]: null });
  return (planNamed, state, event) => {
    const told = event.type === 'config' ? { ...event, settings: without(event.settings) } : event;
    const free = { ...state, settings: without(state.settings) };
    const next = realStep(planNamed, free, told);
    // What changed nothing is not recorded.
    if (next.state === free) return { ...next, state };
    const { settings } = event.type === 'config' ? event : state;
    return { ...next, state: { ...next.state, settings } };
  };
}

export function isLive(state: BotState, fill: ReportedFill): boolean {
  const legs = state.orders.flatMap((order) => order.legs);
  return legs.some((leg) => leg.clientOrderId === fill.clientOrderId && !isTerminal(leg.status));
}

export function ownedBy({ tag }: BotState): (fill: ReportedFill) => ReportedFill {
  return (fill) => ({ ...fill, clientOrderId: clientOrderId(tag, 0, 'entry') });
}

export function over(line: Exchange, changes: Partial<Exchange>): Exchange {
  return Object.assign(Object.create(line) as Exchange, changes);
}

export type Orders = PlanAnswer['orders'];

/** The plans, wanting something else than they should. */
export function wanting(planNamed: PlanNamed, change: (orders: Orders) => Orders): PlanNamed {
  return (name) => {
    const plan = planNamed(name);
    const answer: typeof plan.answer = (view, parameters) => {
      const asked = plan.answer(view, parameters);
      return { ...asked, orders: change(asked.orders) };
    };
    return { ...plan, answer };
  };
}

export function lessened(order: Orders[number]): Orders[number] {
  return order.type === 'oco' ? { ...order, quantity: text(dec(order.quantity).times('0.9')) } : order;
}

/** A pair that sells a part only, and another for the rest. */
export function halved(orders: Orders): Orders {
  return orders.flatMap((order): Orders => {
    if (order.type !== 'oco') return [order];
    const half = text(dec(order.quantity).div(2));
    return [
      { ...order, quantity: half },
      { ...order, slot: `${order.slot}2`, quantity: half },
    ];
  });
}
