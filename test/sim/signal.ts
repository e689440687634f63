import { z } from 'zod';
import type { Kline } from '../../core/kline.js';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';
import { Dice } from './dice.js';

const parameters = z.strictObject({
  seed: z.number(),
  enter: z.number(),
  exit: z.number(),
});

let quiet = false;

/** While a run settles nothing new is begun. */
export function hush(now: boolean): void {
  quiet = now;
}

/** Speaks by chance, but the same for the same kline. */
export const diceSignal: SignalDefinition<typeof parameters> = {
  name: 'dice',
  title: 'Dice',
  description: 'Enters and exits by chance.',
  parameters,
  warmup: () => 3,
  create: ({ seed, enter, exit }) => ({
    update({ openTime }: Kline): Verdict {
      const roll = Dice.of((seed ^ (openTime / 1_000)) | 0, 'verdict').roll();
      const action = quiet ? 'hold' : roll < enter ? 'enter' : roll > 1 - exit ? 'exit' : 'hold';
      return { action, reasons: [], indicators: {} };
    },
  }),
  words: ({ code }) => code,
};
