/**
 * The books of a bot that follows its user. What the user bought comes in with its cost, what the user sold as cash
 * (`Books.adopted` counts both); a counter order turns that into profit or loss, and what it brought, or bought back,
 * belongs to the user again. Always: cash + cost = budget + adopted + realizedPnl − adjusted.
 */
import type { Decimal } from './decimal.js';
import { ZERO, dec, max, min, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { ReportedFill } from './events.js';
import type { FollowGroup, FollowState } from './follow-group.js';
import { followOf, groupOfSlot, groupPrice } from './follow-group.js';
import type { ManualFill } from './manual.js';
import type { Books } from './position.js';
import type { Instrument } from './rules.js';

export function setFollow(draft: Draft, changes: Partial<FollowState>): void {
  draft.set({ follow: { ...followOf(draft.state), ...changes } });
}

export function replaceGroup(draft: Draft, group: FollowGroup): void {
  const { groups } = followOf(draft.state);
  setFollow(draft, { groups: groups.map((each) => (each.id === group.id ? group : each)) });
}

/** What one of the user's fills brings: of a buy the coins and their cost, of a sale what was sold and the proceeds. */
export function broughtBy(
  fill: ManualFill,
  { base, quote }: Pick<Instrument, 'base' | 'quote'>,
): { quantity: Decimal; worth: Decimal } {
  const amount = dec(fill.price).times(fill.quantity);
  const inQuote = fill.feeAsset === quote ? dec(fill.fee) : ZERO;
  const inBase = fill.feeAsset === base ? dec(fill.fee) : ZERO;
  return fill.side === 'BUY'
    ? { quantity: max(ZERO, dec(fill.quantity).minus(inBase)), worth: amount.plus(inQuote) }
    : { quantity: dec(fill.quantity), worth: max(ZERO, amount.minus(inQuote)) };
}

/** Takes one of the user's fills into the books. */
export function adoptFill(draft: Draft, fill: ManualFill, instrument: Instrument): void {
  const { books } = draft.state;
  const { quantity, worth } = broughtBy(fill, instrument);
  const fees = { ...books.fees, [fill.feeAsset]: sum(books.fees[fill.feeAsset] ?? '0', fill.fee) };
  const adopted = sum(books.adopted ?? '0', worth);
  if (fill.side === 'SELL')
    return draft.set({ books: { ...books, fees, adopted, cash: sum(books.cash, worth) } });
  draft.set({
    books: {
      ...books,
      fees,
      adopted,
      quantity: sum(books.quantity, quantity),
      cost: sum(books.cost, worth),
    },
  });
}

/** Gives coins with their cost back to the user: nothing is realized. */
export function giveCoinsBack(draft: Draft, quantity: Decimal | string, value: Decimal | string): void {
  const { books } = draft.state;
  draft.set({
    books: {
      ...books,
      quantity: less(books.quantity, quantity),
      cost: less(books.cost, value),
      adopted: less(books.adopted ?? '0', value),
    },
  });
}

/** Gives cash back to the user. */
export function giveCashBack(draft: Draft, value: Decimal | string): void {
  const { books } = draft.state;
  draft.set({
    books: { ...books, cash: less(books.cash, value), adopted: less(books.adopted ?? '0', value) },
  });
}

/** Whether a fill of ours is a counter order's, or a sale of what was adopted. */
export function isCounterSlot(slot: string): boolean {
  return groupOfSlot(slot) !== null || slot === 'exit';
}

/** Books a fill of a counter order, or of a sale of all; answers what it realized. */
export function bookCounter(
  draft: Draft,
  fill: ReportedFill,
  slot: string,
  instrument: Pick<Instrument, 'base' | 'quote'>,
): string {
  const { books } = draft.state;
  draft.set({
    books: {
      ...books,
      fees: { ...books.fees, [fill.feeAsset]: sum(books.fees[fill.feeAsset] ?? '0', fill.fee) },
    },
  });
  const own = groupOfSlot(slot);
  const pnl =
    fill.side === 'SELL' ? sellCoins(draft, fill, own, instrument) : buyBack(draft, fill, own, instrument);
  // Told after another plan took over: its average is no business of a counter order's.
  if (draft.state.follow != null) countAverage(draft);
  return text(pnl);
}

/**
 * Sells the group's coins, those of a sale of all the oldest first, then dust. What was sold beyond them was the user's own
 * and is nothing of ours. The proceeds belong to the user, but for the profit.
 */
function sellCoins(
  draft: Draft,
  fill: ReportedFill,
  own: number | null,
  { base, quote }: Pick<Instrument, 'base' | 'quote'>,
): Decimal {
  const sold = dec(fill.quantity).plus(fill.feeAsset === base ? fill.fee : '0');
  const received = dec(fill.price)
    .times(fill.quantity)
    .minus(fill.feeAsset === quote ? fill.fee : '0');
  let left = sold;
  let [cost, quantity] = [ZERO, ZERO];
  for (const group of followOf(draft.state).groups) {
    if (group.side !== 'BUY' || group.dry || (own !== null && group.id !== own) || left.lte(0)) continue;
    const part = min(left, dec(group.open));
    const share = shareOf(group.value, part, group.open);
    const gain = received.times(part).div(sold).minus(share);
    replaceGroup(draft, {
      ...group,
      open: less(group.open, part),
      value: less(group.value, share),
      answered: sum(group.answered, part),
      answeredQuote: sum(group.answeredQuote, dec(fill.price).times(part)),
      pnl: sum(group.pnl, gain),
    });
    [left, cost, quantity] = [left.minus(part), cost.plus(share), quantity.plus(part)];
  }
  if (own === null && left.gt(0)) {
    const { dust } = followOf(draft.state);
    const part = min(left, dec(dust.quantity));
    const share = shareOf(dust.value, part, dust.quantity);
    setFollow(draft, { dust: { quantity: less(dust.quantity, part), value: less(dust.value, share) } });
    [cost, quantity] = [cost.plus(share), quantity.plus(part)];
  }
  giveCoinsBack(draft, quantity, cost);
  const pnl = quantity.eq(sold) ? received.minus(cost) : received.times(quantity).div(sold).minus(cost);
  realize(draft, pnl);
  return pnl;
}

/**
 * Buys back for a group: the coins are the user's. A commission in coins leaves so much not bought back, and the cash for
 * that goes back to the user when the group ends. What was bought beyond the group is nothing of ours.
 */
function buyBack(
  draft: Draft,
  fill: ReportedFill,
  own: number | null,
  { base, quote }: Pick<Instrument, 'base' | 'quote'>,
): Decimal {
  const group = followOf(draft.state).groups.find(
    ({ id, side, dry }) => id === own && side === 'SELL' && !dry,
  );
  if (group === undefined || dec(group.open).lte(0)) return ZERO;
  const part = min(dec(fill.quantity), dec(group.open));
  const fraction = part.div(fill.quantity);
  const spent = dec(fill.price)
    .times(fill.quantity)
    .plus(fill.feeAsset === quote ? fill.fee : '0')
    .times(fraction);
  const net = part.minus(fill.feeAsset === base ? dec(fill.fee).times(fraction) : ZERO);
  const share = min(dec(group.value), dec(group.worth).times(net).div(group.adopted));
  const pnl = share.minus(spent);
  replaceGroup(draft, {
    ...group,
    open: less(group.open, part),
    value: less(group.value, share),
    answered: sum(group.answered, part),
    answeredQuote: sum(group.answeredQuote, dec(fill.price).times(part)),
    pnl: sum(group.pnl, pnl),
  });
  giveCashBack(draft, share);
  realize(draft, pnl);
  return pnl;
}

function realize(draft: Draft, pnl: Decimal): void {
  const { books } = draft.state;
  draft.set({ books: { ...books, cash: sum(books.cash, pnl), realizedPnl: sum(books.realizedPnl, pnl) } });
}

/** What is held was bought at: the average of its groups, by what is left of each. */
export function countAverage(draft: Draft): void {
  let [quantity, quote] = [ZERO, ZERO];
  for (const group of followOf(draft.state).groups) {
    if (group.side !== 'BUY' || group.dry) continue;
    quantity = quantity.plus(group.open);
    quote = quote.plus(groupPrice(group).times(group.open));
  }
  const { books } = draft.state;
  const counted: Books = { ...books, entryQuantity: text(quantity), entryQuote: text(quote) };
  if (counted.entryQuantity !== books.entryQuantity || counted.entryQuote !== books.entryQuote)
    draft.set({ books: counted });
}

/** The last unit takes all the value that is left, so that no rounding remains on nothing. */
export function shareOf(value: string, part: Decimal, whole: string): Decimal {
  return part.gte(whole) ? dec(value) : dec(value).times(part).div(whole);
}

export const sum = (a: Decimal | string, b: Decimal | string): string => text(dec(a).plus(b));
export const less = (a: Decimal | string, b: Decimal | string): string => text(dec(a).minus(b));
