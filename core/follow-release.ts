/** Coins and cash that leave the groups of a follower otherwise than by a counter order. */
import type { Decimal } from './decimal.js';
import { ZERO, dec, floorTo, min, text } from './decimal.js';
import type { Draft } from './draft.js';
import { endGroup } from './follow.js';
import {
  countAverage,
  giveCashBack,
  giveCoinsBack,
  less,
  replaceGroup,
  setFollow,
  shareOf,
} from './follow-books.js';
import type { FollowGroup } from './follow-group.js';
import { followOf, slotOfGroup } from './follow-group.js';
import type { BotState } from './state.js';

/**
 * The account lacks coins, and the user has sold some since it did not: they were of those that the user had bought, and
 * are taken out of what is not locked in a counter order, the oldest first. What else is missing remains a difference.
 */
export function releaseSold(draft: Draft, missing: Decimal): void {
  release(
    draft,
    min(missing, dec(followOf(draft.state).soldSince)),
    (group) => !hasOrder(draft.state, group),
  );
}

/** The user says that the books are to give up what is missing; answers what the coins had cost. */
export function releaseMissing(draft: Draft, coins: Decimal, cash: Decimal): string {
  const before = draft.state.books;
  release(draft, coins, () => true);
  let left = cash;
  for (const group of [...followOf(draft.state).groups].reverse()) {
    if (group.side !== 'SELL' || group.dry || left.lte(0)) continue;
    const part = min(left, dec(group.value));
    const kept = part.gte(group.value)
      ? ZERO
      : floorTo(dec(group.open).minus(shareOf(group.open, part, group.value)), dec(stepOf(draft.state)));
    giveCashBack(draft, part);
    left = left.minus(part);
    shrink(draft, group, kept, dec(group.value).minus(part));
  }
  countAverage(draft);
  return less(before.cost, draft.state.books.cost);
}

const stepOf = ({ settings }: BotState): string => settings.instrument.stepSize;

function hasOrder(state: BotState, group: FollowGroup): boolean {
  return state.orders.some(({ slot }) => slot === slotOfGroup(group));
}

function release(draft: Draft, coins: Decimal, may: (group: FollowGroup) => boolean): void {
  let left = coins;
  const { dust } = followOf(draft.state);
  const fromDust = min(left, dec(dust.quantity));
  if (fromDust.gt(0)) {
    const share = shareOf(dust.value, fromDust, dust.quantity);
    setFollow(draft, {
      dust: { quantity: less(dust.quantity, fromDust), value: less(dust.value, share) },
    });
    giveCoinsBack(draft, fromDust, share);
    left = left.minus(fromDust);
  }
  for (const group of followOf(draft.state).groups) {
    if (group.side !== 'BUY' || group.dry || left.lte(0) || !may(group)) continue;
    const part = min(left, dec(group.open));
    const share = shareOf(group.value, part, group.open);
    giveCoinsBack(draft, part, share);
    left = left.minus(part);
    shrink(draft, group, dec(group.open).minus(part), dec(group.value).minus(share));
  }
  countAverage(draft);
}

function shrink(draft: Draft, group: FollowGroup, open: Decimal, value: Decimal): void {
  const rest = { ...group, open: text(open), value: text(value) };
  if (open.gt(0)) replaceGroup(draft, rest);
  else endGroup(draft, rest, 'taken');
}
