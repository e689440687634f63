import type { BotView, TradeView } from '../../bot/files/view.js';
import type { BotConfig } from '../../bot/config.js';
import type { Kline } from '../../core/kline.js';
import type { Plot } from '../../core/strategy.js';
import { signalNamed } from '../../strategies/registry.js';
import { linesOf, type ChartLine } from './chart-lines.js';

export interface Chart {
  readonly klines: readonly {
    readonly time: number;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
  }[];
  /** What its signal looks at, by its own code: a value for each kline, null where it is not defined. */
  readonly plots: readonly (Plot & { readonly values: readonly (number | null)[] })[];
  /** Those within the klines' time. */
  readonly trades: readonly TradeView[];
  readonly lines: readonly ChartLine[];
}

/** An exchange answers no more klines than this at once. */
const MOST_KLINES = 1_000;

/** How many klines a chart of `limit` needs, so that the indicators of its first ones are what the bot saw. */
export function klinesFor(limit: number, config: BotConfig | null): number {
  if (config === null) return limit;
  const { signal } = config;
  return Math.min(MOST_KLINES, limit + signalNamed(signal.name).warmup(signal));
}

/**
 * What the bot page draws: klines, the indicators of its signal, its trades, and where its position and its orders stand.
 * `config` is null where it cannot be read: then without indicators.
 */
export function chartOf(
  bot: BotView,
  klines: readonly Kline[],
  { config, limit }: { readonly config: BotConfig | null; readonly limit: number },
): Chart {
  const shown = klines.slice(-limit);
  const from = shown[0]?.openTime ?? Number.POSITIVE_INFINITY;
  return {
    klines: shown.map(({ openTime, open, high, low, close }) => ({ time: openTime, open, high, low, close })),
    plots: config === null ? [] : plotsOf(bot, klines, shown.length, config),
    trades: bot.trades.filter(({ time, symbol }) => time >= from && (symbol ?? bot.symbol) === bot.symbol),
    lines: linesOf(bot),
  };
}

function plotsOf(
  bot: BotView,
  klines: readonly Kline[],
  shown: number,
  { signal: choice, interval }: BotConfig,
): Chart['plots'] {
  const definition = signalNamed(choice.name);
  const plots = definition.plots?.(choice) ?? [];
  if (plots.length === 0) return [];
  const signal = definition.create(choice, { interval });
  const verdicts = klines.map((kline, index) =>
    isClosed(kline, index === klines.length - 1, bot) ? signal.update(kline).indicators : {},
  );
  return plots.map((plot) => ({
    ...plot,
    values: verdicts.slice(-shown).map((indicators) => indicators[plot.name] ?? null),
  }));
}

/** A signal decides on closed klines: the running one, which comes last, has no value yet. */
function isClosed({ openTime }: Kline, isLast: boolean, { lastKline }: BotView): boolean {
  return !isLast || (lastKline !== null && openTime <= lastKline);
}
