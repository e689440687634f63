/** What a bot that follows its user took in and how it answers, as pages and commands show it. */
import type { DecimalText } from '../../core/decimal.js';
import { ceilTo, cutTo, dec, floorTo, text } from '../../core/decimal.js';
import type { FollowGroup, GroupState, MinuteAverage } from '../../core/follow-group.js';
import { followOf, groupPrice, slotOfGroup } from '../../core/follow-group.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';

export interface GroupView {
  readonly id: number;
  /** The slot of its counter order. */
  readonly slot: string;
  /** The user's side, and the orders of the user's whose fills are in it. */
  readonly side: 'BUY' | 'SELL';
  readonly orderIds: readonly string[];
  /** Market time of the last fill (ms). */
  readonly time: number;
  /** Average price and gross base of the user's fills. */
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  /** `resting`: its counter order is on the exchange; `open`: it is wanted there; the others as in the core. */
  readonly state: GroupState | 'resting';
  /** Of the counter order: its price, what it is still to trade and what it has traded; null: none is wanted yet. */
  readonly counterPrice: DecimalText | null;
  readonly open: DecimalText;
  readonly answered: DecimalText;
  readonly pnl: DecimalText;
}

export interface FollowView {
  /** The newest first; the last ones that have ended among them. */
  readonly groups: readonly GroupView[];
  /** Quote value of the coins (at cost) and the cash in the books that the user's own trades brought. */
  readonly adopted: DecimalText;
  /** MA7. */
  readonly average: MinuteAverage | null;
  /** Of the account: what it has in all, and what of it is free where the exchange has said so since. */
  readonly account: {
    readonly base: DecimalText;
    readonly quote: DecimalText;
    readonly free: Readonly<Record<string, DecimalText>>;
    /** Wall time (ms). */
    readonly at: number;
  } | null;
}

/** Null for a bot whose plan does not follow. */
export function followView(state: BotState): FollowView | null {
  const { plan } = state.terms ?? state.settings.terms;
  if (planNamed(plan.name).follows === undefined) return null;
  const { groups, past, average, account = null } = followOf(state);
  const all = [...past, ...groups].sort((a, b) => b.id - a.id).map((group) => groupView(state, group));
  return { groups: all, adopted: state.books.adopted ?? '0', average, account };
}

function groupView({ orders, settings }: BotState, group: FollowGroup): GroupView {
  const { id, side, orderIds, time, quantity, state, open, answered, pnl } = group;
  const slot = slotOfGroup(group);
  const order = orders.find((each) => each.slot === slot);
  const rests = order?.legs.some(({ status }) => status === 'open' || status === 'partial') === true;
  return {
    id,
    slot,
    side,
    orderIds,
    time,
    price: text(cutTo(groupPrice(group), 8)),
    quantity,
    state: rests ? 'resting' : state,
    counterPrice: order?.legs[0]?.price ?? asOrdered(group, settings.instrument.tickSize),
    open,
    answered,
    pnl,
  };
}

/** A sale up to the tick, a buy down to it, as an order is. */
function asOrdered({ side, price }: FollowGroup, tickSize: string): DecimalText | null {
  if (price === null) return null;
  const cut = side === 'BUY' ? ceilTo : floorTo;
  return text(cut(dec(price), dec(tickSize)));
}
