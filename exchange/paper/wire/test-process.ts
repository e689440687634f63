/** The paper exchange as a process of its own, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Test } from 'tap';
// @ts-expect-error: a build script without types
import { leanBinance } from '../../binance/bundle-plugin.mjs';
import type { PaperAddress } from '../../venues.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The program as it is installed. */
export async function bundle(dir: string): Promise<string> {
  const outfile = join(dir, 'paper.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['exchange/paper/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [leanBinance],
    external: ['bufferutil', 'utf-8-validate'],
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  return outfile;
}

export interface Running {
  readonly child: ChildProcess;
  readonly address: PaperAddress;
}

/** Resolves when it accepts connections; ends with the test. */
export async function run(t: Test, program: string, args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return { child, address: JSON.parse(line) as PaperAddress };
}

/** At once, in whatever it is doing. */
export async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
