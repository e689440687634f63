interface Mark {
  /** Milliseconds of the clock, and of processor time of all our threads. */
  readonly wall: number;
  readonly ran: number;
}

function mark(): Mark {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), ran: (user + system) / 1_000 };
}

/**
 * The longest turn of the event loop while something goes on (ms): by the clock, but no more than we ran meanwhile, so that
 * what other programs take of a busy machine is not in it. (What a thread ran is told by the system at its own pace only.)
 */
export async function longestTurn(work: () => Promise<void>): Promise<number> {
  let [longest, last, over] = [0, mark(), false];
  const turn = (): void => {
    const now = mark();
    longest = Math.max(longest, Math.min(now.wall - last.wall, now.ran - last.ran));
    last = now;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return longest;
}
