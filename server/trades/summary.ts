import { setImmediate as breathe } from 'node:timers/promises';
import type { BotView, TradeView } from '../../bot/files/view.js';
import { dec, text, ZERO, type Decimal } from '../../core/decimal.js';
import type { RankedCycle, Span, TradesSummary } from '../../views/trades-model.js';
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
  const { venue, venues } = venuesOf(chosen(all, asked), asked);
  const filter: TradeFilter = venue === null ? asked : { ...asked, venue };
  const bots = chosen(all, filter);
  const currencies = currenciesOf(bots);
  const currency = currencies.find((each) => each === wanted) ?? currencies[0] ?? null;
  const days = new Map<string, DaySum>();
  const months = new Map<string, DaySum>();
  const total: DaySum = { pnl: ZERO, buys: 0, sells: 0, fees: new Map() };
  const results: RankedCycle[] = [];
  let since = performance.now();
  for (const bot of bots) {
    if (performance.now() - since > SLICE_MS) {
      await breathe();
      since = performance.now();
    }
    for (const { where, days: traded } of daysOf(bot.trades)) {
      const place = placeOf(bot, where);
      if (!isThere(filter, place)) continue;
      const counts = marketOf(bot, place.symbol).quote === currency;
      for (const [day, sum] of traded) {
        if (!isOnDay(filter, day)) continue;
        add(total, sum, counts, filter);
        if (!counts) continue;
        const text = dayText(day);
        add(spanOf(days, text), sum, true, filter);
        add(spanOf(months, text.slice(0, 7)), sum, true, filter);
      }
    }
    if (!quotesOf(bot).has(currency ?? '')) continue;
    for (const result of await cycles.of(bot)) {
      if (!isThere(filter, placeOf(bot, result)) || !isOnDay(filter, dayOf(result.closedAt))) continue;
      if (marketOf(bot, result.symbol).quote === currency) results.push({ ...result, bot: bot.id });
    }
  }
  return {
    venue,
    venues,
    currency,
    currencies,
    pnl: text(total.pnl),
    buys: total.buys,
    sells: total.sells,
    fees: Object.fromEntries(
      [...total.fees].filter(([, fee]) => fee.gt(0)).map(([asset, fee]) => [asset, text(fee)]),
    ),
    days: spans(days),
    months: spans(months),
    cycles: figures(results),
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

function spanOf(spans: Map<string, DaySum>, name: string): DaySum {
  let found = spans.get(name);
  if (found === undefined) spans.set(name, (found = { pnl: ZERO, buys: 0, sells: 0, fees: new Map() }));
  return found;
}

function add(into: DaySum, sum: DaySum, counts: boolean, { side }: TradeFilter): void {
  if (counts && side !== 'BUY') into.pnl = into.pnl.plus(sum.pnl);
  if (side !== 'SELL') into.buys += sum.buys;
  if (side !== 'BUY') into.sells += sum.sells;
  for (const [asset, fee] of sum.fees) into.fees.set(asset, (into.fees.get(asset) ?? ZERO).plus(fee));
}

const spans = (found: ReadonlyMap<string, DaySum>): Span[] =>
  [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { pnl, buys, sells }]) => ({ name, pnl: text(pnl), buys, sells }));

/** Bounds of the bins (%), narrow where most cycles end. */
const BOUNDS = [-20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20] as const;
const RANKED = 5;

function figures(results: readonly RankedCycle[]): TradesSummary['cycles'] {
  const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  let sum = 0;
  let won = 0;
  for (const { percent, pnl } of results) {
    const place = BOUNDS.findIndex((bound) => percent < bound);
    counts[place < 0 ? BOUNDS.length : place]! += 1;
    sum += percent;
    if (dec(pnl).gt(0)) won += 1;
  }
  const sorted = [...results].sort((a, b) => a.percent - b.percent);
  const count = results.length;
  return {
    count,
    won,
    averagePercent: count === 0 ? null : sum / count,
    medianPercent: count === 0 ? null : (sorted[(count - 1) >> 1]!.percent + sorted[count >> 1]!.percent) / 2,
    bins: counts.map((each, index) => ({
      from: BOUNDS[index - 1] ?? null,
      to: BOUNDS[index] ?? null,
      count: each,
    })),
    best: sorted
      .slice(-RANKED)
      .reverse()
      .filter(({ pnl }) => dec(pnl).gt(0)),
    worst: sorted.slice(0, RANKED).filter(({ pnl }) => dec(pnl).lt(0)),
  };
}
