import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * The longest turn of the event loop while something goes on, in milliseconds of this thread's own processor time: what
 * other programs take of a busy machine is not in it. Where the system does not tell, of the clock.
 */
export async function longestTurn(work: () => Promise<void>): Promise<number> {
  if (ranMs() === null) return longestDelay(work);
  let [longest, last, over] = [0, ranMs() ?? 0, false];
  const turn = (): void => {
    const now = ranMs() ?? last;
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return longest;
}

/** Null where there is no such file. */
function ranMs(): number | null {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return null;
  }
}

async function longestDelay(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}
