/**
 * What a user may tell a running bot. A command comes with a uuid, is an event in the journal like any other, and is
 * done once: told again, after a crash, it only has the answer that it had.
 */
import { equityOf } from './all-books.js';
import type { Answer, Values } from './answer.js';
import { done, refused } from './answer.js';
import { liftDrawdown, moveBaselines } from './caps.js';
import type { Decimal, DecimalText } from './decimal.js';
import { dec, min, rounded, text } from './decimal.js';
import type { Draft } from './draft.js';
import type { Event } from './events.js';
import { releaseMissing } from './follow-release.js';
import { shrinkLots } from './lots.js';
import { lapseEntry } from './phase.js';
import { takeOut } from './position.js';
import type { Shortage } from './shortage.js';
import { shortIn } from './shortage.js';
import type { Bot } from './state.js';
import { buy, cancel, flatten, sell } from './trading.js';

/** What the user saw missing when asking for a repair: it is done only if that is still so. */
export interface Seen {
  readonly asset: string;
  readonly missing: DecimalText;
}

/** `symbol`: the book that is meant, the bot's own or a parked one; absent: its own. */
interface OfBook {
  readonly symbol?: string;
}

export type Command =
  | { readonly name: 'pause' | 'resume' }
  /** Books take what the account has, or the difference is acknowledged. */
  | ({ readonly name: 'adopt' | 'ignore'; readonly seen: readonly Seen[] } & OfBook)
  /** Enters now, as the plan would on a signal. */
  | {
      readonly name: 'buy';
      /** Quote to spend, where the plan lets it be chosen. */
      readonly amount?: DecimalText;
      /** How long ago it was asked for (ms). */
      readonly ageMs: number;
    }
  /** Sells at market all that is held, or one batch of it. */
  | ({ readonly name: 'sell'; readonly batch?: number } & OfBook)
  /** Pauses entries, takes back those that rest, and sells all. */
  | { readonly name: 'flatten' }
  /** An order by its slot or client order id. `again`: the user knows that an exit is placed again. */
  | ({ readonly name: 'cancel'; readonly order: string; readonly again?: boolean } & OfBook)
  /** The process ends by the user's wish: what would buy is withdrawn. */
  | { readonly name: 'stop' }
  /** And begins again by the user's wish; a crash or a restart is neither. */
  | { readonly name: 'start' };

export type CommandName = Exclude<Command['name'], 'stop' | 'start'>;

export interface CommandAnswer extends Answer {
  readonly uuid: string;
  readonly name: CommandName;
  /** Wall time (ms). */
  readonly at: number;
}

/** Any would do that is more than one: a command is done only when the file of the one before it is gone for good. */
const KEPT = 50;

type CommandEvent = Extract<Event, { type: 'command' }>;

export function applyCommand(bot: Bot, draft: Draft, event: CommandEvent): void {
  if (event.name === 'stop') return stop(bot, draft);
  // A user who stops a bot and starts it again means it to begin anew, also after a stop loss.
  if (event.name === 'start') return draft.set({ stopped: false, lastEnd: null });
  if (draft.state.commands.some(({ uuid }) => uuid === event.uuid)) return;
  noteAnswer(draft, event, obey(bot, draft, event), true);
}

/** `says`: the log is told of it too. */
export function noteAnswer(
  draft: Draft,
  { uuid, name, wall: at }: Exclude<CommandEvent, { name: 'stop' | 'start' }>,
  { done, code, values }: Answer,
  says: boolean,
): void {
  const answer: CommandAnswer = { uuid, name, at, done, code, values };
  draft.set({ commands: [...draft.state.commands, answer].slice(-KEPT) });
  if (says) draft.notify(done ? 'info' : 'warn', `command-${code}`, values);
}

function obey(bot: Bot, draft: Draft, event: Exclude<CommandEvent, { name: 'stop' | 'start' }>): Answer {
  switch (event.name) {
    case 'pause':
      return pause(bot, draft);
    case 'resume':
      return resume(draft);
    case 'adopt':
      return repair(draft, event.seen, (shortages) => adopt(draft, event, shortages));
    case 'ignore':
      return repair(draft, event.seen, () => ignore(draft));
    case 'buy':
      return buy(bot, draft, event);
    case 'sell':
      return sell(bot, draft, event);
    case 'flatten':
      return flatten(bot, draft, event.time);
    case 'cancel':
      return cancel(bot, draft, event);
  }
}

