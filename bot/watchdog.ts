/**
 * Ends a process whose strategy does not come back. Strategies are the only code in a bot that is not its own; while one
 * runs, V8 is told to stop it after a while, from a thread that lives as long (`vm`'s timeout: some 70 µs a call). A
 * worker thread that watches all the time costs each bot 7.4 MB of private memory, half of what it may have in all.
 */
import { Script } from 'node:vm';

/** With the time to end and to be restarted, within the ten seconds that a frozen bot may last. */
const LIMIT_MS = 6_000;

/** Only what a script runs can be stopped, so a script calls what is to be guarded. */
const CALL = new Script(`globalThis[Symbol.for('flotilla.guarded')]()`, { filename: 'guarded' });
const GUARDED = Symbol.for('flotilla.guarded');

/** Runs `run`; `what` names it, should it have to be ended. Inside another it is the other's time that counts. */
export type Guard = <Result>(what: () => string, run: () => Result) => Result;

/** `overdue` is told, as a sentence, what did not come back; it ends the process. */
export function watchdog(overdue: (sentence: string) => void, limitMs = LIMIT_MS): Guard {
  /** What runs now, the innermost last; what is stopped does not take its name back. */
  const running: (() => string)[] = [];

  function outermost<Result>(run: () => Result): Result {
    (globalThis as Record<symbol, unknown>)[GUARDED] = run;
    try {
      return CALL.runInThisContext({ timeout: limitMs }) as Result;
    } catch (error) {
      if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const what = running.at(-1)?.() ?? 'A strategy';
      overdue(`${what} has not come back for ${limitMs / 1_000} s: the process ends, and is started again.`);
      throw error;
    }
  }

  return (what, run) => {
    const outer = running.length === 0;
    running.push(what);
    try {
      const result = outer ? outermost(run) : run();
      running.pop();
      return result;
    } catch (error) {
      running.pop();
      throw error;
    }
  };
}

/** Without a watchdog: where time is not real. */
export const unguarded: Guard = (_what, run) => run();
