/** What the paper exchange's market does, as people are told of it. */
import type { LiveStatus } from '../exchange/paper/market/types.js';
import type { Output } from './output.js';

export interface MarketState {
  readonly time: number;
  /** A recording has come to its end. */
  readonly done: boolean;
  /** Of a market on real prices. */
  readonly live: LiveStatus | null;
}

/** Errors: what `fetch` throws where nothing answers. */
export async function marketState(control: string): Promise<MarketState> {
  const answer = await fetch(`${control}/state`, { signal: AbortSignal.timeout(2_000) });
  return (await answer.json()) as MarketState;
}

const EVERY_MS = 2_000;
const ENDED = 'The recording has come to its end; the market stands still.';

/** Why the market stands still, as a sentence; null while it goes on. */
export function standstill({ done, live }: Pick<MarketState, 'done' | 'live'>): string | null {
  if (done) return ENDED;
  if (!live?.standing) return null;
  const since = new Date(live.standing.since).toISOString().slice(11, 19);
  return `The live prices stand still since ${since} UTC: ${live.from} is not heard.`;
}

/** Nothing moves any more: better said, here and on the pages, than wondered at. */
export function watchMarket(
  output: Output,
  control: string,
): { notice: () => string | null; livePrices: () => string | null; stop: () => void } {
  let notice: string | null = null;
  let from: string | null = null;
  const look = async (): Promise<void> => {
    const state = await marketState(control).catch(() => null);
    const now = state && standstill(state);
    if (now !== null && now !== notice) output.say(now);
    else if (now === null && notice !== null && state?.live) output.say('The live prices are heard again.');
    notice = now;
    from = state?.live?.from ?? from;
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  void look();
  return { notice: () => notice, livePrices: () => from, stop: () => clearInterval(timer) };
}
