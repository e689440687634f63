/** The fleet's kill switch, as one bot knows it: nothing is bought, what rests to buy is taken back, exits go on. */
import type { Draft } from './draft.js';
import { lapseEntry } from './phase.js';
import type { Bot } from './state.js';
import { leaveAll } from './trading.js';

export interface Halt {
  /** Each throw of the switch has its own: a bot that was away flattens once. */
  readonly id: string;
  /** Wall time (ms). */
  readonly since: number;
  /** Whether positions are sold too. */
  readonly flatten: boolean;
}

/** `halt`: what the switch says now; null: it is not thrown. */
export function applyHalt(bot: Bot, draft: Draft, halt: Halt | null, time: number): void {
  if (draft.state.halt?.id === halt?.id) return;
  draft.set({ halt });
  if (halt === null) return draft.notify('info', 'fleet-resumed', {});
  draft.notify('warn', halt.flatten ? 'fleet-flattens' : 'fleet-halted', {});
  lapseEntry(bot, draft, true);
  if (halt.flatten) leaveAll(bot, draft, time, 'halt');
}
