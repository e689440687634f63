import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireLock, LockedError } from './lock.js';

/** Whoever waits looks again after about so long; a little chance keeps many from knocking at once. */
const LOOK_EVERY_MS = 15;

/**
 * Runs `work` while no other process does so on the same folder (made when missing): they take turns. A process that is
 * killed has had its turn. Errors: `LockedError` when the others do not finish within `withinMs`.
 */
export async function inTurnOn<Result>(
  folder: string,
  purpose: string,
  work: () => Promise<Result>,
  withinMs: number,
): Promise<Result> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const deadline = performance.now() + withinMs; ;) {
    const lock = await acquireLock(folder, purpose).catch((error: unknown) => {
      if (error instanceof LockedError && performance.now() < deadline) return null;
      throw error;
    });
    if (lock === null) {
      await pause(LOOK_EVERY_MS * (0.5 + Math.random()));
      continue;
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
}
