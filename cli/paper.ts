import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { builtScripts } from '../server/fleet/bundles.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { define, type CommonOptions } from './command.js';
import { addMarketOptions, marketArgs, type MarketOptions } from './market-options.js';

/** `flotilla paper`: the paper exchange in the foreground; it prints its address as one line of JSON. */
export function paperCommand(program: Command): void {
  const command = program
    .command('paper')
    .description('runs a paper exchange in the foreground and prints its address when it accepts connections')
    .option('--port <port>', 'default: the last one, or any free one');
  define<CommonOptions & MarketOptions & { port?: string }>(
    addMarketOptions(command),
    ({ data }, options) => {
      const { paper } = builtScripts();
      if (!existsSync(paper))
        throw new FlotillaError('NOT_BUILT', `${paper} is missing. Build it with npm run build.`);
      const args = [
        '--folder',
        join(data, 'paper'),
        ...(options.port === undefined ? [] : ['--port', options.port]),
      ];
      return run(paper, [...args, ...(marketArgs(options) ?? [])]);
    },
  );
}

/** Runs it in our place: its output is ours, signals reach it, its exit code is ours. */
function run(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 0));
  });
}
