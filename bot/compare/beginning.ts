/** From where a bot's life can be run again: its first kline, or a later moment at which it held nothing. */
import { dec, text, type DecimalText } from '../../core/decimal.js';
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import type { Diary } from './diary.js';

export interface Beginning {
  /** Open time of the first kline that is decided on (ms). */
  readonly time: number;
  /** What it has to spend then, in quote. */
  readonly cash: DecimalText;
  /** What it holds then that cannot be sold, in base. */
  readonly dust: DecimalText;
}

/** Null where there is no such moment. `from` (ms): not before. */
export function beginningOf(
  diary: Diary,
  budget: DecimalText,
  interval: Interval,
  from: number | null,
): Beginning | null {
  const [first] = diary.heard.keys();
  if (first === undefined) return null;
  if (diary.whole && (from === null || from <= first))
    return { time: first, cash: diary.moved?.cash ?? budget, dust: '0' };
  return flatMoment(diary, interval, Math.max(first, from ?? first));
}

/** The kline that led to the first entry out of nothing. What cannot be sold counts as nothing. */
function flatMoment(
  { fills, settings, moved }: Diary,
  interval: Interval,
  earliest: number,
): Beginning | null {
  const { base, quote, minNotional } = settings.instrument;
  let quantity = dec(0);
  let cash = dec(moved?.cash ?? settings.budget);
  for (const { time, side, price, quantity: amount, fee, feeAsset } of fills) {
    const decided = openTimeAt(time, interval) - INTERVAL_MS[interval];
    if (side === 'BUY' && decided >= earliest && quantity.times(price).lt(minNotional))
      return { time: decided, cash: text(cash), dust: text(quantity) };
    const way = side === 'BUY' ? 1 : -1;
    quantity = quantity.plus(dec(amount).times(way));
    cash = cash.minus(dec(amount).times(price).times(way));
    if (feeAsset === base) quantity = quantity.minus(fee);
    if (feeAsset === quote) cash = cash.minus(fee);
  }
  return null;
}
