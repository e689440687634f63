import { mkdirSync, readdirSync } from 'node:fs';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { readCommands, removeCommand, writeCommand } from './command-files.js';
import { botFolder } from './folder.js';
import { syncFolder } from './sync-folder.js';

t.test('a command’s file is gone for good before the next command is done', async (t) => {
  const data = folderOf(t);
  const folder = botFolder(data, 'one');
  mkdirSync(folder.commands, { recursive: true });
  const synced: unknown[] = [];
  const sync = async (path: string): Promise<void> => {
    await syncFolder(path);
    synced.push([path, readdirSync(path)]);
  };
  await writeCommand(data, 'one', { name: 'pause' });
  const [command] = (await readCommands(folder)).commands;
  await removeCommand(command!.file, sync);
  t.same(synced, [[folder.commands, []]], 'the folder is synced without it');
  await removeCommand(command!.file, sync);
  t.equal(synced.length, 2, 'one that is gone already is made sure of');
});
