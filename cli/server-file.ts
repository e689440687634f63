import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a running server notes its process and address, for `down` and for people. */
export const serverFile = (data: string): string => join(data, 'server.json');

export interface ServerFile {
  readonly pid: number;
  readonly url: string;
  /** The options it was started with, as `flotilla up` takes them again. Absent in older files. */
  readonly options?: readonly string[];
}

/** Null when there is none, or it cannot be read; whether the server lives, its lock tells. */
export async function readServerFile(data: string): Promise<ServerFile | null> {
  try {
    return JSON.parse(await readFile(serverFile(data), 'utf8')) as ServerFile;
  } catch {
    return null;
  }
}
