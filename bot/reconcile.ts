/**
 * One path at the start, after each stream gap and from time to time: every live order is asked for, fills since the
 * cursor are joined to our orders, and the balances must cover the books.
 */
import type { Event, ReportedFill } from '../core/events.js';
import type { ManualFill, ManualOrder } from '../core/manual.js';
import { parseClientOrderId } from '../core/orders.js';
import { claimOf } from '../core/shortage.js';
import type { BotState } from '../core/state.js';
import type { Exchange, Fill, OrderReport } from '../exchange/port.js';
import { dec, text } from '../core/decimal.js';
import type { OthersBooks } from './others.js';
import { reportedFill } from './perform.js';

export interface ReconcileOptions {
  readonly exchange: Exchange;
  readonly state: () => BotState;
  readonly marketTime: () => number;
  readonly dispatch: (event: Event) => void;
  /** Resolves when every query that `started` caused has been answered. */
  readonly queriesAnswered: () => Promise<void>;
  /** Told of all that rests on the symbol in the account. */
  readonly knowOpen?: (open: readonly OrderReport[]) => void;
  /** What the account's other running bots hold; nothing if absent. */
  readonly others?: ((base: string, quote: string) => Promise<OthersBooks>) | undefined;
}

/** Errors: `ExchangeError`; the caller tries again. */
export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { exchange, state, dispatch } = options;
  const stamp = () => ({ time: options.marketTime(), wall: exchange.now() });
  dispatch({ type: 'started', ...stamp() });
  await options.queriesAnswered();
  const caughtUp = await catchUp(options);
  const { symbol } = state().settings;
  if (state().market !== null)
    dispatch({ type: 'market', ...stamp(), status: (await exchange.instrument(symbol)).status });
  const open = await exchange.openOrders(symbol);
  options.knowOpen?.(open);
  const manualOrders = open.filter(isManual).map(manualOrder);
  const { base, quote, others, after } = await coveringBalances(options);
  dispatch({
    type: 'snapshot',
    ...stamp(),
    baseBalance: base,
    quoteBalance: quote,
    ...(others === null ? {} : { others }),
    manualOrders,
    tradeCursor: after.cursor,
    highestSeq: Math.max(caughtUp.highestSeq, after.highestSeq),
  });
}

/** The user's own: no bot of ours gave it its id. */
export function isManual({ clientOrderId }: { readonly clientOrderId: string }): boolean {
  return parseClientOrderId(clientOrderId) === null;
}

export function manualOrder(report: OrderReport): ManualOrder {
  const { clientOrderId, orderId, side, type, price, stopPrice, quantity, executed, status } = report;
  const open = status === 'open' || status === 'partial';
  return { clientOrderId, orderId, side, type, price, stopPrice, quantity, executed, open };
}

export function manualFill(fill: Fill): ManualFill {
  const { tradeId, orderId, side, price, quantity, fee, feeAsset, time } = fill;
  return { tradeId, orderId, side, price, quantity, fee, feeAsset, time };
}

const LOOKS = 3;
/** So long another bot may take to write down what it has just traded. */
const OTHERS_LATE_MS = 1_000;

interface Covering {
  readonly base: string;
  readonly quote: string;
  readonly others: OthersBooks | null;
  readonly after: CaughtUp;
}

/** A shortage of the sum may be another bot's trade on its way into its files: it must be seen again and again to count. */
async function coveringBalances(options: ReconcileOptions): Promise<Covering> {
  for (let look = 1; ; look += 1) {
    const { totals, after } = await balancesOfBooks(options);
    const state = options.state();
    const { base, quote } = state.settings.instrument;
    const [coins, cash] = [claimOf(state, 'base'), claimOf(state, 'quote')];
    const [hasBase, hasQuote] = [totals.get(base) ?? '0', totals.get(quote) ?? '0'];
    const others = (await options.others?.(base, quote)) ?? null;
    const covers =
      others === null ||
      ((dec(coins).lte(0) || dec(coins).plus(others.base).lte(hasBase)) &&
        (dec(cash).lte(0) || dec(cash).plus(others.quote).lte(hasQuote)));
    if (covers || look === LOOKS) return { base: hasBase, quote: hasQuote, others, after };
    await new Promise((resolve) => setTimeout(resolve, OTHERS_LATE_MS));
  }
}

const BALANCE_TRIES = 3;

