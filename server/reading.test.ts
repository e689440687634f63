/** What is only read changes nothing, and what is secret is told to nobody (FAULTS.md §8, 3 and 9). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { CONFIG, testServer, writeConfig, type TestServer } from './testing.js';

/** `sessions.json` notes, once a minute, when somebody was last there. Nothing else may change. */
const NOTED = /^sessions\.json$/;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

function hashes(folder: string): Record<string, string> {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(
    filesOf(folder)
      .filter((name) => !NOTED.test(name))
      .map((name) => [name, hash(name)]),
  );
}

/** Every route that is read, of a bot that there is; streams do not end and have tests of their own. */
async function reading(data: string) {
  writeConfig(data, CONFIG);
  const urls = new Set<string>();
  const server = await testServer(data, {
    onRoute: ({ method, url }) => {
      if ([method].flat().includes('GET') && !url.endsWith('/events') && !url.includes('*'))
        urls.add(url.replace(':id', 'btc-dip').replace(/:\w+/, 'x'));
    },
  });
  return { server, urls: [...urls] };
}

async function readAll({ app }: TestServer, urls: readonly string[], headers: Record<string, string>) {
  const answers: { url: string; status: number; text: string }[] = [];
  for (const url of urls)
    for (const accept of ['text/html', 'application/json']) {
      const answer = await app.inject({ url, headers: { ...headers, accept } });
      const text = answer.body + JSON.stringify(answer.headers);
      answers.push({ url, status: answer.statusCode, text });
    }
  return answers;
}

t.test('no route that is read changes a file', async (t) => {
  const data = folderOf(t);
  const { server, urls } = await reading(data);
  t.teardown(() => server.close());
  const { headers } = await server.signIn('root', 'admin');
  const before = hashes(data);
  const answers = await readAll(server, urls, headers);
  t.ok(urls.length > 50, `${urls.length} routes`);
  t.ok(answers.filter(({ status }) => status === 200).length > 60, 'most of them answer');
  await server.auth.sessions.settled();
  t.same(hashes(data), before);
  t.equal(server.started(), 0);
  t.same(server.failures, []);
});

t.test('passwords, sessions and tokens stand in no file, no answer and no log', async (t) => {
  const data = folderOf(t);
  const { server, urls } = await reading(data);
  t.teardown(() => server.close());
  const { app, auth } = server;
  const [password, changed, wrong] = [
    'CANARY first password',
    'CANARY second password',
    'CANARY wrong password',
  ];
  const user = await auth.users.add({ name: 'cara', role: 'admin', password });
  const form = { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded', cookie: '' };
  const login = (given: string) =>
    app.inject({
      method: 'POST',
      url: '/login',
      headers: form,
      payload: new URLSearchParams({ name: 'cara', password: given }).toString(),
    });
  const refused = await login(wrong);
  t.equal(refused.statusCode, 401);
  t.notMatch(refused.body, /CANARY/, 'what was typed is not shown again');
  // As a name, a password is easily typed.
  await app.inject({
    method: 'POST',
    url: '/login',
    headers: form,
    payload: new URLSearchParams({ name: wrong, password }).toString(),
  });
  await auth.users.setPassword(user.id, changed);
  const cookie = /^[^;]+/.exec(String((await login(changed)).headers['set-cookie']))?.[0] ?? '';
  const session = cookie.split('=')[1] ?? '';
  t.ok(session.length > 20, 'signed in');
  const made = await app.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: { cookie },
    payload: { name: 'x', scope: 'admin', days: 1 },
  });
  const { token } = made.json<{ token: string }>();
  const key = { id: 'main', venue: 'binance', key: 'CANARYKEY'.repeat(7), secret: 'CANARYSECRET'.repeat(5) };
  const stored = await app.inject({ method: 'POST', url: '/api/keys', headers: { cookie }, payload: key });
  t.notMatch(stored.body, /CANARY/, 'a key that is refused is not told back');
  const secrets = [password, changed, wrong, session, token, auth.runToken, key.key, key.secret];
  t.ok(secrets.every((secret) => secret.length > 20));
  const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  const answers = [
    ...(await readAll(server, urls, { cookie })),
    ...(await readAll(server, urls, { authorization: `Bearer ${token}` })),
  ];
  t.same(
    answers.filter(({ text }) => holds(text)).map(({ url }) => url),
    [],
  );
  await auth.sessions.settled();
  t.same(
    filesOf(data).filter((name) => holds(readFileSync(join(data, name), 'latin1'))),
    [],
  );
  t.notOk(holds(JSON.stringify(server.failures.map(String))), 'nor is it in the log of the server');
});
