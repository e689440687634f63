import { LockedError } from '../../exchange/lock.js';
import { inTurnOn } from '../../exchange/turn.js';
import { FlotillaError } from './errors.js';

/**
 * Runs `work` while no other process (the server, a command line) does so on the same folder: they take turns.
 * Errors: DATA_IN_USE when the other one does not finish within `withinMs`.
 */
export async function inTurn<Result>(
  folder: string,
  purpose: string,
  work: () => Promise<Result>,
  withinMs = 45_000,
): Promise<Result> {
  let began = false;
  const noted = (): Promise<Result> => {
    began = true;
    return work();
  };
  return inTurnOn(folder, purpose, noted, withinMs).catch((error: unknown) => {
    if (began || !(error instanceof LockedError)) throw error;
    const { holder } = error;
    const who = holder === null ? 'another process' : `process ${holder.pid} (${holder.purpose})`;
    throw new FlotillaError(
      'DATA_IN_USE',
      `${folder} has been busy for ${withinMs / 1000} s: ${who} has not finished. Try again, or end it.`,
    );
  });
}
