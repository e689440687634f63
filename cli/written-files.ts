import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { usage } from './backtest-input.js';

/**
 * Files that a command will write when its work is done, by the option that names each: told before hours of work if they
 * cannot be. Errors: USAGE.
 */
export function refuseUnwritable(files: Readonly<Record<string, string | undefined>>): void {
  const places = new Map<string, string>();
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const place = resolve(file);
    const other = places.get(place);
    if (other !== undefined)
      throw usage(option, `--${option} and --${other} name the same file ${file}; give each its own.`);
    places.set(place, option);
    const problem = file === '' ? 'is empty' : problemOf(place);
    if (problem !== null)
      throw usage(option, `--${option} should name a file to write: ${JSON.stringify(file)} ${problem}.`);
  }
}

function problemOf(file: string): string | null {
  const folder = dirname(file);
  const known = statSync(folder, { throwIfNoEntry: false });
  if (known === undefined) return `lies in the folder ${folder}, which is not there`;
  if (!known.isDirectory()) return `lies in ${folder}, which is no folder`;
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return 'is a folder';
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return `lies in the folder ${folder}, in which you may not write`;
  }
  return null;
}
