import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { FlotillaError } from './errors.js';
import { memorySupervisor } from './memory.js';
import { pm2Supervisor, type Pm2Supervisor } from './pm2.js';
import { pm2Home } from './pm2-client.js';
import type { ProcessSpec, Supervisor } from './supervisor.js';
import { isAlive, waitFor } from './wait.js';

/** A process like ours: says ready, writes down what it was given, ends on SIGINT. */
const PROGRAM = `
const { writeFileSync } = require('node:fs');
writeFileSync(process.argv[2], JSON.stringify({ pid: process.pid, argv: process.argv.slice(3), env: process.env, flags: process.execArgv }));
process.on('SIGINT', () => { writeFileSync(process.argv[2] + '.end', 'SIGINT'); process.exit(0); });
process.on('disconnect', () => {});
setInterval(() => {}, 1000);
process.send?.('ready');
`;

async function temporaryFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fl-'));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function specIn(folder: string, changes: Partial<ProcessSpec> = {}): Promise<ProcessSpec> {
  const script = join(folder, 'program.cjs');
  await writeFile(script, PROGRAM);
  return {
    name: 'bot-one',
    script,
    args: [join(folder, 'seen.json'), '--id', 'one'],
    cwd: folder,
    outFile: join(folder, 'out.log'),
    errorFile: join(folder, 'error.log'),
    dataFolder: folder,
    memoryLimitBytes: 200 * 1024 * 1024,
    ...changes,
  };
}

/** What any supervisor must do. */
async function contract(t: Test, supervisor: Supervisor): Promise<void> {
  const folder = await temporaryFolder(t);
  await supervisor.connect();

  t.same(await supervisor.list(), [], 'it starts with no processes');

  const first = await supervisor.start(await specIn(folder));
  t.match(first, {
    name: 'bot-one',
    status: 'online',
    restarts: 0,
    dataFolder: folder,
    script: join(folder, 'program.cjs'),
  });
  t.type(first.pid, 'number');

  const second = await supervisor.start(await specIn(folder, { name: 'bot-two' }));
  t.same((await supervisor.list()).map((status) => status.name).sort(), ['bot-one', 'bot-two']);

  const again = await supervisor.start(await specIn(folder, { args: [join(folder, 'seen.json'), 'again'] }));
  t.not(again.pid, first.pid, 'starting a name anew replaces its process');
  t.equal((await supervisor.list()).length, 2, 'and leaves no second copy');

  await t.rejects(
    specIn(folder, { dataFolder: '/another/data' }).then((spec) => supervisor.start(spec)),
    { code: 'NAME_TAKEN', message: /bot-one is held by the data folder .*own PM2_HOME/ },
    'a name held by another data folder is refused',
  );
  t.equal(
    (await supervisor.list()).find((status) => status.name === 'bot-one')?.pid,
    again.pid,
    'and its process lives on',
  );

  const restarted = await supervisor.restart('bot-two');
  t.not(restarted.pid, second.pid);
  t.match(restarted, { name: 'bot-two', status: 'online', restarts: 1, dataFolder: folder });
  await t.rejects(supervisor.restart('bot-none'), { message: /bot-none/ });

  await supervisor.stop('bot-one');
  t.same(
    (await supervisor.list()).map((status) => status.name),
    ['bot-two'],
    'what is stopped is forgotten',
  );
  await supervisor.stop('bot-one');
  await supervisor.stop('bot-two');
  t.same(await supervisor.list(), []);
}

t.test('memory: the contract of a supervisor', (t) => contract(t, memorySupervisor()));

t.test('memory: a process that cannot start fails the start', async (t) => {
  const supervisor = memorySupervisor({ onStart: () => Promise.reject(new Error('no such script')) });
  await t.rejects(
    specIn(await temporaryFolder(t)).then((spec) => supervisor.start(spec)),
    /no such script/,
  );
  t.same(await supervisor.list(), []);
});

async function endDaemon(supervisor: Pm2Supervisor): Promise<void> {
  for (const { name } of await supervisor.list()) await supervisor.stop(name);
  const pid = await supervisor.daemonPid();
  await supervisor.disconnect();
  // Not pm2's killDaemon: its reconnect timer keeps this process alive for ever.
  if (pid !== null) process.kill(pid, 'SIGTERM');
  if (pid !== null) await waitFor(() => (isAlive(pid) ? null : true), { withinMs: 5_000 });
}

