/** The program `flotilla-paper`: starts the paper exchange, says where it is on one line, and runs until told to stop. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseOptions } from './wire/argv.js';
import type { PaperOptions } from './wire/options.js';
import { startPaper } from './wire/paper.js';

export { parseOptions } from './wire/argv.js';
export { PaperOptionError, type PaperOptions } from './wire/options.js';

/** Runs until a signal or `POST <control>/stop`. Prints the address as one JSON line when it accepts connections. */
async function runPaper(options: PaperOptions): Promise<void> {
  survive();
  const paper = await startPaper(options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void paper.stop());
  for (const note of paper.notes) console.error(note);
  console.log(JSON.stringify(paper.address));
  process.send?.('ready');
  await paper.stopped;
}

/** A supervisor that dies takes its pipe and its channel with it; the market goes on. */
function survive(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.on('disconnect', () => undefined);
}

async function main(): Promise<void> {
  try {
    await runPaper(parseOptions(process.argv.slice(2)));
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(isUsersMistake(error) ? 2 : 1);
  }
}

function isUsersMistake(error: unknown): boolean {
  return ['PaperOptionError', 'KlineFileError'].includes((error as Error).name);
}

/** Under PM2 this file is loaded by its container, which names it in `pm_exec_path`. */
function isProgram(): boolean {
  const self = fileURLToPath(import.meta.url);
  return [process.argv[1], process.env.pm_exec_path].some((path) => {
    try {
      return path !== undefined && realpathSync(path) === realpathSync(self);
    } catch {
      return false;
    }
  });
}

if (isProgram()) void main();
