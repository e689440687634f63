import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { initialState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import { settings } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';
import { checkpointText, writeCheckpoint } from './checkpoint.js';
import { botFolder, type BotFolder } from './folder.js';
import { Journal, encodeEntry } from './journal.js';
import { restore } from './restore.js';

async function justBorn(t: Test): Promise<BotFolder> {
  const folder = botFolder(folderOf(t), 'test');
  mkdirSync(folder.folder, { recursive: true });
  const journal = Journal.open(folder.events, 0);
  journal.append(
    { type: 'born', tag: 'abcdefgh', settings: settings(), tradeCursor: '0', wall: 1 },
    [],
    true,
  );
  await writeCheckpoint(
    folder,
    checkpointText(initialState(settings(), 'abcdefgh'), 1, journal.position(), 1),
  );
  journal.close();
  return folder;
}

t.test('a checkpoint of a newer version is refused with a sentence, and left as it is', async (t) => {
  const folder = await justBorn(t);
  const newer = readFileSync(folder.position, 'utf8')
    .replace('"version":1', '"version":2')
    .replace('"version": 1', '"version": 2');
  writeFileSync(folder.position, newer);
  await t.rejects(
    restore(folder, planNamed),
    /position\.json is of version 2, this one knows 1: a newer Flotilla wrote it/,
  );
  t.equal(readFileSync(folder.position, 'utf8'), newer);
});

t.test('so is a journal with an entry that only a newer version knows', async (t) => {
  const folder = await justBorn(t);
  const event = { type: 'teleported', time: 1, wall: 1 } as never;
  appendFileSync(folder.events, encodeEntry({ seq: 2, event, effects: [] }));
  await t.rejects(restore(folder, planNamed), /entry 2 is a "teleported", which this version does not know/);
});

t.test('a state that lacks what came later is read, the rest as at the beginning', async (t) => {
  const folder = await justBorn(t);
  const { unprotected: _, ...older } = initialState(settings(), 'abcdefgh');
  const { first, offset } = { first: 1, offset: readFileSync(folder.events).length };
  await writeCheckpoint(folder, checkpointText(older as never, 1, { first, offset }, 2));
  const event = { type: 'time', time: 1, wall: 1 } as const;
  appendFileSync(folder.events, encodeEntry({ seq: 2, event, effects: [] }));
  const restored = await restore(folder, planNamed);
  t.equal(restored?.state.unprotected, null);
  t.equal(restored?.seq, 2);
});
