/**
 * The caps of one bot: what it may lose in a day, how far it may fall from its height, how many entries it may send in an
 * hour. They hold back what buys; exits and protection are never held back. Losses count realized and unrealized.
 */
import type { Values } from './answer.js';
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, max, percent, rounded, text } from './decimal.js';
import type { Draft } from './draft.js';
import { lapseEntry } from './phase.js';
import { equityOf } from './all-books.js';
import type { Bot, BotState, Settings } from './state.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** No cap counts further than this (the schema of the config says so too). */
const MOST_ENTRIES = 1_000;

export type Cap = 'daily-loss' | 'drawdown' | 'orders-per-hour';

/** A cap that is reached, with its numbers: what was used, the limit, and until when. */
export interface Reached {
  readonly outcome: Cap;
  readonly values: Values;
}

/** What is lost of an equity, in quote and in per cent of it. */
export interface Loss {
  readonly from: DecimalText;
  readonly lost: Decimal;
  readonly percent: Decimal;
}

/** Counted from the first equity of the UTC day of market time; null before the first kline. */
export function lossToday(state: BotState): Loss | null {
  return state.day === null ? null : lossFrom(state, state.day.equity);
}

/** Counted from the highest equity at a close since the bot began, or since its user lifted the cap. */
export function lossFromHighest(state: BotState): Loss | null {
  const highest = state.highestEquity ?? null;
  return highest === null ? null : lossFrom(state, highest);
}

function lossFrom(state: BotState, from: DecimalText): Loss {
  const lost = max(ZERO, dec(from).minus(equityOf(state)));
  return { from, lost, percent: dec(from).lte(0) ? ZERO : lost.times(100).div(from) };
}

/** Entries sent in the hour of market time that ends now. */
export function entriesInHour({ entryTimes = [] }: BotState, time: number): readonly number[] {
  return entryTimes.filter((at) => at > time - HOUR_MS);
}

/** Midnight (UTC, market time) after the day that the state knows. */
export function dayEnds({ day }: BotState): number | null {
  return day === null ? null : (day.date + 1) * DAY_MS;
}

/** The first cap that forbids an entry at this market time; null when none does. */
export function reachedCap(settings: Settings, state: BotState, time: number): Reached | null {
  return (
    reachedDrawdown(settings, state) ??
    reachedDailyLoss(settings, state) ??
    reachedOrders(settings, state, time)
  );
}

export function reachedDrawdown(settings: Settings, state: BotState): Reached | null {
  const { maxDrawdownPercent: limit = null, instrument } = settings;
  const loss = limit === null ? null : lossFromHighest(state);
  if (limit === null || loss === null) return null;
  if ((state.drawdown ?? null) === null && !isBeyond(loss, limit)) return null;
  return { outcome: 'drawdown', values: { ...lossValues(loss, limit), quote: instrument.quote } };
}

export function reachedDailyLoss(settings: Settings, state: BotState): Reached | null {
  const { maxDailyLossPercent: limit, instrument } = settings;
  const loss = limit === null ? null : lossToday(state);
  if (limit === null || loss === null) return null;
  if (state.day?.reached !== true && !isBeyond(loss, limit)) return null;
  const until = dayEnds(state) ?? 0;
  return { outcome: 'daily-loss', values: { ...lossValues(loss, limit), quote: instrument.quote, until } };
}

export function reachedOrders(settings: Settings, state: BotState, time: number): Reached | null {
  const { maxOrdersPerHour: limit = null } = settings;
  if (limit === null) return null;
  const times = entriesInHour(state, time);
  if (times.length < limit) return null;
  const until = times[times.length - limit]! + HOUR_MS;
  return { outcome: 'orders-per-hour', values: { count: times.length, limit, until } };
}

/** The loss that has reached its cap, and forbids entries until its day ends or the user resumes the bot. */
export function lossInForce(settings: Settings, state: BotState): Reached | null {
  const drawdown = (state.drawdown ?? null) === null ? null : reachedDrawdown(settings, state);
  return drawdown ?? (state.day?.reached === true ? reachedDailyLoss(settings, state) : null);
}

