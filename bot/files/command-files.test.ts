import { mkdirSync, readdirSync } from 'node:fs';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import type * as CommandFiles from './command-files.js';
import { botFolder } from './folder.js';
import { syncFolder } from './sync-folder.js';

t.test('a command’s file is gone for good before the next command is done', async (t) => {
  const data = folderOf(t);
  const folder = botFolder(data, 'one');
  mkdirSync(folder.commands, { recursive: true });
  const synced: unknown[] = [];
  const heard = await t.mockImport<typeof CommandFiles>('./command-files.js', {
    './sync-folder.js': {
      async syncFolder(path: string) {
        await syncFolder(path);
        synced.push([path, readdirSync(path)]);
      },
    },
  });
  await heard.writeCommand(data, 'one', { name: 'pause' });
  const [command] = (await heard.readCommands(folder)).commands;
  await heard.removeCommand(command!.file);
  t.same(synced, [[folder.commands, []]], 'the folder is synced without it');
  await heard.removeCommand(command!.file);
  t.equal(synced.length, 2, 'one that is gone already is made sure of');
});
