import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { FlotillaError } from './errors.js';

/** The built programs that the supervisor runs, absolute. */
export interface Scripts {
  readonly bot: string;
  readonly paper: string;
}

/** What `npm install` built, seen from `dist/flotilla.js` as well as from the sources. */
export function builtScripts(): Scripts {
  const dist = distFolder();
  return { bot: join(dist, 'bot.cjs'), paper: join(dist, 'paper.cjs') };
}

/** The key agent's program. */
export const keysScript = (): string => join(distFolder(), 'keys.cjs');

/** The folder `dist` of this installation. */
export function distFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  if (basename(folder) === 'dist') return folder;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'dist');
}

const bundlesFolder = (data: string): string => join(data, '.bundles');

/**
 * A copy named by its content, for processes to run from: an upgrade replaces `dist/` while they trade on, and a
 * restart after a crash runs what the process ran before. Errors: NOT_BUILT.
 */
export async function versionedCopy(data: string, script: string): Promise<string> {
  const content = await readFile(script).catch(() => {
    throw new FlotillaError('NOT_BUILT', `${script} is missing. Build it with npm run build.`);
  });
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const copy = join(bundlesFolder(data), `${basename(script, '.cjs')}-${hash}.cjs`);
  const present = await readFile(copy).catch(() => null);
  if (present?.equals(content)) return copy;
  await mkdir(bundlesFolder(data), { recursive: true, mode: 0o700 });
  await writeFileAtomic(copy, content, { mode: 0o600 });
  return copy;
}

/** Removes the copies that nobody runs any more. */
export async function removeUnusedCopies(data: string, inUse: ReadonlySet<string>): Promise<void> {
  const names = await readdir(bundlesFolder(data)).catch(() => []);
  const unused = names.map((name) => join(bundlesFolder(data), name)).filter((copy) => !inUse.has(copy));
  await Promise.all(unused.map((copy) => rm(copy, { force: true })));
}
