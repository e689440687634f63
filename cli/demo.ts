import { listBotIds, writeDesired } from '../bot/files/folder.js';
import type { Fleet } from '../server/fleet/fleet.js';
import { marketArgs, type MarketOptions } from './market-options.js';

/** The demo keeps to itself: its data folder unless another is named. */
export const DEMO_DATA = 'data/demo';

/** A base kline closes each second, on a made-up market or on the recording given. */
export function demoMarket(options: MarketOptions): string[] {
  return marketArgs({ ...options, speed: options.speed ?? 'demo' }) ?? [];
}

/** Four tempers: settings loose enough that something happens within the first minutes of a fast market. */
const DEMO_BOTS = [
  {
    id: 'demo-btc-dip',
    name: 'BTC dip buyer',
    symbol: 'BTCUSDT',
    interval: '1m',
    budget: '1000',
    signal: { name: 'rsi', period: 7, buyBelow: 40, sellAbove: 62 },
    plan: { name: 'single', stopLossPercent: 1, takeProfitPercent: 1.5 },
  },
  {
    id: 'demo-eth-votes',
    name: 'ETH two of three',
    symbol: 'ETHUSDT',
    interval: '3m',
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
    name: 'SOL with the trend',
    symbol: 'SOLUSDT',
    interval: '1m',
    budget: '800',
    signal: { name: 'simple', trendPeriod: 30, rsiPeriod: 7, rsiLevel: 48, klinesBetweenEntries: 5 },
    plan: { name: 'single', stopLossPercent: 0.6, takeProfitPercent: 0.8, trailingStopPercent: 0.5 },
  },
  {
    id: 'demo-doge-swing',
    name: 'DOGE swings',
    symbol: 'DOGEUSDT',
    interval: '5m',
    budget: '600',
    signal: { name: 'rsi', period: 5, buyBelow: 45, sellAbove: 60 },
    plan: { name: 'single', stopLossPercent: 1.5, takeProfitPercent: 1.2 },
  },
] as const;

/** Makes the demo's bots where they are missing; all are to run. */
export async function createDemoBots(fleet: Fleet): Promise<void> {
  const present = new Set(await listBotIds(fleet.data));
  for (const bot of DEMO_BOTS) {
    if (!present.has(bot.id)) await fleet.create({ ...bot, venue: 'paper', tags: ['demo'] });
    await writeDesired(fleet.data, bot.id, 'running');
  }
}
