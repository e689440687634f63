import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * The text of a config, of the file itself alone: a link could lead to any file of the machine, whose text would be shown
 * as settings, and a pipe would be waited for. Errors: the system's, or with the codes ELOOP and ENOENT a sentence that
 * follows the file's name.
 */
export async function readConfigFile(file: string): Promise<string> {
  // Where the system has no such flag (Windows) it counts as none.
  const handle = await open(file, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw notThere();
      throw error.code === 'ELOOP' ? notItself('a symbolic link') : error;
    },
  );
  try {
    const found = await handle.stat();
    if (!found.isFile() && !found.isDirectory()) throw notItself('no regular file');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function notItself(what: string): NodeJS.ErrnoException {
  const message = `it is ${what}, which is not followed; put the file itself in its place`;
  return Object.assign(new Error(message), { code: 'ELOOP' });
}

function notThere(): NodeJS.ErrnoException {
  const message =
    'it is not there; put it back, or write it anew (what it said is in config.history.ndjson beside it)';
  return Object.assign(new Error(message), { code: 'ENOENT' });
}
