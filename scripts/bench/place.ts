/** Where one figure is measured: a data folder, a real paper exchange, real bots, and nothing left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { paperAddressFile } from '../../exchange/connect.js';
import type { PaperAddress } from '../../exchange/venues.js';
import { NODE_FLAGS, THRIFTY_ALLOCATION } from '../../server/fleet/pm2.js';
import { root } from '../../test/fleet-run.js';

export type BotOptions = Readonly<Record<string, unknown>>;

export interface BotRun {
  readonly process: ChildProcess;
  /** From the spawn until the bot said that it is recovered and subscribed. */
  readonly readyMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export class Place {
  readonly home = mkdtempSync(join(tmpdir(), 'fl-bench-'));
  readonly data = join(this.home, 'data');
  private readonly children: ChildProcess[] = [];
  /** The paper exchange, once it was started. */
  paper: ChildProcess | null = null;

  /** The paper exchange as a process of its own. */
  async startPaper(options: readonly string[]): Promise<PaperAddress> {
    const folder = join(this.data, 'paper');
    mkdirSync(folder, { recursive: true });
    const script = join(root, 'dist', 'paper.cjs');
    const child = this.keep(spawn(process.execPath, [script, '--folder', folder, ...options], quiet()));
    this.paper = child;
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('{')) return JSON.parse(line) as PaperAddress;
    }
    throw new Error('The paper exchange did not start; is dist/ built? (npm run build)');
  }

  /** Sends bots to another address of the same exchange. */
  redirect(address: PaperAddress): void {
    writeFileSync(paperAddressFile(this.data), JSON.stringify(address));
  }

  writeBot(id: string, config: BotOptions): void {
    writeBotConfig(this.data, id, config);
  }

  /** The bot's program with the flags and variables that PM2 gives it. */
  async startBot(id: string, script = join(root, 'dist', 'bot.cjs')): Promise<BotRun> {
    const began = performance.now();
    const args = [...NODE_FLAGS, script, '--data', this.data, '--id', id];
    const env = { ...process.env, ...THRIFTY_ALLOCATION };
    const child = this.keep(spawn(process.execPath, args, { ...quiet(), env }));
    child.stdout!.resume();
    const ended = once(child, 'exit');
    const said = await Promise.race([once(child, 'message'), ended.then(() => null)]);
    if (said === null) throw new Error(`The bot ${id} did not start.`);
    const readyMs = performance.now() - began;
    const stop = async (signal: NodeJS.Signals = 'SIGINT') => {
      child.kill(signal);
      await ended;
    };
    return { process: child, readyMs, stop };
  }

  async end(): Promise<void> {
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private keep(child: ChildProcess): ChildProcess {
    this.children.push(child);
    return child;
  }
}

function quiet() {
  return { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] as ['ignore', 'pipe', 'inherit', 'ipc'] };
}

/** As a user would write it by hand. */
export function writeBotConfig(data: string, id: string, config: BotOptions): void {
  const folder = join(data, 'bots', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ id, ...config }, null, 2));
}

export async function step(control: string, klines: number): Promise<{ klines: number; done: boolean }> {
  const answer = await fetch(`${control}/step?klines=${klines}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`step: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { klines: number; done: boolean };
}
