import type { ProcessDescription, StartOptions } from 'pm2';
import { FlotillaError } from './errors.js';
import { refuseForeign, SUPERVISED_MARK } from './names.js';
import { NO_ANSWER, Pm2Client } from './pm2-client.js';
import type { ProcessSpec, ProcessStatus, Supervisor } from './supervisor.js';
import { waitFor } from './wait.js';

/** Beyond this a process that ignores SIGINT is killed. */
const KILL_AFTER_MS = 10_000;
const READY_WITHIN_MS = 15_000;

const LIST_MS = 5_000;
const STOP_MS = KILL_AFTER_MS + 5_000;
const START_MS = READY_WITHIN_MS + 5_000;
/** How much longer a living daemon may take under load. */
const LATE_MS = 30_000;

/**
 * Flags that make a busy bot 21 MB of private memory instead of 57 (measured, Node 20); code that is not run between two
 * collections of garbage is compiled again when it is needed, which is half a megabyte more.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--optimize-for-size',
  '--v8-pool-size=0',
  '--bytecode-old-age=1',
];
/**
 * glibc's allocator gives back what a start and a burst needed, instead of keeping it for later: 5 MB of private memory
 * for each bot (measured; elsewhere the variables mean nothing).
 */
export const THRIFTY_ALLOCATION = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TOP_PAD_: '0',
  MALLOC_TRIM_THRESHOLD_: '16384',
  MALLOC_MMAP_THRESHOLD_: '16384',
};
/** The paper exchange serves the whole fleet and keeps the market's history: it may grow. */
const ROOMY_NODE_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=512'];

/** What the process' environment carries so that the owner of a name is known; not a secret. */
const DATA_VARIABLE = 'FLOTILLA_DATA';

export interface Pm2Supervisor extends Supervisor {
  /** The folder PM2 keeps itself in. */
  readonly home: string;
  /** The daemon's process id; null when it does not run. */
  daemonPid(): Promise<number | null>;
  /** Disconnects; a daemon that this supervisor started and that runs nothing is ended, not left behind. */
  leave(): Promise<void>;
}

/** The supervisor that runs for real: the user's own PM2 (or the one in `home`), so that `pm2 ls` and `pm2 logs` show the fleet. */
export function pm2Supervisor(options: { home?: string } = {}): Pm2Supervisor {
  const client = new Pm2Client(options.home);

  async function list(): Promise<ProcessStatus[]> {
    // A look starts no daemon: where none runs, nothing runs in it.
    if (!(await client.daemonLives())) return [];
    const all = await client.call<ProcessDescription[]>('list', LIST_MS, (pm2, done) => pm2.list(done));
    return all.map(statusOf);
  }

  async function find(name: string): Promise<ProcessStatus | null> {
    return (await list()).find((status) => status.name === name) ?? null;
  }

  async function forget(name: string): Promise<void> {
    await client.call('stop', STOP_MS, (pm2, done) => pm2.delete(name, done));
  }

  /**
   * On a machine under load the daemon answers late, or after its answer has lost its listener: while it lives, what
   * counts is whether it has the process.
   */
  async function startPatiently(spec: ProcessSpec): Promise<void> {
    try {
      await client.call('start', START_MS, (pm2, done) => pm2.start(startOptions(spec), done));
    } catch (error) {
      if (!(error as Error).message.startsWith(NO_ANSWER) || !(await client.daemonLives())) throw error;
      const late = await waitFor(() => find(spec.name).catch(() => null), {
        withinMs: LATE_MS,
        everyMs: 500,
      });
      if (late === null) throw error;
    }
  }

  async function found(name: string): Promise<ProcessStatus> {
    const status = await find(name);
    if (status !== null) return status;
    throw new FlotillaError('SUPERVISOR_FAILED', `PM2 does not know the process ${name}. Start it first.`);
  }

  return {
    home: client.home,
    daemonPid: () => client.daemonPid(),
    connect: async () => void (await client.connect()),
    disconnect: () => client.disconnect(),
    async leave() {
      const idle = client.startedDaemon && (await list().catch(() => [null])).length === 0;
      await (idle ? client.endOwnDaemon() : client.disconnect());
    },
    list,
    async start(spec) {
      const present = await find(spec.name);
      if (present !== null) {
        refuseForeign(present, spec);
        // Started afresh, not restarted: PM2's restart keeps the old script and arguments.
        await forget(spec.name);
      }
      await startPatiently(spec);
      return found(spec.name);
    },
    async stop(name) {
      if ((await find(name)) !== null) await forget(name);
    },
    async restart(name) {
      await found(name);
      await client.call('restart', STOP_MS + START_MS, (pm2, done) => pm2.restart(name, done));
      return found(name);
    },
  };
}