function isBeyond({ from, lost }: Loss, limit: number): boolean {
  return lost.gte(dec(from).times(percent(limit)));
}

function lossValues({ from, lost, percent: share }: Loss, limit: number): Values {
  return { from: rounded(from, 2), lost: rounded(lost, 2), percent: rounded(share, 2), limit };
}

/** A new entry leaves now. */
export function countEntry(draft: Draft, time: number): void {
  const times = [...entriesInHour(draft.state, time), time];
  draft.change().entryTimes = times.length > MOST_ENTRIES ? times.slice(-MOST_ENTRIES) : times;
}

/** At a close: the day, the height, and whether a loss has reached its cap; what rests to buy is then taken back. */
export function watchLosses(bot: Bot, draft: Draft, time: number): void {
  rollDay(draft, time);
  if (bot.maxDrawdownPercent != null) raiseHighest(draft);
  latchDailyLoss(bot, draft);
  latchDrawdown(bot, draft, time);
}

/** Remembers the first equity of each UTC day of market time; the daily-loss cap counts from it. */
function rollDay(draft: Draft, time: number): void {
  const date = Math.floor(time / DAY_MS);
  if (draft.state.day?.date === date) return;
  draft.change().day = { date, equity: equityOf(draft.state) };
}

function raiseHighest(draft: Draft): void {
  const { highestEquity = null, drawdown = null } = draft.state;
  if (drawdown !== null) return;
  const now = equityOf(draft.state);
  if (highestEquity === null || dec(now).gt(highestEquity)) draft.set({ highestEquity: now });
}

/** Reached once, it counts for the rest of the day, so that what rests is not taken back and placed again at every turn. */
function latchDailyLoss(bot: Bot, draft: Draft): void {
  const { day } = draft.state;
  if (day === null || day.reached === true) return;
  const reached = reachedDailyLoss(bot, draft.state);
  if (reached === null) return;
  draft.set({ day: { ...day, reached: true } });
  block(bot, draft, 'daily-loss-reached', reached);
}

function latchDrawdown(bot: Bot, draft: Draft, time: number): void {
  if ((draft.state.drawdown ?? null) !== null) return;
  const reached = reachedDrawdown(bot, draft.state);
  if (reached === null) return;
  draft.set({ drawdown: { at: time } });
  block(bot, draft, 'drawdown-reached', reached);
}

function block(bot: Bot, draft: Draft, code: string, { values }: Reached): void {
  draft.notify('warn', code, values);
  lapseEntry(bot, draft, true);
}

/** Whether the user's word ended a drawdown: it is counted anew from the equity of now. */
export function liftDrawdown(draft: Draft): boolean {
  const { drawdown = null } = draft.state;
  if (drawdown === null) return false;
  draft.set({ drawdown: null, highestEquity: equityOf(draft.state) });
  return true;
}

/** Changed caps: one that was reached and would not be by the new numbers is lifted; one that is new counts from now. */
export function reconsiderCaps(settings: Settings, draft: Draft): void {
  const { day, drawdown = null, highestEquity = null } = draft.state;
  if (settings.maxDrawdownPercent == null && highestEquity !== null)
    draft.set({ drawdown: null, highestEquity: null });
  else if (drawdown !== null && reachedDrawdown(settings, { ...draft.state, drawdown: null }) === null)
    draft.set({ drawdown: null });
  if (day?.reached !== true) return;
  const open = { date: day.date, equity: day.equity };
  if (reachedDailyLoss(settings, { ...draft.state, day: open }) === null) draft.set({ day: open });
}

/** Money that came or went by the user's hand is neither gain nor loss: what losses count from moves with it. */
export function moveBaselines(draft: Draft, equityBefore: DecimalText): void {
  const { day, highestEquity = null } = draft.state;
  const moved = dec(equityOf(draft.state)).minus(equityBefore);
  if (moved.eq(0)) return;
  if (day !== null) draft.set({ day: { ...day, equity: text(dec(day.equity).plus(moved)) } });
  if (highestEquity !== null) draft.set({ highestEquity: text(dec(highestEquity).plus(moved)) });
}
