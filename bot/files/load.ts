/** One bot as the world sees it, from its files alone: the bot need not run. */
import { stat } from 'node:fs/promises';
import { equityOf } from '../../core/all-books.js';
import { dec, rounded, text } from '../../core/decimal.js';
import { lossInForce } from '../../core/caps.js';
import { averagePrice, openBooks, unrealizedPnl } from '../../core/position.js';
import type { BotState, Decision } from '../../core/state.js';
import { noManualActivity } from '../../core/manual.js';
import { isUnreserved } from '../../core/reserved.js';
import { viewOf as planView } from '../../core/view.js';
import { planNamed } from '../../strategies/registry.js';
import { accountOf } from '../config/account.js';
import type { BotConfig } from '../config.js';
import type { BotFolder, BotStatus, Desired } from './folder.js';
import { botFolder, readDesired, readStatus } from './folder.js';
import type { Restored } from './restore.js';
import { restore } from './restore.js';
import { answerWords } from './answers.js';
import { waitingCommands } from './command-files.js';
import { capWords } from './cap-words.js';
import { capViews } from './caps-view.js';
import { differenceView } from './difference.js';
import { nextExits, type NextExits } from './next-exits.js';
import { orderViews } from './order-view.js';
import { parkedViews } from './parked-view.js';
import { followView, type FollowView } from './follow-view.js';
import { heedsExit, holdUps } from './hold-ups.js';
import { isHalted } from './halt-file.js';
import { readConfig } from './read-config.js';
import { noHistory, readHistory } from './trades.js';
import { reservationWords } from './reservation-words.js';
import { troubles } from './troubles.js';
import type { BotView, CommandView, ProcessView } from './view.js';
import { decisionView, grouped, reasonWords } from './words.js';

/** What the supervisor says of its process, as far as it matters here. */
export interface ProcessFacts extends ProcessView {
  readonly status: 'online' | 'launching' | 'stopping' | 'stopped' | 'waiting' | 'errored';
  /** What it runs: a copy named by its content. */
  readonly script?: string;
}

/**
 * `price`: the live one where known; else the bot's own last price is used. `historyOf`: of who keeps what was read.
 * Never throws on a bot's files.
 */
export async function loadBotView(
  data: string,
  id: string,
  process: ProcessFacts | null,
  price: string | null,
  historyOf: typeof readHistory = readHistory,
): Promise<BotView> {
  const folder = botFolder(data, id);
  const { config, written, problems } = await readConfig(folder);
  const errors = [...problems];
  let unread = false;
  const waiting = await waitingCommands(folder);
  const restored = await restore(folder, planNamed).catch((error: Error) => {
    errors.push(error.message);
    unread = true;
    return null;
  });
  const [status, desired, { trades, adjustments, past }, lastActivity] = await Promise.all([
    readStatus(data, id),
    readDesired(data, id),
    historyOf(folder.trades, restored?.replayed ?? [], config === null ? undefined : accountOf(config)).catch(
      () => noHistory,
    ),
    lastChange(folder),
  ]);
  const actual = actualOf(process, status);
  const held = holdUps(restored?.state ?? null, status);
  if (actual !== 'stopped') errors.push(...(status?.errors ?? []).filter((each) => !errors.includes(each)));
  return {
    ...viewOf(id, config, restored, price, { errors, asks: status === null || actual === 'online' }),
    ...written,
    desired,
    actual,
    fleetHalted: isHalted(data),
    trades,
    tradeCount: trades.length,
    adjustments,
    ...(past.cycles.length + past.batches.length + past.elsewhere === 0 ? {} : { past }),
    waitingCommands: waiting(new Set(restored?.state.commands.map(({ uuid }) => uuid))),
    ...(held === null ? {} : { holdUps: held }),
    ...(unread ? { booksUnread: true } : {}),
    lastActivity,
    process: process && processView(process),
  };
}

async function lastChange(folder: BotFolder): Promise<number | null> {
  const times = await Promise.all(
    [folder.events, folder.log, folder.status].map((file) =>
      stat(file).then(
        (found) => found.mtimeMs,
        () => 0,
      ),
    ),
  );
  const last = Math.round(Math.max(...times));
  return last === 0 ? null : last;
}

