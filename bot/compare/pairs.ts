/** Orders of two runs that are the same order: the same slot, at about the same time. */
import type { FilledOrder } from './fill-orders.js';

export interface Pair {
  /** Null where only the other run has it. */
  readonly live: FilledOrder | null;
  readonly tested: FilledOrder | null;
}

/** `apart` (ms): fills further from each other than this are of two orders. */
export function paired(live: readonly FilledOrder[], tested: readonly FilledOrder[], apart: number): Pair[] {
  const pairs: Pair[] = [];
  let [left, right] = [0, 0];
  for (;;) {
    const ours = live[left] ?? null;
    const theirs = tested[right] ?? null;
    if (ours === null && theirs === null) return pairs;
    const same =
      ours !== null &&
      theirs !== null &&
      ours.side === theirs.side &&
      kindOf(ours) === kindOf(theirs) &&
      Math.abs(ours.time - theirs.time) <= apart;
    const takeLeft = same || theirs === null || (ours !== null && ours.time <= theirs.time);
    const takeRight = same || !takeLeft;
    pairs.push({ live: takeLeft ? ours : null, tested: takeRight ? theirs : null });
    if (takeLeft) left += 1;
    if (takeRight) right += 1;
  }
}

/** Batches and levels are counted on: once two runs differ, the same order has another number in each. */
function kindOf({ slot }: FilledOrder): string {
  return slot.replace(/\d+/g, '#');
}
