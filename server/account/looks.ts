import type { Account } from '../../exchange/connect.js';
import { exchangeFor } from '../../exchange/connect.js';
import { ExchangeError, type Balance, type Exchange, type OrderReport } from '../../exchange/port.js';

/** What an account held when the exchange was asked. */
export interface Look {
  /** Wall time (ms). */
  readonly at: number;
  readonly balances: readonly Balance[];
  /** That rest, on the symbols asked about. */
  readonly orders: readonly OrderReport[];
  /** Why there is nothing newer, as a sentence; null where the last question was answered. */
  readonly problem: string | null;
}

/** Younger than this, it is not asked again by itself; nor, by hand, younger than that (ms). */
const FRESH_MS = 30_000;
const AT_ONCE_MS = 5_000;
const ANSWER_WITHIN_MS = 6_000;
/** A question each: more would use up what the exchange allows. */
const MOST_SYMBOLS = 40;

export interface LooksOptions {
  readonly data: string;
  readonly now: () => number;
  readonly open?: (account: Account, data: string) => Promise<Exchange>;
}

/** Balances and resting orders of accounts, asked for seldom and by all who look together. */
export class AccountLooks {
  readonly #options: LooksOptions;
  readonly #looks = new Map<string, Look>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #askedAt = new Map<string, number>();

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** What is known; null before the first answer. */
  get(name: string): Look | null {
    return this.#looks.get(name) ?? null;
  }

  /** Asks if what is known is old; resolves when that is answered, and never rejects. */
  async refreshOld(name: string, account: Account, symbols: readonly string[]): Promise<void> {
    const asked = this.#askedAt.get(name);
    if (asked === undefined || this.#options.now() - asked >= FRESH_MS)
      await this.#ask(name, account, symbols);
    else await this.#asking.get(name);
  }

  /** Asks now. Answers how long to wait (ms) where it was asked a moment ago; then nothing is asked. */
  async refresh(name: string, account: Account, symbols: readonly string[]): Promise<number> {
    const asked = this.#askedAt.get(name);
    const wait = asked === undefined ? 0 : asked + AT_ONCE_MS - this.#options.now();
    if (wait > 0 && !this.#asking.has(name)) return wait;
    await this.#ask(name, account, symbols);
    return 0;
  }

  #ask(name: string, account: Account, symbols: readonly string[]): Promise<void> {
    const running = this.#asking.get(name);
    if (running !== undefined) return running;
    this.#askedAt.set(name, this.#options.now());
    const asking = this.#look(account, symbols)
      .then(
        (look) => this.#looks.set(name, look),
        (error: unknown) => this.#fail(name, error),
      )
      .then(() => undefined)
      .finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  #fail(name: string, error: unknown): void {
    const before = this.#looks.get(name) ?? { at: 0, balances: [], orders: [] };
    this.#looks.set(name, { ...before, problem: problemOf(error) });
  }

  async #look(account: Account, symbols: readonly string[]): Promise<Look> {
    const { data, now, open = exchangeFor } = this.#options;
    const exchange = await open(account, data);
    try {
      return await inTime(async () => {
        await exchange.connect();
        const balances = await exchange.balances();
        const orders: OrderReport[] = [];
        for (const symbol of symbols.slice(0, MOST_SYMBOLS))
          orders.push(...(await exchange.openOrders(symbol)));
        return { at: now(), balances, orders, problem: null };
      });
    } finally {
      await exchange.close().catch(() => {});
    }
  }
}

async function inTime<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It has not answered within ${ANSWER_WITHIN_MS / 1_000} s.`)),
      ANSWER_WITHIN_MS,
    );
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

function problemOf(error: unknown): string {
  // Where files lie is told to nobody who may not read them.
  const message = (error as Error).message.replace(/(?:\/[^\s"'/]+)+\/([^\s"'/]+)/g, '$1');
  const said = error instanceof ExchangeError ? 'The exchange cannot be asked' : 'It cannot be asked';
  return `${said}: ${message}${/[.!?]$/.test(message) ? '' : '.'}`;
}