/** What the supervisor knows of a process, as a view shows it. */
export function processView({
  pid,
  restarts,
  uptimeMs,
  memoryBytes,
  cpuPercent,
  script = '',
}: ProcessFacts): ProcessView {
  const bundle = /-([0-9a-f]{12})\.cjs$/.exec(script)?.[1];
  return { pid, restarts, uptimeMs, memoryBytes, cpuPercent, ...(bundle === undefined ? {} : { bundle }) };
}

/** PM2's "online" means only spawned: the bot's own word counts, if it is of this process. */
function actualOf(process: ProcessFacts | null, status: BotStatus | null): BotView['actual'] {
  if (process === null || process.status === 'stopped') return 'stopped';
  if (process.status === 'errored' || process.status === 'waiting') return 'errored';
  if (status === null || status.pid !== process.pid) return 'starting';
  return status.phase === 'ready' ? 'online' : status.phase === 'refused' ? 'refused' : 'starting';
}

type Facts = Omit<
  BotView,
  | 'desired'
  | 'actual'
  | 'fleetHalted'
  | 'trades'
  | 'tradeCount'
  | 'adjustments'
  | 'past'
  | 'waitingCommands'
  | 'holdUps'
  | 'lastActivity'
  | 'process'
>;

/** Before its first start a bot is its config with a full purse. */
function viewOf(
  id: string,
  config: BotConfig | null,
  restored: Restored | null,
  live: string | null,
  { errors, asks }: { errors: string[]; asks: boolean },
): Facts {
  const state = restored?.state ?? null;
  const settings = state?.settings ?? null;
  const books = state?.books ?? openBooks(config?.budget ?? '0');
  const price = live ?? state?.price ?? null;
  if (state !== null) errors.push(...troubles(state, asks));
  const parked = state === null ? [] : parkedViews(state);
  const { progress } = progressOf(state);
  const openOrders = state?.orders.flatMap(orderViews) ?? [];
  const exits = nextExits(openOrders, progress);
  // Once it has run its books are in one market: an edit of the symbol does not move them.
  const symbol = settings?.symbol ?? config?.symbol ?? '';
  return {
    id,
    name: config?.name ?? id,
    venue: config?.venue ?? '',
    ...(config?.key === undefined ? {} : { key: config.key }),
    symbol,
    base: settings?.instrument.base ?? '',
    quote: settings?.instrument.quote ?? '',
    interval: config?.interval ?? settings?.interval ?? '',
    signal: config?.signal.name ?? settings?.terms.signalName ?? '',
    plan: config?.plan.name ?? settings?.terms.plan.name ?? '',
    budget: config?.budget ?? settings?.budget ?? '0',
    dryRun: config?.dryRun ?? false,
    tags: config?.tags ?? [],
    phase: state?.phase ?? 'flat',
    lastKline: state?.lastKline ?? null,
    price,
    position: {
      quantity: books.quantity,
      averagePrice: state === null || state.phase === 'flat' ? null : averagePrice(books),
      cost: books.cost,
      unrealizedPnl: dec(books.quantity).eq(0) ? '0' : unrealizedPnl(books, price),
    },
    cash: books.cash,
    equity: equityOf({ books, price, parked: state?.parked ?? {} }),
    realizedPnl: books.realizedPnl,
    fees: books.fees,
    cycle: state?.cycle ?? 0,
    ...(progress === undefined ? {} : { progress }),
    ...followed(state),
    ...(state === null ? {} : { caps: capViews(state), reservation: reservationView(state, asks) }),
    openOrders,
    ...(state === null ? {} : { nextExits: exits }),
    ...(parked.length === 0 ? {} : { parked }),
    lastDecision: state?.lastDecision == null ? null : decisionView(state.lastDecision, planName(state)),
    waitingFor: state === null ? null : waitingFor(state, exits),
    reconciled:
      state !== null && !state.recovering && !isDiverged(state.divergence) && state.refusal === null,
    paused: state?.paused ?? false,
    difference: state === null ? null : differenceView(state),
    manual: state?.manual ?? noManualActivity,
    halted: state?.market == null ? null : { since: state.market.since },
    commands: state?.commands.map(commandView) ?? [],
    errors,
    pricePrecision: decimalsOf(settings?.instrument.tickSize ?? '0.01'),
    quantityPrecision: decimalsOf(settings?.instrument.stepSize ?? '0.00001'),
  };
}

function isDiverged(divergence: BotState['divergence']): boolean {
  return divergence !== null && !divergence.ignored;
}

