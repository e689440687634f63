import { INTERVAL_MS } from '../../core/kline.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';

/** Outages inside the klines that a backtest walked: nothing traded in them, and nothing is invented. */
export function gapsOf(market: MarketSource, symbol: string): string {
  const series = market.series(symbol);
  const last = series.indexAt(market.end ?? Infinity);
  let [count, total, longest, from] = [0, 0, 0, 0];
  for (let index = series.indexAt(market.start); index + 1 < last; index += 1) {
    const end = series.openTime(index) + INTERVAL_MS[series.interval(index)];
    const length = series.openTime(index + 1) - end;
    if (length <= 0) continue;
    count += 1;
    total += length;
    if (length > longest) [longest, from] = [length, end];
  }
  if (count === 0) return `${symbol}: no gaps in the klines.`;
  const longestWords = `${span(longest)} from ${new Date(from).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (count === 1) return `${symbol}: one gap in the klines, ${longestWords}: nothing trades in it.`;
  return `${symbol}: ${count} gaps in the klines, ${span(total)} in all, the longest ${longestWords}: nothing trades in them.`;
}

function span(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 120) return `${Number(minutes.toFixed(1))} min`;
  return minutes < 2 * 1_440 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1_440).toFixed(1)} days`;
}