function stop(bot: Bot, draft: Draft): void {
  draft.set({ stopped: true });
  lapseEntry(bot, draft, true);
}

function pause(bot: Bot, draft: Draft): Answer {
  if (draft.state.paused) return done('paused-already');
  draft.set({ paused: true });
  lapseEntry(bot, draft, true);
  return done('paused');
}

/**
 * Ends a pause, takes back that a cancelled protection is left, and lifts a drawdown: the bot does again all that it
 * should. The other caps end by themselves.
 */
function resume(draft: Draft): Answer {
  const { paused, handCancels, lastEnd, stopped } = draft.state;
  const lifted = liftDrawdown(draft);
  if (!paused && !stopped && !lifted && handCancels.length === 0 && lastEnd !== 'stop-loss')
    return done('resumed-already');
  draft.set({ paused: false, stopped: false, handCancels: [], lastEnd: null });
  if (!lifted) return done('resumed');
  const { highestEquity, settings } = draft.state;
  return done('resumed-drawdown', {
    equity: rounded(highestEquity ?? '0', 2),
    quote: settings.instrument.quote,
  });
}

function repair(
  draft: Draft,
  seen: readonly Seen[],
  work: (shortages: readonly Shortage[]) => Answer,
): Answer {
  const shortages = draft.state.divergence?.shortages ?? [];
  if (shortages.length === 0) return refused('no-difference');
  const same =
    seen.length === shortages.length &&
    shortages.every(({ asset, missing }) =>
      seen.some((each) => each.asset === asset && dec(each.missing).eq(missing)),
    );
  return same ? work(shortages) : refused('difference-changed', missingWords(shortages));
}

function missingWords(shortages: readonly Shortage[]): Values {
  return { missing: shortages.map(({ asset, missing }) => `${missing} ${asset}`).join(' and ') };
}

/** This bot's books take the loss, as far as they hold what is missing; what other bots lack remains a difference. */
function adopt(draft: Draft, { uuid, time }: CommandEvent, shortages: readonly Shortage[]): Answer {
  const { state } = draft;
  const [quantity, cash] = [shortIn(state, 'base'), shortIn(state, 'quote')];
  const equity = equityOf(state);
  const cost = state.follow == null ? takeAway(draft, quantity, cash) : releaseMissing(draft, quantity, cash);
  const { base, quote } = state.settings.instrument;
  const taken = { [base]: quantity, [quote]: cash };
  const rest = shortages.flatMap((each) => {
    const less = min(dec(each.missing), taken[each.asset] ?? dec(0));
    const missing = dec(each.missing).minus(less);
    const booked = text(dec(each.booked).minus(less));
    return missing.gt(0) && dec(booked).gt(0) ? [{ ...each, booked, missing: text(missing) }] : [];
  });
  const divergence =
    state.divergence === null || rest.length === 0 ? null : { ...state.divergence, shortages: rest };
  draft.set({ divergence });
  moveBaselines(draft, equity);
  const { symbol, account } = state.settings;
  const where = account === undefined ? { symbol } : { symbol, account };
  draft.emit({ type: 'adjusted', ...where, uuid, time, quantity: text(quantity), cost, cash: text(cash) });
  return done('adopted', { quantity: text(quantity), base, cost, cash: text(cash), quote });
}

/** Answers the cost that left the books. */
function takeAway(draft: Draft, quantity: Decimal, cash: Decimal): DecimalText {
  const { books, cost } = takeOut(draft.state.books, quantity, cash);
  draft.set({ books, lots: shrinkLots(draft.state.lots, books.quantity) });
  return cost;
}

function ignore(draft: Draft): Answer {
  const { divergence } = draft.state;
  if (divergence === null || divergence.ignored) return done('ignored-already');
  draft.set({ divergence: { ...divergence, ignored: true } });
  return done('ignored', missingWords(divergence.shortages));
}
