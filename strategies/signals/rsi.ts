import { z } from 'zod';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';
import { Rsi } from '../indicators/rsi.js';
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

/** One indicator and two limits: the signal to copy when you write your own. */
export const rsi: SignalDefinition<typeof parameters> = {
  name: 'rsi',
  title: 'RSI',
  description: 'Buys when the relative strength index is low and sells when it is high.',
  parameters,
  warmup: ({ period }) => 20 * period,
  create({ period, buyBelow, sellAbove }) {
    const indicator = new Rsi(period);
    let seen = 0;
    return {
      update({ close }): Verdict {
        const value = indicator.update(close);
        if (value === null) return warmingUp(++seen, period + 1, { rsi: null });
        const action = value < buyBelow ? 'enter' : value > sellAbove ? 'exit' : 'hold';
        return {
          action,
          reasons: [{ code: action, values: { rsi: value, buyBelow, sellAbove } }],
          indicators: { rsi: value },
        };
      },
    };
  },
  words(reason) {
    const { rsi: value, buyBelow, sellAbove } = reason.values;
    if (reason.code === 'enter') return `RSI ${figureBeside(value, buyBelow)}, below ${buyBelow}`;
    if (reason.code === 'exit') return `RSI ${figureBeside(value, sellAbove)}, above ${sellAbove}`;
    if (reason.code === 'hold')
      return `RSI ${figureBeside(value, buyBelow)}, needs < ${buyBelow} to enter or > ${sellAbove} to exit`;
    return commonWords(reason);
  },
};
