/**
 * What the user's own trades on the symbol set off in a plan that follows them: a group of fills, and the one counter order
 * that answers it. Made of fills alone, so that late fills, repeated ones and a replay give the same groups.
 */
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, percent, text } from './decimal.js';
import type { OrderSide } from './orders.js';
import type { Instrument } from './rules.js';
import { breachOf, lotQuantity } from './rules.js';
import type { BotState } from './state.js';

/**
 * collecting: too small yet for a counter order; open: its counter order is wanted. The others have ended: answered (all
 * of it that an order can be), dropped (its counter order was cancelled by the user), taken (the user sold the coins
 * otherwise), beyond-budget (a counter buy that the budget does not allow), rehearsed (a dry run).
 */
export type GroupState =
  'collecting' | 'open' | 'answered' | 'dropped' | 'taken' | 'beyond-budget' | 'rehearsed';

export interface FollowGroup {
  /** Never used again; its counter order stands in the slot `f<id>`. */
  readonly id: number;
  /** The user's side. */
  readonly side: OrderSide;
  readonly state: GroupState;
  /** The user's orders whose fills are in it: one, or more where small rests were carried on. */
  readonly orderIds: readonly string[];
  /** Those of them that may bring more fills. */
  readonly running: readonly string[];
  /** Gross base and quote of its fills: their quotient is its price. */
  readonly quantity: DecimalText;
  readonly quote: DecimalText;
  /** Market time of the last fill (ms). */
  readonly time: number;
  /** What was adopted: of a buy the coins and what they cost, of a sale what was sold and what came in for it. */
  readonly adopted: DecimalText;
  readonly worth: DecimalText;
  /** Base that the counter order is still to trade. */
  readonly open: DecimalText;
  /** Of a buy the cost of the coins in the books, of a sale the cash in them: quote. */
  readonly value: DecimalText;
  /** Where the counter order is wanted; null while collecting. */
  readonly price: DecimalText | null;
  /** What the counter order has traded so far, gross, and what that realized in quote. */
  readonly answered: DecimalText;
  readonly answeredQuote: DecimalText;
  readonly pnl: DecimalText;
  /** Nothing is in the books and nothing will be sent. */
  readonly dry: boolean;
  /** The user does not want it answered: it ends once its order is gone. */
  readonly dropped?: true;
}

/** How a plan answers the user's own trades, per cent of their price; null: trades of that side are not answered. */
export interface FollowTerms {
  readonly sellAbovePercent: number | null;
  readonly buyBelowPercent: number | null;
}

/** The average of the last seven closes of a minute. */
export interface MinuteAverage {
  /** Open time of the newest minute in it (ms). */
  readonly last: number;
  /** The oldest first, at most seven, of minutes without a hole. */
  readonly closes: readonly DecimalText[];
  /** Null until there are seven. */
  readonly value: DecimalText | null;
  readonly direction: 'up' | 'down' | 'flat' | null;
}

export interface FollowState {
  /** Those that have not ended, by id. */
  readonly groups: readonly FollowGroup[];
  /** The last ones that have, the newest last. */
  readonly past: readonly FollowGroup[];
  readonly lastId: number;
  /** Coins too few to be sold, with their cost: they join the next group of bought coins, without moving its price. */
  readonly dust: { readonly quantity: DecimalText; readonly value: DecimalText };
  /** Base that the user sold since the account was last seen to cover the books: such coins may be ours. */
  readonly soldSince: DecimalText;
  readonly average: MinuteAverage | null;
  /** What the account has, free and locked, and what of it was last told to be free (`at`: wall time, ms). */
  readonly account?: {
    readonly base: DecimalText;
    readonly quote: DecimalText;
    readonly at: number;
    readonly free: Readonly<Record<string, DecimalText>>;
  };
}

export const noFollow: FollowState = {
  groups: [],
  past: [],
  lastId: 0,
  dust: { quantity: '0', value: '0' },
  soldSince: '0',
  average: null,
};

export function followOf(state: Pick<BotState, 'follow'>): FollowState {
  return state.follow ?? noFollow;
}

export function slotOfGroup({ id }: Pick<FollowGroup, 'id'>): string {
  return `f${id}`;
}

/** The group that a slot answers; null where the slot is none of a counter order. */
export function groupOfSlot(slot: string): number | null {
  if (!slot.startsWith('f')) return null;
  const match = /^f(\d+)$/.exec(slot);
  return match === null ? null : Number(match[1]);
}

/** Volume-weighted price of the user's fills. */
export function groupPrice({ quote, quantity }: Pick<FollowGroup, 'quote' | 'quantity'>): Decimal {
  return dec(quote).div(quantity);
}

/** Where a group is answered: this far above what was bought for, or below what was sold for; null: not at all. */
export function counterPrice(
  group: Pick<FollowGroup, 'side' | 'quote' | 'quantity'>,
  terms: FollowTerms,
): Decimal | null {
  const { sellAbovePercent: above, buyBelowPercent: below } = terms;
  const share = group.side === 'BUY' ? above : below === null ? null : -below;
  return share === null ? null : groupPrice(group).times(percent(share).plus(1));
}

/** Whether the exchange would take an order for what is open of the group, at this price. */
export function isOrderable(instrument: Instrument, open: Decimal | DecimalText, price: Decimal): boolean {
  const quantity = lotQuantity(instrument, dec(open), false);
  return breachOf(instrument, { quantity, price, market: false }) === null;
}

/** What open counter buys may still cost. */
export function counterCost(groups: readonly FollowGroup[], exceptId: number | null = null): Decimal {
  return groups
    .filter(({ side, state, id }) => side === 'SELL' && state === 'open' && id !== exceptId)
    .reduce((sum, { open, price }) => sum.plus(dec(open).times(price ?? '0')), ZERO);
}

/** Cash in the books that the user's sales brought in and that waits to buy back. */
export function followedCash({ groups }: FollowState): Decimal {
  return groups
    .filter(({ side, dry }) => side === 'SELL' && !dry)
    .reduce((sum, { value }) => sum.plus(value), ZERO);
}

/** Coins in the books that the user bought, and what they cost. */
export function followedCoins({ groups, dust }: FollowState): { quantity: DecimalText; value: DecimalText } {
  const held = groups.filter(({ side, dry }) => side === 'BUY' && !dry);
  return {
    quantity: text(held.reduce((sum, { open }) => sum.plus(open), dec(dust.quantity))),
    value: text(held.reduce((sum, { value }) => sum.plus(value), dec(dust.value))),
  };
}
