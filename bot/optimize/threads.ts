/** Tasks on all cores: worker threads that share the klines. */
import { Worker } from 'node:worker_threads';
import type { SharedKlines } from '../../exchange/paper/market/series.js';
import type { Evaluator, Job, Outcome, Place, Task } from './job.js';

/** What a thread begins with. */
export interface Beginning {
  readonly job: Job;
  readonly place: Place;
  readonly klines: SharedKlines;
}

interface Asked {
  readonly task: Task;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** A thread is given the next task before it has finished one, so that it never waits for this one. */
const AHEAD = 2;

/** `script` is the built `worker.ts`. */
export function onThreads(script: string, beginning: Beginning, count: number): Evaluator {
  const waiting: Asked[] = [];
  const threads = Array.from({ length: count }, () => new Thread(script, beginning, waiting));
  return {
    lanes: count,
    evaluate: (task) =>
      new Promise<Outcome>((resolve, reject) => {
        waiting.push({ task, resolve, reject });
        threads.reduce((least, each) => (each.load < least.load ? each : least)).takeNext();
      }),
    close: async () => {
      waiting.length = 0;
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

class Thread {
  private readonly worker: Worker;
  /** In the order in which they were given, and so answered. */
  private readonly given: Asked[] = [];
  private failure: Error | null = null;

  constructor(
    script: string,
    beginning: Beginning,
    private readonly waiting: Asked[],
  ) {
    this.worker = new Worker(script, { workerData: beginning });
    this.worker.on('message', (outcome: Outcome) => {
      this.given.shift()?.resolve(outcome);
      this.takeNext();
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('a thread of the optimizer ended')));
  }

  get load(): number {
    return this.failure === null ? this.given.length : Infinity;
  }

  takeNext(): void {
    while (this.given.length < AHEAD) {
      const asked = this.waiting.shift();
      if (asked === undefined) return;
      if (this.failure !== null) return asked.reject(this.failure);
      this.given.push(asked);
      this.worker.postMessage(asked.task);
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.given.splice(0)) reject(this.failure);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  async end(): Promise<void> {
    this.given.length = 0;
    await this.worker.terminate();
  }
}
