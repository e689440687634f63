/** Put in place of the core where the bot's loop calls it: the same, observed, or a mutant of it. */
import type { SimProcess } from '../process.js';
import { step as mutated } from '../mutant.js';
import { world } from '../world.js';

export { wakeAt } from '../../../core/engine.js';

export const step: typeof mutated = (planNamed, state, event) => {
  const next = mutated(planNamed, state, event);
  (world().current as SimProcess).observe(event, next.state);
  return next;
};
