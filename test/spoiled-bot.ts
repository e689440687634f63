/** The bot as it is built, but for one signal that does what a file says: for strategies that nobody should write. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
// @ts-expect-error: a build script without types
import { leanBinance } from '../exchange/binance/bundle-plugin.mjs';
import { root, type FleetRun } from './fleet-run.js';

/** What the signal `manual` does in it: spin, throw beyond reach at its start, enter, exit, or hold. */
export type Whim = 'spin' | 'throw' | 'enter' | 'exit' | 'hold';

const SIGNAL = `
import { readFileSync } from 'node:fs';
import { z } from 'zod';
const whim = () => readFileSync(process.env.FLOTILLA_WHIM, 'utf8');
export const manual = {
  name: 'manual', title: 'Manual', description: '', parameters: z.object({}), warmup: () => 5, words: ({ code }) => code,
  create() {
    if (whim() === 'throw') setImmediate(() => { throw new Error('no good start'); });
    return { update() {
      while (whim() === 'spin');
      const action = whim() === 'enter' || whim() === 'exit' ? whim() : 'hold';
      return { action, reasons: [{ code: 'whim', values: {} }], indicators: {} };
    } };
  },
};`;

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

export class SpoiledBot {
  private readonly script: string;
  private readonly whim: string;
  readonly children: ChildProcess[] = [];

  constructor(private readonly fleet: FleetRun) {
    this.script = join(fleet.home, 'spoiled.cjs');
    this.whim = join(fleet.home, 'whim');
    this.does('hold');
  }

  does(whim: Whim): void {
    writeFileSync(this.whim, whim);
  }

  async bundle(): Promise<this> {
    await build({
      absWorkingDir: root,
      entryPoints: ['bot/main.ts'],
      outfile: this.script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      external: ['bufferutil', 'utf-8-validate'],
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
      logLevel: 'error',
      plugins: [leanBinance, { name: 'whim', setup: replaceSignal }],
    });
    return this;
  }

  /** Starts a copy; `ended` resolves with its exit code and all that it said. */
  start(id: string): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
    const child = spawn(process.execPath, [this.script, '--data', this.fleet.data, '--id', id], {
      env: { ...this.fleet.env, FLOTILLA_WHIM: this.whim },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, said }))) };
  }

  end(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

type Setup = NonNullable<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>;
const replaceSignal: Setup = (bundler) => {
  bundler.onLoad({ filter: /signals[\\/]manual\.ts$/ }, () => ({
    contents: SIGNAL,
    loader: 'js',
    resolveDir: join(root, 'strategies/signals'),
  }));
};