function commandView({ uuid, name, at, done, code, values }: BotState['commands'][number]): CommandView {
  return { uuid, name, at, done, answer: answerWords(code, values) };
}

function progressOf(state: BotState | null): Pick<BotView, 'progress'> {
  if (state === null || state.phase === 'flat') return {};
  const { plan } = state.terms ?? state.settings.terms;
  const progress = planNamed(plan.name).progress?.(planView(state.settings, state), plan) ?? [];
  return progress.length === 0 ? {} : { progress };
}

function followed(state: BotState | null): Pick<BotView, 'follow'> {
  const follow = state === null ? null : followView(state);
  return follow === null ? {} : { follow };
}

/** `asks`: it runs, and asks for what it was denied again and again. What was said before is not so any more. */
function reservationView({ reservation }: BotState, asks: boolean): BotView['reservation'] {
  if (reservation == null) return null;
  const { amount, kept = null } = reservation;
  const denied = asks ? reservation.denied : null;
  const why = denied === null ? null : `${reservationWords(denied.code, denied.values)}.`;
  return { amount: amount ?? kept, denied: why, ...(amount === null ? { buys: false } : {}) };
}

function planName(state: BotState): string {
  return (state.terms ?? state.settings.terms).plan.name;
}

function waitingFor(state: BotState, exits: NextExits): string | null {
  const decision = state.lastDecision;
  if (state.market !== null) return `the market of ${state.settings.symbol} to open again: it is halted`;
  if (state.phase === 'flat' && state.paused) return 'its user to resume it: entries are paused';
  if (state.phase === 'flat' && state.halt !== null) return 'the halt of the fleet to end (flotilla resume)';
  const capped = state.phase === 'flat' ? cappedWords(state) : null;
  if (capped !== null) return capped;
  const follow = followView(state);
  if (follow !== null && state.phase !== 'exiting') return followWaits(follow);
  switch (state.phase) {
    case 'flat':
      return decision === null ? 'waits for the first kline to close' : flatWords(decision, planName(state));
    case 'entering':
      return 'buying';
    case 'exiting':
      return `selling: ${reasonWords(state.settings.terms.signalName, planName(state), state.raised?.reasons ?? [])}`;
    case 'holding':
      return protectionWords(state, exits);
  }
}

/** What it waits for with the user's own trades. */
function followWaits({ groups }: FollowView): string {
  const open = groups.filter(({ state }) => state === 'open' || state === 'resting');
  if (open.length === 0) return 'your own trades';
  const orders = open.map(
    ({ side, counterPrice }) => `${side === 'BUY' ? 'a sale' : 'a buy'} at ${grouped(counterPrice ?? '?')}`,
  );
  const shown =
    orders.length > 3 ? `${orders.slice(0, 3).join(', ')} and ${orders.length - 3} more` : orders.join(', ');
  return `${shown}, and your next trades`;
}

/** A cap that is in force whatever the signal says. */
function cappedWords(state: BotState): string | null {
  if (isUnreserved(state)) return 'money on its account that is not set aside for other bots';
  const reached = lossInForce(state.settings, state);
  if (reached === null) return null;
  const what = reached.outcome === 'daily-loss' ? 'the next day' : 'its user to resume it';
  return `${what}: it ${capWords(reached.outcome, reached.values)}`;
}

/** A signal to leave is spent once nothing is held: what counts is that it does not enter. */
function flatWords(decision: Decision, plan: string): string {
  const { verdict, outcome, reasoning } = decisionView(decision, plan);
  if (outcome === 'enters') return 'the next signal; the last one was followed';
  return verdict === 'exit' ? `an entry; now ${reasoning}` : reasoning;
}

function protectionWords(state: BotState, { target, stop }: NextExits): string {
  const parts = [
    target === null ? [] : [`take profit at ${priceWords(state, target)}`],
    stop === null ? [] : [`stop at ${priceWords(state, stop.price)}`],
  ].flat();
  return parts.length === 0
    ? 'placing its protection'
    : `${parts.join(' or ')}${heedsExit(state) ? ", or the signal's exit" : ''}`;
}

/** At the symbol's precision, as the page shows prices: `57,294.50`. */
function priceWords(state: BotState, price: string): string {
  return grouped(rounded(price, decimalsOf(state.settings.instrument.tickSize)));
}

function decimalsOf(step: string): number {
  return text(dec(step)).split('.')[1]?.length ?? 0;
}

export type { Desired };