/** Balances of a moment in which nothing was traded: a fill between them and the books would look like a difference. */
async function balancesOfBooks(options: ReconcileOptions) {
  for (let attempt = 1; ; attempt += 1) {
    const { books } = options.state();
    const balances = await options.exchange.balances();
    const after = await catchUp(options);
    if (options.state().books !== books && attempt < BALANCE_TRIES) continue;
    return {
      totals: new Map(balances.map((each) => [each.asset, text(dec(each.free).plus(each.locked))])),
      after,
    };
  }
}

interface CaughtUp {
  readonly cursor: string | null;
  readonly highestSeq: number;
}

/** Books every fill of ours since the cursor. A bot's very first cursor is the account's last trade: older ones are not its. */
export async function catchUp(options: ReconcileOptions): Promise<CaughtUp> {
  const { exchange, state, dispatch } = options;
  const { settings, tradeCursor } = state();
  const fills = await allFills(exchange, settings.symbol, tradeCursor);
  const { joined, manual, unnamed } = await join(exchange, state(), fills);
  const own = joined.filter((fill) => parseClientOrderId(fill.clientOrderId)?.tag === state().tag);
  const cursor = cursorBefore(unnamed, fills, tradeCursor);
  const highestSeq = Math.max(0, ...own.map((fill) => parseClientOrderId(fill.clientOrderId)?.seq ?? 0));
  // An unknown sequence number means that this folder is not the newest: nothing is booked on its account.
  if (own.length > 0 && highestSeq <= state().seq) {
    dispatch({ type: 'report', time: options.marketTime(), wall: exchange.now(), reports: [], fills: own });
  }
  if (manual.length > 0)
    dispatch({ type: 'manual', time: options.marketTime(), wall: exchange.now(), fills: manual, orders: [] });
  return { cursor, highestSeq };
}

async function allFills(exchange: Exchange, symbol: string, cursor: string | null): Promise<Fill[]> {
  const fills: Fill[] = [];
  for (let after = cursor; ; after = fills.at(-1)?.tradeId ?? after) {
    const page = await exchange.fills(symbol, after);
    fills.push(...page);
    if (page.length < 1_000) return fills;
  }
}

/** The last trade before the first whose order the exchange did not name yet: that one is asked about again. */
function cursorBefore(
  unnamed: ReadonlySet<string>,
  fills: readonly Fill[],
  cursor: string | null,
): string | null {
  const first = fills.findIndex((fill) => unnamed.has(fill.tradeId));
  return (first < 0 ? fills.at(-1) : fills[first - 1])?.tradeId ?? cursor;
}

interface Joined {
  readonly joined: readonly ReportedFill[];
  /** The user's own. */
  readonly manual: readonly ManualFill[];
  /** Ids of trades whose order the exchange does not tell (it may take seconds to show a new order). */
  readonly unnamed: ReadonlySet<string>;
}

/** Trades over REST name only the order's id: it is joined to orders known here, else the exchange is asked whose it is. */
async function join(exchange: Exchange, state: BotState, fills: readonly Fill[]): Promise<Joined> {
  const names = new Map<string, string | null>();
  for (const leg of state.orders.flatMap((order) => order.legs)) {
    if (leg.orderId !== null) names.set(leg.orderId, leg.clientOrderId);
  }
  const booked = new Set(state.bookedTrades);
  const open = fills.filter((fill) => !booked.has(fill.tradeId));
  for (let unknown = firstUnknown(open, names); unknown !== null; unknown = firstUnknown(open, names)) {
    const orders = await exchange.allOrders(state.settings.symbol, unknown);
    for (const order of orders) names.set(order.orderId, order.clientOrderId);
    if (!names.has(unknown)) names.set(unknown, null);
  }
  const unnamed = new Set<string>();
  const named = open.map((fill) => ({
    ...fill,
    clientOrderId: fill.clientOrderId ?? names.get(fill.orderId) ?? null,
  }));
  for (const { clientOrderId, tradeId } of named) if (clientOrderId === null) unnamed.add(tradeId);
  const manual = named.filter(({ clientOrderId }) => clientOrderId !== null && isManual({ clientOrderId }));
  return { joined: named.flatMap(reportedFill), manual: manual.map(manualFill), unnamed };
}

function firstUnknown(fills: readonly Fill[], names: ReadonlyMap<string, string | null>): string | null {
  const ids = fills
    .filter((fill) => fill.clientOrderId === null && !names.has(fill.orderId))
    .map((fill) => BigInt(fill.orderId));
  return ids.length === 0 ? null : ids.reduce((a, b) => (a < b ? a : b)).toString();
}
