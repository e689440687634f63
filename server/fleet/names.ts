import { FlotillaError } from './errors.js';
import type { ProcessSpec, ProcessStatus } from './supervisor.js';

export const PAPER_PROCESS = 'flotilla-paper';
/** Holds the master key of a passphrase in memory. */
export const KEYS_PROCESS = 'flotilla-keys';

/** In the environment of every process that a supervisor of ours started. */
export const SUPERVISED_MARK = 'FLOTILLA_SUPERVISED';

const BOT = 'bot-';

export const botProcess = (id: string): string => `${BOT}${id}`;

/** The bot whose process has this name; null for what is no bot's. */
export const botOfProcess = (name: string): string | null =>
  name.startsWith(BOT) ? name.slice(BOT.length) : null;

/** Errors: NAME_TAKEN when the process belongs to another data folder (or to no fleet at all). */
export function refuseForeign(present: ProcessStatus, spec: Pick<ProcessSpec, 'name' | 'dataFolder'>): void {
  if (present.dataFolder === spec.dataFolder) return;
  if (spec.name === PAPER_PROCESS && present.dataFolder !== null) {
    throw new FlotillaError(
      'NAME_TAKEN',
      `Another fleet runs under this PM2, in the data folder ${present.dataFolder}; one PM2 keeps one fleet. End that one with flotilla down --data ${present.dataFolder}, or give this one a PM2_HOME of its own.`,
    );
  }
  const owner =
    present.dataFolder === null
      ? 'a program that is not part of a fleet'
      : `the data folder ${present.dataFolder}`;
  throw new FlotillaError(
    'NAME_TAKEN',
    `The process name ${spec.name} is held by ${owner}. Stop that one, choose another id, or give this fleet its own PM2_HOME.`,
  );
}
