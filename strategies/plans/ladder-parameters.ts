import { z } from 'zod';
import { readSteps } from './steps.js';

export const ladderParameters = z.strictObject({
  maxBatches: z.int().min(1).max(10).default(4).meta({
    title: 'Batches at once',
    description: 'How many entries may be held at once; each gets an equal share of the cash.',
  }),
  multiStep: z.boolean().default(true).meta({
    title: 'Sell in steps',
    description: 'Whether a batch is sold in steps, or in one piece by the plain exit.',
  }),
  steps: z
    .string()
    .default('33@1.2, 33@2, 34@4')
    .superRefine((written, context) => {
      const steps = readSteps(written);
      if (typeof steps === 'string') context.addIssue({ code: 'custom', message: steps });
    })
    .meta({
      title: 'Steps',
      description:
        'Per cent of the batch @ profit in per cent, rising, 100 % in all: 33@1.2 sells 33 % of the batch 1.2 % above its price.',
    }),
  trigger: z.enum(['touch', 'drop']).default('touch').meta({
    title: 'Trigger',
    description:
      'touch: the steps rest on the exchange and sell when the price touches them. drop: a step sells at market when a kline closes at or above its target and the price is falling.',
  }),
  stopLossPercent: z.number().gt(0).max(99).default(15).meta({
    title: 'Stop loss (%)',
    description:
      'Sells what remains of a batch at market this far below its own price. Rests on the exchange as far as it takes stops.',
  }),
  takeProfitPercent: z.number().gt(0).max(1000).default(5).meta({
    title: 'Take profit (%)',
    description: 'Plain exit only: sells the whole batch this far above its price.',
  }),
  trailingStopPercent: z.number().gt(0).max(99).optional().meta({
    title: 'Trailing stop (%)',
    description:
      'Plain exit only: sells the batch at market when the price falls this far below its highest since the entry. Watched by the bot.',
  }),
  klinesBetweenBatches: z.int().min(1).max(10_000).default(1).meta({
    title: 'Klines between batches',
    description: 'How many klines must close after an entry before the next batch.',
  }),
  exitOnSignal: z.boolean().default(true).meta({
    title: 'Exit on the signal',
    description: "Whether the signal's exit sells all batches at once, or only steps and stops do.",
  }),
});

export type LadderParameters = z.output<typeof ladderParameters>;
