/** How the time of the data is divided: what is optimized on, what is held back, and the windows of a walk forward. */
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import type { Stretch } from './job.js';
import { BacktestRefused } from '../backtest/refused.js';

/** ms */
export interface WindowLengths {
  readonly train: number;
  readonly test: number;
}

/** One step of a walk forward (Pardo 1992): optimized on `train`, judged on the `test` that follows. */
export interface Window {
  readonly train: Stretch;
  readonly test: Stretch;
}

export interface Division {
  readonly train: Stretch;
  /** Null where nothing is held back. */
  readonly heldBack: Stretch | null;
  readonly windows: readonly Window[];
}

const LEAST_KLINES = 2;
const MOST_WINDOWS = 1_000;

/**
 * `heldBack` is a fraction, 0 for none. The windows lie in what is not held back; each begins where the test of the one
 * before began to count. All boundaries are opens of the bot's klines. Errors: `BacktestRefused`.
 */
export function divided(
  whole: Stretch,
  interval: Interval,
  heldBack: number,
  lengths: WindowLengths | null,
): Division {
  const split =
    heldBack === 0 ? whole.end : openTimeAt(whole.end - (whole.end - whole.start) * heldBack, interval);
  const train = { start: whole.start, end: split };
  const held = heldBack === 0 ? null : { start: split, end: whole.end };
  const length = INTERVAL_MS[interval];
  for (const [name, stretch] of [
    ['optimize on', train],
    ['hold back', held],
  ] as const) {
    if (stretch === null || stretch.end - stretch.start >= LEAST_KLINES * length) continue;
    throw new BacktestRefused(
      `There are too few klines of ${interval} to ${name}: give more of them, or another --hold-back (0 % for none).`,
    );
  }
  return { train, heldBack: held, windows: lengths === null ? [] : windowsOf(train, interval, lengths) };
}

function windowsOf(within: Stretch, interval: Interval, { train, test }: WindowLengths): Window[] {
  const length = INTERVAL_MS[interval];
  if (train < LEAST_KLINES * length || test < LEAST_KLINES * length)
    throw new BacktestRefused(
      `--walk-forward: train and test must each be at least ${LEAST_KLINES} klines of ${interval} long.`,
    );
  const windows: Window[] = [];
  for (let start = within.start; ; start += test) {
    const [from, middle, end] = [start, start + train, start + train + test].map((time) =>
      openTimeAt(time, interval),
    ) as [number, number, number];
    if (end > within.end) break;
    windows.push({ train: { start: from, end: middle }, test: { start: middle, end } });
  }
  if (windows.length === 0 || windows.length > MOST_WINDOWS)
    throw new BacktestRefused(
      windows.length === 0
        ? '--walk-forward: not even one train and test fit into the klines that are not held back; make them shorter, or give more klines.'
        : `--walk-forward: that is more than ${MOST_WINDOWS} windows; make train and test longer.`,
    );
  return windows;
}
