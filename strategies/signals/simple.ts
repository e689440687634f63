import { z } from 'zod';
import type { Reason, SignalDefinition, Verdict } from '../../core/strategy.js';
import { Rsi } from '../indicators/rsi.js';
import { Sma } from '../indicators/sma.js';
import { commonWords, figure, figureBeside, warmingUp } from '../words.js';

const parameters = z.object({
  trendPeriod: z.int().min(2).max(1000).default(200).meta({
    title: 'Trend SMA',
    description: 'The close must be above its simple moving average over this many klines.',
  }),
  rsiPeriod: z
    .int()
    .min(2)
    .max(500)
    .default(14)
    .meta({ title: 'RSI period', description: 'Klines over which gains and losses are smoothed (Wilder).' }),
  rsiLevel: z.number().min(1).max(99).default(40).meta({
    title: 'RSI level',
    description:
      'Enter when the RSI crosses up through this: below it at the previous close, at or above it at this one.',
  }),
  klinesBetweenEntries: z.int().min(1).max(10_000).default(24).meta({
    title: 'Klines between entries',
    description: 'Signal again only this many klines after the last entry signal.',
  }),
});
type Parameters = z.output<typeof parameters>;

/** Conservative: buys the end of a dip inside an up-trend, and leaves the exit to the plan. */
export const simple: SignalDefinition<typeof parameters> = {
  name: 'simple',
  title: 'Simple and conservative',
  description:
    'Buys when the RSI recovers while the price is above its long average; the plan alone decides when to sell.',
  parameters,
  neverExits: true,
  // The spacing of entries remembers the entry before: some spacings of history let two bots agree on it.
  warmup: (p) => Math.max(20 * p.rsiPeriod, p.trendPeriod) + 20 * p.klinesBetweenEntries,
  create: (p) => new SimpleSignal(p),
  plots: ({ trendPeriod, rsiPeriod, rsiLevel }) => [
    { name: 'sma', title: `SMA ${trendPeriod}`, pane: 'price', look: 'line' },
    { name: 'rsi', title: `RSI ${rsiPeriod}`, pane: 'RSI', look: 'line', levels: [rsiLevel] },
  ],
  words: (reason) => (WORDS[reason.code] ?? commonWords)(reason),
};

class SimpleSignal {
  private readonly sma: Sma;
  private readonly rsi: Rsi;
  private seen = 0;
  private previousRsi: number | null = null;
  private sinceEntry = Infinity;

  constructor(private readonly p: Parameters) {
    this.sma = new Sma(p.trendPeriod);
    this.rsi = new Rsi(p.rsiPeriod);
  }

  update({ close }: { readonly close: number }): Verdict {
    const sma = this.sma.update(close);
    const rsi = this.rsi.update(close);
    const before = this.previousRsi;
    this.previousRsi = rsi;
    this.seen += 1;
    this.sinceEntry += 1;
    if (sma === null || rsi === null || before === null)
      return warmingUp(this.seen, this.needed(), { sma, rsi });
    const reasons = this.obstacles(close, sma, before, rsi);
    if (reasons.length > 0) return { action: 'hold', reasons, indicators: { sma, rsi } };
    this.sinceEntry = 0;
    return {
      action: 'enter',
      reasons: [{ code: 'recovery', values: { close, sma, before, rsi, level: this.p.rsiLevel } }],
      indicators: { sma, rsi },
    };
  }

  /** What still stands between this kline and an entry. */
  private obstacles(close: number, sma: number, before: number, rsi: number): Reason[] {
    const { rsiLevel: level, klinesBetweenEntries: needed } = this.p;
    const reasons: Reason[] = [];
    if (!(before < level && rsi >= level))
      reasons.push({ code: 'no-crossing', values: { before, rsi, level } });
    if (!(close > sma)) reasons.push({ code: 'below-trend', values: { close, sma } });
    if (this.sinceEntry < needed)
      reasons.push({ code: 'too-soon', values: { since: this.sinceEntry, needed } });
    return reasons;
  }

  private needed(): number {
    return Math.max(this.p.trendPeriod, this.p.rsiPeriod + 2);
  }
}

const WORDS: Record<string, (reason: Reason) => string> = {
  recovery: ({ values: v }) =>
    `RSI crossed up through ${v['level']} (${figureBeside(v['before'], v['level'])} to ${figureBeside(v['rsi'], v['level'])}), close ${figure(v['close'])} above SMA ${figure(v['sma'])}`,
  'no-crossing': ({ values: v }) =>
    `RSI ${figureBeside(v['rsi'], v['level'])} after ${figureBeside(v['before'], v['level'])}, needs to cross up through ${v['level']}`,
  'below-trend': ({ values: v }) => `close ${figure(v['close'])}, needs > SMA ${figure(v['sma'])}`,
  'too-soon': ({ values: v }) => `${v['since']} klines since the last entry signal, needs ${v['needed']}`,
};
