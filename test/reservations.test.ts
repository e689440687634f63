/** Money is given once, whoever asks, and given back whoever dies. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { changeCaps } from '../bot/files/caps-file.js';
import { botFolder, readDesired, writeDesired, writeStatus } from '../bot/files/folder.js';
import { readReservation, readReservations, reservationsFolder } from '../bot/files/reservations.js';
import { startPaper } from '../exchange/paper/wire/paper.js';
import { Fleet } from '../server/fleet/fleet.js';
import { memorySupervisor } from '../server/fleet/memory.js';
import { staleReservations } from '../server/fleet/reserving.js';
import { folderOf } from './folder.js';
import type { Told } from './reserving-process.js';

const ROUNDS = 50;
/** So many of them are about the account, whose last word costs a fifth of a second; the others about a cap. */
const ON_ACCOUNT = 5;

async function child(t: Test, file: string, args: string[] = []): Promise<ChildProcess> {
  const process = fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio: 'ignore' });
  t.teardown(() => process.kill('SIGKILL'));
  return process;
}

async function answer(process: ChildProcess, told: Told): Promise<boolean> {
  process.send(told);
  const [said] = (await once(process, 'message')) as [{ won?: boolean; error?: string }];
  if (said.error !== undefined) throw new Error(said.error);
  return said.won === true;
}

/** A bot whose process is thought to run: stopped and flat it would only lose what it has to the next who asks. */
function bot(data: string, id: string): void {
  mkdirSync(botFolder(data, id).folder, { recursive: true });
  const config = {
    id,
    symbol: 'BTCUSDT',
    interval: '5m',
    budget: '600',
    signal: { name: 'rsi' },
    plan: { name: 'single' },
  };
  writeFileSync(botFolder(data, id).config, JSON.stringify(config));
}

t.test('of two processes that ask for the last money at once, exactly one gets it', async (t) => {
  const data = folderOf(t);
  const ids = ['one', 'two'];
  for (const id of ids) {
    bot(data, id);
    await writeDesired(data, id, 'running');
  }
  const processes = await Promise.all(
    ids.map(async () => {
      const process = await child(t, './reserving-process.ts');
      await once(process, 'message');
      return process;
    }),
  );
  const won = { one: 0, two: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round === ON_ACCOUNT) await changeCaps(data, [{ key: 'fleet.USDT', amount: '1000' }]);
    const total = round < ON_ACCOUNT ? '1000' : '5000';
    const at = Date.now() + 5;
    const answers = await Promise.all(
      processes.map((process, index) => answer(process, { data, id: ids[index]!, total, at })),
    );
    if (answers.filter(Boolean).length !== 1) return t.fail(`round ${round}: ${answers.join(' and ')}`);
    const winner = answers[0] === true ? 'one' : 'two';
    won[winner] += 1;
    t.same(
      (await readReservations(data)).map(({ id, amount }) => [id, amount]),
      [[winner, '600']],
    );
    rmSync(reservationsFolder(data), { recursive: true });
  }
  t.comment(`one won ${won.one} times, two ${won.two} times`);
});

async function market(t: Test): Promise<{ data: string; script: string; fleet: Fleet }> {
  const data = folderOf(t);
  const paper = await startPaper({
    folder: join(data, 'paper'),
    port: 0,
    seed: 7,
    start: Date.UTC(2024, 0),
    speed: 'manual',
    deposit: { USDT: '1000' },
  });
  t.teardown(() => paper.stop());
  const script = join(data, 'bot.cjs');
  writeFileSync(script, '// bot');
  const supervisor = memorySupervisor({
    onStart: async (spec) => {
      const at = Date.now();
      await writeStatus(data, basename(spec.cwd), {
        phase: 'ready',
        pid: 1,
        since: at,
        startedAt: at,
        errors: [],
      });
    },
  });
  return { data, script, fleet: new Fleet({ data, supervisor, scripts: { bot: script, paper: script } }) };
}

t.test('killed between setting aside and starting: nothing is doubled, nothing leaks', async (t) => {
  const { data, script, fleet } = await market(t);
  for (const id of ['dead', 'other']) bot(data, id);
  const killed = await child(t, './killed-start.ts', [data, script, 'dead']);
  t.same(await once(killed, 'exit'), [null, 'SIGKILL']);
  t.match(await readReservation(data, 'dead'), { amount: '600', account: 'paper' });
  t.equal(await readDesired(data, 'dead'), 'running', 'it is to run, as its user said');
  await t.rejects(fleet.start('other'), {
    code: 'BUDGET_UNCOVERED',
    message: /holds 1,000.00 USDT; dead needs 600.00 of it, so at most 400.00 are left/,
  });
  t.equal(await readDesired(data, 'other'), 'stopped');
  await fleet.start('dead');
  t.equal((await readReservations(data)).length, 1, 'started again, it is not given twice');
  await fleet.stop('dead');
  t.same(await readReservations(data), [], 'stopped and flat, it has given it back');
  await fleet.start('other');
  await fleet.delete('other');
  t.same(await readReservations(data), []);
});

t.test('a stop whose end nobody saw gives its money to the next who needs it', async (t) => {
  const { data, fleet } = await market(t);
  for (const id of ['gone', 'next']) bot(data, id);
  await fleet.start('gone');
  await writeDesired(data, 'gone', 'stopped');
  const stale = () =>
    staleReservations(
      data,
      new Map([
        ['gone', null],
        ['next', null],
      ]),
    );
  t.match(await stale(), [{ id: 'gone', message: /600.00 USDT on paper .* stopped and holds nothing/ }]);
  await fleet.start('next');
  t.same(
    (await readReservations(data)).map(({ id }) => id),
    ['next'],
  );
  t.same(await stale(), []);
});

t.test('what nobody can account for is counted, named, and given to nobody', async (t) => {
  const { data, fleet } = await market(t);
  for (const id of ['deleted', 'next']) bot(data, id);
  await fleet.start('deleted');
  rmSync(botFolder(data, 'deleted').folder, { recursive: true });
  await t.rejects(fleet.start('next'), { code: 'BUDGET_UNCOVERED', message: /deleted needs 600.00/ });
  t.match(await staleReservations(data, new Map([['next', null]])), [
    { id: 'deleted', message: /which is no bot any more/ },
  ]);
  const [file = ''] = readdirSync(reservationsFolder(data));
  writeFileSync(join(reservationsFolder(data), file), '{');
  await t.rejects(fleet.start('next'), {
    code: 'RESERVATIONS_UNREADABLE',
    message: /is no reservation: nobody can say/,
  });
  t.match(await staleReservations(data, new Map([['next', null]])), [
    { id: 'deleted', message: /is no reservation/ },
  ]);
  rmSync(join(reservationsFolder(data), file));
  await fleet.start('next');
});
