import { z } from 'zod';
import type { KlineSpan } from '../../core/kline.js';
import type { Passes, SignalDefinition, SignalSteps, Verdict } from '../../core/strategy.js';
import { Rsi } from '../indicators/rsi.js';
import { signalOf } from './steps.js';
import { commonWords, figureBeside, warmingUp } from '../words.js';

const parameters = z
  .object({
    period: z.int().min(2).max(500).default(14).meta({
      title: 'RSI period',
      description: 'Klines over which gains and losses are smoothed (Wilder).',
    }),
    buyBelow: z
      .number()
      .min(0)
      .max(100)
      .default(30)
      .meta({ title: 'Buy below', description: 'Enter when the RSI of a closed kline is below this.' }),
    sellAbove: z
      .number()
      .min(0)
      .max(100)
      .default(70)
      .meta({ title: 'Sell above', description: 'Exit when the RSI of a closed kline is above this.' }),
  })
  .refine((p) => p.buyBelow < p.sellAbove, { path: ['buyBelow'], error: 'must be below sellAbove' });
type Parameters = z.output<typeof parameters>;

class RsiSteps implements SignalSteps {
  private readonly indicator: Rsi;
  private seen = 0;
  /** NaN: the indicator is not defined yet. */
  private rsi = NaN;

  constructor(private readonly p: Parameters) {
    this.indicator = new Rsi(p.period);
  }

  judge({ close }: { readonly close: number }): Verdict['action'] {
    this.rsi = Number.isFinite(close) ? this.indicator.next(close) : NaN;
    if (Number.isNaN(this.rsi)) this.seen += 1;
    return this.action;
  }

  judgeWhile({ close }: KlineSpan, from: number, end: number, passes: Passes): number {
    const { indicator, p } = this;
    const low = passes.enter ? -Infinity : p.buyBelow;
    const high = passes.exit ? Infinity : p.sellAbove;
    let index = from;
    while (index < end) {
      if (passes.hold) {
        index = indicator.nextWhile(close, index, end, low, high);
        const { last } = indicator;
        if (!Number.isNaN(last)) this.rsi = last;
        if (index === end || last < low || last > high) return index;
      }
      // What is not defined yet, or no price.
      if (!passes[this.judge({ close: close[index]! })]) return index;
      index += 1;
    }
    return index;
  }

  private get action(): Verdict['action'] {
    const { rsi, p } = this;
    return rsi < p.buyBelow ? 'enter' : rsi > p.sellAbove ? 'exit' : 'hold';
  }

  verdict(): Verdict {
    const { rsi, action } = this;
    const { period, buyBelow, sellAbove } = this.p;
    if (Number.isNaN(rsi)) return warmingUp(this.seen, period + 1, { rsi: null });
    return {
      action,
      reasons: [{ code: action, values: { rsi, buyBelow, sellAbove } }],
      indicators: { rsi },
    };
  }
}

/** One indicator and two limits: the signal to copy when you write your own. */
export const rsi: SignalDefinition<typeof parameters> = {
  name: 'rsi',
  title: 'RSI',
  description: 'Buys when the relative strength index is low and sells when it is high.',
  parameters,
  warmup: ({ period }) => 20 * period,
  create: (p) => signalOf(new RsiSteps(p)),
  plots: ({ period, buyBelow, sellAbove }) => [
    { name: 'rsi', title: `RSI ${period}`, pane: 'RSI', look: 'line', levels: [buyBelow, sellAbove] },
  ],
  words(reason) {
    const { rsi: value, buyBelow, sellAbove } = reason.values;
    if (reason.code === 'enter') return `RSI ${figureBeside(value, buyBelow)}, below ${buyBelow}`;
    if (reason.code === 'exit') return `RSI ${figureBeside(value, sellAbove)}, above ${sellAbove}`;
    if (reason.code === 'hold')
      return `RSI ${figureBeside(value, buyBelow)}, needs < ${buyBelow} to enter or > ${sellAbove} to exit`;
    return commonWords(reason);
  },
};
