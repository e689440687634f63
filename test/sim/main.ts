/** The simulation's command line; `scripts/sim.mjs` bundles and starts it. Its workers are the same file. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { noSpans, type Spans } from './exposure.js';
import { choose } from './mutant.js';
import { mutants } from './mutants.js';
import { Run, type Outcome } from './run.js';

const CHUNK = 10;

const COUNTED = ['trades', 'lives', 'steps', 'simulatedMs'] as const;
const SPANS = ['protected', 'left', 'forbidden'] as const;

interface Tally {
  seeds: number;
  trades: number;
  lives: number;
  steps: number;
  simulatedMs: number;
  unprotected: Spans;
}

function noTally(): Tally {
  return { seeds: 0, trades: 0, lives: 0, steps: 0, simulatedMs: 0, unprotected: noSpans() };
}

interface Chunk {
  readonly from: number;
  readonly count: number;
  /** Whether it goes on after a seed that failed. */
  readonly all: boolean;
}

interface Result {
  readonly failed: readonly { readonly seed: number; readonly violation: string }[];
  readonly tally: Tally;
}

function play(seed: number, trace: boolean): Promise<Outcome> {
  return new Run(seed, trace).play();
}

/** Plays seeds in order; stops at the first that fails unless all are wanted. */
async function playChunk(from: number, count: number, all: boolean): Promise<Result> {
  const tally = noTally();
  const failed: { seed: number; violation: string }[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await play(seed, false);
    tally.seeds += 1;
    for (const name of COUNTED) tally[name] += outcome[name];
    for (const name of SPANS) tally.unprotected[name].push(...outcome.unprotected[name]);
    if (outcome.violation === null) continue;
    failed.push({ seed, violation: outcome.violation });
    if (!all) break;
  }
  return { failed, tally };
}

/** Hands out chunks to as many workers as there are cores, until one fails or all is done. */
async function playAll(from: number, count: number, options: Options): Promise<Result> {
  const { all, mutant, workers } = options;
  const results: Result[] = [];
  let next = from;
  let failing = false;
  const serve = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        if (next >= from + count || (failing && !all)) return resolve();
        const size = Math.min(CHUNK, from + count - next);
        worker.postMessage({ from: next, count: size, all });
        next += size;
      };
      worker.on('error', reject);
      worker.on('message', (result: Result) => {
        results.push(result);
        failing ||= result.failed.length > 0;
        hand();
      });
      hand();
    });
  const crew = Array.from(
    { length: workers },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: { mutant } }),
  );
  try {
    await Promise.all(crew.map(serve));
  } finally {
    await Promise.all(crew.map((worker) => worker.terminate()));
  }
  return {
    failed: results.flatMap(({ failed }) => failed).sort((a, b) => a.seed - b.seed),
    tally: results.reduce((sum, { tally }) => add(sum, tally), noTally()),
  };
}

function add(sum: Tally, more: Tally): Tally {
  for (const name of ['seeds', ...COUNTED] as const) sum[name] += more[name];
  for (const name of SPANS) for (const ms of more.unprotected[name]) sum.unprotected[name].push(ms);
  return sum;
}

interface Options {
  readonly all: boolean;
  readonly mutant: string | null;
  readonly workers: number;
}

async function many(from: number, count: number, options: Options): Promise<boolean> {
  const began = performance.now();
  const { failed, tally } = await playAll(from, count, options);
  const seconds = (performance.now() - began) / 1_000;
  const [first] = failed;
  if (first !== undefined && !options.all) print(await play(first.seed, true), true);
  if (options.all)
    for (const { seed, violation } of failed) console.log(`seed ${seed}: ${violation.slice(0, 300)}`);
  const hours = Math.round(tally.simulatedMs / 3_600_000);
  console.log(
    `${tally.seeds} seeds in ${seconds.toFixed(1)} s, ${(tally.seeds / seconds).toFixed(1)} seeds/s: ` +
      `${failed.length} failed; ${hours} simulated hours, ${tally.steps} steps, ${tally.trades} trades, ${tally.lives} lives`,
  );
  return sayUnprotected(tally.unprotected) && failed.length === 0;
}

/** R9: no fault forbidding it, at most two seconds for 99 in a hundred. */
function sayUnprotected(spans: Spans): boolean {
  const words = {
    protected: 'unprotected until a stop rested, no fault',
    left: 'unprotected until it was sold, no fault',
    forbidden: 'unprotected, and a fault forbade better',
  };
  let good = true;
  for (const name of SPANS) {
    const sorted = spans[name].sort((a, b) => a - b);
    const seconds = (share: number) =>
      ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1_000).toFixed(2);
    console.log(
      `${words[name]}: ${sorted.length} times, p50 ${seconds(0.5)} s, p99 ${seconds(0.99)} s, max ${seconds(1)} s`,
    );
    if (name !== 'forbidden') good &&= Number(seconds(0.99)) <= 2;
  }
  if (!good) console.log('MORE THAN 2 s UNPROTECTED (p99), and no fault forbade better');
  return good;
}

/** Every mutant must be caught; its line says by which seed. As many at a time as there are workers. */
async function catchMutants(count: number, workers: number): Promise<boolean> {
  const waiting = Object.entries(mutants);
  let caught = true;
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const [name, { about, from = 1 }] = entry;
      const { failed } = await inWorker(name, { from, count, all: false });
      const [first] = failed;
      caught &&= first !== undefined;
      const found =
        first === undefined ? `NOT CAUGHT in ${count} seeds` : `seed ${first.seed}: ${first.violation}`;
      console.log(`${name} (${about}): ${found.split('\n')[0]}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, next));
  return caught;
}

async function inWorker(mutant: string, chunk: Chunk): Promise<Result> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { mutant } });
  try {
    return await new Promise<Result>((resolve, reject) => {
      worker.once('error', reject).once('message', resolve);
      worker.postMessage(chunk);
    });
  } finally {
    await worker.terminate();
  }
}

async function one(seed: number, trace: boolean): Promise<boolean> {
  const outcome = await play(seed, trace);
  print(outcome, trace);
  return outcome.violation === null;
}

function print(outcome: Outcome, traced: boolean): void {
  if (traced) console.log(outcome.trace.join('\n'));
  const { seed, hash, violation, steps, trades, lives, simulatedMs } = outcome;
  const minutes = Math.round(simulatedMs / 60_000);
  console.log(`seed ${seed}: ${violation ?? 'holds'}`);
  console.log(`hash ${hash}; ${minutes} simulated minutes, ${steps} steps, ${trades} trades, ${lives} lives`);
}

async function command(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      trace: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const mutant = values.mutant ?? null;
  choose(mutant);
  if (values.seed !== undefined) return one(Number(values.seed), values.trace);
  const workers = Number(values.workers);
  if (values.mutants) return catchMutants(Number(values.seeds), workers);
  return many(Number(values.from), Number(values.seeds), { all: values.all, mutant, workers });
}

if (isMainThread) {
  process.exitCode = (await command()) ? 0 : 1;
} else {
  choose((workerData as { mutant: string | null }).mutant);
  parentPort!.on('message', ({ from, count, all }: Chunk) => {
    void playChunk(from, count, all).then((result) => parentPort!.postMessage(result));
  });
}
