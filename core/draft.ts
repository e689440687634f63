import type { Effect } from './events.js';
import type { Order } from './orders.js';
import type { BotState } from './state.js';
import type { Reason } from './strategy.js';

/** One step in the making: the state is replaced, never changed in place, and effects are collected in order. */
export class Draft {
  state: BotState;
  readonly effects: Effect[] = [];

  constructor(state: BotState) {
    this.state = state;
  }

  set(changes: Partial<BotState>): void {
    this.state = { ...this.state, ...changes };
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  notify(level: 'info' | 'warn' | 'error', code: string, values: Record<string, string | number> = {}): void {
    this.effects.push({ type: 'notify', level, code, values });
  }

  replaceOrder(order: Order): void {
    this.set({ orders: this.state.orders.map((each) => (each.id === order.id ? order : each)) });
  }

  removeOrder(id: string): void {
    this.set({ orders: this.state.orders.filter((each) => each.id !== id) });
  }

  /** The phase persists until nothing sellable is held; whoever raised it first gave the reason. */
  raiseExit(at: number, reasons: readonly Reason[]): void {
    if (this.state.phase === 'exiting') return;
    this.set({ phase: 'exiting', raised: { at, reasons } });
  }
}
