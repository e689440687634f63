/** What one client may take of the server (FAULTS.md §8, 14). */
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { testServer } from './testing.js';

t.test('a session holds sixteen live pages open, and no request waits for ever', async (t) => {
  let port = 0;
  const server = await testServer(folderOf(t), { port: () => port });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  port = (server.app.server.address() as AddressInfo).port;
  t.teardown(() => server.close());
  const [anna, bert] = [await server.signIn('anna', 'viewer'), await server.signIn('bert', 'viewer')];
  const open = (headers: Record<string, string>): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port, path: '/events', headers, agent: false }, resolve);
      sent.on('error', reject);
      t.teardown(() => sent.destroy());
    });
  const opened = await Promise.all(Array.from({ length: 16 }, () => open(anna.headers)));
  t.same([...new Set(opened.map(({ statusCode }) => statusCode))], [200]);
  t.equal((await open(anna.headers)).statusCode, 429, 'the seventeenth is refused');
  t.equal((await open(bert.headers)).statusCode, 200, 'while others have theirs');
  opened[0]?.destroy();
  t.match(server.app.server as Server, { headersTimeout: 10_000, requestTimeout: 10_000 });
});
