/**
 * The caps of one bot: no entry above any of them. Losses and heights are counted here anew, from the klines and the books
 * that the bot has at each close; that sales are never held back is what the other invariants say, capped or not.
 */
import { ZERO, dec, max, percent, text, type Decimal } from '../../core/decimal.js';
import type { Event } from '../../core/events.js';
import type { Books } from '../../core/position.js';
import type { BotState, Settings } from '../../core/state.js';
import type { BotConfig } from '../../bot/config.js';
import type { Dice } from './dice.js';
import { Violation } from './world.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Loss = 'daily-loss' | 'drawdown';

/** Small ones: reached within a run. */
export function riskOf(dice: Dice): BotConfig['risk'] {
  const loss = () => Number(dice.skewed(0.05, 3).toFixed(2));
  return {
    ...(dice.chance(0.6) ? { maxDailyLossPercent: loss() } : {}),
    ...(dice.chance(0.6) ? { maxDrawdownPercent: loss() } : {}),
    ...(dice.chance(0.6) ? { maxOrdersPerHour: dice.whole(1, 6) } : {}),
  };
}

/** Over all lives of a bot. */
export class CapsWatch {
  /** Market times of its entries, by their number. */
  private readonly entries = new Map<number, number>();
  private day: { date: number; from: Decimal } | null = null;
  private highest: Decimal | null = null;
  /** Reached at the close of this kline, and not lifted since. */
  private readonly reached = new Map<Loss, number>();
  private last: BotState | null = null;

  constructor(private readonly id: string) {}

  /** Each event, and the state after it. */
  saw(event: Event, state: BotState): void {
    const before = this.last;
    this.last = state;
    if (before === null || isRewound(before, state)) this.begin(state);
    else if (event.type === 'kline' && state.lastKline !== before.lastKline)
      this.close(event.kline, before, state.settings);
    // What its user's word changed is counted from as the bot says.
    else if (event.type === 'config' || event.type === 'command') this.told(event, state);
    this.checkEntries(event.time, state);
  }

  /** A new life, or an event that is considered again: what was not recorded has not happened. */
  private begin(state: BotState): void {
    for (const seq of this.entries.keys()) if (seq > state.seq) this.entries.delete(seq);
    for (const [loss, kline] of this.reached) if (kline > (state.lastKline ?? 0)) this.reached.delete(loss);
    this.count(state);
  }

  private count({ day, highestEquity = null }: BotState): void {
    this.day = day === null ? null : { date: day.date, from: dec(day.equity) };
    this.highest = highestEquity === null ? null : dec(highestEquity);
  }

  private told(event: Extract<Event, { type: 'config' | 'command' }>, state: BotState): void {
    this.count(state);
    if (event.type === 'config') this.reached.clear();
    else if (event.name === 'resume') this.reached.delete('drawdown');
  }

  private close(
    { openTime, closeTime, close }: Extract<Event, { type: 'kline' }>['kline'],
    { books }: BotState,
    { maxDailyLossPercent: daily, maxDrawdownPercent: drawdown = null }: Settings,
  ): void {
    const equity = equityOf(books, close);
    const date = Math.floor(closeTime / DAY_MS);
    if (this.day?.date !== date) {
      this.day = { date, from: equity };
      this.reached.delete('daily-loss');
    }
    if (!this.reached.has('drawdown')) this.highest = max(this.highest ?? equity, equity);
    const isLost = (from: Decimal, limit: number | null) =>
      limit !== null && max(ZERO, from.minus(equity)).gte(from.times(percent(limit)));
    if (isLost(this.day.from, daily)) this.reach('daily-loss', openTime);
    if (isLost(this.highest ?? equity, drawdown)) this.reach('drawdown', openTime);
  }

  private reach(loss: Loss, kline: number): void {
    if (!this.reached.has(loss)) this.reached.set(loss, kline);
  }

  private checkEntries(time: number, { orders, settings }: BotState): void {
    for (const { seq, id, side } of orders) {
      if (side === 'SELL' || this.entries.has(seq)) continue;
      this.entries.set(seq, time);
      for (const loss of this.reached.keys())
        this.fail(`${id} is sent, though the ${loss} has reached its cap`);
      const inHour = [...this.entries.values()].filter((at) => at > time - HOUR_MS).length;
      const { maxOrdersPerHour: limit = null } = settings;
      if (limit !== null && inHour > limit)
        this.fail(`${id} is entry ${inHour} of an hour that may have ${limit}`);
    }
  }

  private fail(what: string): never {
    throw new Violation(
      `bot ${this.id}: ${what}; counted from ${text(this.day?.from ?? ZERO)}, highest ${text(this.highest ?? ZERO)}`,
    );
  }
}

function isRewound(before: BotState, { seq, lastKline }: BotState): boolean {
  return seq < before.seq || (lastKline ?? 0) < (before.lastKline ?? 0);
}

/** Beside what the user's own trades brought in. */
function equityOf({ cash, quantity, adopted = '0' }: Books, price: Decimal | number | string): Decimal {
  return dec(cash).plus(dec(quantity).times(price)).minus(adopted);
}
