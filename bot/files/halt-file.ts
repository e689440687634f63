/**
 * `data/halt.json`: the fleet's kill switch. It is thrown as long as the file is there, whatever stands in it, so that it
 * works without a server, outlives everything, and can be thrown with `touch`.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Halt } from '../../core/halt.js';
import { writeJson } from './json-file.js';
import { syncFolder } from './sync-folder.js';

export const HALT_FILE = 'halt.json';

export function haltFile(data: string): string {
  return join(resolve(data), HALT_FILE);
}

/** Whether it is thrown. One look at the file system; anything but a clear no is a yes. */
export function isHalted(data: string): boolean {
  try {
    return statSync(haltFile(data), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Null when it is not thrown. What cannot be read halts too, but sells nothing. */
export function readHalt(data: string): Halt | null {
  // An entry that leaves pays for this look: where nothing is, nothing is thrown and caught.
  if (!isHalted(data)) return null;
  try {
    return haltFrom(JSON.parse(readFileSync(haltFile(data), 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : UNREADABLE;
  }
}

const UNREADABLE: Halt = { id: 'by-hand', since: 0, flatten: false };

function haltFrom(value: unknown): Halt {
  const { id, since, flatten } = (value ?? {}) as Partial<Record<keyof Halt, unknown>>;
  if (typeof id !== 'string' || typeof since !== 'number') return UNREADABLE;
  return { id, since, flatten: flatten === true };
}

/** Throws the switch; when this resolves it is on the disk. A fleet that is halted and now flattens is halted anew. */
export async function writeHalt(data: string, { flatten }: { flatten: boolean }): Promise<Halt> {
  const before = readHalt(data);
  if (before !== null && (before.flatten || !flatten)) return before;
  const halt: Halt = { id: randomUUID(), since: before?.since || Date.now(), flatten };
  await writeJson(haltFile(data), halt);
  return halt;
}

/** Takes it back; whether it was thrown. */
export async function removeHalt(data: string): Promise<boolean> {
  try {
    await unlink(haltFile(data));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await syncFolder(resolve(data));
  return true;
}
