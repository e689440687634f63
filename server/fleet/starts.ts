import { join } from 'node:path';
import { botFolder, readStatus, type BotStatus } from '../../bot/files/folder.js';
import { readLog, tail } from '../../bot/files/log.js';
import { FlotillaError } from './errors.js';
import { botProcess } from './names.js';
import type { ProcessSpec } from './supervisor.js';
import { waitFor } from './wait.js';

/** Above this private memory something is wrong with a bot (a healthy one has 15 MB private, 60 MB resident). */
const BOT_MEMORY_LIMIT_BYTES = 256 * 1024 * 1024;
const DECIDED_WITHIN_MS = 15_000;

/** The process of a bot. `data` is absolute, `script` the copy of the bundle it runs. */
export function botSpec(data: string, id: string, script: string): ProcessSpec {
  const { folder } = botFolder(data, id);
  return {
    name: botProcess(id),
    script,
    args: ['--data', data, '--id', id],
    cwd: folder,
    outFile: join(folder, 'out.log'),
    errorFile: join(folder, 'error.log'),
    dataFolder: data,
    memoryLimitBytes: BOT_MEMORY_LIMIT_BYTES,
  };
}

/**
 * Waits until the bot itself says what became of its start: a supervisor's "online" only means spawned.
 * `since` is the wall time before the start. Errors: BOT_REFUSED, BOT_START_FAILED.
 */
export async function untilReady(
  data: string,
  id: string,
  since: number,
  withinMs = DECIDED_WITHIN_MS,
): Promise<BotStatus> {
  const status = await waitFor(
    async () => {
      const said = await readStatus(data, id);
      const decided = said?.phase === 'ready' || said?.phase === 'refused';
      return decided && said.startedAt >= since ? said : null;
    },
    { withinMs },
  );
  if (status === null) {
    throw new FlotillaError(
      'BOT_START_FAILED',
      `The bot "${id}" did not get ready within ${withinMs / 1000} s; it is tried again until you stop it. ${await lastErrors(data, id)}`,
    );
  }
  if (status.phase === 'ready') return status;
  throw new FlotillaError(
    'BOT_REFUSED',
    `The bot "${id}" does not trade: ${status.errors.join(' ') || 'it does not say why.'}`,
  );
}

async function lastErrors(data: string, id: string): Promise<string> {
  const said = (await readStatus(data, id))?.errors ?? [];
  if (said.length > 0) return `It says: ${said.join(' ')}`;
  const logged = (await readLog(data, id, 200)).filter((line) => line.level === 'error').slice(-3);
  const lines =
    logged.length > 0
      ? logged.map((line) => line.message)
      : await tail(join(botFolder(data, id).folder, 'error.log'), 3);
  return lines.length > 0 ? `Its last errors: ${lines.join(' | ')}` : `See flotilla bot logs ${id}.`;
}
