const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

/** A kline file of a price that swings around 100 by ±1 % every two hours, on 1m klines from 2024 on. */
export function swinging(klines: number): string {
  const at = (index: number): number => Number((100 + Math.sin((index * Math.PI) / 60)).toFixed(2));
  const rows = Array.from({ length: klines }, (_, index) => {
    const [open, close] = [at(index), at(index + 1)];
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return [START + index * MINUTE, open, high, low, close, 10].join(',');
  });
  return ['openTime,open,high,low,close,volume', ...rows, ''].join('\n');
}
