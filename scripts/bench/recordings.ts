/** Recordings made up for a figure: files as a user would put them there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTERVAL_MS, type Interval } from '../../core/kline.js';

export interface Recording {
  readonly symbols: readonly string[];
  readonly interval: Interval;
  /** Open time of the first kline (ms). */
  readonly begin: number;
  readonly klines: number;
}

/** Writes one file for each symbol; answers their folder. Prices go up and down in waves, each symbol at its own pace. */
export function record(home: string, { symbols, interval, begin, klines }: Recording): string {
  const folder = join(home, 'klines');
  mkdirSync(folder, { recursive: true });
  symbols.forEach((symbol, place) => {
    const price = (index: number) => 1_000 * (place + 1) + 50 * Math.sin(index / (17 + place)) + (index % 7);
    const rows = Array.from({ length: klines }, (_, index) => {
      const [open, close] = [price(index), price(index + 1)];
      const [high, low] = [Math.max(open, close) + 1.5, Math.min(open, close) - 1.25];
      const prices = [open, high, low, close].map((each) => each.toFixed(2)).join(',');
      return `${begin + index * INTERVAL_MS[interval]},${prices},12.345,${(12.345 * close).toFixed(3)},100`;
    });
    const head = 'openTime,open,high,low,close,volume,quoteVolume,trades';
    writeFileSync(join(folder, `${symbol}-${interval}.csv`), `${head}\n${rows.join('\n')}\n`);
  });
  return folder;
}
