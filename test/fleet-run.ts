/**
 * A real fleet for tests and scripts: `flotilla up` as a child process with its own data folder and PM2 home, everything
 * on loopback, and ended again whatever happens.
 */
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BotView } from '../bot/files/view.js';
import type { PaperAddress } from '../exchange/venues.js';

const run = promisify(execFile);
/** The repository's root, from the sources and from a bundle in node_modules/.cache alike. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));
export const command = join(root, 'dist', 'flotilla.js');

function findRoot(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string };
    if (name === 'flotilla') return folder;
  } catch {
    // Not here: look above.
  }
  if (dirname(folder) === folder) throw new Error('the repository was not found');
  return findRoot(dirname(folder));
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Ready {
  readonly url: string;
  readonly paper: PaperAddress;
  readonly token: string;
  readonly login: string | null;
  readonly error?: { readonly message: string };
}

export class FleetRun {
  readonly home: string;
  readonly data: string;
  readonly pm2Home: string;
  readonly env: NodeJS.ProcessEnv;
  url = '';
  /** The API token of this start. */
  token = '';
  /** The link of the first user. */
  login: string | null = null;
  paper!: PaperAddress;
  private up: ChildProcess | null = null;

  constructor() {
    // Short, because PM2's sockets must fit into 107 bytes.
    this.home = mkdtempSync(join(tmpdir(), 'fl-'));
    this.data = join(this.home, 'data');
    this.pm2Home = join(this.home, 'pm2');
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.env = { ...env, PM2_HOME: this.pm2Home, FLOTILLA_DATA: this.data, HOME: this.home };
    process.once('exit', this.abandon);
  }

  /** `flotilla up` with these options; resolves when its line says that it is ready. */
  async start(options: readonly string[], timeoutMs = 60_000): Promise<void> {
    const args = [command, 'up', '--json', '--port', '0', ...options];
    const child = (this.up = spawn(process.execPath, args, {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }));
    const line = await firstLine(child, timeoutMs);
    const ready = JSON.parse(line) as Ready;
    if (ready.error !== undefined) throw new Error(ready.error.message);
    this.url = ready.url;
    this.token = ready.token;
    this.login = ready.login;
    this.paper = ready.paper;
  }

  /** A request to the server with the token of this start. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.token}`);
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  /** The pid of the control server. */
  get serverPid(): number {
    return this.up?.pid ?? 0;
  }

  async cli(...args: string[]): Promise<Ran> {
    try {
      const { stdout, stderr } = await run(process.execPath, [command, ...args], {
        env: this.env,
        maxBuffer: 50_000_000,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: code ?? 1, stdout: stdout ?? '', stderr: stderr ?? String(error) };
    }
  }

  /** As `cli`, and the answer read as JSON. Errors when the command failed. */
  async json<T>(...args: string[]): Promise<T> {
    const ran = await this.cli(...args, '--json');
    if (ran.code !== 0)
      throw new Error(`flotilla ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}${ran.stdout}`);
    return JSON.parse(ran.stdout) as T;
  }

  show(id: string): Promise<BotView> {
    return this.json<BotView>('bot', 'show', id);
  }

  /**
   * As `show`, without a process for it where a server runs: what it answers. Files are read anew; what it says of the
   * process may be some seconds old.
   */
  async look(id: string): Promise<BotView> {
    if (this.up === null) return this.show(id);
    const answer = await this.ask(`/api/bots/${id}`);
    if (!answer.ok) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as BotView;
  }

  async step(klines: number): Promise<{ time: number; klines: number; done: boolean }> {
    const answer = await fetch(`${this.paper.control}/step?klines=${klines}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`step: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { time: number; klines: number; done: boolean };
  }

  /** A signed request as any Binance client would send it. */
  async signed<T>(path: string, params: Record<string, string> = {}, method = 'GET'): Promise<T> {
    const query = new URLSearchParams({
      ...params,
      timestamp: String(Date.now()),
      recvWindow: '5000',
    }).toString();
    const signature = createHmac('sha256', this.paper.secret).update(query).digest('hex');
    const answer = await fetch(`${this.paper.rest}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'X-MBX-APIKEY': this.paper.key },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Ends only the server, as a closed terminal would. */
  async stopServer(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.up;
    this.up = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  /** Ends everything that was started: bots, paper exchange, server, PM2 daemon; removes the folders. */
  async end(): Promise<void> {
    await this.cli('down').catch(() => undefined);
    // The demo lives in a folder of its own.
    if (existsSync(join(this.data, 'demo'))) await this.cli('down', '--data', join(this.data, 'demo'));
    await this.stopServer('SIGKILL');
    const pid = daemonPid(this.pm2Home);
    if (pid !== null) await endProcess(pid);
    process.removeListener('exit', this.abandon);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** The runner gave up on us: nothing of ours may stay behind. */
  private readonly abandon = (): void => {
    this.up?.kill('SIGKILL');
    const pid = daemonPid(this.pm2Home);
    if (pid !== null) signal(pid, 'SIGTERM');
  };
}

function daemonPid(home: string): number | null {
  try {
    return Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
  } catch {
    return null;
  }
}

/** Asks it to end (the daemon ends its processes first) and waits until it has. */
async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    if (!signal(pid, 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signal(pid, 'SIGKILL');
}

/** False when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function firstLine(child: ChildProcess, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    const fail = (reason: string) => reject(new Error(`flotilla up ${reason}: ${err}${out}`));
    const timer = setTimeout(() => fail(`said nothing within ${timeoutMs} ms`), timeoutMs);
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const end = out.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(out.slice(0, end));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}
