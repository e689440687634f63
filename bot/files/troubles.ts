/** What is wrong with a bot by its own state, one sentence each, with the way out. */
import type { BotState } from '../../core/state.js';
import { parkedBooks } from '../../core/all-books.js';
import { reachedDrawdown } from '../../core/caps.js';
import { isUnreserved } from '../../core/reserved.js';
import { capWords } from './cap-words.js';
import { differenceView } from './difference.js';
import { reservationWords } from './reservation-words.js';

/** `asks`: it runs. What it was denied before it stopped has numbers of then: it asks anew when it starts. */
export function troubles(state: BotState, asks: boolean): string[] {
  const found: string[] = [];
  if (state.refusal !== null) found.push(state.refusal);
  if (state.unrecorded != null) found.push(state.unrecorded);
  const unreserved = asks && isUnreserved(state) ? (state.reservation?.denied ?? null) : null;
  if (unreserved !== null)
    found.push(
      `It buys nothing: ${reservationWords(unreserved.code, unreserved.values)}. What it holds is protected and sold as ever, and it looks again by itself.`,
    );
  const drawdown = (state.drawdown ?? null) === null ? null : reachedDrawdown(state.settings, state);
  if (drawdown !== null)
    found.push(`It ${capWords('drawdown', drawdown.values)}: flotilla bot resume ${state.settings.id}.`);
  const difference = differenceView(state);
  if (difference !== null && !difference.ignored)
    found.push(
      `${difference.message} Nothing is bought until it is explained: bring them back to the account, or repair it (flotilla bot adopt ${state.settings.id}, or ignore).`,
    );
  if (state.unprotected?.alerted === true) found.push(unprotectedWords(state, state.unprotected.since));
  for (const [symbol, book] of parkedBooks(state)) found.push(...parkedTroubles(symbol, book));
  const left = leftBare(state);
  if (left !== null) found.push(left);
  return found;
}

/** A position whose stop the user cancelled, and wants left so; null while there is none. */
export function leftBare({ handCancels, phase, settings }: BotState): string | null {
  const left = handCancels.filter(({ until, dropped }) => until === null && dropped !== true);
  if (left.length === 0 || (phase !== 'holding' && phase !== 'entering')) return null;
  return `The position has no stop on the exchange, by your wish: you cancelled the ${left.map(({ slot }) => slot).join(', ')} order there, and its settings say to leave that (protectionCancelled). flotilla bot resume ${settings.id} places it again.`;
}

/** Of a parked book. */
function parkedTroubles(symbol: string, state: BotState): string[] {
  const { id } = state.settings;
  const difference = differenceView(state);
  const missing =
    difference === null || difference.ignored
      ? []
      : [
          `Parked ${symbol}: ${difference.message} Bring them back to the account, or repair it (flotilla bot adopt ${id} --symbol ${symbol}, or ignore).`,
        ];
  const bare =
    state.unprotected?.alerted === true
      ? [`Parked ${symbol}: ${unprotectedWords(state, state.unprotected.since)}`]
      : [];
  return [...missing, ...bare];
}

export function unprotectedWords(state: BotState, since: number): string {
  const held = state.handCancels.find(({ until }) => until !== null && until > since);
  const when = `${new Date(since).toISOString().slice(11, 19)} UTC`;
  const next =
    state.market !== null
      ? 'its market is halted; it is placed as soon as that trades again'
      : state.recovering
        ? 'the bot waits for the exchange to answer, and places it then'
        : held !== undefined
          ? `it was cancelled by hand ${held.count} times, and is placed again at ${new Date(held.until ?? 0).toISOString().slice(11, 19)} UTC`
          : 'the bot goes on placing it';
  return `The position has no stop on the exchange since ${when}; ${next}.`;
}
