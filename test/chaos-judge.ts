/** After the storm: every bot's books, orders and journal against the exchange's records, all of them from scratch. */
import type { BotView } from '../bot/files/view.js';
import { parseClientOrderId } from '../core/orders.js';
import { allPages, checkAccount, checkBooks, type ExchangeOrder } from './books-check.js';
import type { JournalWatch } from './chaos-journals.js';
import { depositFor } from './chaos-plans.js';
import { dec, text, ZERO } from '../core/decimal.js';
import { checkFollower } from './chaos-follow.js';
import type { ChaosUser } from './chaos-user.js';
import type { FleetRun } from './fleet-run.js';

export interface Verdict {
  readonly trades: number;
  readonly orders: number;
  /** Of these, the user's own, which a follower takes in. */
  readonly byHand: number;
  /** Kills after an intent was saved, before it had reached the exchange. */
  readonly betweenSaveAndSend: number;
  /** Kills after the exchange had the order, before the bot heard of it. */
  readonly betweenSendAndAnswer: number;
  /** Sentences, each kind empty when all is as it must be. */
  readonly differences: readonly string[];
  readonly duplicates: readonly string[];
  readonly orphans: readonly string[];
  readonly copies: readonly string[];
  /** Commands not done exactly once, entries that left while the fleet was halted. */
  readonly disobedience: readonly string[];
}

/** `views` are of one moment, and nothing has moved since. */
export async function judge(
  fleet: FleetRun,
  views: readonly BotView[],
  journals: readonly JournalWatch[],
  user: ChaosUser,
): Promise<Verdict> {
  const differences: string[] = [];
  const deposits = new Map([['USDT', dec(depositFor(views.length))]]);
  const others = views.filter((view) => view.plan !== 'follow');
  for (const view of others) differences.push(...(await checkBooks(fleet, view)).differences);
  for (const view of views.filter(({ plan }) => plan === 'follow')) {
    const tag = journals.find(({ id }) => id === view.id)?.state?.tag ?? '';
    const { flows, differences: found } = await checkFollower(fleet, view, tag);
    differences.push(...found);
    for (const [asset, flow] of [
      [view.base, flows.base],
      [view.quote, flows.quote],
    ] as const)
      deposits.set(asset, (deposits.get(asset) ?? ZERO).plus(flow));
  }
  const texts = Object.fromEntries([...deposits].map(([asset, amount]) => [asset, text(amount)]));
  differences.push(...(await checkAccount(fleet, others, texts)));
  const orders = await ordersOf(fleet, [...new Set(views.map(({ symbol }) => symbol))]);
  const known = new Set(orders.map(({ clientOrderId }) => clientOrderId));
  const reached = (unheard: { legs: readonly string[] }) => unheard.legs.some((leg) => known.has(leg));
  const unheard = journals.flatMap((journal) => journal.unheard);
  return {
    trades: views.reduce((sum, view) => sum + view.trades.length, 0),
    orders: orders.length,
    byHand: orders.filter(({ clientOrderId }) => parseClientOrderId(clientOrderId) === null).length,
    betweenSaveAndSend: unheard.filter((each) => !reached(each)).length,
    betweenSendAndAnswer: unheard.filter(reached).length,
    differences,
    duplicates: duplicatesOf(orders),
    orphans: orphansOf(orders, views),
    copies: copiesOf(orders, journals),
    disobedience: user.faults(journals),
  };
}

async function ordersOf(fleet: FleetRun, symbols: readonly string[]): Promise<ExchangeOrder[]> {
  const all: ExchangeOrder[] = [];
  for (const symbol of symbols) {
    const page = (from: string | null) =>
      fleet.signed<ExchangeOrder[]>('/api/v3/allOrders', {
        symbol,
        limit: '1000',
        ...(from === null ? { orderId: '0' } : { orderId: from }),
      });
    all.push(...(await allPages(page, ({ orderId }) => orderId)));
  }
  return all;
}

/** The exchange takes a filled id again: an order sent twice is two orders of one id. */
function duplicatesOf(orders: readonly ExchangeOrder[]): string[] {
  const seen = new Set<string>();
  return orders.flatMap(({ clientOrderId }) => {
    if (seen.has(clientOrderId)) return [`${clientOrderId} is two orders on the exchange`];
    seen.add(clientOrderId);
    return [];
  });
}

/** Open on the exchange, and no bot counts it among its live orders. */
function orphansOf(orders: readonly ExchangeOrder[], views: readonly BotView[]): string[] {
  const live = new Set(views.flatMap(({ openOrders }) => openOrders.map((order) => order.clientOrderId)));
  return orders
    .filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED')
    .filter(({ clientOrderId }) => !live.has(clientOrderId))
    .map(({ clientOrderId }) => `${clientOrderId} is open on the exchange, and no bot knows it`);
}

/**
 * A second copy of a bot writes numbers twice into its journal, or sends what the journal does not hold: every order of
 * a bot's tag must stand in its journal, and the journal must be one line of numbers that replays to the bot's state.
 */
function copiesOf(orders: readonly ExchangeOrder[], journals: readonly JournalWatch[]): string[] {
  const byTag = new Map(journals.map((journal) => [journal.state?.tag, journal]));
  const foreign = orders.flatMap(({ clientOrderId }) => {
    const own = parseClientOrderId(clientOrderId);
    const journal = byTag.get(own?.tag);
    // The user's own.
    if (own === null) return [];
    if (journal === undefined) return [`${clientOrderId} is of no bot of this fleet`];
    return journal.intents.has(clientOrderId)
      ? []
      : [`${clientOrderId} was sent, but does not stand in the journal of ${journal.id}`];
  });
  return [...journals.flatMap(({ breaches }) => breaches), ...foreign];
}
