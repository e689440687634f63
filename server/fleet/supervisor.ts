/** The supervisor port: who starts, stops and watches processes. Implementations: PM2, and memory for unit tests. */
export interface ProcessSpec {
  /** `bot-<id>`, `flotilla-paper`. */
  readonly name: string;
  /** Absolute path of the script (a versioned copy of the bundle). */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly outFile: string;
  readonly errorFile: string;
  /** The data folder it belongs to; a name held by another folder is refused. */
  readonly dataFolder: string;
  /** Restarted above this; absent: no limit. */
  readonly memoryLimitBytes?: number;
  /** Kept in the supervisor's dump in clear text: never a secret. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProcessStatus {
  readonly name: string;
  /** online: spawned (not: ready). waiting: crashed, to be restarted after a pause. */
  readonly status: 'online' | 'launching' | 'stopping' | 'stopped' | 'waiting' | 'errored';
  readonly pid: number | null;
  readonly restarts: number;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly cpuPercent: number;
  readonly dataFolder: string | null;
  readonly script: string;
  /** Of its last end, where it ended by itself and the supervisor knows. */
  readonly exitCode?: number;
}

export interface Supervisor {
  /** Opens the connection, starting the daemon if there is none. */
  connect(): Promise<void>;
  /** Closes the connection; processes live on. */
  disconnect(): Promise<void>;
  /** Starts it, or restarts one of the same name with the new spec. Errors when another data folder holds the name. */
  start(spec: ProcessSpec): Promise<ProcessStatus>;
  /** Ends it and forgets it; does nothing when there is none. */
  stop(name: string): Promise<void>;
  restart(name: string): Promise<ProcessStatus>;
  list(): Promise<ProcessStatus[]>;
}
