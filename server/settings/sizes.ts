import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSize } from '../../views/settings-model.js';

/** A fleet's folder has thousands of files: counted at most this often (ms). */
const KEPT_MS = 60_000;

/** What lies in the data folder, part by part, the largest first. */
export class Sizes {
  readonly #folder: string;
  readonly #now: () => number;
  #known: { readonly at: number; readonly parts: Promise<readonly FileSize[]> } | null = null;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  parts(): Promise<readonly FileSize[]> {
    if (this.#known === null || this.#now() - this.#known.at > KEPT_MS)
      this.#known = { at: this.#now(), parts: partsOf(this.#folder) };
    return this.#known.parts;
  }
}

async function partsOf(folder: string): Promise<FileSize[]> {
  const parts: FileSize[] = [];
  const loose = { name: 'other files', files: 0, bytes: 0 };
  for (const entry of await list(folder)) {
    if (!entry.isDirectory()) {
      loose.files += 1;
      loose.bytes += await sizeOf(join(folder, entry.name));
    } else parts.push({ name: entry.name, ...(await count(join(folder, entry.name))) });
  }
  return [...parts, ...(loose.files > 0 ? [loose] : [])].sort((a, b) => b.bytes - a.bytes);
}

/** Links are not followed. */
async function count(folder: string): Promise<{ files: number; bytes: number }> {
  const total = { files: 0, bytes: 0 };
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = await count(path);
      total.files += inner.files;
      total.bytes += inner.bytes;
    } else if (entry.isFile()) {
      total.files += 1;
      total.bytes += await sizeOf(path);
    }
  }
  return total;
}

const list = async (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

const sizeOf = async (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
