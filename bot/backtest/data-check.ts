/** Whether klines can be what a backtest of these bots is made of. */
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import { fits } from '../../exchange/paper/market/buckets.js';
import { iso } from '../../exchange/paper/market/file-error.js';
import type { BaseSeries, MarketSource } from '../../exchange/paper/market/types.js';
import { signalNamed } from '../../strategies/registry.js';
import type { BotConfig } from '../config.js';
import { BacktestRefused } from './refused.js';

export interface DataOptions {
  /** Runs across outages that are longer than a signal's warm-up, as a bot would have. */
  readonly acceptGaps?: boolean;
}

/**
 * Errors: `BacktestRefused` where the klines of a bot's symbol do not make up its interval, are fewer than two, or have
 * an outage that is longer than its signal remembers.
 */
export function checkData(bots: readonly BotConfig[], market: MarketSource, options: DataOptions = {}): void {
  for (const bot of bots) {
    const series = market.series(bot.symbol);
    const from = series.indexAt(market.start);
    const to = series.indexAt(market.end ?? Infinity);
    refuseUnfit(bot, series, from, to);
    refuseFew(bot, series, from, to);
    if (!options.acceptGaps) refuseGaps(bot, series, from, to);
  }
}

function refuseUnfit(
  { id, symbol, interval }: BotConfig,
  series: BaseSeries,
  from: number,
  to: number,
): void {
  for (let index = from; index < to; index += 1) {
    const base = series.interval(index);
    if (fits(base, interval)) continue;
    const other = coarser(base, interval);
    throw new BacktestRefused(
      `${id}: klines of ${interval} cannot be made of those that are there: at ${iso(series.openTime(index))} ${symbol} has klines of ${base}. Choose ${other}, or give finer klines.`,
    );
  }
}

/** The shortest interval that klines of `base` make up, not below what was wanted. */
function coarser(base: Interval, wanted: Interval): string {
  const found = (Object.keys(INTERVAL_MS) as Interval[]).find(
    (each) => fits(base, each) && INTERVAL_MS[each] >= INTERVAL_MS[wanted],
  );
  return found === undefined ? 'another interval' : `--interval ${found}`;
}

function refuseFew({ symbol, interval }: BotConfig, series: BaseSeries, from: number, to: number): void {
  const opens = [from, to - 1].map((index) => openTimeAt(series.openTime(index), interval));
  if (to - from >= 2 && opens[0] !== opens[1]) return;
  throw new BacktestRefused(
    `There is only one kline of ${interval} of ${symbol} here (${iso(opens[0]!)}): what is decided at its close could never be done. Give more klines, or a wider --from and --to.`,
  );
}

function refuseGaps(bot: BotConfig, series: BaseSeries, from: number, to: number): void {
  const { symbol, interval, signal } = bot;
  const warmup = signalNamed(signal.name).warmup(signal);
  const remembered = warmup * INTERVAL_MS[interval];
  if (warmup === 0) return;
  let end = from < to ? series.openTime(from) : 0;
  for (let index = from; index < to; index += 1) {
    const openTime = series.openTime(index);
    if (openTime - end > remembered)
      throw new BacktestRefused(
        `${symbol} has no klines from ${iso(end)} to ${iso(openTime)}: that is longer than the ${warmup} klines of ${interval} that the signal "${signal.name}" is warmed up with, so it would go on from prices of another time. Begin behind it with --from ${iso(openTime)}, end before it with --to ${iso(end)}, or run across it as a bot would have: --accept-gaps.`,
      );
    end = openTime + INTERVAL_MS[series.interval(index)];
  }
}
