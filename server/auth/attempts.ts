const FREE = 5;
const FREE_FOR_ACCOUNT = 20;
const LONGEST_WAIT_MS = 60_000;
/** A counter that was left alone for this long is forgotten. */
const FORGOTTEN_MS = 60 * 60_000;
const MOST_COUNTERS = 10_000;

interface Counter {
  tries: number;
  last: number;
}

/**
 * Slows guessing down: five tries are free for each address, then each must wait twice as long as the one before, up to
 * a minute. An account that is guessed at from many addresses makes new addresses wait; one that signed in to it before
 * does not wait for the guesses of others, so that nobody can lock the owner out. A try counts when it begins, so that
 * a thousand at once are not a thousand free ones.
 */
export class Attempts {
  readonly #now: () => number;
  readonly #addresses = new Map<string, Counter>();
  readonly #accounts = new Map<string, Counter>();
  /** `account address` of those who signed in. */
  readonly #known = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Begins a try; how long it must wait instead (ms), 0 when it may go on. */
  begin(account: string, address: string): number {
    const now = this.#now();
    const byAddress = counter(this.#addresses, address, now);
    const wait = waitOf(byAddress, FREE, now);
    if (wait > 0) return wait;
    if (!this.#known.has(`${account} ${address}`)) {
      const byAccount = counter(this.#accounts, account, now);
      const waitForAccount = waitOf(byAccount, FREE_FOR_ACCOUNT, now);
      if (waitForAccount > 0) return waitForAccount;
      count(byAccount, now);
    }
    count(byAddress, now);
    return 0;
  }

  /** It was the right password. */
  succeeded(account: string, address: string): void {
    this.#addresses.delete(address);
    this.#accounts.delete(account);
    if (this.#known.size >= MOST_COUNTERS) this.#known.clear();
    this.#known.add(`${account} ${address}`);
  }
}

function counter(counters: Map<string, Counter>, key: string, now: number): Counter {
  const known = counters.get(key);
  if (known !== undefined && now - known.last < FORGOTTEN_MS) return known;
  if (counters.size >= MOST_COUNTERS) forgetOldest(counters);
  const made = { tries: 0, last: now };
  counters.set(key, made);
  return made;
}

/** Those that came first are the oldest: a map keeps its order. */
function forgetOldest(counters: Map<string, Counter>): void {
  let left = MOST_COUNTERS / 10;
  for (const key of counters.keys()) {
    counters.delete(key);
    if (--left <= 0) return;
  }
}

function count(counter: Counter, now: number): void {
  counter.tries += 1;
  counter.last = now;
}

function waitOf({ tries, last }: Counter, free: number, now: number): number {
  if (tries < free) return 0;
  const wait = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(tries - free, 16));
  return Math.max(0, last + wait - now);
}
