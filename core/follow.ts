/**
 * A plan that follows its user (design §6 `follow`): each of the user's own fills is taken in once, fills group by order,
 * and a group that is large enough is answered by one counter order. What is too small is carried on until it is not.
 */
import type { Decimal } from './decimal.js';
import { ZERO, dec, floorTo, max, min, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { adoptFill, broughtBy, countAverage, giveCashBack, giveCoinsBack } from './follow-books.js';
import { less, replaceGroup, setFollow, shareOf, sum } from './follow-books.js';
import type { FollowGroup, FollowTerms, GroupState } from './follow-group.js';
import {
  counterCost,
  counterPrice,
  followOf,
  groupOfSlot,
  groupPrice,
  isOrderable,
  slotOfGroup,
} from './follow-group.js';
import type { ManualFill } from './manual.js';

/** For people to look at. */
const PAST_KEPT = 50;

/** Takes in one of the user's fills; the caller has seen to it that it is told once. */
export function followFill(draft: Draft, fill: ManualFill, terms: FollowTerms): void {
  const { settings } = draft.state;
  if (fill.side === 'SELL')
    setFollow(draft, { soldSince: sum(followOf(draft.state).soldSince, fill.quantity) });
  // Before the first close: what is adopted can be sold at market at once, should the user want that.
  if (draft.state.price === null) draft.set({ price: fill.price });
  if ((fill.side === 'BUY' ? terms.sellAbovePercent : terms.buyBelowPercent) === null) return;
  const dry = settings.dryRun;
  if (!dry) adoptFill(draft, fill, settings.instrument);
  const { groups } = followOf(draft.state);
  const same = groups.find(
    (group) =>
      group.state === 'collecting' &&
      group.side === fill.side &&
      group.dry === dry &&
      group.orderIds.includes(fill.orderId),
  );
  const group = withFill(same ?? newGroup(draft, fill, dry), fill, broughtBy(fill, settings.instrument));
  replaceGroup(draft, group);
  const { side, price, quantity, orderId } = fill;
  draft.notify('info', 'follow-fill', { side, price, quantity, order: orderId, group: group.id });
}

function newGroup(draft: Draft, { side, orderId, time }: ManualFill, dry: boolean): FollowGroup {
  const { groups, lastId } = followOf(draft.state);
  const group: FollowGroup = {
    id: lastId + 1,
    side,
    state: 'collecting',
    orderIds: [orderId],
    running: [orderId],
    quantity: '0',
    quote: '0',
    time,
    adopted: '0',
    worth: '0',
    open: '0',
    value: '0',
    price: null,
    answered: '0',
    answeredQuote: '0',
    pnl: '0',
    dry,
  };
  setFollow(draft, { groups: [...groups, group], lastId: group.id });
  return group;
}

function withFill(
  group: FollowGroup,
  fill: ManualFill,
  { quantity, worth }: { quantity: Decimal; worth: Decimal },
): FollowGroup {
  return {
    ...group,
    quantity: sum(group.quantity, fill.quantity),
    quote: sum(group.quote, dec(fill.price).times(fill.quantity)),
    time: Math.max(group.time, fill.time),
    adopted: sum(group.adopted, quantity),
    worth: sum(group.worth, worth),
    open: sum(group.open, quantity),
    value: sum(group.value, worth),
    running: [...new Set([...group.running, fill.orderId])],
  };
}

/** Orders of the user's have ended: no more fills are to come for what they set off. */
export function ordersEnded(draft: Draft, hasEnded: (orderId: string) => boolean): void {
  for (const group of followOf(draft.state).groups)
    if (group.running.some(hasEnded))
      replaceGroup(draft, { ...group, running: group.running.filter((orderId) => !hasEnded(orderId)) });
}

/** Where the groups stand now: small ones are carried on, large ones answered, answered ones end. Idempotent. */
export function settleGroups(draft: Draft, terms: FollowTerms): void {
  const before = draft.state.follow;
  if (before == null || before.groups.length === 0) return;
  for (const { id } of before.groups) settleGroup(draft, terms, id);
  if (draft.state.follow !== before) countAverage(draft);
}

function settleGroup(draft: Draft, terms: FollowTerms, id: number): void {
  const group = followOf(draft.state).groups.find((each) => each.id === id);
  if (group === undefined) return;
  if (group.state === 'open') return endAnswered(draft, group);
  const price = counterPrice(group, terms);
  if (price === null || group.dropped === true) return endGroup(draft, group, 'dropped');
  const large = isOrderable(draft.state.settings.instrument, withDust(draft, group), price);
  if (!large && group.running.length > 0) return;
  const whole = wholeOf(draft, group);
  if (whole !== null) return openGroup(draft, absorb(draft, whole, group), terms);
  if (large) return openGroup(draft, group, terms);
  const next = carriedTo(draft, group);
  if (next === null) return;
  absorb(draft, next, group);
  settleGroup(draft, terms, next.id);
}

/** Dust sells with the coins that are bought next. */
function withDust(draft: Draft, { side, open, dry }: FollowGroup): Decimal {
  return side === 'BUY' && !dry ? dec(open).plus(followOf(draft.state).dust.quantity) : dec(open);
}

/** A counter order of the same order of the user's that nobody has traded with yet: it grows, so that there is one. */
function wholeOf(draft: Draft, { id, side, orderIds, dry }: FollowGroup): FollowGroup | null {
  const found = followOf(draft.state).groups.find(
    (each) =>
      each.id !== id &&
      each.side === side &&
      each.state === 'open' &&
      each.dry === dry &&
      each.dropped !== true &&
      each.answered === '0' &&
      each.orderIds.some((order) => orderIds.includes(order)),
  );
  return found ?? null;
}

/** Another group of this side that still collects: a rest too small for an order of its own joins it. */
function carriedTo(draft: Draft, { id, side, dry }: FollowGroup): FollowGroup | null {
  const found = followOf(draft.state).groups.find(
    (each) => each.id !== id && each.side === side && each.state === 'collecting' && each.dry === dry,
  );
  return found ?? null;
}

function absorb(draft: Draft, into: FollowGroup, from: FollowGroup): FollowGroup {
  const joined: FollowGroup = {
    ...into,
    orderIds: [...new Set([...from.orderIds, ...into.orderIds])],
    running: [...new Set([...from.running, ...into.running])],
    quantity: sum(into.quantity, from.quantity),
    quote: sum(into.quote, from.quote),
    time: Math.max(into.time, from.time),
    adopted: sum(into.adopted, from.adopted),
    worth: sum(into.worth, from.worth),
    open: sum(into.open, from.open),
    value: sum(into.value, from.value),
  };
  const { groups } = followOf(draft.state);
  setFollow(draft, {
    groups: groups.filter(({ id }) => id !== from.id).map((each) => (each.id === into.id ? joined : each)),
  });
  return joined;
}

/** From here on its counter order is wanted. */
function openGroup(draft: Draft, group: FollowGroup, terms: FollowTerms): void {
  const price = counterPrice(group, terms);
  if (price === null) return;
  const told = { ...group, price: text(price) };
  if (group.dry) {
    replaceGroup(draft, told);
    sayOpened(draft, told, 'follow-rehearsed');
    return endGroup(draft, told, 'rehearsed');
  }
  const opened = group.side === 'BUY' ? withDustIn(draft, told) : withinBudget(draft, told, price);
  if (opened === null) return;
  const open: FollowGroup = { ...opened, state: 'open' };
  replaceGroup(draft, open);
  sayOpened(draft, open, group.state === 'open' ? 'follow-grown' : 'follow-opened');
}

function sayOpened(draft: Draft, group: FollowGroup, code: string): void {
  const { id, side, open, orderIds } = group;
  const values = { side: side === 'BUY' ? 'SELL' : 'BUY', quantity: open, price: group.price ?? '0' };
  const average = text(groupPrice(group));
  draft.notify('info', code, { group: id, ...values, average, order: orderIds.join(', ') });
}

function withDustIn(draft: Draft, group: FollowGroup): FollowGroup {
  const { dust } = followOf(draft.state);
  setFollow(draft, { dust: { quantity: '0', value: '0' } });
  return { ...group, open: sum(group.open, dust.quantity), value: sum(group.value, dust.value) };
}

/**
 * What is bought back may cost the budget at most, together with what waits to be bought back already. What is beyond it
 * is left to the user, and said; null when that is all.
 */
function withinBudget(draft: Draft, group: FollowGroup, price: Decimal): FollowGroup | null {
  const { budget, instrument } = draft.state.settings;
  const room = max(ZERO, dec(budget).minus(counterCost(followOf(draft.state).groups, group.id)));
  const most = floorTo(room.div(price), dec(instrument.stepSize));
  if (dec(group.open).lte(most)) return group;
  const kept = isOrderable(instrument, most, price) ? most : ZERO;
  const left = dec(group.open).minus(kept);
  const share = min(dec(group.value), shareOf(group.worth, left, group.adopted));
  const values = { group: group.id, quantity: text(left), kept: text(kept), budget };
  draft.notify('warn', 'follow-beyond-budget', values);
  if (kept.lte(0)) {
    endGroup(draft, group, 'beyond-budget');
    return null;
  }
  giveCashBack(draft, share);
  return { ...group, open: text(kept), value: less(group.value, share) };
}

/** Ends when its order is gone and what is left is no order: coins are kept as dust, cash goes back to the user. */
function endAnswered(draft: Draft, group: FollowGroup): void {
  const { orders, settings } = draft.state;
  if (orders.some(({ slot }) => slot === slotOfGroup(group))) return;
  if (group.dropped === true) return endGroup(draft, group, 'dropped');
  if (isOrderable(settings.instrument, group.open, dec(group.price ?? '0'))) return;
  if (group.side === 'SELL') return endGroup(draft, group, 'answered');
  const { dust } = followOf(draft.state);
  setFollow(draft, {
    dust: { quantity: sum(dust.quantity, group.open), value: sum(dust.value, group.value) },
  });
  endGroup(draft, { ...group, open: '0', value: '0' }, 'answered');
}

/** What is still in the books of it goes back to the user. */
export function endGroup(draft: Draft, group: FollowGroup, state: GroupState): void {
  if (!group.dry) {
    if (group.side === 'BUY') giveCoinsBack(draft, group.open, group.value);
    else giveCashBack(draft, group.value);
  }
  const { groups, past } = followOf(draft.state);
  const ended: FollowGroup = { ...group, state, open: '0', value: '0', running: [] };
  setFollow(draft, {
    groups: groups.filter(({ id }) => id !== group.id),
    past: [...past, ended].slice(-PAST_KEPT),
  });
  const left = state === 'answered' ? '0' : group.open;
  const { id, side, pnl, answered } = ended;
  const level = state === 'dropped' ? 'warn' : 'info';
  if (state !== 'rehearsed' && state !== 'beyond-budget')
    draft.notify(level, `follow-${state}`, { group: id, side, pnl, answered, left });
}

/**
 * Its counter order was cancelled by the user, at the exchange or by command: the group is the user's alone from here on.
 * False where the slot answers no group.
 */
export function dropGroup(draft: Draft, slot: string): boolean {
  const id = groupOfSlot(slot);
  const group = followOf(draft.state).groups.find((each) => each.id === id);
  if (group === undefined) return false;
  replaceGroup(draft, { ...group, dropped: true });
  return true;
}

/** What the account has now, of the assets that changed: for people to see. */
export function noteBalances(
  draft: Draft,
  { free, locked, wall: at }: Extract<Event, { type: 'balances' }>,
): void {
  const account = draft.state.follow?.account;
  if (account === undefined || locked === undefined) return;
  const { base, quote } = draft.state.settings.instrument;
  const total = (asset: string, before: string): string =>
    free[asset] === undefined ? before : sum(free[asset], locked[asset] ?? '0');
  const held = { base: total(base, account.base), quote: total(quote, account.quote) };
  setFollow(draft, { account: { ...held, at, free: { ...account.free, ...free } } });
}

/** A changed plan applies to what is open too, and a buy that costs more by it is held to the budget again. */
export function priceAnew(draft: Draft, terms: FollowTerms): void {
  for (const group of followOf(draft.state).groups) {
    if (group.state !== 'open') continue;
    const price = counterPrice(group, terms);
    const priced = price === null ? { ...group, dropped: true as const } : { ...group, price: text(price) };
    const isBuy = price !== null && group.side === 'SELL' && group.dropped !== true;
    const kept = isBuy ? withinBudget(draft, priced, price) : priced;
    if (kept !== null) replaceGroup(draft, kept);
  }
}

/**
 * Another plan begins: what was adopted goes back to the user, as long as nothing of it is open. Nothing of following
 * remains, for a bot with such a state claims and spends its money in another way.
 */
export function stopFollowing(draft: Draft): void {
  const { groups, dust } = followOf(draft.state);
  for (const group of groups) endGroup(draft, group, 'dropped');
  giveCoinsBack(draft, dust.quantity, dust.value);
  setFollow(draft, { dust: { quantity: '0', value: '0' } });
  countAverage(draft);
  draft.set({ follow: null });
}
