/** Why a bot and a backtest of it did not do the same. */
import type { Outcome } from '../../core/state.js';

export const CAUSES = {
  manual: 'by hand',
  'missed-kline': 'missed kline',
  pause: 'paused',
  halt: 'halted',
  'config-change': 'config change',
  'partial-fill': 'partial fill',
  latency: 'latency',
  slippage: 'slippage',
  commission: 'commission',
  path: 'path inside a kline',
  denied: 'denied',
  signal: 'other signal',
  follows: 'follows from one before',
  unknown: 'not known',
} as const;
export type Cause = keyof typeof CAUSES;

export interface Because {
  readonly cause: Cause;
  /** The end of a sentence. */
  readonly words: string;
}

/** What came of a signal to enter where it led to no entry. */
export const DENIED: Readonly<Partial<Record<Outcome, Because>>> = {
  missed: { cause: 'missed-kline', words: 'it heard of the kline only after the next had closed' },
  paused: { cause: 'pause', words: 'entries were paused' },
  halted: { cause: 'halt', words: 'the market took no orders' },
  'fleet-halted': { cause: 'halt', words: 'the fleet was halted' },
  recovering: { cause: 'missed-kline', words: 'it was recovering' },
  diverged: { cause: 'denied', words: 'books and account differed' },
  'backing-off': { cause: 'denied', words: 'the exchange had refused an order before' },
  'daily-loss': { cause: 'denied', words: 'the daily loss limit was reached' },
  drawdown: { cause: 'denied', words: 'the drawdown limit was reached' },
  'orders-per-hour': { cause: 'denied', words: 'it had placed as many entries in an hour as it may' },
  unreserved: { cause: 'denied', words: 'nothing was reserved for it under the caps' },
  unrecorded: { cause: 'denied', words: 'nothing could be recorded' },
  unsettled: { cause: 'denied', words: 'an order before was not settled' },
  'too-small': { cause: 'denied', words: 'the money was below the minimum order' },
};
