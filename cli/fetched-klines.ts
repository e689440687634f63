/** `--venue`: the klines of a backtest from a venue itself, over its public API. */
import { INTERVAL_MS } from '../core/kline.js';
import type { BotConfig } from '../bot/config.js';
import { marketOf } from '../exchange/connect.js';
import { ExchangeError, type Exchange } from '../exchange/port.js';
import type { MarketSource } from '../exchange/paper/market/types.js';
import { klineCache } from '../server/backtests/kline-cache.js';
import { venueMarket, type Wanted } from '../server/backtests/venue-klines.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { signalNamed } from '../strategies/registry.js';
import { progressBar } from './progress.js';
import { unreached } from './unreached.js';

/** Errors: USAGE, VENUE_UNREACHED; `KlinesMissing`, `KlineFileError`. */
export async function fetchKlines(
  venue: 'binance' | 'paper',
  data: string,
  bots: readonly BotConfig[],
  range: Pick<Wanted, 'from' | 'to'>,
  json: boolean,
): Promise<MarketSource> {
  const exchange = reached(venue, data);
  const progress = progressBar('klines fetched', json);
  try {
    await exchange.connect();
    // A market of the paper exchange may be another one tomorrow; what Binance has closed stays as it is.
    const cache = venue === 'binance' ? klineCache(data, venue) : null;
    return await venueMarket(exchange, wantedOf(bots, range), { progress: progress.at, cache });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    throw unreached(
      venue,
      error,
      venue === 'binance' ? ' What came until now is kept, and is not fetched again.' : '',
    );
  } finally {
    progress.end();
    await exchange.close();
  }
}

function reached(venue: 'binance' | 'paper', data: string): Exchange {
  try {
    return marketOf(venue, data);
  } catch (error) {
    throw new FlotillaError('USAGE', (error as Error).message, { field: 'venue' });
  }
}

/** Of each symbol the shortest interval, and as much history as the bot that remembers most. */
export function wantedOf(bots: readonly BotConfig[], range: Pick<Wanted, 'from' | 'to'>): Wanted[] {
  return [...new Set(bots.map(({ symbol }) => symbol))].map((symbol) => {
    const own = bots.filter((bot) => bot.symbol === symbol);
    const { interval } = own.reduce((a, b) => (INTERVAL_MS[b.interval] < INTERVAL_MS[a.interval] ? b : a));
    const remembered = Math.max(
      ...own.map((bot) => signalNamed(bot.signal.name).warmup(bot.signal) * INTERVAL_MS[bot.interval]),
    );
    return { symbol, interval, ...range, warmup: Math.ceil(remembered / INTERVAL_MS[interval]) };
  });
}
