/** What `create` and `clone` share: starting what was made, and saying what it may cost. */
import { notStarted } from '../../server/fleet/errors.js';
import type { Cost } from '../../server/fleet/fleet.js';
import type { Context } from '../command.js';
import { startAsked } from './real-money.js';

/** Starts a bot that was just made. Errors: NOT_STARTED with the reason; it stays made. */
export async function startMade(context: Context, id: string): Promise<void> {
  await startAsked(context, id).catch((error: unknown) => {
    throw notStarted(id, error);
  });
}

/** Says how it went: `made` is the sentence's beginning, such as "Made the bot x". */
export async function sayMade(
  { fleet, output }: Context,
  { id, made, config, started }: { id: string; made: string; config: unknown; started: boolean },
): Promise<void> {
  const worst = await fleet().worstCase(config);
  const how = started ? ' and started it' : `. Start it with flotilla bot start ${id}`;
  const view = { ...(await fleet().show(id)), worstCase: worst };
  output.result(view, [`${made}${how}.`, ...costLines(worst)].join('\n'));
}

/** What a bot may cost, and what keeps it from starting as things are. */
function costLines(worst: Cost | null): string[] {
  if (worst === null) return [];
  const words = worst.words.map((line) => `  ${line}`);
  return ['In the worst case:', ...words, ...worst.warnings.map(warningLine)];
}

export const warningLine = (warning: string): string => `Warning: ${warning}`;
