import { open } from 'node:fs/promises';

/** What was created in a folder, renamed or removed is so on the disk when this resolves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
