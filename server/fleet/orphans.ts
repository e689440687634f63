import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { botFolder } from '../../bot/files/folder.js';
import { lockHolder } from '../../exchange/lock.js';
import { FlotillaError } from './errors.js';
import { botProcess, PAPER_PROCESS, SUPERVISED_MARK } from './names.js';
import type { ProcessStatus } from './supervisor.js';
import { isAlive, waitFor } from './wait.js';

/** A process that trades on although its supervisor is gone: it holds its folder's lock, and no supervisor knows it. */
export interface Orphan {
  /** The name it had, and will have again. */
  readonly name: string;
  /** Null for the paper exchange. */
  readonly botId: string | null;
  readonly pid: number;
}

const END_WITHIN_MS = 10_000;

/** Who holds a folder's lock without being a process of the supervisor; only our bots and paper exchanges count. */
async function orphanOf(
  folder: string,
  name: string,
  botId: string | null,
  list: () => Promise<readonly ProcessStatus[]>,
): Promise<Orphan | null> {
  const holder = await lockHolder(folder);
  if (holder === null || holder.pid === process.pid || !/^(bot|paper)\b/.test(holder.purpose)) return null;
  // Asked after the lock, so that a process restarted in between is not taken for an orphan.
  const known = (await list()).some((status) => status.pid === holder.pid);
  const orphaned = !known && isAlive(holder.pid) && (await wasSupervised(holder.pid));
  return orphaned ? { name, botId, pid: holder.pid } : null;
}

/** A program that somebody runs by hand in a terminal is theirs to end: what a supervisor started carries its mark. */
async function wasSupervised(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${SUPERVISED_MARK}=1`);
}

export function botOrphan(
  data: string,
  id: string,
  list: () => Promise<readonly ProcessStatus[]>,
): Promise<Orphan | null> {
  return orphanOf(botFolder(data, id).folder, botProcess(id), id, list);
}

export function paperOrphan(
  data: string,
  list: () => Promise<readonly ProcessStatus[]>,
): Promise<Orphan | null> {
  return orphanOf(join(data, 'paper'), PAPER_PROCESS, null, list);
}

/**
 * Ends it cleanly: SIGINT, and after ten seconds SIGKILL, which is safe at any instant but leaves work to recovery.
 * Errors: BOT_STOP_FAILED when it outlives even that.
 */
export async function endOrphan({ name, pid }: Orphan): Promise<void> {
  const gone = (): true | null => (isAlive(pid) ? null : true);
  signal(pid, 'SIGINT');
  if (await waitFor(gone, { withinMs: END_WITHIN_MS })) return;
  signal(pid, 'SIGKILL');
  if (await waitFor(gone, { withinMs: 2_000 })) return;
  throw new FlotillaError(
    'BOT_STOP_FAILED',
    `${name} (process ${pid}) lives without its supervisor and does not end. End it with kill -9 ${pid}.`,
  );
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
