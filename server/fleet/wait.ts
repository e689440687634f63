import { setTimeout as pause } from 'node:timers/promises';

/** Asks again every `everyMs` until the answer is not null; null when `withinMs` have passed. */
export async function waitFor<Answer>(
  ask: () => Promise<Answer | null> | Answer | null,
  { withinMs, everyMs = 50 }: { withinMs: number; everyMs?: number },
): Promise<Answer | null> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= deadline) return null;
    await pause(everyMs);
  }
}

/** Whether a process of this id exists (also one of another user). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
