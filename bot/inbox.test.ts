import { mkdirSync, readdirSync } from 'node:fs';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { writeCommand } from './files/command-files.js';
import { botFolder } from './files/folder.js';
import { Inbox } from './inbox.js';
import type { Output } from './output.js';

/** More than the core keeps answers of: one that came back with the power would be done again. */
const MANY = 60;

t.test('of many commands each one’s file is gone before the next is done', async (t) => {
  const data = folderOf(t);
  const folder = botFolder(data, 'one');
  mkdirSync(folder.commands, { recursive: true });
  for (let index = 0; index < MANY; index += 1) await writeCommand(data, 'one', { name: 'pause' });
  const lying: number[] = [];
  const output = { line: () => undefined } as unknown as Output;
  const inbox = new Inbox(folder, output, () => async () => {
    lying.push(readdirSync(folder.commands).length);
    return true;
  });
  await inbox.work();
  t.same(
    lying,
    Array.from({ length: MANY }, (_, index) => MANY - index),
  );
  t.same(readdirSync(folder.commands), []);
});

t.test('one that cannot be done yet holds up those after it', async (t) => {
  const data = folderOf(t);
  const folder = botFolder(data, 'one');
  mkdirSync(folder.commands, { recursive: true });
  for (let index = 0; index < 3; index += 1) await writeCommand(data, 'one', { name: 'pause' });
  let asked = 0;
  const output = { line: () => undefined } as unknown as Output;
  const inbox = new Inbox(folder, output, () => async () => (asked += 1) < 2);
  await inbox.work();
  t.equal(asked, 2);
  t.equal(readdirSync(folder.commands).length, 2);
});
