/** Samples further apart than this tell how fast a market goes. */
const APART_MS = 4_000;
const KEPT_MS = 20_000;

interface Sample {
  /** Market time, and our monotonic time (ms). */
  readonly market: number;
  readonly at: number;
}

/**
 * What time it is on a market, by the times that its events carry: a recorded or speeded-up market has a clock of its
 * own. `rate`: market ms per ms of ours; 1 on a real exchange, null while too little was heard to tell.
 */
export class MarketClock {
  #samples: Sample[] = [];

  /** An event of market time `market`, heard at `at`. */
  heard(market: number, at: number): void {
    const last = this.#samples.at(-1);
    // Time that runs backwards is another market.
    if (last !== undefined && market < last.market - 60_000) this.#samples = [];
    if (last !== undefined && at - last.at < 200) return;
    this.#samples.push({ market, at });
    while ((this.#samples[0]?.at ?? at) < at - KEPT_MS) this.#samples.shift();
  }

  now(at: number): { readonly market: number; readonly rate: number | null } | null {
    const last = this.#samples.at(-1);
    const [first] = this.#samples;
    if (last === undefined || first === undefined) return null;
    const rate =
      last.at - first.at < APART_MS ? null : tidy((last.market - first.market) / (last.at - first.at));
    return { market: Math.round(last.market + (at - last.at) * (rate ?? 1)), rate };
  }
}

/** A clock that goes as ours does is not 0.98 of it because a message was late. */
function tidy(rate: number): number {
  return Math.abs(rate - 1) < 0.15 ? 1 : Number(rate.toPrecision(2));
}
