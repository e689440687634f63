import type { Account } from './account.js';
import { copyList, copyOrder } from './records.js';
import type { EngineState, OpenList, OpenOrder } from './state.js';
import type { EngineEvent } from './types.js';

/*
 * The events that tell what happened, in Binance's order (BINANCE.md 2.7): executions, then the list that ended, then
 * the balances that changed, once.
 */

type Execution = Extract<EngineEvent, { type: 'execution' }>;
type More = Partial<Pick<Execution, 'trade' | 'cancelClientOrderId' | 'origClientOrderId' | 'prevention'>>;

const NOTHING_MORE: More = {};

export function tellExecution(
  state: EngineState,
  executionType: Execution['executionType'],
  order: OpenOrder,
  time: number,
  more = NOTHING_MORE,
): void {
  const executionId = ++state.counters.executionId;
  if (state.newsOnly && order.inReply) return;
  const { trade, cancelClientOrderId, origClientOrderId, prevention } = more;
  const told: Execution = {
    type: 'execution',
    account: order.record.account,
    executionType,
    executionId,
    time,
    order: copyOrder(order.record),
    trade: trade ? { ...trade } : null,
  };
  if (cancelClientOrderId !== undefined) told.cancelClientOrderId = cancelClientOrderId;
  if (origClientOrderId !== undefined) told.origClientOrderId = origClientOrderId;
  if (prevention !== undefined) told.prevention = prevention;
  state.events.push(told);
}

export function tellList(state: EngineState, list: OpenList, time: number): void {
  if (state.newsOnly && list.inReply) return;
  const { record } = list;
  state.events.push({ type: 'list', account: record.account, time, list: copyList(record) });
}

export function tellBalances(state: EngineState, account: Account, time: number): void {
  if (state.newsOnly) return;
  const balances = account.takeTouched();
  if (balances.length > 0) state.events.push({ type: 'balances', account: account.id, time, balances });
}
