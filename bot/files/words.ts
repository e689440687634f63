/** A decision in words. */
import type { Values } from '../../core/answer.js';
import type { Decision, Outcome } from '../../core/state.js';
import { planNamed, signalNamed } from '../../strategies/registry.js';
import type { Reason } from '../../core/strategy.js';
import { capWords } from './cap-words.js';
import type { DecisionView } from './view.js';

const OUTCOMES: Record<Outcome, string> = {
  enters: 'buys',
  exits: 'sells',
  waits: 'waits',
  holds: 'holds',
  entering: 'is buying already',
  exiting: 'is selling already',
  recovering: 'does not buy while it recovers',
  diverged: 'does not buy while its books and the exchange differ',
  'backing-off': 'does not buy so soon after a refusal',
  'daily-loss': 'does not buy any more today: the daily loss limit is reached',
  drawdown: 'does not buy until you resume it: the drawdown limit is reached',
  'orders-per-hour': 'does not buy: it has sent as many entries within an hour as it may',
  unreserved: 'does not buy: its money could not be set aside',
  unsettled: 'does not buy while an order is unsettled',
  missed: 'was not running then',
  paused: 'does not buy while paused',
  unrecorded: 'does not buy while it cannot be recorded',
  halted: 'does not buy while its market is halted',
  'fleet-halted': 'does not buy while the fleet is halted: flotilla resume ends that',
  full: 'holds as many batches as it may',
  'too-soon': 'does not buy so soon after the last batch',
  'stopped-out': 'does not buy again after its stop loss, until you stop and start it',
  'above-start': 'does not buy so far above the initial price',
  'below-stop': 'does not buy below its own stop',
  uncovered: 'does not buy: its cash does not pay for all levels, or they are below the minimum order',
  follows: 'does not enter by itself: it answers your own trades',
  'too-small': 'does not buy: the money is below the minimum order',
};

/** Why nothing is bought now, as the end of a sentence about the bot; `values`: the numbers of a cap. */
export function outcomeWords(outcome: string, values?: Values): string {
  return capWords(outcome, values) ?? (OUTCOMES as Readonly<Record<string, string>>)[outcome] ?? outcome;
}

export function reasonWords(signal: string, plan: string, reasons: readonly Reason[]): string {
  return reasons.map((reason) => wordsOf(signal, plan, reason)).join('; ');
}

function wordsOf(signal: string, plan: string, reason: Reason): string {
  if (reason.code === 'late-fill') return 'an entry executed after it had been given up';
  if (reason.code === 'unprotectable') return 'its stop could not be placed on the exchange';
  if (reason.code === 'stop-stuck') return 'its stop was triggered, but not filled';
  if (reason.code === 'user-buy') return 'its user said buy';
  if (reason.code === 'user-sell') return 'its user said sell';
  if (reason.code === 'halt') return 'the fleet was halted, and sells';
  if (reason.code === 'target-met') return 'its target was met';
  if (reason.code === 'stop-met') return 'its stop was met';
  if (reason.code === 'follows') return 'it answers your own trade';
  if (reason.code === 'found') return 'coins that were missing are there again';
  if (reason.code === 'trailing-stop' || reason.code === 'stop-loss') return planNamed(plan).words(reason);
  return signalNamed(signal).words(reason);
}

export function decisionView(decision: Decision, plan: string): DecisionView {
  const { verdict, outcome } = decision;
  const why = reasonWords(decision.signal, plan, verdict.reasons);
  const denied = verdict.action === 'enter' && outcome !== 'enters' && outcome !== 'holds';
  return {
    time: decision.time,
    signal: decision.signal,
    verdict: verdict.action,
    reasoning: denied ? `${why}, but it ${outcomeWords(outcome, decision.block)}` : why,
    outcome,
    ...(decision.block === undefined ? {} : { block: decision.block }),
    indicators: verdict.indicators,
  };
}

export { grouped } from './grouped.js';
