import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listBotIds, writeDesired } from '../bot/files/folder.js';
import { INTERVAL_MS, type Interval } from '../core/kline.js';
import { marketOf, readPaperAddress } from '../exchange/connect.js';
import type { Exchange } from '../exchange/port.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { Fleet } from '../server/fleet/fleet.js';
import { rememberedMarket, sameMarket } from '../server/fleet/paper.js';
import { marketArgs, type MarketOptions } from './market-options.js';
import { marketState } from './market-state.js';

/** A base kline closes each second, on a made-up market or on the recording given. */
export function demoMarket(options: MarketOptions): string[] {
  if (options.live)
    throw new FlotillaError(
      'USAGE',
      'The demo goes faster than the real market. Leave out --demo to trade on paper at real prices: flotilla up --live.',
      { field: 'live' },
    );
  return marketArgs({ ...options, speed: options.speed ?? 'demo' }) ?? [];
}

interface Temper {
  readonly id: string;
  readonly name: string;
  /** The symbol it likes; on a recording without it, another one. */
  readonly symbol: string;
  /** Which of the market's intervals, counted from the finest. */
  readonly interval: number;
  readonly budget: string;
  readonly signal: Record<string, unknown>;
  readonly plan: Record<string, unknown>;
}

/** Four tempers: settings loose enough that something happens within the first minutes of a fast market. */
const TEMPERS: readonly Temper[] = [
  {
    id: 'demo-btc-dip',
    name: 'Dip buyer',
    symbol: 'BTCUSDT',
    interval: 0,
    budget: '1000',
    signal: { name: 'rsi', period: 7, buyBelow: 40, sellAbove: 62 },
    plan: { name: 'single', stopLossPercent: 1, takeProfitPercent: 1.5 },
  },
  {
    id: 'demo-eth-votes',
    name: 'Two of three',
    symbol: 'ETHUSDT',
    interval: 1,
    budget: '1500',
    signal: {
      name: 'rsi-macd-bollinger',
      rsiPeriod: 9,
      buyBelow: 45,
      sellAbove: 58,
      bollingerDeviations: 1.2,
    },
    plan: { name: 'single', stopLossPercent: 1.5, takeProfitPercent: 2 },
  },
  {
    id: 'demo-sol-trend',
    name: 'With the trend',
    symbol: 'SOLUSDT',
    interval: 0,
    budget: '800',
    signal: { name: 'simple', trendPeriod: 30, rsiPeriod: 7, rsiLevel: 48, klinesBetweenEntries: 5 },
    plan: { name: 'single', stopLossPercent: 0.6, takeProfitPercent: 0.8, trailingStopPercent: 0.5 },
  },
  {
    id: 'demo-doge-swing',
    name: 'Swings',
    symbol: 'DOGEUSDT',
    interval: 2,
    budget: '600',
    signal: { name: 'rsi', period: 5, buyBelow: 45, sellAbove: 60 },
    plan: { name: 'single', stopLossPercent: 1.5, takeProfitPercent: 1.2 },
  },
];

const INTERVALS: readonly Interval[] = ['1m', '3m', '5m', '15m', '30m', '1h', '4h', '12h', '1d'];

/** Makes the demo's bots where there are none yet; all are to run. */
export async function createDemoBots(fleet: Fleet): Promise<void> {
  const present = (await listBotIds(fleet.data)).filter((id) => id.startsWith('demo-'));
  if (present.length === 0) present.push(...(await createAll(fleet)));
  for (const id of present) await writeDesired(fleet.data, id, 'running');
}

async function createAll(fleet: Fleet): Promise<string[]> {
  const exchange = marketOf('paper', fleet.data);
  await exchange.connect();
  try {
    const symbols = (await exchange.instruments()).map(({ symbol }) => symbol);
    for (const [index, { symbol: liked, interval: step, ...bot }] of TEMPERS.entries()) {
      const symbol = symbols.includes(liked) ? liked : (symbols[index % symbols.length] as string);
      const intervals = await intervalsOf(exchange, symbol, await marketTime(fleet.data));
      const interval = intervals[Math.min(step, intervals.length - 1)];
      const name = `${symbol} ${bot.name.toLowerCase()}`;
      await fleet.create({ ...bot, name, venue: 'paper', symbol, interval, tags: ['demo'] });
    }
  } finally {
    await exchange.close();
  }
  return TEMPERS.map(({ id }) => id);
}

/** The intervals a symbol has klines of now: a recording has none finer than the files of this time. */
async function intervalsOf(exchange: Exchange, symbol: string, now: number): Promise<Interval[]> {
  const found: Interval[] = [];
  for (const interval of INTERVALS) {
    const [last] = await exchange.klines({ symbol, interval, limit: 1 }).catch(() => []);
    if (last !== undefined && last.openTime > now - 2 * INTERVAL_MS[interval]) found.push(interval);
  }
  return found;
}

/** Whether this market goes on where the demo before left it: it is the same one, and has no end. */
export async function continues(data: string, market: readonly string[]): Promise<boolean> {
  return !market.includes('--klines') && sameMarket(market, await rememberedMarket(data));
}

/**
 * A recording is played from its beginning each time, and another market is another demo: what the demo before left in
 * its folder is cleared away.
 */
export async function clearDemo(fleet: Fleet): Promise<void> {
  await fleet.downAll();
  for (const name of ['bots', 'paper', 'reservations', '.deleted'])
    await rm(join(fleet.data, name), { recursive: true, force: true });
}

const marketTime = async (data: string): Promise<number> =>
  (await marketState(readPaperAddress(data).control)).time;
