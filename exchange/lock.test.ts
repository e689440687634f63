import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { acquireLock, LockedError, lockHolder } from './lock.js';
import { folderOf } from '../test/folder.js';

t.test('a folder is held once, and free again after release', async (t) => {
  const folder = join(folderOf(t), 'bots', 'btc-dip');
  const lock = await acquireLock(folder, 'bot btc-dip');
  t.match(await lockHolder(folder), { pid: process.pid, purpose: 'bot btc-dip' });
  const refusal = await acquireLock(folder, 'bot btc-dip').then(
    () => null,
    (error: unknown) => error,
  );
  t.ok(refusal instanceof LockedError);
  t.equal((refusal as LockedError).holder?.pid, process.pid);
  t.match((refusal as LockedError).message, /is in use by process \d+ \(bot btc-dip\)/);
  lock.release();
  t.equal(await lockHolder(folder), null);
  (await acquireLock(folder, 'bot btc-dip')).release();
});

t.test('another folder is another lock', async (t) => {
  const folder = folderOf(t, { a: {}, b: {} });
  const a = await acquireLock(join(folder, 'a'), 'bot a');
  const b = await acquireLock(join(folder, 'b'), 'bot b');
  a.release();
  b.release();
});

t.test(
  'a kill frees the folder',
  { skip: process.platform !== 'linux' && 'needs abstract sockets' },
  async (t) => {
    const folder = folderOf(t);
    const { createHash } = await import('node:crypto');
    const name = `flotilla-${createHash('sha256').update(folder).digest('hex')}`;
    const hold = `require('net').createServer(s=>s.end(JSON.stringify({pid:process.pid,purpose:'bot x'}))).listen('\\0${name}',()=>console.log('held'))`;
    const child = spawn(process.execPath, ['-e', hold], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    await t.rejects(acquireLock(folder, 'bot x'), { name: 'LockedError', holder: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await acquireLock(folder, 'bot x')).release();
  },
);
