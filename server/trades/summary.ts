import { setImmediate as breathe } from 'node:timers/promises';
import type { BotView, TradeView } from '../../bot/files/view.js';
import { dec, text, ZERO, type Decimal } from '../../core/decimal.js';
import type { CycleResult, RankedCycle, Span, TradesSummary } from '../../views/trades-model.js';
import type { Cycles } from './cycles.js';
import { chosen, dayOf, dayText, isOnDay, isThere, type TradeFilter } from './filter.js';
import { marketOf, placeOf, symbolsOf, venueOf, type Place } from './markets.js';

interface DaySum {
  pnl: Decimal;
  buys: number;
  sells: number;
  readonly fees: Map<string, Decimal>;
}

interface Traded {
  /** As far as the fills name it. */
  readonly where: Partial<Place>;
  readonly days: Map<number, DaySum>;
}

/** A bot's fills by place and day: made once for each history, which is another only when it has grown. */
const byDay = new WeakMap<readonly TradeView[], readonly Traded[]>();

function daysOf(trades: readonly TradeView[]): readonly Traded[] {
  const known = byDay.get(trades);
  if (known !== undefined) return known;
  const all = new Map<string, Traded>();
  for (const { symbol, account, time, side, pnl, fee, feeAsset } of trades) {
    const day = dayOf(time);
    const key = `${account ?? ''} ${symbol ?? ''}`;
    let traded = all.get(key);
    if (traded === undefined) all.set(key, (traded = { where: { symbol, account }, days: new Map() }));
    const { days } = traded;
    let sum = days.get(day);
    if (sum === undefined) days.set(day, (sum = { pnl: ZERO, buys: 0, sells: 0, fees: new Map() }));
    if (pnl !== null) sum.pnl = sum.pnl.plus(pnl);
    if (side === 'BUY') sum.buys += 1;
    else sum.sells += 1;
    sum.fees.set(feeAsset, (sum.fees.get(feeAsset) ?? ZERO).plus(fee));
  }
  const places = [...all.values()];
  byDay.set(trades, places);
  return places;
}

/** The event loop turns at least this often (ms) while a whole fleet is summed. */
const SLICE_MS = 4;

/**
 * Calendar, distribution and the ends of it, of one venue: real money and practice are never summed together. `wanted`: the
 * quote asset to sum in; the most common one if left out.
 */
export async function summarize(
  all: readonly BotView[],
  asked: TradeFilter,
  cycles: Pick<Cycles, 'of'>,
  wanted?: string,
): Promise<TradesSummary> {
  let since = performance.now();
  const pause = async (): Promise<void> => {
    if (performance.now() - since <= SLICE_MS) return;
    await breathe();
    since = performance.now();
  };
  const meant = chosen(all, asked);
  for (const { trades } of meant) {
    daysOf(trades);
    await pause();
  }
  const { venue, venues } = venuesOf(meant, asked);
  const filter: TradeFilter = venue === null ? asked : { ...asked, venue };
  const bots = chosen(meant, filter);
  const currencies = currenciesOf(bots);
  const currency = currencies.find((each) => each === wanted) ?? currencies[0] ?? null;
  const days = new Map<number, DaySum>();
  const others = new Map<number, DaySum>();
  const figures = new CycleFigures();
  for (const bot of bots) {
    await pause();
    for (const { where, days: traded } of daysOf(bot.trades)) {
      const place = placeOf(bot, where);
      if (!isThere(filter, place)) continue;
      const into = marketOf(bot, place.symbol).quote === currency ? days : others;
      for (const [day, sum] of traded) if (isOnDay(filter, day)) add(spanOf(into, day), sum);
    }
    if (!quotesOf(bot).has(currency ?? '')) continue;
    for (const result of await cycles.of(bot)) {
      if (!isThere(filter, placeOf(bot, result)) || !isOnDay(filter, dayOf(result.closedAt))) continue;
      if (marketOf(bot, result.symbol).quote === currency) figures.take(bot.id, result);
    }
  }
  await pause();
  const months = new Map<string, DaySum>();
  const [total, elsewhere] = [newSum(), newSum()];
  for (const [day, sum] of days) {
    add(spanOf(months, dayText(day).slice(0, 7)), sum);
    add(total, sum);
  }
  for (const sum of others.values()) add(elsewhere, sum);
  const of = (sum: DaySum) => ofSide(sum, filter);
  const fees = newSum();
  for (const each of [total, elsewhere]) add(fees, each);
  return {
    venue,
    venues,
    currency,
    currencies,
    pnl: of(total).pnl,
    buys: of(total).buys + of(elsewhere).buys,
    sells: of(total).sells + of(elsewhere).sells,
    fees: Object.fromEntries(
      [...fees.fees].filter(([, fee]) => fee.gt(0)).map(([asset, fee]) => [asset, text(fee)]),
    ),
    days: spans(days, dayText, filter),
    months: spans(months, (name) => name, filter),
    cycles: figures.figures(),
  };
}

