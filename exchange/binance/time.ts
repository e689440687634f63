/** The exchange's wall clock as seen from here. */
export interface ServerClock {
  /** Whole ms; before the first `sync` the local clock. Never steps back after it. */
  now(): number;
  /** Fetches server time and answers it. Callers at the same time share one request. */
  sync(): Promise<number>;
}

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
