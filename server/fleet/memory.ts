import { FlotillaError } from './errors.js';
import { refuseForeign } from './names.js';
import type { ProcessSpec, ProcessStatus, Supervisor } from './supervisor.js';

export interface MemorySupervisor extends Supervisor {
  /** Every spec it was asked to start, in order. */
  readonly started: readonly ProcessSpec[];
}

/**
 * A supervisor without processes, for unit tests: it keeps the list and the rules of the real one. `onStart` plays the
 * process' part (writes a bot's status file, say); what it throws fails the start.
 */
export function memorySupervisor(
  behaviour: {
    onStart?: (spec: ProcessSpec) => void | Promise<void>;
    onStop?: (spec: ProcessSpec) => void | Promise<void>;
  } = {},
): MemorySupervisor {
  const running = new Map<string, { spec: ProcessSpec; status: ProcessStatus }>();
  const started: ProcessSpec[] = [];
  let nextPid = 4_500_000; // above the highest process id of Linux: no real process is ever meant

  async function launch(spec: ProcessSpec, restarts: number): Promise<ProcessStatus> {
    const status: ProcessStatus = {
      name: spec.name,
      status: 'online',
      pid: (nextPid += 1),
      restarts,
      uptimeMs: 0,
      memoryBytes: 0,
      cpuPercent: 0,
      dataFolder: spec.dataFolder,
      script: spec.script,
    };
    await behaviour.onStart?.(spec);
    running.set(spec.name, { spec, status });
    return status;
  }

  return {
    started,
    async connect() {},
    async disconnect() {},
    async list() {
      return [...running.values()].map((process) => process.status);
    },
    async start(spec) {
      const present = running.get(spec.name);
      if (present !== undefined) refuseForeign(present.status, spec);
      started.push(spec);
      return launch(spec, 0);
    },
    async stop(name) {
      const present = running.get(name);
      running.delete(name);
      if (present !== undefined) await behaviour.onStop?.(present.spec);
    },
    async restart(name) {
      const present = running.get(name);
      if (present === undefined) {
        throw new FlotillaError(
          'SUPERVISOR_FAILED',
          `The supervisor does not know the process ${name}. Start it first.`,
        );
      }
      return launch(present.spec, present.status.restarts + 1);
    },
  };
}
