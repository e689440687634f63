import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import { whoAsks, type Who } from '../auth/context.js';
import { RequestError } from '../web/errors.js';
import { readRuns, removeRun, runFolder, runIdAt, writeRun } from './folder.js';
import { klinesFrom } from './sources.js';
import { startThread, type Thread } from './thread.js';
import { isOver, type BacktestSettings, type Job, type JobMessage, type Run } from './types.js';

/** So many are kept of each user; a new one takes the place of the oldest. */
export const MOST_RUNS = 100;
const MOST_WAITING = 10;

export interface RunsOptions {
  readonly data: string;
  /** The built program of a worker thread. */
  readonly script: string;
  /** Wall time (ms). */
  readonly now: () => number;
  readonly log: (error: unknown) => void;
  /** From 0 to 1; keeps the names of two runs of one second apart. */
  readonly chance?: () => number;
  /** How many run at a time; one, and two where there are cores to spare. */
  readonly slots?: number;
}

type Listener = (run: Run, removed: boolean) => void;

/** Whether somebody may see a run and end it: whose it is, and admins. Where nobody asks, it is the server itself. */
export function mayUse(who: Who | null, { owner }: Run): boolean {
  return who === null || who.role === 'admin' || who.id === owner;
}

/**
 * The backtests of a data folder, and of them those of whoever asks (`whoAsks`): each is a folder in `data/backtests/`, runs in a thread of its own, and waits where
 * too many run. What the server did not live to see the end of is said to be interrupted when it starts again.
 */
export class BacktestRuns {
  readonly #options: RunsOptions;
  /** In the order in which they were asked for. */
  readonly #runs = new Map<string, Run>();
  readonly #threads = new Map<string, Thread>();
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<Listener>();
  /** Files are written one after the other, so that the last state is the one that stays. */
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Reads what there is. */
  async open(): Promise<void> {
    const { data, log } = this.#options;
    const known = await readRuns(data, (name) =>
      log(new Error(`backtests/${name}: run.json cannot be read; the folder is passed over.`)),
    );
    for (const run of known) {
      if (isOver(run)) this.#runs.set(run.id, run);
      else this.#change({ ...run, state: 'interrupted', error: INTERRUPTED });
    }
    await this.#writing;
  }

  /** Those of whoever asks, newest first. */
  all(): readonly Run[] {
    const who = whoAsks();
    return this.#newest().filter((run) => mayUse(who, run));
  }

  /** Undefined too where it is another one's. */
  get(id: string): Run | undefined {
    const run = this.#runs.get(id);
    return run !== undefined && mayUse(whoAsks(), run) ? run : undefined;
  }

