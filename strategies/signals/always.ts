import { z } from 'zod';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';

const parameters = z.object({});

const ENTER: Verdict = { action: 'enter', reasons: [{ code: 'always', values: {} }], indicators: {} };

/** Enters at every close: for plans that know themselves when to buy, such as the martingale. */
export const always: SignalDefinition<typeof parameters> = {
  name: 'always',
  title: 'Always',
  description:
    'Says enter at every closed kline and never exit: the plan alone decides. For the martingale, which then begins its next cycle by itself.',
  parameters,
  neverExits: true,
  warmup: () => 0,
  create: () => ({ update: () => ENTER }),
  words: () => 'enters whenever the plan may',
};
