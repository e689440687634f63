/** Small JSON files as lowdb databases, on an adapter that is durable and never hides damage. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Low } from 'lowdb';
import type { Adapter } from 'lowdb';
import writeFileAtomic from 'write-file-atomic';

/** The file holds something that cannot be read as what it should be; it is left as it is. */
export class UnreadableFile extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.name = 'UnreadableFile';
  }
}

/**
 * lowdb's own file adapter neither syncs nor keeps modes; this one writes to a temporary file, syncs and renames
 * (write-file-atomic), readable by the owner only.
 */
class DurableJson<T> implements Adapter<T> {
  constructor(private readonly file: string) {}

  /** Null when there is no file. Throws `UnreadableFile` on anything that is not JSON. */
  async read(): Promise<T | null> {
    const text = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new UnreadableFile(this.file, (error as Error).message);
    }
  }

  async write(value: T): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  }
}

export async function readJson<T>(file: string): Promise<T | null> {
  const database = new Low<T | null>(new DurableJson<T | null>(file), null);
  await database.read();
  return database.data;
}

export async function writeJson<T>(file: string, value: T): Promise<void> {
  const database = new Low<T>(new DurableJson<T>(file), value);
  await database.write();
}
