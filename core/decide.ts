/** One closed kline: the entry that was not executed lapses, the verdict becomes a phase, and the decision is recorded. */
import { dec, max, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { beginEntry, lapseEntry } from './phase.js';
import { entryDenied, rollDay } from './risk.js';
import type { Bot, Outcome } from './state.js';

type KlineEvent = Extract<Event, { type: 'kline' }>;

export function applyKline(bot: Bot, draft: Draft, event: KlineEvent): void {
  const { kline } = event;
  // The exchange may tell of a close twice (stream and REST): it is decided on once.
  if (draft.state.lastKline !== null && kline.openTime <= draft.state.lastKline) return;
  draft.set({ lastKline: kline.openTime, price: text(kline.close) });
  rollDay(draft, kline.closeTime);
  if (draft.state.highestPrice !== null) {
    draft.set({ highestPrice: text(max(dec(draft.state.highestPrice), dec(kline.close))) });
  }
  lapseEntry(bot, draft);
  const outcome = follow(bot, draft, event);
  const decision = { time: kline.closeTime, signal: bot.terms.signalName, verdict: event.verdict, outcome };
  draft.set({ lastDecision: decision });
  draft.emit({ type: 'decide', decision });
}

/** Raises the phase that the verdict asks for, if it may. */
function follow(bot: Bot, draft: Draft, event: KlineEvent): Outcome {
  const { phase } = draft.state;
  const { action, reasons } = event.verdict;
  if (phase === 'exiting') return 'exiting';
  if (phase === 'flat') {
    if (action !== 'enter') return 'waits';
    if (event.late === true) return 'missed';
    const denied = entryDenied(bot, draft.state, event.wall);
    if (denied !== null) return denied;
    if (bot.dryRun) {
      draft.notify('info', 'dry-run', { side: 'BUY', cash: draft.state.books.cash });
      return 'waits';
    }
    beginEntry(bot, draft, event.kline.closeTime, reasons);
    return 'enters';
  }
  if (action === 'exit' && phase === 'holding') {
    draft.raiseExit(event.kline.closeTime, reasons);
    return 'exits';
  }
  return phase === 'entering' ? 'entering' : 'holds';
}
