import type { Kline } from '../../core/kline.js';

/** Hourly klines of a seeded random walk, the same for the same seed: generated data for tests of indicators and signals. */
export function walk(count: number, seed = 1, start = 100): Kline[] {
  const random = dice(seed);
  let price = start;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    const close = open * (1 + (random() - 0.5) * 0.02);
    price = close;
    const high = Math.max(open, close) * (1 + random() * 0.004);
    const low = Math.min(open, close) * (1 - random() * 0.004);
    return klineAt(i, { open, high, low, close, volume: 1 + random() * 10 });
  });
}

/** Klines that close at the given prices. */
export function closing(prices: readonly number[]): Kline[] {
  return prices.map((close, i) => {
    const open = prices[i - 1] ?? close;
    return klineAt(i, { open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 1 });
  });
}

const HOUR = 3_600_000;

function klineAt(index: number, body: Pick<Kline, 'open' | 'high' | 'low' | 'close' | 'volume'>): Kline {
  const openTime = index * HOUR;
  return Object.freeze({
    openTime,
    closeTime: openTime + HOUR - 1,
    ...body,
    quoteVolume: body.volume * body.close,
    trades: 1,
  });
}

/** mulberry32: small, seeded, even enough for prices. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
