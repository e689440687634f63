/** What a backtest looks like: candles, entries and exits, equity, buy and hold and drawdown on one axis of time. */
import { INTERVAL_MS, INTERVALS, openTimeAt, type Interval } from '../../core/kline.js';
import type { BaseSeries, MarketSource } from '../../exchange/paper/market/types.js';
import type { BotConfig } from '../config.js';
import type { Backtest } from './run.js';

/** More than a screen has columns, and so few that the page opens at once. */
const MOST_CANDLES = 3_000;
/** A fleet of more symbols shows the first ones. */
const MOST_SYMBOLS = 8;

type Cells = readonly (number | null)[];

/** What was done inside one candle; `gain` is the sum of the exits' PnL (quote), null for entries. */
export interface Mark {
  /** Index into `time`. */
  readonly at: number;
  readonly side: 'entry' | 'exit';
  readonly count: number;
  readonly gain: number | null;
}

export interface SymbolChart {
  readonly symbol: string;
  /** Null where the symbol has no kline in that candle. */
  readonly open: Cells;
  readonly high: Cells;
  readonly low: Cells;
  readonly close: Cells;
  readonly marks: readonly Mark[];
}

/** Columns of equal length. Doubles, for the eye: the figures of the report count. */
export interface BacktestChart {
  /** Length of a candle; longer than the bot's where there would be too many. */
  readonly interval: Interval;
  /** Base klines that were walked. */
  readonly klines: number;
  readonly quote: string;
  /** Open times of the candles, UTC ms, ascending. */
  readonly time: readonly number[];
  /** The last one in each candle, in quote. */
  readonly equity: readonly number[];
  /** What buying at the first open and holding would be worth, in quote, without commissions. */
  readonly hold: readonly number[];
  /** How far equity lies below its highest before, in per cent: 0 or negative. */
  readonly drawdown: readonly number[];
  readonly symbols: readonly SymbolChart[];
  /** Symbols that are left out because there are so many. */
  readonly more: number;
}

