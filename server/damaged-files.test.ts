/** A slip in a file that is edited by hand ends no server: who may look is then nobody, until it is mended. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { CONFIG, testServer, writeConfig } from './testing.js';

t.test('while owners or users cannot be read, live pages show nothing, and the server goes on', async (t) => {
  const data = folderOf(t);
  writeConfig(data, { ...CONFIG, id: 'mine', name: 'Mine' });
  let port = 0;
  const server = await testServer(data, { port: () => port });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { user, headers } = await server.signIn('tina', 'trader');
  await server.owners.set('mine', { owner: user.id });
  const until = async (what: () => boolean, why: string): Promise<void> => {
    for (const end = performance.now() + 5_000; !what(); await pause(20))
      if (performance.now() > end) throw new Error(`it never came to ${why}`);
  };
  const stream = await fetch(`http://127.0.0.1:${port}/events`, { headers });
  let [text, ended] = ['', false];
  void (async () => {
    for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString();
  })()
    .catch(() => undefined)
    .finally(() => (ended = true));
  await until(() => text.includes('id="totals"'), 'the totals');
  const mine = (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/api/bots/mine`, { headers }).then(({ status }) => status);

  const owners = join(data, 'owners.json');
  const sound = readFileSync(owners, 'utf8');
  writeFileSync(owners, '{');
  writeConfig(data, { ...CONFIG, id: 'mine', name: 'Mine changed' });
  await until(() => text.includes('Your fleet is empty'), 'the end of the row');
  t.notMatch(text, /Mine changed/);
  t.equal(await mine(), 503);
  writeFileSync(owners, sound);
  await until(() => text.includes('Mine changed'), 'the row again');
  t.equal(await mine(), 200);

  writeFileSync(join(data, 'users.json'), '{');
  await until(() => ended, 'the end of the stream');
  t.equal(await mine(), 503);
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});