  /** Told of every change. Answers how to stop that. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts a run, or lets it wait for its turn. The same settings asked for again while they wait or run are that run:
   * a double click is one backtest. Errors: `RequestError`.
   */
  async start(settings: BacktestSettings): Promise<Run> {
    const { data, now, chance = Math.random } = this.#options;
    const klines = await klinesFrom(data, settings.source, settings);
    const wanted = JSON.stringify(settings);
    const owner = ownerOf(whoAsks());
    const under = this.#newest().filter((run) => !isOver(run));
    const same = under.find((run) => run.owner === owner && JSON.stringify(run.settings) === wanted);
    if (same !== undefined) return same;
    if (under.length - this.#threads.size >= MOST_WAITING) {
      throw new RequestError(
        429,
        'BACKTESTS_BUSY',
        `${MOST_WAITING} backtests wait already. Let some end, or cancel one.`,
      );
    }
    let id = runIdAt(now(), chance());
    while (this.#runs.has(id)) id = runIdAt(now(), chance());
    const run: Run = {
      id,
      owner,
      settings,
      state: 'waiting',
      createdAt: now(),
      startedAt: null,
      endedAt: null,
      error: null,
      summary: null,
      progress: null,
    };
    this.#jobs.set(id, { folder: runFolder(data, id).folder, settings, klines });
    this.#change(run);
    await this.#writing;
    await this.#makeRoom(owner);
    this.#next();
    return this.#runs.get(id) ?? run;
  }

  /** Ends a run that waits or runs; one that is over stays as it is. */
  async cancel(id: string): Promise<Run> {
    const run = this.#existing(id);
    if (isOver(run)) return run;
    const thread = this.#threads.get(id);
    this.#threads.delete(id);
    this.#jobs.delete(id);
    this.#change({ ...run, state: 'cancelled', endedAt: this.#options.now(), progress: null });
    await thread?.end();
    this.#next();
    await this.#writing;
    return this.#existing(id);
  }

  /** Removes a run with all its files; one that runs is cancelled first. */
  async delete(id: string): Promise<void> {
    await this.cancel(id);
    const run = this.#existing(id);
    this.#runs.delete(id);
    await this.#writing;
    await removeRun(this.#options.data, id);
    for (const listener of this.#listeners) listener(run, true);
  }

  /** What came of a run that is done. Errors: `RequestError` when it is not, or its file is gone. */
  async report(id: string): Promise<BacktestExcerpt> {
    return JSON.parse(await this.file(id, 'report')) as BacktestExcerpt;
  }

  /** One of the files of a run that is done, as text. */
  async file(id: string, name: 'report' | 'chart' | 'trades'): Promise<string> {
    const { state } = this.#existing(id);
    if (state !== 'done')
      throw new RequestError(409, 'BACKTEST_NOT_DONE', 'This backtest has no result.', 'id');
    return readFile(runFolder(this.#options.data, id)[name], 'utf8').catch(() => {
      throw new RequestError(
        404,
        'BACKTEST_INCOMPLETE',
        `The file ${name} of this backtest is gone from data/backtests/${id}. Run it again.`,
        'id',
      );
    });
  }

  /** Resolves when the files are as told. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Ends all threads; what ran is interrupted. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    for (const run of this.#runs.values())
      if (!isOver(run)) this.#change({ ...run, state: 'interrupted', error: INTERRUPTED, progress: null });
    await Promise.all(threads.map((thread) => thread.end()));
    await this.#writing;
  }

  #existing(id: string): Run {
    const run = this.get(id);
    if (run === undefined) throw unknownRun(id);
    return run;
  }

  #newest(): readonly Run[] {
    return [...this.#runs.values()].reverse();
  }

  #next(): void {
    const { slots = availableParallelism() > 2 ? 2 : 1 } = this.#options;
    const waiting = [...this.#runs.values()].filter(({ state }) => state === 'waiting');
    for (const run of waiting) {
      const job = this.#jobs.get(run.id);
      if (this.#closed || job === undefined || this.#threads.size >= slots) return;
      this.#jobs.delete(run.id);
      this.#change({ ...run, state: 'running', startedAt: this.#options.now() });
      this.#threads.set(
        run.id,
        startThread(this.#options.script, job, (message) => this.#heard(run.id, message)),
      );
    }
  }

  #heard(id: string, message: JobMessage): void {
    const run = this.#runs.get(id);
    // What was cancelled has nothing more to say.
    if (run?.state !== 'running' || !this.#threads.has(id)) return;
    if (message.type === 'progress') return this.#tell({ ...run, progress: message.progress });
    this.#threads.delete(id);
    const ended = { ...run, endedAt: this.#options.now(), progress: null };
    if (message.type === 'done') this.#change({ ...ended, state: 'done', summary: message.summary });
    else {
      if (message.bug !== null) this.#options.log(new Error(`backtest ${id}: ${message.bug}`));
      this.#change({ ...ended, state: 'failed', error: message.message });
    }
    this.#next();
  }

  #tell(run: Run): void {
    this.#runs.set(run.id, run);
    for (const listener of this.#listeners) listener(run, false);
  }

  /** A change that is kept on the disk. */
  #change(run: Run): void {
    const { data, log } = this.#options;
    this.#writing = this.#writing.then(() => writeRun(data, run)).catch(log);
    this.#tell(run);
  }

  /** Nobody's runs make room for another's. */
  async #makeRoom(owner: string | null): Promise<void> {
    const own = this.#newest().filter((run) => run.owner === owner);
    const over = own.filter(isOver);
    const many = own.length - MOST_RUNS;
    for (const { id } of many > 0 ? over.slice(-many) : []) await this.delete(id);
  }
}

/** As with bots, what an admin makes is all admins'. */
function ownerOf(who: Who | null): string | null {
  return who === null || who.role === 'admin' ? null : who.id;
}

const INTERRUPTED = 'The server ended while this backtest was under way. Run it again.';

export function unknownRun(id: string): RequestError {
  return new RequestError(404, 'BACKTEST_NOT_FOUND', `There is no backtest "${id.slice(0, 60)}".`, 'id');
}