t.test('PM2', async (t) => {
  const before = { ...process.env };
  process.env.SECRET_OF_THE_USER = 'hunter2';
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --stack-trace-limit=7`;
  t.teardown(() => {
    process.env = before;
  });
  const home = await temporaryFolder(t);
  const supervisor = pm2Supervisor({ home });
  t.teardown(() => endDaemon(supervisor));

  await t.test('the contract of a supervisor', (t) => contract(t, supervisor));

  await t.test(
    'a process gets what its spec says, SIGINT at the end, and nothing of our environment',
    async (t) => {
      const folder = await temporaryFolder(t);
      await supervisor.start(await specIn(folder, { env: { EXTRA: 'yes' } }));
      const seen = JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8'));
      t.same(seen.argv, ['--id', 'one']);
      t.match(seen.env, { EXTRA: 'yes', FLOTILLA_DATA: folder, PATH: process.env.PATH });
      t.notOk(JSON.stringify(seen.env).includes('hunter2'), 'a secret of the shell stays there');
      t.notOk(seen.env.NODE_OPTIONS?.includes('--stack-trace-limit'), 'and so do its Node options');
      t.ok(seen.flags.includes('--max-semi-space-size=1'));
      await supervisor.stop('bot-one');
      t.equal(await readFile(join(folder, 'seen.json.end'), 'utf8'), 'SIGINT');
      t.notOk(isAlive(seen.pid), 'and stopping waits for its end');
    },
  );

  await t.test('a killed process is started again', async (t) => {
    const folder = await temporaryFolder(t);
    const { pid } = await supervisor.start(await specIn(folder));
    process.kill(pid as number, 'SIGKILL');
    const next = await waitFor(
      async () =>
        (await supervisor.list()).find((status) => status.status === 'online' && status.pid !== pid) ?? null,
      { withinMs: 10_000 },
    );
    t.match(next, { name: 'bot-one', restarts: 1 });
    await supervisor.stop('bot-one');
  });

  await t.test('a script that dies at once is not called online for long', async (t) => {
    const folder = await temporaryFolder(t);
    const script = join(folder, 'broken.cjs');
    await writeFile(script, 'throw new Error("broken bundle")');
    const spec = { ...(await specIn(folder)), script };
    const starting = supervisor.start(spec).catch(() => null);
    const seen = await waitFor(
      async () =>
        (await supervisor.list()).find((status) => status.status === 'waiting' || status.restarts > 1) ??
        null,
      { withinMs: 10_000 },
    );
    t.ok(seen, 'it waits to be restarted, or was restarted');
    t.match(await readFile(join(folder, 'error.log'), 'utf8'), /broken bundle/);
    await supervisor.stop('bot-one');
    await starting;
  });

  await t.test('a killed daemon is noticed, and a new one answers at once', async (t) => {
    const folder = await temporaryFolder(t);
    const { pid } = await supervisor.start(await specIn(folder));
    const daemon = (await supervisor.daemonPid()) as number;
    process.kill(daemon, 'SIGKILL');
    await waitFor(() => (isAlive(daemon) ? null : true), { withinMs: 5_000 });
    t.same(await supervisor.list(), [], 'a look says that nothing runs under it');
    const next = await supervisor.start(await specIn(folder, { name: 'bot-two' }));
    t.match(await supervisor.list(), [{ name: 'bot-two', pid: next.pid }], 'a start brings a new one');
    t.not(await supervisor.daemonPid(), daemon);
    t.ok(isAlive(pid as number), 'while the process it had started lives on');
    process.kill(pid as number, 'SIGINT');
  });

  await t.test('calls made while the daemon is only starting all get their answers', async (t) => {
    const folder = await temporaryFolder(t);
    const daemon = (await supervisor.daemonPid()) as number;
    for (const { name } of await supervisor.list()) await supervisor.stop(name);
    process.kill(daemon, 'SIGKILL');
    await waitFor(() => (isAlive(daemon) ? null : true), { withinMs: 5_000 });
    const starting = supervisor.start(await specIn(folder));
    const looked = waitFor(async () => ((await supervisor.list()).length === 1 ? true : null), {
      withinMs: 10_000,
    });
    t.match(await starting, { name: 'bot-one', status: 'online' });
    t.equal(await looked, true);
    await supervisor.stop('bot-one');
  });

  await t.test('a process speaks to one PM2 home only', async (t) => {
    await t.rejects(pm2Supervisor({ home: join(home, 'other') }).connect(), { message: /cannot also use/ });
  });
});

t.test('PM2: four programs that connect at once share one daemon', async (t) => {
  const home = await temporaryFolder(t);
  const program = join(import.meta.dirname, 'pm2.ts');
  const script = `const { pm2Supervisor } = await import(${JSON.stringify(program)});
    const supervisor = pm2Supervisor({ home: ${JSON.stringify(home)} });
    await supervisor.connect(); console.log(await supervisor.daemonPid()); await supervisor.disconnect();`;
  const outcomes = await Promise.all(
    [1, 2, 3, 4].map(() =>
      promisify(execFile)(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
        timeout: 30_000,
      }),
    ),
  );
  const daemons = new Set(outcomes.map(({ stdout }) => Number(stdout)));
  t.equal(daemons.size, 1, 'and each program ends by itself after disconnecting');
  for (const pid of daemons) process.kill(pid, 'SIGTERM');
  for (const pid of daemons) await waitFor(() => (isAlive(pid) ? null : true), { withinMs: 5_000 });
});

t.test('PM2: a home too long for its sockets is refused with a sentence', async (t) => {
  t.throws(() => pm2Home(`/tmp/${'x'.repeat(100)}`), FlotillaError);
  t.throws(() => pm2Home(`/tmp/${'x'.repeat(100)}`), { message: /105 bytes long.*shorter path/ });
});
