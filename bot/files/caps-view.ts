/** The caps of one bot as people see them: what is used of each, and what a reached one means. */
import { parkedCost } from '../../core/all-books.js';
import { frozenQuote } from '../../core/available.js';
import {
  entriesInHour,
  lossFromHighest,
  lossToday,
  reachedDailyLoss,
  reachedDrawdown,
  reachedOrders,
  type Loss,
  type Reached,
} from '../../core/caps.js';
import { dec, rounded, text, ZERO, type DecimalText } from '../../core/decimal.js';
import type { BotState } from '../../core/state.js';
import { capWords } from './cap-words.js';

export interface CapView {
  readonly name: 'budget' | 'daily-loss' | 'drawdown' | 'orders-per-hour';
  /** Of `limit`; both in `unit`: the quote asset, `%` or `entries`. */
  readonly used: DecimalText;
  readonly limit: DecimalText;
  readonly unit: string;
  readonly reached: boolean;
  /** Market time (ms) at which a reached one ends; null while none is, and where only the user ends it. */
  readonly until: number | null;
  /** What a reached one means, with its numbers: "does not buy before …"; null while it is not reached. */
  readonly words: string | null;
}

/** The money it works with, and the caps that its config sets. Losses are as of the last close, which is what counts. */
export function capViews(state: BotState): CapView[] {
  const { settings } = state;
  const { maxDailyLossPercent: daily, maxDrawdownPercent: drawdown, maxOrdersPerHour: orders } = settings;
  const time = marketTime(state);
  return [
    budgetView(state),
    ...(daily == null
      ? []
      : [lossView(lossToday(state), daily, reachedDailyLoss(settings, state), 'daily-loss')]),
    ...(drawdown == null
      ? []
      : [lossView(lossFromHighest(state), drawdown, reachedDrawdown(settings, state), 'drawdown')]),
    ...(orders == null ? [] : [ordersView(state, orders, time)]),
  ];
}

/** What is invested, at cost, and what open entries may still spend, of the budget and what the bot made of it. */
function budgetView(state: BotState): CapView {
  const { books, orders, settings } = state;
  const parked = parkedCost(state);
  const frozen = orders.filter(({ side }) => side === 'BUY').map(frozenQuote);
  const used = frozen.reduce((sum, amount) => sum.plus(amount), dec(books.cost).plus(parked));
  const limit = dec(books.cash).plus(books.cost).plus(parked);
  const { quote } = settings.instrument;
  return { name: 'budget', used: text(used), limit: text(limit), unit: quote, ...open };
}

const open = { reached: false, until: null, words: null } as const;

function lossView(
  loss: Loss | null,
  limit: number,
  reached: Reached | null,
  name: 'daily-loss' | 'drawdown',
): CapView {
  const used = rounded(loss?.percent ?? ZERO, 2);
  return { name, used, limit: String(limit), unit: '%', ...reachedView(reached) };
}

function ordersView(state: BotState, limit: number, time: number): CapView {
  const used = String(entriesInHour(state, time).length);
  const reached = reachedOrders(state.settings, state, time);
  return { name: 'orders-per-hour', used, limit: String(limit), unit: 'entries', ...reachedView(reached) };
}

function reachedView(reached: Reached | null): Pick<CapView, 'reached' | 'until' | 'words'> {
  if (reached === null) return open;
  const { outcome, values } = reached;
  const until = values['until'];
  return { reached: true, until: typeof until === 'number' ? until : null, words: capWords(outcome, values) };
}

/** The newest market time that the state knows of. */
function marketTime({ lastDecision, entryTimes = [] }: BotState): number {
  return Math.max(lastDecision?.time ?? 0, entryTimes.at(-1) ?? 0);
}
