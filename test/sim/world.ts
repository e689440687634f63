/** Virtual time: a queue of events, one at a time, each with the process it happens in. Nothing else moves. */
import { createHash } from 'node:crypto';
import { Dice } from './dice.js';

/** Who acts: a bot's process. What a dead one still does has no effect. */
export interface Owner {
  readonly name: string;
  readonly alive: boolean;
}

export interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly owner: Owner | null;
  run: (() => void) | null;
}

/** A broken invariant: the run ends here. */
export class Violation extends Error {}

/** Late in a UTC day: most runs see the next one, whose losses count anew. */
export const EPOCH = Date.UTC(2024, 2, 1, 23, 40);

export class World {
  now = EPOCH;
  current: Owner | null = null;
  steps = 0;
  readonly dice: Dice;
  readonly lines: string[] = [];
  private readonly heap: Scheduled[] = [];
  private order = 0;
  private readonly hash = createHash('sha256');

  constructor(
    readonly seed: number,
    private readonly keepLines: boolean,
  ) {
    this.dice = Dice.of(seed, 'world');
  }

  /** The same seed gives the same text. */
  digest(): string {
    return this.hash.copy().digest('hex').slice(0, 16);
  }

  say(what: string): void {
    const line = `${(this.now - EPOCH).toFixed(0).padStart(9)} ${this.current?.name ?? '-'} ${what}`;
    this.hash.update(line);
    if (this.keepLines) this.lines.push(line);
  }

  after(ms: number, run: () => void, owner: Owner | null = null): Scheduled {
    return this.at(this.now + Math.max(0, ms), run, owner);
  }

  at(at: number, run: () => void, owner: Owner | null = null): Scheduled {
    const scheduled: Scheduled = { at: Math.max(at, this.now), order: this.order++, owner, run };
    push(this.heap, scheduled);
    return scheduled;
  }

  /** Runs what is due until `until`; `after` is called once each event and its promises have come to rest. */
  async run(until: number, after: (owner: Owner | null) => void): Promise<void> {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.at > until) break;
      pop(this.heap);
      const { run, owner } = next;
      if (run === null || (owner !== null && !owner.alive)) continue;
      this.now = next.at;
      this.current = owner;
      this.steps += 1;
      run();
      if (owner !== null) await rest();
      after(owner);
      this.current = null;
    }
    this.now = until;
  }
}

/** All promises that can settle have settled: nothing in a run waits for real time. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function before(a: Scheduled, b: Scheduled): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Scheduled[], item: Scheduled): void {
  let index = heap.push(item) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(item, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Scheduled[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
    if (!before(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
}

let active: World | null = null;

/** The world that the seams (clock, disk) belong to. */
export function world(): World {
  if (active === null) throw new Error('no simulation is running');
  return active;
}

export function enter(next: World): World {
  active = next;
  return next;
}
