/** What holds a bot up by its own state, in facts and not in words: who judges why it does not act needs the numbers. */
import { isProtective } from '../../core/manual.js';
import type { BotState } from '../../core/state.js';
import { planNamed, signalNamed } from '../../strategies/registry.js';
import type { BotStatus } from './folder.js';
import { leftBare, unprotectedWords } from './troubles.js';

export interface HoldUps {
  /** What its process says of itself, since when (wall time, ms). */
  readonly said: { readonly phase: BotStatus['phase']; readonly since: number } | null;
  /** After refusals it waits with what buys or sells: until when (wall time, ms), how many in a row, why the last. */
  readonly backOff: readonly {
    readonly side: 'BUY' | 'SELL';
    readonly until: number;
    readonly failures: number;
    readonly code: string;
  }[];
  /** A demanded protection does not rest on the exchange, since when (wall time, ms), and that has lasted. */
  readonly unprotected: { readonly since: number; readonly sentence: string } | null;
  /** The position's stop is left away by the user's wish, as a sentence. */
  readonly leftBare: string | null;
  /** Why it does not trade at all, and why nothing is recorded where it should be, as sentences. */
  readonly refusal: string | null;
  readonly unrecorded: string | null;
  /** The fleet's halt as the bot knows it (wall time, ms). */
  readonly haltedSince: number | null;
  /** When the drawdown limit was reached (market time, ms). */
  readonly drawdownAt: number | null;
  /** Whether the signal's exit ends a position; else only the plan's target and stop do. */
  readonly heedsExit: boolean;
  /** Whether what it holds asks for an order that protects it, and one rests. */
  readonly protected: boolean;
}

/** Null where the bot never ran. */
export function holdUps(state: BotState | null, status: BotStatus | null): HoldUps | null {
  if (state === null) return null;
  const { unprotected } = state;
  return {
    said: status === null ? null : { phase: status.phase, since: status.since },
    backOff: [
      ...(state.entryBackOff === null ? [] : [{ side: 'BUY' as const, ...state.entryBackOff }]),
      ...(state.exitBackOff === null ? [] : [{ side: 'SELL' as const, ...state.exitBackOff }]),
    ],
    unprotected:
      unprotected?.alerted === true
        ? { since: unprotected.since, sentence: unprotectedWords(state, unprotected.since) }
        : null,
    leftBare: leftBare(state),
    refusal: state.refusal,
    unrecorded: state.unrecorded ?? null,
    haltedSince: state.halt?.since ?? null,
    drawdownAt: state.drawdown?.at ?? null,
    heedsExit: heedsExit(state),
    protected: state.orders.some(({ type }) => isProtective(type)),
  };
}

/** Whether the signal may end the position: some never say exit, and some plans do not listen. */
export function heedsExit(state: BotState): boolean {
  const { plan, signalName } = state.terms ?? state.settings.terms;
  return planNamed(plan.name).heedsExit?.(plan) !== false && signalNamed(signalName).neverExits !== true;
}
