import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { isAlive, waitFor } from '../server/fleet/wait.js';

const FLOTILLA = fileURLToPath(new URL('../dist/flotilla.js', import.meta.url));

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A private home for PM2 and data, and the built command run in it; all processes are ended with the test. */
export async function commandLine(t: Test) {
  const home = await mkdtemp(join(tmpdir(), 'fl-'));
  const data = join(home, 'data');
  const env: NodeJS.ProcessEnv = { ...process.env, PM2_HOME: join(home, 'pm2'), FLOTILLA_DATA: data };
  delete env.NODE_OPTIONS;
  const children: ChildProcess[] = [];

  const run = (...args: string[]): Promise<Answer> => typing('', ...args);

  /** As `run`, with something on its standard input. */
  const typing = (input: string, ...args: string[]): Promise<Answer> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [FLOTILLA, ...args],
        { env, cwd: home, timeout: 60_000 },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
      // One that reads nothing may have ended already.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });

  /** A command that stays; its first line on stdout, as JSON. */
  const begin = async <Line>(
    ...args: string[]
  ): Promise<{ child: ChildProcess; line: Line; ended: Promise<number> }> => {
    const child = spawn(process.execPath, [FLOTILLA, ...args], { env, cwd: home });
    children.push(child);
    const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
    const text = await new Promise<string>((resolve, reject) => {
      let [out, err] = ['', ''];
      child.stderr?.on('data', (chunk) => (err += String(chunk)));
      child.stdout?.on('data', (chunk) => (out += String(chunk)).includes('\n') && resolve(out));
      void ended.then((code) =>
        reject(new Error(`it ended with ${code} before its first line: ${out}${err}`)),
      );
    });
    return { child, line: JSON.parse(text.split('\n')[0] as string) as Line, ended };
  };

  t.teardown(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.all(
      children.map((child) =>
        waitFor(() => (child.exitCode === null && child.signalCode === null ? null : true), {
          withinMs: 15_000,
        }),
      ),
    );
    await run('down');
    const daemon = Number(await readFile(join(home, 'pm2/pm2.pid'), 'utf8').catch(() => '0'));
    if (daemon > 0 && isAlive(daemon)) process.kill(daemon, 'SIGTERM');
    await waitFor(() => (daemon > 0 && isAlive(daemon) ? null : true), { withinMs: 5_000 });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  return { home, data, run, typing, begin };
}

/** What a command answered with --json. */
export function json<Value = Record<string, unknown>>(answer: Answer): Value {
  return JSON.parse(answer.stdout) as Value;
}
