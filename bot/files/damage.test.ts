/** Damage at every byte: what comes back is exactly what was, or a refusal with a sentence. Never a state that is made up. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import { Rehearsal, settings } from '../../test/bot-kit.js';
import { step } from '../../core/engine.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import { checkpointText, writeCheckpoint } from './checkpoint.js';
import { botFolder, type BotFolder } from './folder.js';
import { Journal } from './journal.js';
import { refugeFile } from './refuge.js';
import { born, restore } from './restore.js';
import { readSpare, reserveFile } from './spare.js';
import { historyLines, Trades } from './trades.js';

interface Life {
  readonly folder: BotFolder;
  /** The state after each journal entry, by its number. */
  readonly states: readonly (BotState | null)[];
  readonly journal: Journal;
}

/** Born, entered, filled, protected; with a checkpoint, and trades, on the way. */
async function life(t: Test): Promise<Life> {
  const folder = botFolder(folderOf(t), 'test');
  mkdirSync(folder.folder, { recursive: true });
  const rehearsal = new Rehearsal();
  rehearsal.holding();
  const journal = Journal.open(folder.events, 0);
  const trades = new Trades(folder.trades);
  trades.recover([]);
  const birth = { type: 'born', tag: 'abcdefgh', settings: settings(), tradeCursor: '0', wall: 1 } as const;
  journal.append(birth, [], true);
  let state = born(birth);
  const states: (BotState | null)[] = [null, state];
  for (const [index, event] of rehearsal.events.entries()) {
    const next = step(planNamed, state, event);
    journal.append(event, next.effects, true);
    trades.append(historyLines(next.effects, journal.seq));
    state = next.state;
    states.push(state);
    if (index < 2) await writeCheckpoint(folder, checkpointText(state, journal.seq, journal.position(), 1));
  }
  return { folder, states, journal };
}

