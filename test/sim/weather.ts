/** How bad it is now: which shares of requests, events and moments go wrong. Storms and calms alternate. */
import type { Dice } from './dice.js';

export interface Weather {
  /** Shares of requests that meet each fate; the rest are answered as they should be. */
  readonly lostBefore: number;
  readonly lostAfter: number;
  readonly unclear: number;
  readonly late: number;
  readonly limited: number;
  /** Slowest usual answer and event (ms). */
  readonly slowest: number;
  /** How far behind queries may be (ms); the design allows 2 s. */
  readonly behind: number;
  readonly reordered: number;
  readonly doubled: number;
  /** Events that never come, on a stream that goes on. */
  readonly vanished: number;
  /** Share of moments (effects, writes) at which a process dies. */
  readonly death: number;
  readonly slowDisk: number;
  /** Mean time between these (ms); 0: never. */
  readonly disconnectEvery: number;
  readonly diskErrorEvery: number;
  readonly crashEvery: number;
  readonly manualEvery: number;
  readonly configEvery: number;
  readonly commandEvery: number;
  readonly haltEvery: number;
  /** The user throws the fleet's kill switch. */
  readonly switchEvery: number;
  /** The machine's clock is set. */
  readonly clockEvery: number;
}

export const CALM: Weather = {
  lostBefore: 0,
  lostAfter: 0,
  unclear: 0,
  late: 0,
  limited: 0,
  slowest: 120,
  behind: 0,
  reordered: 0,
  doubled: 0,
  vanished: 0,
  death: 0,
  slowDisk: 0,
  disconnectEvery: 0,
  diskErrorEvery: 0,
  crashEvery: 0,
  manualEvery: 0,
  configEvery: 0,
  commandEvery: 0,
  haltEvery: 0,
  switchEvery: 0,
  clockEvery: 0,
};

const MINUTE = 60_000;

/** Each seed has its own climate: not every fault is in every run, so that each is also met alone. */
export function storm(dice: Dice): Weather {
  const share = (most: number) => (dice.chance(0.5) ? dice.skewed(0, most) : 0);
  const every = (least: number, most: number) => (dice.chance(0.5) ? dice.between(least, most) : 0);
  const rarely = (least: number, most: number) => (dice.chance(0.25) ? dice.between(least, most) : 0);
  return {
    lostBefore: share(0.3),
    lostAfter: share(0.3),
    unclear: share(0.4),
    late: share(0.3),
    limited: share(0.15),
    slowest: dice.skewed(50, 4_000),
    behind: share(1_900),
    reordered: share(0.4),
    doubled: share(0.4),
    vanished: dice.chance(0.25) ? dice.skewed(0, 0.3) : 0,
    death: dice.chance(0.5) ? dice.between(0, 0.01) : 0,
    slowDisk: share(0.5),
    disconnectEvery: every(MINUTE / 4, 10 * MINUTE),
    diskErrorEvery: every(5 * MINUTE, 60 * MINUTE),
    crashEvery: every(MINUTE, 20 * MINUTE),
    manualEvery: every(MINUTE, 20 * MINUTE),
    configEvery: every(5 * MINUTE, 40 * MINUTE),
    commandEvery: every(2 * MINUTE, 20 * MINUTE),
    haltEvery: rarely(10 * MINUTE, 60 * MINUTE),
    clockEvery: rarely(5 * MINUTE, 40 * MINUTE),
    switchEvery: dice.chance(0.35) ? dice.between(3 * MINUTE, 25 * MINUTE) : 0,
  };
}
