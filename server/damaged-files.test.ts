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

t.test('of a bot whose books cannot be read, no page makes figures up', async (t) => {
  const data = folderOf(t);
  for (const id of ['journal', 'position', 'sound']) writeConfig(data, { ...CONFIG, id, name: id });
  writeFileSync(join(data, 'bots', 'journal', 'events.ndjson'), '{"seq":1,"time"\n');
  writeFileSync(join(data, 'bots', 'position', 'position.json'), '{"half');
  const server = await testServer(data);
  t.teardown(() => server.close());
  for (const id of ['journal', 'position']) {
    t.equal((await server.app.inject(`/api/bots/${id}`)).json().booksUnread, true);
    const page = (await server.app.inject(`/bots/${id}`)).body;
    t.match(page, 'Its books cannot be read');
    t.match(page, 'Not known: its books cannot be read.');
    t.match((await server.app.inject(`/bots/${id}/delete`)).body, 'Whatever it holds, and its orders');
    await t.rejects(server.fleet.delete(id), { code: 'BOT_HOLDS_POSITION' });
    t.notMatch(page, /Press Start: it begins|Nothing rests on the exchange/);
  }
  const fleet = (await server.app.inject('/')).body;
  t.equal(
    fleet.match(/<td class="c-equity r">(?=[^—]*<\/td>)/g)?.length,
    1,
    'the sound one alone has an equity',
  );
});
