/** The exchange's wall clock as seen from here. */
export interface ServerClock {
  /** Whole ms; before the first `sync` the local clock. After it, it steps back only where it was wrong by more than a second. */
  now(): number;
  /** Fetches server time and answers it. Callers at the same time share one request. */
  sync(): Promise<number>;
}

/** The exchange takes requests up to this far ahead of its clock: one further ahead would be refused until that is made up. */
const AHEAD_MS = 1_000;

/** The server read its clock about half a round trip before the answer came. */
export function serverClock(
  fetchTime: () => Promise<number>,
  monotonic: () => number = () => performance.now(),
): ServerClock {
  let offset = Date.now() - monotonic();
  let last = 0;
  let synced = false;
  let running: Promise<number> | null = null;

  async function measure(): Promise<number> {
    const before = monotonic();
    const server = await fetchTime();
    offset = server - (before + monotonic()) / 2;
    // What is little stands still, so that time goes one way; a clock that was set back is followed.
    const estimate = Math.floor(monotonic() + offset);
    if (last > estimate + AHEAD_MS) last = estimate;
    synced = true;
    return server;
  }

  return {
    now() {
      const estimate = Math.floor(monotonic() + offset);
      if (!synced) return estimate;
      last = Math.max(last, estimate);
      return last;
    },
    sync() {
      running ??= measure().finally(() => (running = null));
      return running;
    },
  };
}
