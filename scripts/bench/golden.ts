/** The golden backtest job (../shared/golden/README.md), and the least that any program must do for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configOf, type BotConfig } from '../../bot/config.js';
import type { KlineColumns } from '../../exchange/paper/market/series.js';
import { root } from '../../test/fleet-run.js';

export const GOLDEN_FILE = join(root, '..', 'shared', 'golden', 'WALKUSDT-1m-500k.csv.gz');

export function goldenFile(): string {
  if (existsSync(GOLDEN_FILE)) return GOLDEN_FILE;
  throw new Error(`${GOLDEN_FILE} is not there: this figure is measured on its klines.`);
}

export const ASSUMED = { fee: '0.001', feeAsset: 'quote', tick: '0.0001' } as const;

export function goldenBot(signal: object = {}): BotConfig {
  return configOf(
    {
      ...{ id: 'golden', symbol: 'WALKUSDT', interval: '1m', budget: '1000000000' },
      signal: { name: 'rsi', period: 14, buyBelow: 30, sellAbove: 70, ...signal },
      plan: { name: 'single', quantity: '1' },
    },
    'bench',
  );
}

/** The default signal and plan, on the same klines. */
export function defaultBot(): BotConfig {
  return configOf(
    {
      ...{ id: 'default', symbol: 'WALKUSDT', interval: '1m', budget: '1000' },
      ...{ signal: { name: 'rsi-macd-bollinger' }, plan: { name: 'single' } },
    },
    'bench',
  );
}

/** The same job as one loop over typed arrays, in doubles: the practical limit. Answers its closed trades. */
export function tightLoop({ open, high, low, close }: Readonly<KlineColumns>, count: number): number {
  const period = 14;
  let [gain, loss, changes, previous, trades, cash] = [0, 0, 0, NaN, 0, 1e9];
  let [entry, stop, target] = [0, 0, 0];
  let order: 'buy' | 'sell' | null = null;
  for (let index = 0; index < count; index += 1) {
    const opened = open[index]!;
    let exit = 0;
    if (order === 'buy') {
      entry = opened;
      [stop, target] = [entry * 0.98, entry * 1.05];
      cash -= entry * 1.001;
    } else if (order === 'sell') exit = opened;
    order = null;
    if (entry > 0 && exit === 0) {
      if (low[index]! <= stop) exit = Math.min(opened, stop);
      else if (high[index]! >= target) exit = target;
    }
    if (exit > 0) {
      cash += exit * 0.999;
      entry = 0;
      trades += 1;
    }
    const price = close[index]!;
    const change = price - previous;
    previous = price;
    if (Number.isNaN(change)) continue;
    if (changes < period) changes += 1;
    gain += ((change > 0 ? change : 0) - gain) / changes;
    loss += ((change < 0 ? -change : 0) - loss) / changes;
    if (changes < period) continue;
    const rsi = (100 * gain) / (gain + loss);
    if (entry === 0 && rsi < 30) order = 'buy';
    else if (entry > 0 && rsi > 70) order = 'sell';
  }
  if (!Number.isFinite(cash)) throw new Error('the loop lost count');
  return trades;
}
