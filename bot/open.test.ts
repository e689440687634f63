/** How a bot comes back from what crashes and power cuts leave of its files. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { Exchange } from '../exchange/port.js';
import { flatKline, settings, START } from '../test/bot-kit.js';
import { folderOf } from '../test/folder.js';
import { botFolder } from './files/folder.js';
import type { Loop } from './loop.js';
import { openLoop } from './open.js';
import type { Output } from './output.js';
import { Refusal, refusalOf, StorageRefusal } from './refusal.js';

const exchange = { now: () => START, fills: async () => [] } as unknown as Exchange;

function bot(t: Test, segmentBytes = 1_000_000) {
  const folder = botFolder(folderOf(t), 'test');
  mkdirSync(folder.folder, { recursive: true });
  const lines: string[] = [];
  const failures: Error[] = [];
  const output = {
    line: (_level: string, code: string, message: string) => void lines.push(`${code}: ${message}`),
    later: (tell: () => void) => tell(),
  } as unknown as Output;
  const open = (): Promise<Loop> =>
    openLoop({
      folder,
      settings: settings(),
      exchange,
      output,
      appliesTo: 'next-cycle',
      perform: () => undefined,
      say: () => undefined,
      failed: (error) => void failures.push(error),
      segmentBytes,
    });
  return { folder, open, lines, failures };
}

let klines = 0;

function hear(loop: Loop, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const kline = flatKline((klines += 1), 100);
    const verdict = { action: 'hold', reasons: [], indicators: {} } as const;
    loop.dispatch({ type: 'kline', time: kline.closeTime, wall: START, kline, verdict });
  }
}

t.test('a crash between a full journal file and the next one loses nothing', async (t) => {
  const { folder, open } = bot(t);
  const loop = await open();
  hear(loop, 5);
  await loop.close();
  // As the rename leaves it, before the next file is there.
  renameSync(folder.events, `${folder.folder}/events.1.ndjson`);
  const again = await open();
  t.same(again.state, loop.state);
  hear(again, 1);
  await again.close();
  t.ok(existsSync(folder.events), 'it goes on in a new file');
  t.same((await open()).state, again.state);
});

t.test('a damaged checkpoint is kept aside and never takes the place of a sound one', async (t) => {
  const { folder, open, lines } = bot(t);
  const loop = await open();
  hear(loop, 3);
  await loop.save();
  hear(loop, 3);
  await loop.close();
  const sound = readFileSync(folder.previousPosition, 'utf8');
  writeFileSync(folder.position, '{"version":1,');
  const again = await open();
  t.same(again.state, loop.state);
  t.match(lines, [/recovered: .*position\.json.*recovered from the journal/]);
  t.equal(readFileSync(folder.previousPosition, 'utf8'), sound);
  hear(again, 1);
  await again.save();
  t.equal(readFileSync(`${folder.position}.damaged`, 'utf8'), '{"version":1,');
  t.equal(readFileSync(folder.previousPosition, 'utf8'), sound, 'the damaged one did not displace it');
  await again.close();
});

t.test(
  'journal files go only when both checkpoints cover them: either can then be recovered from',
  async (t) => {
    const { folder, open } = bot(t, 2_000);
    const loop = await open();
    for (let round = 0; round < 8; round += 1) {
      hear(loop, 6);
      await loop.save();
    }
    await loop.close();
    t.notOk(readdirSync(folder.folder).includes('events.1.ndjson'), 'old files are removed');
    rmSync(folder.position);
    const again = await open();
    t.same(again.state, loop.state, 'the checkpoint before the last and the journal give the state');
    await again.close();
  },
);

t.test('files that cannot be read now are a refusal that is tried again, damaged ones are not', async (t) => {
  const { folder, open } = bot(t);
  const loop = await open();
  hear(loop, 3);
  await loop.close();
  writeFileSync(folder.events, 'no journal\n\n');
  const damaged = await open().catch((error: unknown) => error);
  t.ok(damaged instanceof Refusal);
  t.notOk(damaged instanceof StorageRefusal);
  const busy = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  t.ok(refusalOf(busy) instanceof StorageRefusal);
  t.equal(refusalOf(busy).message, busy.message);
});
