/** `position.json`: the state at a journal entry, for a quick start and for people; the one before is kept beside it. */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BotState } from '../../core/state.js';
import type { BotFolder } from './folder.js';
import { checksum } from './journal.js';
import { syncFolder } from './sync-folder.js';
import { FILES_VERSION, NewerVersion, refuseNewer } from './versions.js';

export interface Checkpoint {
  readonly version: 1;
  readonly id: string;
  /** The journal entry after which this was the state. */
  readonly journalSeq: number;
  /** Where the journal's next line begins. */
  readonly journal: { readonly first: number; readonly offset: number };
  /** Wall time (ms). */
  readonly savedAt: number;
  /** CRC-32 of the text of all the rest. */
  readonly crc: string;
  readonly state: BotState;
}

export type ReadCheckpoint =
  { readonly found: Checkpoint } | { readonly missing: true } | { readonly damaged: string };

/** A damaged file is an answer, and is left as it is. Errors: `NewerVersion`. */
export async function readCheckpoint(file: string): Promise<ReadCheckpoint> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { missing: true };
  try {
    const checkpoint = JSON.parse(text) as Checkpoint;
    refuseNewer(file, checkpoint.version);
    if (checkpoint.version !== FILES_VERSION)
      return { damaged: `${file}: ${String(checkpoint.version)} is no version of a checkpoint` };
    if (!isSound(checkpoint))
      return { damaged: `${file}: it is not what the bot wrote (its checksum differs)` };
    return { found: checkpoint };
  } catch (error) {
    if (error instanceof NewerVersion) throw error;
    return { damaged: `${file}: ${(error as Error).message}` };
  }
}

/** Files of the first days have a checksum of the state alone. */
function isSound({ crc, state, ...about }: Checkpoint & { readonly checksum?: string }): boolean {
  const text = JSON.stringify(state);
  if (crc !== undefined) return checksum(JSON.stringify(about) + text) === crc;
  return about.checksum !== undefined && checksum(text) === about.checksum;
}

/** The file's text, a line for each part of the state: found out once, for the file and for its checksum. */
export function checkpointText(
  state: BotState,
  journalSeq: number,
  journal: { first: number; offset: number },
  savedAt: number,
): string {
  const parts = Object.entries(state).flatMap(([name, value]) => {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  const rest = { version: 1, id: state.settings.id, journalSeq, journal, savedAt } as const;
  // Put together as JSON.stringify(state) would be: the reader makes its checksum of that.
  const crc = checksum(`${JSON.stringify(rest)}{${parts.join(',')}}`);
  const about: Omit<Checkpoint, 'state'> = { ...rest, crc };
  return `${JSON.stringify(about).slice(0, -1)},\n"state":{\n${parts.join(',\n')}\n}}\n`;
}

/** Temporary file, sync, keep the old one aside, rename, sync the folder: at every instant one of them is whole. */
export async function writeCheckpoint(folder: BotFolder, text: string): Promise<void> {
  const temporary = `${folder.position}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(folder.position, folder.previousPosition).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(temporary, folder.position);
  await syncFolder(dirname(folder.position));
}
