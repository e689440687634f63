import { Worker } from 'node:worker_threads';
import type { Job, JobMessage } from './types.js';

/** A backtest that wants more than this is ended instead of the machine's other work; klines are not counted in it. */
const MOST_MEMORY_MB = 1_536;

export interface Thread {
  /** Ends it wherever it is; resolves when it is gone. */
  end(): Promise<void>;
}

/** Runs a job in a thread. `hear` gets its progress, and `done` or `failed` exactly once, whatever becomes of it. */
export function startThread(script: string, job: Job, hear: (message: JobMessage) => void): Thread {
  const thread = new Worker(script, {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  let over = false;
  const last = (message: JobMessage): void => {
    if (over) return;
    over = true;
    hear(message);
  };
  thread.on('message', (message: JobMessage) => {
    if (message.type !== 'progress') last(message);
    else if (!over) hear(message);
  });
  thread.on('error', (error: NodeJS.ErrnoException) => last(fallen(error)));
  thread.on('exit', (code) => last(fallen(new Error(`the thread ended with code ${code}`))));
  return {
    end: async () => {
      over = true;
      await thread.terminate();
    },
  };
}

function fallen(error: NodeJS.ErrnoException): JobMessage {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      type: 'failed',
      message: `The backtest needed more than ${MOST_MEMORY_MB} MB of memory. Choose a shorter time or a longer interval.`,
      bug: null,
    };
  return {
    type: 'failed',
    message: 'Something went wrong inside the backtest; the server log says what.',
    bug: error.stack ?? error.message,
  };
}
