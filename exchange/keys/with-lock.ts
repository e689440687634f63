import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, LockedError, type Lock } from '../lock.js';

const WAIT_MS = 10_000;

/** Does `work` while no other process does the like on the folder; waits its turn. Errors: `LockedError` after ten seconds. */
export async function withLock<Answer>(
  folder: string,
  purpose: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const lock = await taken(folder, purpose);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function taken(folder: string, purpose: string): Promise<Lock> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await acquireLock(folder, purpose);
    } catch (error) {
      if (!(error instanceof LockedError) || performance.now() > until) throw error;
      await sleep(5 + Math.random() * 20);
    }
  }
}