/** The state that the damaged files give, null for a bot that never ran, or the sentence that refuses. */
async function outcome(folder: BotFolder): Promise<BotState | string | null> {
  try {
    return (await restore(folder, planNamed))?.state ?? null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A sentence that names a file of the bot, and a way out where there is one. */
function refuses(found: unknown, folder: BotFolder): boolean {
  return typeof found === 'string' && found.includes(folder.folder) && !found.includes('undefined');
}

function isOf(states: readonly unknown[], found: unknown): boolean {
  return states.some((state) => JSON.stringify(state) === JSON.stringify(found));
}

/** Each byte cut, emptied to the end, or with one bit changed. */
function* damages(whole: Buffer): Generator<[string, Buffer]> {
  for (let at = 0; at < whole.length; at += 1) {
    yield [`cut at ${at}`, whole.subarray(0, at)];
    if (at % 16 === 0)
      yield [`nothing from ${at}`, Buffer.concat([whole.subarray(0, at), Buffer.alloc(whole.length - at)])];
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 1 << (at % 8);
    yield [`bit ${at % 8} of ${at}`, flipped];
  }
}

t.test('the journal, at every byte', async (t) => {
  const { folder, states, journal } = await life(t);
  journal.close();
  for (const file of [folder.position, folder.previousPosition, folder.trades]) rmSync(file);
  const whole = readFileSync(folder.events);
  const wrong: string[] = [];
  for (const [how, bytes] of damages(whole)) {
    writeFileSync(folder.events, bytes);
    const found = await outcome(folder);
    // A changed bit is always noticed; what was cut off cannot be told from what was never written.
    const right = how.startsWith('bit')
      ? refuses(found, folder)
      : refuses(found, folder) || isOf(states, found);
    if (!right) wrong.push(`${how}: ${JSON.stringify(found)}`);
  }
  t.same(wrong, []);
});

t.test('with a checkpoint less than it counts refuses', async (t) => {
  const { folder, states, journal } = await life(t);
  const { seq } = journal;
  journal.close();
  const whole = readFileSync(folder.events);
  const wrong: string[] = [];
  for (let at = 0; at < whole.length; at += 1) {
    writeFileSync(folder.events, whole.subarray(0, at));
    const found = await outcome(folder);
    const covered = whole.subarray(0, at).toString().split('\n').length - 1 >= 3;
    if (covered ? !isOf(states.slice(3), found) : !refuses(found, folder)) wrong.push(`cut at ${at}`);
  }
  t.same(wrong, []);
  t.equal(states.length, seq + 1);
});

t.test('the checkpoint, at every byte: made good from the journal', async (t) => {
  const { folder, states, journal } = await life(t);
  journal.close();
  const whole = readFileSync(folder.position);
  const wrong: string[] = [];
  for (const [how, bytes] of damages(whole)) {
    writeFileSync(folder.position, bytes);
    const found = await outcome(folder);
    // Another version is refused, for it may know better.
    const right =
      isOf([states.at(-1)], found) || (refuses(found, folder) && String(found).includes('version'));
    if (!right) wrong.push(`${how}: ${JSON.stringify(found)}`);
  }
  t.same(wrong, []);
  rmSync(folder.position);
  t.same(await outcome(folder), states.at(-1), 'missing');
  writeFileSync(folder.position, readFileSync(folder.previousPosition));
  t.same(await outcome(folder), states.at(-1), 'an older one');
  writeFileSync(`${folder.position}.new`, whole.subarray(0, 40));
  t.same(await outcome(folder), states.at(-1), 'beside one that was being written');
});

t.test('without journal and checkpoint a bot that has traded is not born again', async (t) => {
  const { folder, journal } = await life(t);
  journal.close();
  for (const file of [folder.events, folder.position, folder.previousPosition]) rmSync(file);
  t.match(await outcome(folder), /are gone or empty, but .*trades\.ndjson tells of trades/);
});

t.test('the history of trades is mended, and the damaged file is kept', async (t) => {
  const { folder, journal } = await life(t);
  journal.close();
  const whole = readFileSync(folder.trades, 'utf8');
  const { replayed } = (await restore(folder, planNamed))!;
  for (const damaged of [whole.replace('"100"', '"900"'), whole.replace('{', '\0')]) {
    writeFileSync(folder.trades, damaged);
    t.match(new Trades(folder.trades).recover(replayed), /trades\.ndjson:1: not what the bot wrote/);
    t.equal(readFileSync(folder.trades, 'utf8'), whole);
    t.equal(readFileSync(`${folder.trades}.damaged`, 'utf8'), damaged);
  }
});

t.test(
  'while the journal cannot be written its entries stand in the reserve, and move when it can',
  async (t) => {
    const { folder, journal } = await life(t);
    const before = readFileSync(folder.events);
    journal.giveWay(new Error('no space left'));
    for (let time = 1; time <= 3; time += 1) journal.append({ type: 'time', time, wall: time }, [], true);
    const { seq } = journal;
    t.ok(readFileSync(folder.events).equals(before), 'the journal is as it was');
    const restored = (await restore(folder, planNamed))!;
    t.equal(restored.seq, seq);
    t.equal(restored.kept.spare.length, 3);
    journal.abandon();
    const next = Journal.open(folder.events, restored.seq, restored.kept);
    t.equal(next.failing, null);
    next.append({ type: 'time', time: 4, wall: 4 }, [], true);
    next.close();
    const after = (await restore(folder, planNamed))!;
    t.equal(after.seq, seq + 1);
    t.same(after.kept.spare, []);
    t.ok(
      readFileSync(reserveFile(folder.events)).every((byte) => byte === 0),
      'nothing is left in the reserve',
    );
  },
);

t.test('the reserve, at every byte of its last entries', async (t) => {
  const { folder, states, journal } = await life(t);
  journal.giveWay(new Error('no space left'));
  for (let time = 1; time <= 3; time += 1) journal.append({ type: 'time', time, wall: time }, [], true);
  journal.abandon();
  const reserve = reserveFile(folder.events);
  const whole = readFileSync(reserve);
  const { bytes } = readSpare(reserve);
  const wrong: string[] = [];
  for (let at = 0; at < bytes; at += 1) {
    const torn = Buffer.from(whole).fill(0, at);
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 1 << (at % 8);
    writeFileSync(reserve, torn);
    const cut = await outcome(folder);
    if (!isOf([states.at(-1)], cut)) wrong.push(`cut at ${at}: ${JSON.stringify(cut)}`);
    writeFileSync(reserve, flipped);
    if (!refuses(await outcome(folder), folder)) wrong.push(`bit of ${at}`);
  }
  t.same(wrong, []);
});

t.test('a reserve that is full gives way to memory that outlives the process', async (t) => {
  const { folder, journal } = await life(t);
  t.teardown(() => rmSync(refugeFile(folder.folder)!, { force: true }));
  journal.giveWay(new Error('no space left'));
  const uuid = 'x'.repeat(60_000);
  for (let time = 1; time <= 8; time += 1)
    journal.append({ type: 'command', time, wall: time, uuid, name: 'pause' }, [], true);
  const { seq } = journal;
  journal.abandon();
  t.ok(existsSync(refugeFile(folder.folder)!));
  t.equal(statSync(refugeFile(folder.folder)!).mode & 0o777, 0o600);
  const restored = (await restore(folder, planNamed))!;
  t.equal(restored.seq, seq);
  Journal.open(folder.events, restored.seq, restored.kept).close();
  t.notOk(existsSync(refugeFile(folder.folder)!));
  t.equal((await restore(folder, planNamed))?.seq, seq);
});
