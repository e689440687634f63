/** What a changed config would do to the orders of what is held, by the bot's own core on a copy of its state. */
import { dec } from '../../core/decimal.js';
import { step } from '../../core/engine.js';
import type { Effect, Event } from '../../core/events.js';
import { isTerminal, type Order } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import type { BotConfig } from '../config.js';
import { settingsOf } from '../config/settings.js';
import { botFolder } from './folder.js';
import { foreseeMove, type HeldCoins, type MoveForesight } from './move-foresight.js';
import { restore } from './restore.js';
import { withdrawsProtection } from './withdrawn.js';
import { grouped } from './words.js';

export type AppliesTo = 'now' | 'next-cycle';

/** One order as a preview names it. */
export interface OrderSketch {
  readonly slot: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string | null;
  /** In words: `sell 0.0152 at 67,421 or stop at 62,926`. */
  readonly words: string;
}

export interface ConfigForesight {
  /** Something is held or being bought: a changed plan counts now, or from the next cycle on. */
  readonly holds: boolean;
  /** The plan of the config is another than the one that the cycle runs on. */
  readonly planDiffers: boolean;
  readonly cash: { readonly before: string; readonly after: string };
  readonly cancels: readonly OrderSketch[];
  readonly places: readonly OrderSketch[];
  /** What is held loses a stop, or has it further away. */
  readonly withdraws: boolean;
  /** It goes on with another symbol or on another account; null where it stays. */
  readonly move: MoveSketch | null;
}

export interface MoveSketch extends Pick<
  MoveForesight,
  'symbol' | 'quote' | 'otherAccount' | 'parks' | 'cash'
> {
  readonly takesUp: HeldCoins | null;
  readonly protection: readonly OrderSketch[];
}

/** An exchange answers a few times until all is as the plan wants it. */
const ROUNDS = 6;

/** Null for a bot that has never run. */
export async function foreseeConfig(
  data: string,
  id: string,
  config: BotConfig,
  appliesTo: AppliesTo,
): Promise<ConfigForesight | null> {
  const restored = await restore(botFolder(data, id), planNamed);
  if (restored === null) return null;
  return foreseeChange(restored.state, config, appliesTo);
}

/**
 * The exchange is imagined to do what it is asked: it cancels what is cancelled and lets rest what is placed, but for a
 * stop whose price has passed.
 */
export function foreseeChange(state: BotState, config: BotConfig, appliesTo: AppliesTo): ConfigForesight {
  const settings = settingsOf(config, state.settings.instrument);
  const move = foreseeMove(state, settings);
  if (move !== null) return moveForesight(state, move);
  const stamp = { time: state.lastDecision?.time ?? 0, wall: Date.now() };
  const cancels: Order[] = [];
  const places: Order[] = [];
  let now: BotState = { ...state, recovering: false };
  let events: Event[] = [{ type: 'config', ...stamp, settings, appliesTo }];
  for (let round = 0; round < ROUNDS && events.length > 0; round += 1) {
    const effects = events.flatMap((event): Effect[] => {
      const next = step(planNamed, now, event);
      now = next.state;
      return next.effects;
    });
    const cancelled = ordersOf(now, effects);
    const placed = effects.flatMap((effect) => (effect.type === 'place' ? [effect.order] : []));
    const taken = placed.filter((order) => !isPassed(order, now));
    cancels.push(...cancelled);
    places.push(...taken);
    events = [
      ...cancelled.map((order) => reported(order, 'cancelled', stamp)),
      ...taken.filter(rests).map((order) => reported(order, 'open', stamp)),
      ...placed.filter((order) => !taken.includes(order)).map((order) => refused(order, stamp)),
    ];
  }
  return {
    holds: state.phase !== 'flat',
    planDiffers:
      state.terms !== null && JSON.stringify(state.terms.plan) !== JSON.stringify(settings.terms.plan),
    cash: { before: state.books.cash, after: now.books.cash },
    cancels: cancels.map(sketch),
    places: places.map(sketch),
    withdraws: withdrawsProtection({ before: state, after: now, cancels, places }),
    move: null,
  };
}

/** What is parked keeps its plan and its protection; what is taken up again goes on under its own. */
function moveForesight(state: BotState, { after, ...move }: MoveForesight): ConfigForesight {
  const found = move.takesUp === null ? undefined : state.parked?.[move.symbol];
  return {
    holds: state.phase !== 'flat',
    planDiffers: false,
    cash: { before: state.books.cash, after: move.cash },
    cancels: move.cancels.map(sketch),
    places: [],
    withdraws: found !== undefined && withdrawsProtection({ before: found, after, cancels: [], places: [] }),
    move: {
      ...{ symbol: move.symbol, quote: move.quote, otherAccount: move.otherAccount },
      ...{ parks: move.parks, takesUp: move.takesUp, cash: move.cash },
      protection: move.protection.map(sketch),
    },
  };
}

/** A stop whose price has passed already: the exchange refuses it, and the core leaves at market. */
function isPassed({ side, legs }: Order, { price }: BotState): boolean {
  if (price === null || side !== 'SELL') return false;
  return legs.some(({ stopPrice }) => stopPrice !== null && dec(stopPrice).gte(price));
}

function refused({ id }: Order, stamp: { readonly time: number; readonly wall: number }): Event {
  const failure = { execution: 'none', kind: 'would-trigger', message: '', retryAfterMs: null } as const;
  return { type: 'failed', ...stamp, id, ...failure };
}

function ordersOf(state: BotState, effects: readonly Effect[]): Order[] {
  return effects.flatMap((effect) =>
    effect.type === 'cancel' ? state.orders.filter((order) => order.id === effect.id) : [],
  );
}

const rests = ({ legs }: Order): boolean => legs.every(({ type }) => type !== 'MARKET');

function reported(
  order: Order,
  status: 'cancelled' | 'open',
  stamp: { readonly time: number; readonly wall: number },
): Event {
  const reports = order.legs
    .filter((leg) => !isTerminal(leg.status))
    .map(({ clientOrderId, orderId, executed }) => ({
      clientOrderId,
      orderId: orderId ?? '0',
      status,
      executed,
    }));
  return { type: 'report', ...stamp, reports, fills: [] };
}

function sketch(order: Order): OrderSketch {
  const { slot, side, quantity, quote, legs } = order;
  const amount = quantity ?? `for ${quote ?? '?'}`;
  const prices = legs.map(({ price, stopPrice }) =>
    stopPrice !== null
      ? `stop at ${grouped(stopPrice)}`
      : price === null
        ? 'at market'
        : `at ${grouped(price)}`,
  );
  return { slot, side, quantity, words: `${side.toLowerCase()} ${amount} ${prices.join(' or ')}` };
}
