/** Two clocks: that of the market, by which klines close and trades are made, and that on the wall, by which logs are written. */
import type { BotView } from '../bot/files/view.js';
import type { Html } from './html.js';
import { explained } from './parts.js';

const DAY_MS = 86_400_000;
const LIVE_MS = 120_000;

/** Whether the market's clock is not that of the wall: a replay's, or that of a fast market. */
export function isApart({ lastKline, lastActivity }: Pick<BotView, 'lastKline' | 'lastActivity'>): boolean {
  if (lastKline === null || lastActivity === null) return false;
  // A kline opens at most a day before it is decided on.
  const behind = lastActivity - lastKline;
  return behind <= -LIVE_MS || behind >= 2 * DAY_MS;
}

/** The head of a column of times by the market's clock where that is another one. */
export const MARKET_TIME: Html = explained(
  'market time',
  'By the market’s own clock, which is not that of the wall; events and log have wall time.',
);
