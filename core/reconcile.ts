import { ZERO, dec, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import type { Bot } from './state.js';

/**
 * Ends a recovery: reports and fills were applied before, now the balances must cover the books. The account may hold
 * more (other bots, the user's own); less is a difference, and entries pause while it stands.
 */
export function applySnapshot(bot: Bot, draft: Draft, event: Extract<Event, { type: 'snapshot' }>): void {
  const { state } = draft;
  if (event.highestSeq > state.seq) {
    draft.set({
      recovering: false,
      refusal:
        `The exchange knows order ${event.highestSeq} of this bot, its own journal only ${state.seq}: ` +
        'this folder is an old backup or a second copy. Restore the newest files, or delete the bot and create it anew.',
    });
    draft.notify('error', 'refused', { highestSeq: event.highestSeq, seq: state.seq });
    return;
  }
  const cursor = event.tradeCursor ?? state.tradeCursor;
  const bookedTrades =
    cursor === null ? state.bookedTrades : state.bookedTrades.filter((id) => BigInt(id) > BigInt(cursor));
  const divergence = differenceOf(bot, draft, event);
  if (divergence !== null && state.divergence === null)
    draft.notify('error', 'diverged', { message: divergence });
  if (divergence === null && state.divergence !== null) draft.notify('info', 'reconciled', {});
  draft.set({ recovering: false, tradeCursor: cursor, bookedTrades, divergence });
}

function differenceOf(bot: Bot, draft: Draft, event: Extract<Event, { type: 'snapshot' }>): string | null {
  const { books, orders } = draft.state;
  const { base, quote } = bot.instrument;
  // While something is unresolved a balance proves nothing in either direction.
  if (orders.some((order) => order.legs.some((leg) => leg.status === 'unresolved')))
    return draft.state.divergence;
  const missingBase = dec(books.quantity).minus(event.baseBalance);
  if (missingBase.gt(0)) {
    return `The books hold ${books.quantity} ${base}, the account only ${event.baseBalance}: ${text(missingBase)} ${base} are missing. Bring them back to the account, or sell what is left.`;
  }
  const missingQuote = dec(books.cash).minus(event.quoteBalance);
  if (missingQuote.gt(ZERO)) {
    return `The books hold ${books.cash} ${quote} in cash, the account only ${event.quoteBalance}: ${text(missingQuote)} ${quote} are missing. Lower the budget by as much, deposit it, or stop another bot.`;
  }
  return null;
}
