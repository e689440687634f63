import { dec, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { releaseSold } from './follow-release.js';
import { setFollow } from './follow-books.js';
import { setManualOrders } from './manual.js';
import { isAfter, isUnresolved } from './orders.js';
import { followTerms, holdsSellable } from './phase.js';
import type { Divergence, Shortage } from './shortage.js';
import { claimOf, continued, grown, shortageOf } from './shortage.js';
import type { Bot } from './state.js';

type Snapshot = Extract<Event, { type: 'snapshot' }>;

/**
 * Ends a recovery: reports and fills were applied before, now the balances must cover the books of all bots that run on
 * the account. It may hold more (the user's own); less is a difference, and entries pause while it stands.
 */
export function applySnapshot(bot: Bot, draft: Draft, event: Snapshot): void {
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
    cursor === null ? state.bookedTrades : state.bookedTrades.filter((id) => isAfter(id, cursor));
  if (event.manualOrders !== undefined) setManualOrders(draft, event.manualOrders);
  if (followTerms(bot, state) !== null) {
    const { baseBalance: base, quoteBalance: quote, wall: at } = event;
    setFollow(draft, { account: { base, quote, at, free: {} } });
  }
  draft.set({ recovering: false, tradeCursor: cursor, bookedTrades });
  // While something is unresolved a balance proves nothing in either direction.
  if (!draft.state.orders.some(isUnresolved)) compareBalances(bot, draft, event);
}

function compareBalances(bot: Bot, draft: Draft, event: Snapshot): void {
  const before = draft.state.divergence;
  giveWay(bot, draft, event);
  const divergence = continued(before, shortagesOf(bot, draft, event), event.wall);
  draft.set({ divergence });
  if (divergence === null) {
    if (before === null) return;
    draft.notify('info', 'reconciled', {});
    if (before.ignored) takeBack(bot, draft, event);
    return;
  }
  if (divergence.ignored || (before !== null && !grown(before.shortages, divergence.shortages))) return;
  draft.notify('error', 'diverged', { missing: missingWords(divergence) });
}

/** Coins that the user bought, and has sold by hand instead: no difference, for they were the user's to sell. */
function giveWay(bot: Bot, draft: Draft, event: Snapshot): void {
  if (draft.state.follow == null) return;
  const missing = shortagesOf(bot, draft, event).find(({ asset }) => asset === bot.instrument.base);
  if (missing !== undefined) releaseSold(draft, dec(missing.missing));
  if (draft.state.follow.soldSince !== '0') setFollow(draft, { soldSince: '0' });
}

function missingWords({ shortages }: Divergence): string {
  return shortages.map(({ asset, missing }) => `${missing} ${asset}`).join(' and ');
}

function shortagesOf(bot: Bot, draft: Draft, event: Snapshot): Shortage[] {
  const { base, quote } = bot.instrument;
  const { others = { base: '0', quote: '0' } } = event;
  return [
    shortageOf(base, claimOf(draft.state, 'base'), others.base, event.baseBalance),
    shortageOf(quote, claimOf(draft.state, 'quote'), others.quote, event.quoteBalance),
  ].filter((each) => each !== null);
}

/**
 * Coins that were missing, and were ignored, are there again while the bot is flat: they are a position like any other
 * and are protected. The entries of the last cycle still say at which price they were bought.
 */
function takeBack(bot: Bot, draft: Draft, { time }: Snapshot): void {
  const { phase, books } = draft.state;
  // What a follower holds is in its groups, whatever was missing meanwhile.
  if (draft.state.follow != null) return;
  if (phase !== 'flat' || !dec(books.entryQuantity).gt(0) || !holdsSellable(bot, draft.state)) return;
  draft.set({
    phase: 'holding',
    terms: bot.terms,
    raised: { at: time, reasons: [{ code: 'found', values: {} }] },
  });
  draft.notify('info', 'found', { quantity: text(dec(books.quantity)) });
}