const REAL_MONEY = 'binance';

/** Where it was traded, and of which of that the sums are: the venue asked for, else real money, else where most was. */
function venuesOf(
  bots: readonly BotView[],
  asked: TradeFilter,
): { venue: string | null; venues: readonly string[] } {
  const counts = new Map<string, number>();
  for (const bot of bots)
    for (const { where, days } of daysOf(bot.trades)) {
      const place = placeOf(bot, where);
      const venue = venueOf(place);
      if (isThere({ ...asked, venue: undefined }, place))
        counts.set(venue, (counts.get(venue) ?? 0) + days.size);
    }
  const venues = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([venue]) => venue);
  return { venue: asked.venue ?? venues.find((venue) => venue === REAL_MONEY) ?? venues[0] ?? null, venues };
}

/** What the bot's symbols are quoted in, those that it traded before too. */
function quotesOf(bot: BotView): ReadonlySet<string> {
  return new Set([...symbolsOf(bot)].map((symbol) => marketOf(bot, symbol).quote));
}

function currenciesOf(bots: readonly BotView[]): string[] {
  const counts = new Map<string, number>();
  for (const bot of bots)
    for (const quote of quotesOf(bot))
      if (quote !== '') counts.set(quote, (counts.get(quote) ?? 0) + 1 + bot.trades.length);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([quote]) => quote);
}

const newSum = (): DaySum => ({ pnl: ZERO, buys: 0, sells: 0, fees: new Map() });

function spanOf<Name>(spans: Map<Name, DaySum>, name: Name): DaySum {
  let found = spans.get(name);
  if (found === undefined) spans.set(name, (found = newSum()));
  return found;
}

function add(into: DaySum, { pnl, buys, sells, fees }: DaySum): void {
  into.pnl = into.pnl.plus(pnl);
  into.buys += buys;
  into.sells += sells;
  for (const [asset, fee] of fees) into.fees.set(asset, (into.fees.get(asset) ?? ZERO).plus(fee));
}

/** What of a sum is of the side that is meant: only sales realize. */
function ofSide({ pnl, buys, sells }: DaySum, { side }: TradeFilter): Omit<Span, 'name'> {
  return {
    pnl: text(side === 'BUY' ? ZERO : pnl),
    buys: side === 'SELL' ? 0 : buys,
    sells: side === 'BUY' ? 0 : sells,
  };
}

const spans = <Name>(
  found: ReadonlyMap<Name, DaySum>,
  nameOf: (name: Name) => string,
  filter: TradeFilter,
): Span[] =>
  [...found]
    .map(([name, sum]) => ({ name: nameOf(name), ...ofSide(sum, filter) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Bounds of the bins (%), narrow where most cycles end. */
const BOUNDS = [-20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20] as const;
const RANKED = 5;

/** Takes cycle by cycle: of a hundred thousand no more is kept than a number each. */
class CycleFigures {
  readonly #percents: number[] = [];
  readonly #counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  readonly #best: RankedCycle[] = [];
  readonly #worst: RankedCycle[] = [];
  #sum = 0;
  #won = 0;

  take(bot: string, result: CycleResult): void {
    const { percent, pnl } = result;
    const place = BOUNDS.findIndex((bound) => percent < bound);
    this.#counts[place < 0 ? BOUNDS.length : place]! += 1;
    this.#percents.push(percent);
    this.#sum += percent;
    // A decimal's sign is its first character's.
    if (pnl.startsWith('-')) rank(this.#worst, bot, result, 1);
    else if (dec(pnl).gt(0)) {
      this.#won += 1;
      rank(this.#best, bot, result, -1);
    }
  }

  figures(): TradesSummary['cycles'] {
    const sorted = Float64Array.from(this.#percents).sort();
    const count = sorted.length;
    return {
      count,
      won: this.#won,
      averagePercent: count === 0 ? null : this.#sum / count,
      medianPercent: count === 0 ? null : (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2,
      bins: this.#counts.map((each, index) => ({
        from: BOUNDS[index - 1] ?? null,
        to: BOUNDS[index] ?? null,
        count: each,
      })),
      best: this.#best,
      worst: this.#worst,
    };
  }
}

/** Into the first few, the lowest of `percent × sign` first. */
function rank(into: RankedCycle[], bot: string, result: CycleResult, sign: 1 | -1): void {
  const last = into[RANKED - 1];
  if (last !== undefined && result.percent * sign >= last.percent * sign) return;
  const place = into.findIndex(({ percent }) => result.percent * sign < percent * sign);
  into.splice(place < 0 ? into.length : place, 0, { ...result, bot });
  into.length = Math.min(into.length, RANKED);
}