interface UntypedOptions {
  pmx: boolean;
  vizion: boolean;
  out_file: string;
  error_file: string;
  treekill: boolean;
  /** Its type says string[]; only `['']` keeps everything of our own environment out (and `true` does not). */
  filter_env: string[];
}

function startOptions(spec: ProcessSpec): StartOptions {
  const isBot = spec.memoryLimitBytes !== undefined;
  const options: StartOptions & UntypedOptions = {
    name: spec.name,
    script: spec.script,
    args: [...spec.args],
    cwd: spec.cwd,
    interpreter: process.execPath,
    node_args: isBot ? NODE_FLAGS : ROOMY_NODE_FLAGS,
    exec_mode: 'fork',
    instances: 1,
    // With PM2's own probe an unhandled rejection leaves a dead bot "online" for ever, and each bot 8 MB heavier.
    pmx: false,
    vizion: false,
    // Bots have no children; PM2's tree kill needs `ps`, which a bare machine lacks.
    treekill: false,
    wait_ready: true,
    listen_timeout: READY_WITHIN_MS,
    kill_timeout: KILL_AFTER_MS,
    autorestart: true,
    // Alone: together with max_restarts or stop_exit_codes PM2 says "waiting restart" for ever.
    exp_backoff_restart_delay: 200,
    merge_logs: true,
    time: true,
    out_file: spec.outFile,
    error_file: spec.errorFile,
    filter_env: [''],
    env: {
      ...ownEnvironment(),
      ...(isBot ? THRIFTY_ALLOCATION : {}),
      ...spec.env,
      [DATA_VARIABLE]: spec.dataFolder,
      [SUPERVISED_MARK]: '1',
    },
    ...(isBot ? { max_memory_restart: spec.memoryLimitBytes } : {}),
  };
  return options;
}

/** What a Node process needs, and nothing else: PM2 writes environments to disk in clear text. */
function ownEnvironment(): Record<string, string> {
  const wanted = ['PATH', 'HOME', 'PM2_HOME', 'TZ', 'LANG'];
  return Object.fromEntries(
    wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

const STATUS: Readonly<Record<string, ProcessStatus['status']>> = {
  online: 'online',
  launching: 'launching',
  stopping: 'stopping',
  stopped: 'stopped',
  'waiting restart': 'waiting',
  errored: 'errored',
};

function statusOf(description: ProcessDescription): ProcessStatus {
  const pm2 = (description.pm2_env ?? {}) as Record<string, unknown>;
  const status = STATUS[String(pm2.status)] ?? 'errored';
  const alive = status === 'online' || status === 'launching' || status === 'stopping';
  return {
    name: description.name ?? '',
    status,
    pid: alive && description.pid ? description.pid : null,
    restarts: Number(pm2.restart_time ?? 0),
    uptimeMs: status === 'online' ? Math.max(0, Date.now() - Number(pm2.pm_uptime)) : 0,
    memoryBytes: description.monit?.memory ?? 0,
    cpuPercent: description.monit?.cpu ?? 0,
    dataFolder: typeof pm2[DATA_VARIABLE] === 'string' ? pm2[DATA_VARIABLE] : null,
    script: String(pm2.pm_exec_path ?? ''),
    ...(typeof pm2.exit_code === 'number' ? { exitCode: pm2.exit_code } : {}),
  };
}
