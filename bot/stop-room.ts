/**
 * Whether the exchange has room for the stop that an entry will need: MAX_NUM_ALGO_ORDERS counts all stops of the account
 * on the symbol, other bots' and the user's too (`BINANCE.md` 2.5). A position that finds none would be sold again at once,
 * so it is not bought at all.
 */
import { lotOfSlot } from '../core/lots.js';
import { isProtective } from '../core/manual.js';
import { parseClientOrderId, type Order } from '../core/orders.js';
import type { BotState } from '../core/state.js';
import type { PlanDefinition } from '../core/strategy.js';
import { viewOf } from '../core/view.js';
import type { OrderReport } from '../exchange/port.js';

export class StopRoom {
  /** Client ids of stops that rest and are not this bot's. */
  private others = new Set<string>();

  constructor(private readonly tag: () => string) {}

  /** All that rests on the symbol now. */
  know(open: readonly OrderReport[]): void {
    this.others = new Set(
      open.filter((each) => this.isOthers(each)).map(({ clientOrderId }) => clientOrderId),
    );
  }

  hear(report: OrderReport): void {
    if (!this.isOthers(report)) return;
    if (report.status === 'open' || report.status === 'partial') this.others.add(report.clientOrderId);
    else this.others.delete(report.clientOrderId);
  }

  private isOthers({ type, clientOrderId }: OrderReport): boolean {
    return isStop(type) && parseClientOrderId(clientOrderId)?.tag !== this.tag();
  }

  /** Why this entry must wait, as a sentence; null when its stop will find room. */
  lacks(entry: Order, state: BotState, planNamed: (name: string) => PlanDefinition): string | null {
    const { instrument, terms: configured, symbol } = state.settings;
    const { maxAlgoOrders } = instrument;
    if (maxAlgoOrders === undefined || this.others.size === 0) return null;
    const own = state.orders.filter((order) => order.side === 'SELL' && isProtective(order.type)).length;
    if (own > 0 || this.others.size < maxAlgoOrders) return null;
    const { plan } = state.terms ?? configured;
    if (!restsOneStop(planNamed(plan.name), plan, entry, state)) return null;
    return (
      `${this.others.size} stops of others rest on ${symbol} in this account, and the exchange takes ${maxAlgoOrders}: ` +
      'there is no room for the stop of this position, so it is not bought'
    );
  }
}

function isStop(type: string): boolean {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
}

/** Whether the plan would rest a stop for all that it holds; one that holds lots watches those for which there is no room. */
function restsOneStop(
  plan: PlanDefinition,
  parameters: BotState['settings']['terms']['plan'],
  entry: Order,
  state: BotState,
): boolean {
  if (lotOfSlot(entry.slot) !== null || state.price === null) return false;
  const view = viewOf(state.settings, state);
  const { maxQuantity: quantity } = state.settings.instrument;
  const held = { phase: 'holding', quantity, averagePrice: state.price, entry: null, lots: [] } as const;
  const { orders } = plan.answer({ ...view, ...held }, parameters);
  return orders.some(({ type }) => type === 'oco' || type === 'stop');
}
