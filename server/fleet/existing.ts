import { lstat } from 'node:fs/promises';
import { botFolder } from '../../bot/files/folder.js';
import { FlotillaError } from './errors.js';

/** Errors: BOT_EXISTS. */
export async function refuseExisting(data: string, id: string): Promise<void> {
  const present = await lstat(botFolder(data, id).config).catch(() => null);
  if (present === null) return;
  throw new FlotillaError(
    'BOT_EXISTS',
    `There is a bot "${id}" already. Choose another id, or delete that one first.`,
    { field: 'id' },
  );
}
