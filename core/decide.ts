/** One closed kline: the entry that was not executed lapses, the verdict becomes a phase, and the decision is recorded. */
import { copyOfLot } from './copy.js';
import { dec, max, text, type DecimalText } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { watchLosses } from './caps.js';
import { countMinute } from './minute-average.js';
import { beginEntry, followTerms, lapseEntry, planOf } from './phase.js';
import { counterDenied, entryDenied, type Denial } from './risk.js';
import type { Bot, Outcome } from './state.js';
import type { Lot } from './strategy.js';

type KlineEvent = Extract<Event, { type: 'kline' }>;

export function applyKline(bot: Bot, draft: Draft, event: KlineEvent): void {
  const { kline } = event;
  // The exchange may tell of a close twice (stream and REST): it is decided on once.
  if (draft.state.lastKline !== null && kline.openTime <= draft.state.lastKline) return;
  const price = text(kline.close);
  const next = draft.change();
  next.lastKline = kline.openTime;
  next.price = price;
  next.closes = lastCloses(price, next.closes);
  if (bot.interval === '1m' && followTerms(bot, draft.state) !== null)
    countMinute(draft, kline.openTime, price);
  if (next.highestPrice !== null) next.highestPrice = text(max(dec(next.highestPrice), dec(price)));
  ageLots(draft, price);
  watchLosses(bot, draft, kline.closeTime);
  lapseEntry(bot, draft);
  // Before the decision: what follows from it may end the cycle, or begin one.
  const spoke = (draft.state.terms ?? bot.terms).signalName;
  const { outcome, values } = follow(bot, draft, event);
  const what = { time: kline.closeTime, signal: spoke, verdict: event.verdict, outcome };
  const decision = values === undefined ? what : { ...what, block: values };
  next.lastDecision = decision;
  draft.emit({ type: 'decide', decision });
}

/** The newest three, the newest first. */
function lastCloses(price: DecimalText, [second, third]: readonly DecimalText[]): DecimalText[] {
  if (second === undefined) return [price];
  return third === undefined ? [price, second] : [price, second, third];
}

function ageLots(draft: Draft, price: DecimalText): void {
  const { lots } = draft.state;
  if (lots.length > 0) draft.change().lots = lots.map((lot) => (lot.completed ? lot : older(lot, price)));
}

function older(lot: Lot, price: DecimalText): Lot {
  const aged = copyOfLot(lot);
  aged.klines += 1;
  if (dec(price).gt(aged.highestPrice)) aged.highestPrice = price;
  return aged;
}

/** Raises the phase that the verdict asks for, if it may. */
function follow(bot: Bot, draft: Draft, event: KlineEvent): Denial {
  const { phase } = draft.state;
  const { action } = event.verdict;
  if (phase === 'exiting') return { outcome: 'exiting' };
  if (phase === 'entering') return { outcome: 'entering' };
  const heldBack = counterDenied(bot, draft.state, event.kline.closeTime);
  if (heldBack !== null) return heldBack;
  if (action === 'enter') return enter(bot, draft, event);
  if (phase === 'flat') return { outcome: 'waits' };
  const { plan, parameters } = planOf(bot, draft.state);
  if (action !== 'exit' || plan.heedsExit?.(parameters) === false) return { outcome: 'holds' };
  draft.raiseExit(event.kline.closeTime, event.verdict.reasons);
  return { outcome: 'exits' };
}

/** The first entry of a cycle, or while holding one more, where the plan holds several lots. */
function enter(bot: Bot, draft: Draft, event: KlineEvent): Denial {
  const { phase, entry } = draft.state;
  const { closeTime } = event.kline;
  const { plan, parameters } = planOf(bot, draft.state);
  const rest: Outcome = phase === 'flat' ? 'waits' : 'holds';
  if (phase === 'holding' && (plan.entries?.(parameters) ?? 1) < 2) return { outcome: 'holds' };
  if (event.late === true) return { outcome: phase === 'flat' ? 'missed' : 'holds' };
  if (entry !== null) return { outcome: 'entering' };
  const denied = entryDenied(bot, draft.state, { time: closeTime, wall: event.wall });
  if (denied !== null) return denied;
  if (bot.dryRun) {
    draft.notify('info', 'dry-run', { side: 'BUY', cash: draft.state.books.cash });
    return { outcome: rest };
  }
  beginEntry(bot, draft, closeTime, event.verdict.reasons);
  return { outcome: 'enters' };
}
