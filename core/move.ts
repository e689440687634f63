/** A bot goes on with another symbol, or on another account. */
import type { Answer } from './answer.js';
import { refused } from './answer.js';
import { dec, text } from './decimal.js';
import type { Event } from './events.js';
import { sameCloseAs, type Interval } from './kline.js';
import { planOf } from './phase.js';
import { parkedBooks } from './all-books.js';
import { ofBook, parkedOf, withParked, type StepBook, type Stepped } from './parked.js';
import { openBooks } from './position.js';
import { initialState, type Bot, type BotState, type Settings } from './state.js';
import { viewOf } from './view.js';

type Moved = Extract<Event, { type: 'moved' }>;

/** Another account is another purse: what was made or lost on the old one stays there. */
export function isOtherAccount({ settings }: BotState, { account }: Settings): boolean {
  return settings.account !== undefined && settings.account !== account;
}

/**
 * The book that is left is parked, the one that is gone on with is taken back where it was parked before. It happens while
 * nothing runs, as the first thing of a start: a recovery follows, of all books.
 */
export function move(step: StepBook, state: BotState, { settings, tradeCursor, time, wall }: Moved): Stepped {
  if (isOtherAccount(state, settings)) return { state: beganAnew(state, settings, tradeCursor), effects: [] };
  // As by the user's stop: no entry is followed any more. What rests is taken back once the recovery is over.
  const halted = { ...state, recovering: true };
  const left = step(halted, { type: 'command', name: 'stop', uuid: '', time, wall });
  const { symbol } = state.settings;
  const parked = withParked(state.parked, symbol, parkedOf(left.state));
  const { [settings.symbol]: found, ...others } = parked;
  const cash = parked[symbol] === undefined ? left.state.books.cash : remaining(left.state, parked[symbol]);
  const moved =
    found === undefined ? fresh(left.state, settings, tradeCursor) : takenBack(left.state, found, settings);
  return {
    state: {
      ...moved,
      settings,
      books: {
        ...moved.books,
        cash: text(
          dec(cash)
            .plus(found?.books.cash ?? '0')
            .plus(settings.budget)
            .minus(state.settings.budget),
        ),
      },
      stopped: state.stopped,
      recovering: true,
      parked: others,
    },
    effects: left.effects.map(ofBook(symbol)),
  };
}

function remaining({ books }: BotState, parked: BotState): string {
  return text(dec(books.cash).minus(parked.books.cash));
}

/** What is the bot's, whatever it trades. */
function ownOf(state: BotState) {
  const { tag, seq, day, drawdown, entryTimes, reservation, paused, halt, unrecorded, commands } = state;
  const highestEquity = state.highestEquity ?? null;
  return {
    ...{ tag, seq, day, drawdown: drawdown ?? null, highestEquity, entryTimes: entryTimes ?? [] },
    ...{ reservation: reservation ?? null, paused, halt, unrecorded: unrecorded ?? null, commands },
    refusal: state.refusal,
    cycle: state.cycle,
    lotSeq: state.lotSeq,
  };
}

function fresh(state: BotState, settings: Settings, tradeCursor: string | null): BotState {
  const born = initialState(settings, state.tag);
  const books = { ...state.books, quantity: '0', cost: '0', entryQuantity: '0', entryQuote: '0' };
  return { ...born, ...ownOf(state), books, tradeCursor };
}

/** The cycle goes on as the number that comes next, and counts what it realized itself. */
function takenBack(state: BotState, found: BotState, { interval }: Settings): BotState {
  const { quantity, cost, entryQuantity, entryQuote, realizedPnl } = found.books;
  const before = found.start?.realizedPnl;
  const moved = dec(state.books.realizedPnl).minus(realizedPnl);
  const start =
    found.start === null || before === undefined
      ? found.start
      : { ...found.start, realizedPnl: text(dec(before).plus(moved)) };
  return {
    ...found,
    ...ownOf(state),
    start,
    lastKline: lastKlineOf(found, interval),
    cycle: found.phase === 'flat' ? state.cycle : state.cycle + 1,
    lotSeq: Math.max(state.lotSeq, found.lotSeq),
    books: { ...state.books, quantity, cost, entryQuantity, entryQuote },
  };
}

function lastKlineOf({ lastKline, settings }: BotState, interval: string): number | null {
  if (lastKline === null || settings.interval === interval) return lastKline;
  return sameCloseAs(lastKline, settings.interval as Interval, interval as Interval);
}

function beganAnew(state: BotState, settings: Settings, tradeCursor: string | null): BotState {
  return {
    ...initialState(settings, state.tag),
    ...ownOf(state),
    ...{ day: null, drawdown: null, highestEquity: null, reservation: null },
    books: openBooks(settings.budget),
    tradeCursor,
  };
}

/** Why the bot cannot go on with these settings now; null when it can, or where nothing moves. */
export function moveRefused(planNamed: Bot['planNamed'], state: BotState, settings: Settings): Answer | null {
  const { symbol, instrument } = state.settings;
  if (isOtherAccount(state, settings)) return isBound(state) ? refused('move-holds', { symbol }) : null;
  if (symbol === settings.symbol) return null;
  const { quote } = instrument;
  if (quote !== settings.instrument.quote)
    return refused('move-quote', { symbol, quote, other: settings.instrument.quote });
  if (state.phase === 'entering' || state.entry !== null) return refused('move-entering', { symbol });
  if ((state.follow?.groups.length ?? 0) > 0) return refused('move-follows', { symbol });
  return leavesByItself(planNamed, state) ? refused('move-watched', { symbol }) : null;
}

function isBound(state: BotState): boolean {
  const books = [state, ...parkedBooks(state).map(([, book]) => book)];
  return books.some(({ phase, orders }) => phase !== 'flat' || orders.length > 0);
}

const LOWEST = '0.00000001';
/** Each half of the one before: a fall, from above any target. */
const FALL = ['1000000000000', '2000000000000', '4000000000000'];

/** Whether the plan would sell at some price that the bot sees, rather than by an order that rests on the exchange. */
function leavesByItself(planNamed: Bot['planNamed'], state: BotState): boolean {
  if (state.phase !== 'holding') return false;
  const bot: Bot = { ...state.settings, planNamed };
  const { plan, parameters } = planOf(bot, state);
  const view = viewOf(bot, state);
  return [
    { ...view, price: LOWEST },
    { ...view, price: FALL[0]!, closes: FALL, klineClosed: true },
  ].some((seen) => {
    const { exit, leave = [] } = plan.answer(seen, parameters);
    return exit !== undefined || leave.length > 0;
  });
}
