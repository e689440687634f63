import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RecordedFleet } from '../server/audit/recorded-fleet.js';
import { pm2Supervisor } from '../server/fleet/pm2.js';
import { DONE, Output } from './output.js';

/** What every command has: its data folder, its voice, and the fleet when it asks for it. */
export interface Context {
  /** Absolute. */
  readonly data: string;
  readonly output: Output;
  /** The fleet under the user's own PM2. */
  readonly fleet: () => RecordedFleet;
}

export interface CommonOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** `--data`, else FLOTILLA_DATA or ./data (and there, where a command keeps to itself, the folder `within`). */
export function dataFolder({ data }: CommonOptions, within: string | null = null): string {
  if (data !== undefined) return resolve(data);
  return resolve(process.env.FLOTILLA_DATA || 'data', within ?? '.');
}

/** A word of a command as a shell takes it. */
export const commandWord = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Adds the options of every command and runs `work`, whose answer is the exit code. The connection to PM2 is closed
 * at the end: it would keep the program alive. A look at the fleet leaves no daemon behind where there was none.
 */
export function define<Options extends CommonOptions>(
  command: Command,
  work: (context: Context, options: Options, args: readonly string[]) => Promise<number | void>,
  { within = () => null }: { within?: (options: Options) => string | null } = {},
): Command {
  return command
    .option('--data <folder>', 'the data folder (default: ./data, or FLOTILLA_DATA)')
    .option('--json', 'answer in JSON')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const options = self.opts<Options>();
      const output = new Output(options.json ?? false);
      const data = dataFolder(options, within(options));
      const supervisor = once(() => pm2Supervisor());
      const fleet = once(() => new RecordedFleet({ data, supervisor: supervisor.get() }));
      try {
        process.exitCode = (await work({ data, output, fleet: fleet.get }, options, self.args)) ?? DONE;
      } catch (error) {
        process.exitCode = output.failure(error);
      } finally {
        await supervisor.made()?.leave();
        // What a command left open must not keep it from ending: PM2's client, when its daemon is killed and another
        // comes, may connect again behind our back, and would hold the command for ever.
        setTimeout(() => process.exit(), EXIT_AFTER_MS).unref();
      }
    });
}

const EXIT_AFTER_MS = 2_000;

function once<Thing>(make: () => Thing): { get: () => Thing; made: () => Thing | undefined } {
  let thing: Thing | undefined;
  return { get: () => (thing ??= make()), made: () => thing };
}
