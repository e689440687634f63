/**
 * What must hold of a bot that follows its user, by the exchange's own records: each of the user's fills since the bot was
 * born is taken in once, none of a bot's ever, and what each group has traded is what its counter orders did.
 */
import type { Decimal } from '../../core/decimal.js';
import { ZERO, ceilTo, dec, floorTo, text } from '../../core/decimal.js';
import type { FollowGroup } from '../../core/follow-group.js';
import { followOf, followedCash, followedCoins, groupOfSlot, slotOfGroup } from '../../core/follow-group.js';
import { parseClientOrderId } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';
import type { Fill } from '../../exchange/port.js';
import { plans } from '../../strategies/registry.js';
import type { BotConfig } from '../../bot/config.js';
import type { Dice } from './dice.js';
import type { Venue } from './venue.js';
import { Violation } from './world.js';

const ACCOUNT = 'main';
/** The core keeps so many groups that have ended. */
const PAST_KEPT = 50;

export function isFollower({ plan }: Pick<BotConfig, 'plan'>): boolean {
  return plans.get(plan.name)?.follows !== undefined;
}

/** The plan and signal of a follower, with small percentages: targets are met within a run. */
export function followerOf(dice: Dice): Pick<BotConfig, 'signal' | 'plan'> {
  const drawn = () => Number(dice.skewed(0.1, 3).toFixed(2));
  const plan = { name: 'follow', sellAbovePercent: drawn(), buyBelowPercent: drawn(), answers: 'both' };
  return { signal: { name: 'manual' }, plan };
}

/** After each event of a bot that lives. */
export function checkFollower(state: BotState): void {
  const { books, settings, orders } = state;
  const follow = followOf(state);
  const coins = followedCoins(follow);
  const say = (what: string): never => {
    throw new Violation(`follower ${settings.id}: ${what}`);
  };
  const sum = dec(books.cash).plus(books.cost);
  const expected = dec(settings.budget)
    .plus(books.adopted ?? '0')
    .plus(books.realizedPnl)
    .minus(books.adjusted);
  if (!sum.eq(expected))
    say(`cash ${books.cash} + cost ${books.cost} is not budget, adopted and profit: ${text(expected)}`);
  if (!dec(books.quantity).eq(coins.quantity))
    say(`the books hold ${books.quantity}, the groups ${coins.quantity}`);
  const adopted = dec(coins.value).plus(followedCash(follow));
  if (!adopted.eq(books.adopted ?? '0')) say(`adopted ${books.adopted}, the groups ${text(adopted)}`);
  for (const { slot, cancelling, legs } of orders) {
    const group = follow.groups.find(({ id }) => id === groupOfSlot(slot));
    const rests = legs.some(({ status }) => status === 'open' || status === 'partial');
    if (slot !== 'exit' && groupOfSlot(slot) === null) say(`an order in slot ${slot}`);
    if (group === undefined && slot !== 'exit' && rests && !cancelling && !state.recovering)
      say(`${slot} answers no group`);
  }
  for (const { id, open, value } of follow.groups)
    if (dec(open).lt(0) || dec(value).lt(0)) say(`group ${id} has ${open} for ${value} left`);
}

/** Once all has settled. */
export function checkFollowed(venue: Venue, state: BotState): void {
  const say = (what: string, is: string, should: string): never => {
    throw new Violation(
      `follower ${state.settings.id}: ${what} is ${is}, by the exchange's record ${should}`,
    );
  };
  const byHand = venue.handTrades(ACCOUNT, venue.followers.get(state.tag) ?? 0n);
  const { manual } = state;
  if (manual.tradeCount !== byHand.length)
    say('the count of the user’s trades', `${manual.tradeCount}`, `${byHand.length}`);
  const follow = followOf(state);
  const all = [...follow.past, ...follow.groups];
  const whole = follow.past.length < PAST_KEPT;
  for (const side of ['BUY', 'SELL'] as const) {
    const known = side === 'BUY' ? manual.bought : manual.sold;
    const traded = total(byHand.filter((fill) => fill.side === side).map(({ qty }) => qty));
    if (!traded.eq(known)) say(`what the user ${side === 'BUY' ? 'bought' : 'sold'}`, known, text(traded));
    const taken = all
      .filter((group) => group.side === side)
      .reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
    if (whole && !taken.eq(traded)) say(`what was taken in (${side})`, text(taken), text(traded));
  }
  const trades = venue.fills(ACCOUNT, -1n, 0);
  for (const group of all) checkGroup(venue, state, group, trades);
}

/** What a group says it has traded is what its orders did, and nothing rests beside what is left of it. */
function checkGroup(venue: Venue, state: BotState, group: FollowGroup, trades: readonly Fill[]): void {
  const own = new Map(
    venue.allOrders(ACCOUNT, 0, 0).flatMap((order) => {
      const id = parseClientOrderId(order.clientOrderId);
      return id?.tag === state.tag && id.slot === slotOfGroup(group) ? [[order.orderId, order]] : [];
    }),
  );
  const fail = (what: string): never => {
    throw new Violation(`follower ${state.settings.id}, group ${group.id}: ${what}`);
  };
  const done = total(trades.filter(({ orderId }) => own.has(orderId)).map(({ quantity }) => quantity));
  // A sale of all that was taken in sells for many groups at once.
  if (done.gt(group.answered)) fail(`its orders traded ${text(done)}, it says ${group.answered}`);
  const tick = dec(state.settings.instrument.tickSize);
  for (const { status, price, quantity, executed, side } of own.values()) {
    if (status !== 'open' && status !== 'partial') continue;
    if (dec(quantity).minus(executed).gt(group.open))
      fail(`${quantity} less ${executed} rest for ${group.open}`);
    if (side === group.side) fail(`it is answered on its own side`);
    const wanted = dec(group.price ?? '0');
    if (!dec(price).eq(group.side === 'BUY' ? ceilTo(wanted, tick) : floorTo(wanted, tick)))
      fail(`rests at ${price} instead of ${group.price}`);
  }
}

function total(quantities: readonly string[]): Decimal {
  return quantities.reduce((sum, each) => sum.plus(each), ZERO);
}
