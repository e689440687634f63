import { z } from 'zod';
import { dec, rounded } from '../../core/decimal.js';
import { decimalText } from '../parameters.js';
import { deepestPercent } from './levels.js';

export const martingaleParameters = z
  .strictObject({
    initialPrice: decimalText()
      .meta({
        title: 'Initial price',
        description:
          'Where the first level is, and what the stop counts from. Left out: the price at the close that begins the cycle.',
        format: 'decimal',
      })
      .optional(),
    maxAbovePercent: z.number().min(0).max(100).default(1).meta({
      title: 'At most above (%)',
      description:
        'No first order while the price is further above the initial price than this; one that rests is taken back.',
    }),
    priceDropPercent: z.number().gt(0).max(50).default(2).meta({
      title: 'Price drop (%)',
      description: 'How far each level is below the one before.',
    }),
    levels: z.int().min(1).max(20).default(5).meta({
      title: 'Levels',
      description: 'How many buys a cycle has at most, the first one included.',
    }),
    initialAmount: decimalText()
      .meta({
        title: 'First amount',
        description:
          'How much of the base asset the first level buys. Left out: so much that all levels together cost the cash of the bot.',
        format: 'decimal',
      })
      .optional(),
    amountMultiplier: z.number().min(1).max(10).default(1.5).meta({
      title: 'Amount multiplier',
      description: 'How many times the amount of the level before each level buys.',
    }),
    takeProfitPercent: z.number().gt(0).max(1000).default(1.5).meta({
      title: 'Take profit (%)',
      description: 'Sells everything this far above the average cost. Rests on the exchange.',
    }),
    stopLossPercent: z.number().gt(0).max(99).default(15).meta({
      title: 'Stop loss (%)',
      description:
        'Sells everything at market this far below the initial price, which must be below the last level. Rests on the exchange.',
    }),
    restAhead: z.int().min(0).max(20).default(1).meta({
      title: 'Levels resting ahead',
      description:
        'How many levels below the last one bought rest on the exchange. With 0 each is placed only when the bot sees the price there.',
    }),
    restartAfterStop: z.boolean().default(false).meta({
      title: 'Restart after a stop loss',
      description:
        'Whether a new cycle may begin after a stop loss. If not, the bot waits until you stop and start it.',
    }),
    exitOnSignal: z.boolean().default(false).meta({
      title: 'Exit on the signal',
      description: "Whether the signal's exit sells everything, or only target and stop do.",
    }),
  })
  .superRefine(({ priceDropPercent, levels, stopLossPercent }, context) => {
    const deepest = deepestPercent({ priceDropPercent, levels });
    if (dec(stopLossPercent).gt(deepest)) return;
    context.addIssue({
      code: 'custom',
      path: ['stopLossPercent'],
      message: `must be above ${rounded(deepest, 2)}, so that the stop is below the last of ${levels} levels ${priceDropPercent} % apart, is ${stopLossPercent}`,
    });
  });
