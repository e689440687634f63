import { mkdir } from 'node:fs/promises';
import { acquireLock, LockedError, type Lock } from '../../exchange/lock.js';
import { FlotillaError } from './errors.js';
import { waitFor } from './wait.js';

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
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let refused: LockedError | null = null;
  const lock = await waitFor<Lock>(
    () =>
      acquireLock(folder, purpose).catch((error: unknown) => {
        if (!(error instanceof LockedError)) throw error;
        refused = error;
        return null;
      }),
    { withinMs, everyMs: 25 },
  );
  if (lock === null) {
    const holder = (refused as LockedError | null)?.holder;
    const who = holder == null ? 'another process' : `process ${holder.pid} (${holder.purpose})`;
    throw new FlotillaError(
      'DATA_IN_USE',
      `${folder} has been busy for ${withinMs / 1000} s: ${who} has not finished. Try again, or end it.`,
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
