import { readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type pm2Types from 'pm2';
import { FlotillaError } from './errors.js';
import { inTurn } from './turns.js';
import { isAlive, waitFor } from './wait.js';

export type Pm2 = typeof pm2Types;

/** A Unix socket's path ends at about 107 bytes, and PM2 puts `/interactor.sock` behind its home. */
const LONGEST_HOME_BYTES = 90;

const CONNECT_MS = 15_000;

/** The folder PM2 keeps itself in: `home`, else PM2_HOME, else the user's own. Errors: SUPERVISOR_FAILED when too long. */
export function pm2Home(home?: string): string {
  const folder = resolve(home ?? process.env.PM2_HOME ?? join(homedir(), '.pm2'));
  const bytes = Buffer.byteLength(folder);
  if (bytes <= LONGEST_HOME_BYTES) return folder;
  throw new FlotillaError(
    'SUPERVISOR_FAILED',
    `PM2_HOME ${folder} is ${bytes} bytes long; PM2 hangs above ${LONGEST_HOME_BYTES}, because its sockets live there. Set PM2_HOME to a shorter path.`,
  );
}

let loaded: { home: string; pm2: Pm2 } | null = null;

/** PM2 reads its home once, while it is imported: one process therefore knows one home. */
async function load(home: string): Promise<Pm2> {
  if (loaded === null) {
    mkdirSync(home, { recursive: true });
    process.env.PM2_HOME = home;
    process.env.PM2_DISCRETE_MODE = '1';
    process.env.PM2_DISABLE_VERSION_CHECK = '1';
    process.env.PM2_NO_INTERACTION = 'true';
    loaded = { home, pm2: (await import('pm2')).default };
  }
  if (loaded.home === home) return loaded.pm2;
  throw new FlotillaError(
    'SUPERVISOR_FAILED',
    `This process speaks to PM2 in ${loaded.home} already and cannot also use ${home}.`,
  );
}

/** One connection to one PM2 daemon, made anew when the daemon died. */
export class Pm2Client {
  readonly home: string;
  #pm2: Pm2 | null = null;
  #daemon: number | null = null;
  #connecting: Promise<Pm2> | null = null;
  /** The daemon that this connection started. */
  #started: number | null = null;

  constructor(home?: string) {
    this.home = pm2Home(home);
  }

  /** Connects, starting the daemon if there is none. Calls at once share one attempt: a second would cut the first off. */
  async connect(): Promise<Pm2> {
    if (this.#pm2 !== null && this.#daemon !== null && isAlive(this.#daemon)) return this.#pm2;
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /** Several processes take turns: together they would start a daemon each. */
  async #open(): Promise<Pm2> {
    const pm2 = await load(this.home);
    await inTurn(this.home, 'PM2 daemon start', async () => {
      forgetConnection(pm2);
      const before = await this.daemonPid();
      await withoutNodeOptions(() => within(CONNECT_MS, 'connect', (done) => pm2.connect(done)));
      this.#daemon = await this.daemonPid();
      if (this.#daemon !== before) this.#started = this.#daemon;
    });
    this.#pm2 = pm2;
    return pm2;
  }

  /** One request to the daemon. A daemon killed in between would leave it hanging for ever, hence the deadline. */
  async call<Answer>(
    name: string,
    ms: number,
    send: (pm2: Pm2, done: (error: Error | null, answer: Answer) => void) => void,
  ): Promise<Answer> {
    const pm2 = await this.connect();
    return within(ms, name, (done) => send(pm2, done));
  }

  async daemonPid(): Promise<number | null> {
    const text = await readFile(join(this.home, 'pm2.pid'), 'utf8').catch(() => '');
    const pid = Number.parseInt(text, 10);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  }

  async daemonLives(): Promise<boolean> {
    const pid = await this.daemonPid();
    return pid !== null && isAlive(pid);
  }

  get startedDaemon(): boolean {
    return this.#started !== null;
  }

  /** Ends the daemon if this connection started it. Not with `killDaemon`, which sends us a SIGQUIT. */
  async endOwnDaemon(): Promise<void> {
    const pid = this.#started;
    await this.disconnect();
    if (pid === null || !isAlive(pid)) return;
    process.kill(pid, 'SIGTERM');
    await waitFor(() => (isAlive(pid) ? null : true), { withinMs: 5_000 });
  }

  /** Closes the connection; the daemon and its processes live on. */
  async disconnect(): Promise<void> {
    const pm2 = this.#pm2;
    this.#pm2 = null;
    this.#daemon = null;
    if (pm2 !== null) forgetConnection(pm2);
  }
}

interface AxonSocket {
  close(): void;
  closing: boolean;
}

/** Closes the socket by hand: `pm2.disconnect()` does not when the daemon is dead, and its reconnect timer never ends. */
function forgetConnection(pm2: Pm2): void {
  const client = (pm2 as unknown as { Client?: { client?: unknown; client_sock?: AxonSocket } }).Client;
  client?.client_sock?.close();
  if (client !== undefined) client.client = null;
}

/** A test runner's loader in NODE_OPTIONS would be inherited by the daemon and, through it, weigh on every bot. */
async function withoutNodeOptions<Result>(work: () => Promise<Result>): Promise<Result> {
  const options = process.env.NODE_OPTIONS;
  delete process.env.NODE_OPTIONS;
  try {
    return await work();
  } finally {
    if (options !== undefined) process.env.NODE_OPTIONS = options;
  }
}

/** How the sentence of an answer that did not come begins. */
export const NO_ANSWER = 'PM2 did not answer';

function within<Answer>(
  ms: number,
  name: string,
  send: (done: (error: Error | null, answer?: Answer) => void) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new FlotillaError(
          'SUPERVISOR_FAILED',
          `${NO_ANSWER} "${name}" within ${ms / 1000} s. See whether it runs with npx pm2 ping.`,
        ),
      );
    }, ms);
    send((error, answer) => {
      clearTimeout(timer);
      if (error) reject(failure(name, error));
      else resolve(answer as Answer);
    });
  });
}

function failure(name: string, error: unknown): FlotillaError {
  const said = Array.isArray(error)
    ? error.map(String).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
  return new FlotillaError('SUPERVISOR_FAILED', `PM2 refused "${name}": ${said}`, { cause: error });
}
