import { copyOf, ownOrder, type Changeable, type OwnOrder } from './copy.js';
import type { Effect } from './events.js';
import type { Order } from './orders.js';
import type { BotState } from './state.js';
import type { Leaving, Reason } from './strategy.js';

/**
 * One step in the making. The state that it begins with is never changed: the first change makes a copy, which belongs to
 * the step and takes all that follow. What lies in a state (orders, books, lots) is replaced, never changed. Effects are
 * collected in order.
 */
export class Draft {
  state: BotState;
  /** How many changes there were so far. */
  changes = 0;
  readonly effects: Effect[] = [];
  private own: Changeable<Required<BotState>> | null = null;
  /** The order that was written to last. */
  private order: OwnOrder | null = null;

  constructor(state: BotState) {
    this.state = state;
  }

  /** The state to be written to, for changes of which there are many: fields that are assigned cost next to nothing. */
  change(): Changeable<Required<BotState>> {
    this.changes += 1;
    return this.own ?? this.begin();
  }

  private begin(): Changeable<Required<BotState>> {
    const own = copyOf(this.state);
    this.own = own;
    this.state = own;
    return own;
  }

  set(changes: Partial<BotState>): void {
    Object.assign(this.change(), changes);
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  notify(level: 'info' | 'warn' | 'error', code: string, values: Record<string, string | number> = {}): void {
    this.effects.push({ type: 'notify', level, code, values });
  }

  replaceOrder(order: Order): void {
    const before = this.state.orders;
    this.change().orders =
      before.length === 1 && before[0]!.id === order.id
        ? [order]
        : before.map((each) => (each.id === order.id ? order : each));
  }

  /** The order and its legs to be written to: what several reports and fills of one event tell of it makes one copy. */
  changeOrder(order: Order): OwnOrder {
    if (this.order !== null && this.order === order) return this.order;
    const own = ownOrder(order);
    this.order = own;
    this.replaceOrder(own);
    return own;
  }

  removeOrder(id: string): void {
    const before = this.state.orders;
    const only = before.length === 1 && before[0]!.id === id;
    this.change().orders = only ? [] : before.filter((order) => order.id !== id);
  }

  /** The phase persists until nothing sellable is held; whoever raised it first gave the reason. */
  raiseExit(at: number, reasons: readonly Reason[]): void {
    if (this.state.phase === 'exiting') return;
    const next = this.change();
    next.phase = 'exiting';
    next.raised = { at, reasons };
    next.entry = null;
  }

  /** A part of a lot leaves at market, and persists in it; whoever said it first gave the reason. */
  leaveLot(id: number, leaving: Leaving): void {
    const { lots } = this.state;
    const lot = lots.find((each) => each.id === id);
    if (lot === undefined || lot.leaving.some(({ slot }) => slot === leaving.slot)) return;
    const { slot, reason, quantity } = leaving;
    const left = { ...lot, leaving: [...lot.leaving, leaving] };
    this.set({ lots: lots.map((each) => (each.id === id ? left : each)) });
    this.notify('info', 'batch-leaves', {
      batch: id,
      slot,
      reason: reason.code,
      ...reason.values,
      quantity: quantity ?? lot.remaining,
    });
  }
}
