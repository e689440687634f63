import { z } from 'zod';
import type { SignalDefinition, Verdict } from '../../core/strategy.js';

const parameters = z.object({});

const WAIT: Verdict = { action: 'hold', reasons: [{ code: 'manual', values: {} }], indicators: {} };

/** Never signals: the user buys and sells by command, the plan looks after the position. */
export const manual: SignalDefinition<typeof parameters> = {
  name: 'manual',
  title: 'Manual',
  description:
    'Never signals by itself: you buy and sell by command, and the plan looks after what you hold.',
  parameters,
  neverExits: true,
  warmup: () => 0,
  create: () => ({ update: () => WAIT }),
  words: () => 'waits for your command',
};