export function chartOf(run: Backtest, bots: readonly BotConfig[], market: MarketSource): BacktestChart {
  const symbols = [...new Set(bots.map(({ symbol }) => symbol))];
  const range = { start: market.start, end: market.end ?? Infinity };
  const all = symbols.map((symbol) => ({ symbol, series: market.series(symbol) }));
  const interval = candleInterval(all, range, bots);
  const time = openTimes(all, range, interval);
  const index = new Map(time.map((each, at) => [each, at]));
  const equity = equityAt(run, time, interval);
  return {
    interval,
    klines: run.klines,
    quote: [...new Set(run.members.map(({ settings }) => settings.instrument.quote))].join(', '),
    time,
    equity,
    hold: holdAt(bots, all, range, time, interval),
    drawdown: drawdownOf(equity),
    symbols: all.slice(0, MOST_SYMBOLS).map(({ symbol, series }) => ({
      symbol,
      ...candlesOf(series, range, index, interval),
      marks: marksOf(run, bots, symbol, index, interval),
    })),
    more: Math.max(0, all.length - MOST_SYMBOLS),
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}
type Named = readonly { readonly symbol: string; readonly series: BaseSeries }[];

/** The bots' own, or the first longer one that gives no more candles than a page can show. */
function candleInterval(all: Named, { start, end }: Range, bots: readonly BotConfig[]): Interval {
  const last = Math.max(...all.map(({ series }) => series.openTime(Math.max(0, series.indexAt(end) - 1))));
  const shortest = Math.min(...bots.map(({ interval }) => INTERVAL_MS[interval]));
  const fitting = INTERVALS.find(
    (each) => INTERVAL_MS[each] >= shortest && (last - start) / INTERVAL_MS[each] <= MOST_CANDLES,
  );
  return fitting ?? '1w';
}

function openTimes(all: Named, { start, end }: Range, interval: Interval): number[] {
  const times = new Set<number>();
  for (const { series } of all)
    for (let index = series.indexAt(start); index < series.indexAt(end);) {
      const openTime = openTimeAt(series.openTime(index), interval);
      times.add(openTime);
      index = series.indexAt(openTime + INTERVAL_MS[interval]);
    }
  return [...times].sort((a, b) => a - b);
}

function candlesOf(
  series: BaseSeries,
  { start, end }: Range,
  at: ReadonlyMap<number, number>,
  interval: Interval,
): Pick<SymbolChart, 'open' | 'high' | 'low' | 'close'> {
  const empty = (): (number | null)[] => new Array<number | null>(at.size).fill(null);
  const candles = { open: empty(), high: empty(), low: empty(), close: empty() };
  const last = series.indexAt(end);
  for (let index = series.indexAt(start); index < last; index += 1) {
    const kline = series.kline(index);
    const place = at.get(openTimeAt(kline.openTime, interval));
    if (place === undefined) continue;
    candles.open[place] ??= kline.open;
    candles.high[place] = Math.max(candles.high[place] ?? -Infinity, kline.high);
    candles.low[place] = Math.min(candles.low[place] ?? Infinity, kline.low);
    candles.close[place] = kline.close;
  }
  return candles;
}

function equityAt({ curve }: Backtest, time: readonly number[], interval: Interval): number[] {
  const { points } = curve;
  let next = 0;
  let equity = points[0]?.equity ?? 0;
  return time.map((openTime) => {
    for (; next < points.length; next += 1) {
      const point = points[next]!;
      if (point.time >= openTime + INTERVAL_MS[interval]) break;
      equity = point.equity;
    }
    return short(equity);
  });
}

function holdAt(
  bots: readonly BotConfig[],
  all: Named,
  { start, end }: Range,
  time: readonly number[],
  interval: Interval,
): number[] {
  const held = bots.map(({ symbol, budget }) => {
    const { series } = all.find((each) => each.symbol === symbol)!;
    const open = series.kline(series.indexAt(start)).open;
    return { series, open, units: Number(budget) / open };
  });
  return time.map((openTime) => {
    const until = Math.min(openTime + INTERVAL_MS[interval], end);
    let worth = 0;
    for (const { series, open, units } of held) {
      const last = series.indexAt(until) - 1;
      const known = last >= 0 && series.openTime(last) >= start;
      worth += units * (known ? series.kline(last).close : open);
    }
    return short(worth);
  });
}

function drawdownOf(equity: readonly number[]): number[] {
  let peak = -Infinity;
  return equity.map((each) => {
    peak = Math.max(peak, each);
    return Number((100 * (each / peak - 1)).toFixed(3)) || 0;
  });
}

function marksOf(
  run: Backtest,
  bots: readonly BotConfig[],
  symbol: string,
  at: ReadonlyMap<number, number>,
  interval: Interval,
): Mark[] {
  const own = new Set(bots.filter((bot) => bot.symbol === symbol).map(({ id }) => id));
  const marks = new Map<string, Mark>();
  const add = (time: number, side: Mark['side'], gain: number | null): void => {
    const place = at.get(openTimeAt(time, interval));
    if (place === undefined) return;
    const key = `${place} ${side}`;
    const before = marks.get(key);
    const sum = gain === null ? null : (before?.gain ?? 0) + gain;
    marks.set(key, {
      at: place,
      side,
      count: (before?.count ?? 0) + 1,
      gain: sum === null ? null : short(sum),
    });
  };
  for (const { bot, entries } of run.ledgers)
    if (own.has(bot)) for (const time of entries) add(time, 'entry', null);
  for (const { bot, exitTime, pnl } of run.trades) if (own.has(bot)) add(exitTime, 'exit', Number(pnl));
  return [...marks.values()].sort((a, b) => a.at - b.at || (a.side < b.side ? -1 : 1));
}

/** As many digits as anybody sees. */
function short(value: number): number {
  return Number(value.toPrecision(9));
}
