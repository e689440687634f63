/**
 * Parked books (design §5): what a bot still holds of a symbol that it traded before. A parked book is the state that the
 * bot had there, by its symbol in `parked`: its protection rests on, its fills are booked, it buys nothing more. Tag and
 * sequence are the bot's, and so is the money: what comes free in a parked book is the bot's with the same event, so that
 * it is neither lost nor there twice, whoever dies when. Always, over all of them: cash + cost = budget + adopted +
 * realizedPnl − adjusted, with the last four of the bot's own books.
 */
import type { Answer } from './answer.js';
import { parkedBooks } from './all-books.js';
import { refused } from './answer.js';
import { noteAnswer } from './commands.js';
import { ZERO, dec, text, type Decimal, type DecimalText } from './decimal.js';
import { Draft } from './draft.js';
import { plainEffect } from './ended-cycle.js';
import type { Effect, Event } from './events.js';
import type { Books } from './position.js';
import { noneParked } from './none-parked.js';
import type { BotState } from './state.js';

export interface Stepped {
  readonly state: BotState;
  readonly effects: Effect[];
}

/** One book's step. */
export type StepBook = (state: BotState, event: Event) => Stepped;

/** An event of one parked book. Of one that is not there any more it changes nothing. */
export function stepParked(step: StepBook, state: BotState, symbol: string, event: Event): Stepped {
  const before = state.parked?.[symbol];
  if (before === undefined) return { state, effects: [] };
  const asked = before.seq === state.seq ? before : { ...before, seq: state.seq };
  const { book: _, ...plain } = event;
  const { state: after, effects } = step(asked, plain as Event);
  if (after === asked && effects.length === 0) return { state, effects };
  return { state: settled(state, symbol, before, after), effects: effects.map(ofBook(symbol)) };
}

export function ofBook(symbol: string): (effect: Effect) => Effect {
  return (effect) => ({ ...plainEffect(effect), book: symbol });
}

/** What the step of a parked book means for the bot: money that came free is its cash, and an ended book is gone. */
function settled(state: BotState, symbol: string, before: BotState, after: BotState): BotState {
  const isBuying = after.orders.some(({ side }) => side === 'BUY');
  const free = isBuying ? ZERO : dec(after.books.cash);
  const rest: BotState = {
    ...after,
    books: free.eq(0) ? after.books : { ...after.books, cash: text(dec(after.books.cash).minus(free)) },
  };
  const { [symbol]: _, ...others } = state.parked ?? {};
  return {
    ...state,
    seq: after.seq,
    books: withMoney(state.books, free, before.books, after.books),
    parked: isOver(rest) ? others : { ...state.parked, [symbol]: rest },
    refusal: state.refusal ?? after.refusal,
  };
}

function withMoney(own: Books, free: Decimal, before: Books, after: Books): Books {
  if (before === after && free.eq(0)) return own;
  const more = (name: 'realizedPnl' | 'adjusted'): DecimalText =>
    text(dec(own[name]).plus(after[name]).minus(before[name]));
  const fees = { ...own.fees };
  for (const [asset, fee] of Object.entries(after.fees))
    fees[asset] = text(
      dec(fees[asset] ?? '0')
        .plus(fee)
        .minus(before.fees[asset] ?? '0'),
    );
  return {
    ...own,
    fees,
    cash: text(dec(own.cash).plus(free)),
    realizedPnl: more('realizedPnl'),
    adjusted: more('adjusted'),
  };
}

/** Nothing is held, nothing is open, and no money is bound: dust stays, with what it cost. */
function isOver({ phase, orders, books }: BotState): boolean {
  return (
    phase === 'flat' &&
    orders.length === 0 &&
    dec(books.quantity).eq(0) &&
    dec(books.cost).eq(0) &&
    dec(books.cash).eq(0)
  );
}

/** The books of the symbol that is left. While something may still be bought there, all the cash waits with it. */
export function parkedOf(state: BotState): BotState {
  const { books, settings, orders } = state;
  const isBuying = orders.some(({ side }) => side === 'BUY');
  return {
    ...state,
    settings: { ...settings, maxDailyLossPercent: null, maxDrawdownPercent: null, maxOrdersPerHour: null },
    books: { ...books, cash: isBuying ? books.cash : '0', adopted: '0' },
    stopped: true,
    paused: false,
    day: null,
    highestEquity: null,
    drawdown: null,
    reservation: null,
    commands: [],
    parked: noneParked,
  };
}

/** Adds the book unless there is nothing in it. */
export function withParked(
  parked: BotState['parked'],
  symbol: string,
  book: BotState,
): Readonly<Record<string, BotState>> {
  return isOver(book) ? (parked ?? {}) : { ...parked, [symbol]: book };
}

type CommandEvent = Extract<Event, { type: 'command' }>;

/** The symbol of another book than the bot's own that a command names; null: it is for the bot's own. */
export function bookNamed(event: Event, { settings }: BotState): string | null {
  if (event.type !== 'command' || !('symbol' in event) || event.symbol === undefined) return null;
  return event.symbol === settings.symbol ? null : event.symbol;
}

/** A command about a parked book; the answer is the bot's. */
export function tellParked(step: StepBook, state: BotState, symbol: string, event: CommandEvent): Stepped {
  if (event.name === 'stop' || event.name === 'start') return { state, effects: [] };
  if (state.commands.some(({ uuid }) => uuid === event.uuid)) return { state, effects: [] };
  const { symbol: _, ...plain } = { symbol, ...event };
  const heard: { answer: Answer | null } = { answer: null };
  const told = stepParked(
    (book, each) => {
      const next = step(book, each);
      heard.answer = next.state.commands.find(({ uuid }) => uuid === event.uuid) ?? null;
      return next;
    },
    state,
    symbol,
    plain as Event,
  );
  const draft = new Draft(told.state);
  const open = parkedBooks(state)
    .map(([name]) => name)
    .join(', ');
  if (heard.answer === null) noteAnswer(draft, event, refused('no-such-book', { symbol, open }), true);
  else noteAnswer(draft, event, heard.answer, false);
  return { state: draft.state, effects: [...told.effects, ...draft.effects] };
}

/** What all books hear: the clock, the kill switch, and that all is to be sold. */
export function reachesAll(event: Event): boolean {
  return (
    event.type === 'time' || event.type === 'halt' || (event.type === 'command' && event.name === 'flatten')
  );
}

/** The same event in every parked book; a sale there is the answer to a user who wants all sold. */
export function stepAllParked(step: StepBook, own: Stepped, event: Event): Stepped {
  if (parkedBooks(own.state).length === 0) return own;
  let { state } = own;
  const effects = [...own.effects];
  const answers: Answer[] = [];
  for (const [symbol] of parkedBooks(state)) {
    const told = stepParked(step, state, symbol, event);
    const uuid = event.type === 'command' ? event.uuid : null;
    answers.push(...(told.state.parked?.[symbol]?.commands.filter((each) => each.uuid === uuid) ?? []));
    state = told.state;
    effects.push(...told.effects);
  }
  return { state: answeredBy(state, event, answers), effects };
}

function answeredBy(state: BotState, event: Event, answers: readonly Answer[]): BotState {
  const sold = answers.find(({ code }) => code === 'flattening');
  if (event.type !== 'command' || sold === undefined) return state;
  const { done, code, values } = sold;
  const commands = state.commands.map((each) =>
    each.uuid === event.uuid && each.code !== 'flattening' ? { ...each, done, code, values } : each,
  );
  return { ...state, commands };
}
