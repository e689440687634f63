/** MA7: the average of the last seven closes of a minute, and whether it rose. It is watched and told, and decides nothing. */
import { ZERO, cutTo, dec, text } from './decimal.js';
import type { DecimalText } from './decimal.js';
import type { Draft } from './draft.js';
import { setFollow } from './follow-books.js';
import type { MinuteAverage } from './follow-group.js';
import { followOf } from './follow-group.js';

const CLOSES = 7;
const MINUTE_MS = 60_000;
const DECIMALS = 12;

/** One closed minute; told twice it counts once, and a hole before it begins anew. */
export function countMinute(draft: Draft, openTime: number, close: DecimalText): void {
  const before = followOf(draft.state).average;
  if (before !== null && openTime <= before.last) return;
  const average = nextAverage(before, openTime, close);
  setFollow(draft, { average });
  const { value, direction } = average;
  if (value !== null && direction !== null) draft.notify('info', 'ma7', { average: value, direction, close });
}

export function nextAverage(
  before: MinuteAverage | null,
  openTime: number,
  close: DecimalText,
): MinuteAverage {
  const follows = before !== null && openTime === before.last + MINUTE_MS;
  const closes = [...(follows ? before.closes : []), close].slice(-CLOSES);
  if (closes.length < CLOSES) return { last: openTime, closes, value: null, direction: null };
  const value = closes.reduce((sum, each) => sum.plus(each), ZERO).div(CLOSES);
  const change = follows && before.value !== null ? cutTo(value, DECIMALS).cmp(dec(before.value)) : null;
  const direction = change === null ? null : change > 0 ? 'up' : change < 0 ? 'down' : 'flat';
  return { last: openTime, closes, value: text(cutTo(value, DECIMALS)), direction };
}
