import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { capsJsonSchema, editCaps, parseCaps, type CapChange, type Caps } from '../config/caps.js';

/** The caps of the whole fleet, a file that people edit. */
export function capsFile(data: string): string {
  return join(resolve(data), 'caps.json');
}

async function readText(data: string): Promise<string | null> {
  return readFile(capsFile(data), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** No caps where there is no file. Errors: `ConfigError` with file, line and column. */
export async function readCaps(data: string): Promise<Caps> {
  const text = await readText(data);
  return text === null ? {} : parseCaps(text, capsFile(data));
}

/** Sets and takes away caps; all or nothing. Answers them as they are then. Errors: `ConfigError`. */
export async function changeCaps(data: string, changes: readonly CapChange[]): Promise<Caps> {
  const file = capsFile(data);
  const text = editCaps(await readText(data), changes, file);
  await writeFileAtomic(file, text, { mode: 0o600 });
  await writeFileAtomic(
    join(resolve(data), 'caps.schema.json'),
    `${JSON.stringify(capsJsonSchema(), null, 2)}\n`,
    {
      mode: 0o600,
    },
  );
  return parseCaps(text, file);
}
