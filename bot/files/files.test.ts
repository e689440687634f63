import { readFileSync, writeFileSync, appendFileSync, mkdirSync, rmSync } from 'node:fs';
import t, { type Test } from 'tap';
import { Rehearsal, settings } from '../../test/bot-kit.js';
import { step } from '../../core/engine.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import { checkpointText, writeCheckpoint } from './checkpoint.js';
import type { BotFolder } from './folder.js';
import { botFolder } from './folder.js';
import { Journal, encodeEntry, entriesAfter, journalFiles, readEntries } from './journal.js';
import { born, restore } from './restore.js';
import { Trades, readHistory } from './trades.js';
import { folderOf } from '../../test/folder.js';

/** A short life on disk: born, entered, filled, protected; answers its folder and final state. */
async function life(
  t: Test,
  checkpointAfter = -1,
): Promise<{ folder: BotFolder; state: BotState; lines: number }> {
  const folder = botFolder(folderOf(t), 'test');
  mkdirSync(folder.folder, { recursive: true });
  const rehearsal = new Rehearsal();
  rehearsal.holding();
  const journal = Journal.open(folder.events, 0);
  const birth = { type: 'born', tag: 'abcdefgh', settings: settings(), tradeCursor: '0', wall: 1 } as const;
  journal.append(birth, [], true);
  let state = born(birth);
  for (const [index, event] of rehearsal.events.entries()) {
    const next = step(planNamed, state, event);
    journal.append(event, next.effects, false);
    state = next.state;
    if (index === checkpointAfter)
      await writeCheckpoint(folder, checkpointText(state, journal.seq, journal.position(), 1));
  }
  const lines = journal.seq;
  journal.close();
  return { folder, state, lines };
}

t.test('a bot that never ran has no state', async (t) => {
  t.equal(await restore(botFolder(folderOf(t), 'test'), planNamed), null);
});

t.test('the journal alone gives the state back, to the last digit', async (t) => {
  const { folder, state, lines } = await life(t);
  const restored = await restore(folder, planNamed);
  t.same(restored?.state, state);
  t.equal(restored?.seq, lines);
});

t.test('a checkpoint spares the entries it covers', async (t) => {
  const { folder, state, lines } = await life(t, 1);
  const restored = await restore(folder, planNamed);
  t.same(restored?.state, state);
  t.equal(restored?.count, lines - 3);
});

t.test(
  'cut at every byte, the journal gives an earlier state or refuses; it never invents one',
  async (t) => {
    const { folder, lines } = await life(t);
    const whole = readFileSync(folder.events);
    for (let bytes = 0; bytes < whole.length; bytes += 7) {
      writeFileSync(folder.events, whole.subarray(0, bytes));
      const complete = whole.subarray(0, bytes).toString().split('\n').length - 1;
      const restored = await restore(folder, planNamed);
      if (complete === 0) t.equal(restored, null);
      else t.ok(restored !== null && restored.seq === complete && complete <= lines);
    }
  },
);

t.test('a torn last line is dropped and written over', async (t) => {
  const { folder, lines } = await life(t);
  appendFileSync(folder.events, '{"seq":99,"event":{"ty');
  const journal = Journal.open(folder.events, lines);
  journal.append({ type: 'time', time: 1, wall: 1 }, [], true);
  journal.close();
  t.equal([...readEntries(folder.events)].at(-1)?.seq, lines + 1);
});

t.test('a changed byte, a missing or doubled entry refuses with file, line and way out', async (t) => {
  const { folder } = await life(t);
  const lines = readFileSync(folder.events, 'utf8').trimEnd().split('\n');
  const damaged = (text: string[]) => {
    writeFileSync(folder.events, `${text.join('\n')}\n`);
    return t.rejects(restore(folder, planNamed), /events\.ndjson:\d+: .*restore the file from a backup/);
  };
  await damaged(
    lines.map((line, index) => (index === 2 ? line.replace('"close":100', '"close":900') : line)),
  );
  await damaged(lines.filter((_, index) => index !== 2));
  await damaged([...lines.slice(0, 3), ...lines.slice(2)]);
  await damaged([...lines.slice(0, 2), '\0'.repeat(80), ...lines.slice(3)]);
});

t.test('a damaged checkpoint is made good from the journal and left as it is', async (t) => {
  const { folder, state } = await life(t, 1);
  for (const text of [
    '',
    '{',
    '\0\0\0\0',
    readFileSync(folder.position, 'utf8').replace('"cash":"1000"', '"cash":"9000"'),
  ]) {
    writeFileSync(folder.position, text);
    const restored = await restore(folder, planNamed);
    t.same(restored?.state, state);
    t.match(restored?.notes, [/position\.json: .*recovered from the journal/]);
    t.equal(readFileSync(folder.position, 'utf8'), text);
  }
});

t.test('a checkpoint whose journal is gone refuses', async (t) => {
  const { folder } = await life(t, 1);
  writeFileSync(folder.events, '');
  await t.rejects(restore(folder, planNamed), /ends with entry 0, but the checkpoint counts 3/);
  rmSync(folder.events);
  await t.rejects(restore(folder, planNamed), /events\.ndjson is missing, but .*position\.json counts/);
});

t.test('an entry that gives other orders on replay refuses', async (t) => {
  const { folder } = await life(t);
  const entries = [...readEntries(folder.events)];
  const changed = entries.map((entry) => ({
    ...entry,
    effects: entry.effects.filter((effect) => effect.type !== 'place'),
  }));
  writeFileSync(folder.events, changed.map(encodeEntry).join(''));
  await t.rejects(restore(folder, planNamed), /gives other orders than it recorded/);
});

t.test('trades that only the journal knows are shown, and written at the next start', async (t) => {
  const { folder } = await life(t);
  const entries = [...readEntries(folder.events)];
  const { trades: shown } = await readHistory(folder.trades, entries);
  t.match(shown, [{ tradeId: '1', side: 'BUY', quantity: '10', fee: '0.01000000', feeAsset: 'BTC' }]);
  const trades = new Trades(folder.trades);
  trades.recover(entries);
  trades.recover(entries);
  appendFileSync(folder.trades, '{"tradeId":"2"');
  new Trades(folder.trades).recover(entries);
  t.same((await readHistory(folder.trades, entries)).trades, shown, 'once, and a torn line is cut');
});

t.test('a journal of many pieces and segments is read entry by entry, from any entry on', async (t) => {
  const { folder, lines } = await life(t);
  const journal = Journal.open(folder.events, lines);
  const much = 'x'.repeat(900);
  for (let time = 0; time < 300; time += 1) {
    journal.append({ type: 'command', time, wall: 1, uuid: much, name: 'pause' }, [], false);
    if (time % 100 === 99) journal.rotate(1, 0);
  }
  journal.append({ type: 'time', time: 1, wall: 1 }, [], true);
  const last = journal.seq;
  journal.close();
  t.equal(journalFiles(folder.events).length, 4);
  for (const seq of [0, lines, lines + 50, lines + 100, lines + 299, last]) {
    const seqs = [...entriesAfter(folder.events, seq)].map((entry) => entry.seq);
    t.same(
      seqs,
      Array.from({ length: last - seq }, (_, index) => seq + 1 + index),
    );
  }
  t.throws(() => [...entriesAfter(folder.events, last + 1)], /ends with entry/);
});
