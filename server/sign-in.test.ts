/** Signing in, what a session is, and how it ends (security checklist 5 and 6). */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Auth } from './auth/auth.js';
import { Passwords } from './auth/passwords.js';
import { startServer } from './main.js';
import {
  CHEAP,
  fleetWithoutProcesses,
  noExchange,
  PASSWORD,
  testServer,
  type TestServer,
} from './testing.js';
import { folderOf } from '../test/folder.js';

const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
const nobody = { cookie: '' };

async function served(t: Test, data = folderOf(t)): Promise<TestServer> {
  const server = await testServer(data);
  t.teardown(() => server.close());
  return server;
}

const markOf = (body: string): string => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';

/** Fills the form of the login page, as a browser without scripts does. */
async function logIn(
  { app }: TestServer,
  fields: Record<string, string>,
  headers: Record<string, string> = nobody,
) {
  const page = await app.inject({ url: '/login', headers: { ...form, ...nobody } });
  const payload = String(new URLSearchParams({ token: markOf(page.body), ...fields }));
  return app.inject({ method: 'POST', url: '/login', headers: { ...form, ...headers }, payload });
}

const cookieOf = (answer: { headers: NodeJS.Dict<number | string | string[]> }): string =>
  String(answer.headers['set-cookie']).split(';')[0] ?? '';

t.test(
  'without a session every page leads to the login, and every program is told how to come in',
  async (t) => {
    const { app } = await served(t);
    for (const url of ['/', '/bots/new', '/bots/x', '/halt']) {
      const answer = await app.inject({ url, headers: { ...nobody, accept: 'text/html' } });
      t.equal(answer.statusCode, 303, url);
      t.match(answer.headers.location, /^\/login/);
    }
    for (const url of ['/api/overview', '/api/bots/x', '/events', '/api/openapi.json']) {
      const answer = await app.inject({ url, headers: nobody });
      t.equal(answer.statusCode, 401, url);
      t.match(answer.json(), { error: { code: 'SIGN_IN_REQUIRED', message: /Bearer/ } });
    }
    const htmx = await app.inject({ url: '/bots/x/stop', headers: { ...nobody, 'hx-request': 'true' } });
    t.equal(htmx.headers['hx-redirect'], '/login');
    const missing = await app.inject({ url: '/nothing', headers: { ...nobody, accept: 'text/html' } });
    t.equal(missing.statusCode, 404);
    t.notMatch(missing.body, /id="health"/, 'and tells nothing of the fleet');
  },
);

t.test('a session: a new id at each login, kept as a hash, over after logout', async (t) => {
  const data = folderOf(t);
  const server = await served(t, data);
  const { app, auth } = server;
  const fixed = `flotilla-80=${'a'.repeat(43)}`;
  const answer = await logIn(
    server,
    { name: 'Tester', password: PASSWORD, then: '/bots/new' },
    { cookie: fixed },
  );
  t.equal(answer.statusCode, 303, answer.body);
  t.equal(answer.headers.location, '/bots/new');
  t.match(
    answer.headers['set-cookie'],
    /^flotilla-80=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  );
  const cookie = cookieOf(answer);
  t.not(cookie, fixed, 'an id that was there before is not taken over');
  const look = (cookie: string) => app.inject({ url: '/api/bots', headers: { cookie } });
  t.equal((await look(cookie)).statusCode, 200);
  t.equal((await look(fixed)).statusCode, 401);
  const file = readFileSync(join(data, 'sessions.json'), 'utf8');
  t.notMatch(file, cookie.split('=')[1] ?? '');
  t.equal(statSync(join(data, 'sessions.json')).mode & 0o777, 0o600);

  const again = await logIn(server, { name: 'tester', password: PASSWORD }, { cookie });
  t.not(cookieOf(again), cookie);
  t.equal((await look(cookie)).statusCode, 401, 'the one before is over');
  const next = cookieOf(again);
  const page = await app.inject({ url: '/', headers: { accept: 'text/html', cookie: next } });
  const out = await app.inject({
    method: 'POST',
    url: '/logout',
    headers: { ...form, cookie: next },
    payload: `token=${markOf(page.body)}`,
  });
  t.equal(out.statusCode, 303);
  t.match(out.headers['set-cookie'], /Max-Age=0/);
  t.equal((await look(next)).statusCode, 401);
  t.equal(auth.sessions.of(auth.users.existing('tester').id).length, 1, 'only the one of the test is left');
});

t.test('who then leads nowhere but to this server', async (t) => {
  const server = await served(t);
  for (const then of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/a\r\nx: y',
  ]) {
    const answer = await logIn(server, { name: 'tester', password: PASSWORD, then });
    t.equal(answer.headers.location, '/', then);
  }
});

t.test('a wrong name, a wrong password and a disabled user get the same answer', async (t) => {
  const server = await served(t);
  const { auth, app } = server;
  const { user, headers } = await server.signIn('bert', 'viewer');
  await auth.users.setDisabled(user.id, true);
  t.equal((await app.inject({ url: '/api/bots', headers })).statusCode, 401, 'he is signed out at once');
  const answers = [];
  for (const name of ['tester', 'nobody', 'bert'])
    answers.push(await logIn(server, { name, password: name === 'bert' ? PASSWORD : 'wrong wrong wrong' }));
  const plain = answers.map(({ statusCode, body }) => [
    statusCode,
    body.replace(/(token" value|name="name" value)="[^"]*"/g, ''),
  ]);
  t.same(plain[1], plain[0]);
  t.same(plain[2], plain[0]);
  t.equal(answers[0]?.statusCode, 401);
});

t.test('a thousand guesses at once: a handful is looked at, the others are told to wait', async (t) => {
  const server = await served(t);
  const before = server.auth.passwords.worked;
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      logIn(server, { name: 'tester', password: `guess number ${index}` }),
    ),
  );
  t.ok(
    server.auth.passwords.worked - before <= 20,
    `${server.auth.passwords.worked - before} were looked at`,
  );
  const told = answers.filter(({ statusCode }) => statusCode === 429);
  t.ok(told.length >= 980);
  t.match(told[0]?.headers['retry-after'], /^\d+$/);
  t.match(told[0]?.body, /Too many tries/);
});

t.test(
  'a session ends after half an hour of nothing, after twelve hours, and with another password',
  async (t) => {
    const data = folderOf(t);
    let now = Date.now();
    const auth = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
    const user = await auth.users.add({ name: 'anna', role: 'admin', password: PASSWORD });
    const from = { address: '127.0.0.1', agent: 'test', sure: true };
    const MINUTE = 60_000;

    const idle = await auth.sessions.open(user, from);
    now += 29 * MINUTE;
    const used = auth.sessions.find(idle);
    t.ok(used);
    auth.sessions.touch(used!.session.hash);
    now += 29 * MINUTE;
    t.ok(auth.sessions.find(idle), 'it was used meanwhile');
    now += 2 * MINUTE;
    t.equal(auth.sessions.find(idle), null);

    const busy = await auth.sessions.open(user, from);
    for (let minute = 0; minute < 12 * 60; minute += 20) {
      now += 20 * MINUTE;
      const found = auth.sessions.find(busy);
      if (found !== null) auth.sessions.touch(found.session.hash);
    }
    t.ok(auth.sessions.find(busy), 'twelve hours of work');
    now += MINUTE;
    t.equal(auth.sessions.find(busy), null, 'and no more');

    const open = await auth.sessions.open(user, from);
    const restarted = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
    t.ok(restarted.sessions.find(open), 'a restart signs nobody out');
    await auth.sessions.settled();
    await restarted.users.setPassword(user.id, 'another four words');
    t.equal(auth.sessions.find(open), null, 'another password signs all out');
  },
);

t.test('the first user: by the link of the start, once', async (t) => {
  const data = folderOf(t);
  const { fleet } = fleetWithoutProcesses(data);
  const server = await startServer({ data, port: 0, fleet, exchange: noExchange });
  t.teardown(() => server.close());
  const page = await fetch(server.login ?? '');
  const html = await page.text();
  t.equal(page.status, 200);
  t.match(html, /Your fleet, your key/);
  t.equal((await fetch(`${server.url}/setup?code=guessed`)).status, 404);
  const code = new URL(server.login ?? '').searchParams.get('code') ?? '';
  const post = (password: string) =>
    fetch(`${server.url}/setup`, {
      method: 'POST',
      redirect: 'manual',
      headers: form,
      body: new URLSearchParams({ token: markOf(html), code, name: 'anna', password, again: password }),
    });
  t.equal((await post('short')).status, 422);
  const made = await post(PASSWORD);
  t.equal(made.status, 303);
  const cookie = String(made.headers.get('set-cookie')).split(';')[0] ?? '';
  t.equal((await fetch(`${server.url}/api/bots`, { headers: { cookie } })).status, 200, 'and is signed in');
  t.equal((await post('mallory has four words')).status, 404, 'the link is used up');
  t.equal((await fetch(server.login ?? '')).status, 404);
  const bearer = { authorization: `Bearer ${server.token}` };
  t.equal(
    (await fetch(`${server.url}/api/bots`, { headers: bearer })).status,
    200,
    'the token of this start',
  );
  t.equal((await fetch(`${server.url}/api/bots`, { headers: { authorization: 'Bearer x' } })).status, 401);
});

t.test('the demo: its link signs in, as often as it is opened; another code does not', async (t) => {
  const data = folderOf(t);
  const { fleet } = fleetWithoutProcesses(data);
  const server = await startServer({ data, port: 0, fleet, exchange: noExchange, demo: true });
  t.teardown(() => server.close());
  for (let time = 0; time < 2; time += 1) {
    const entered = await fetch(server.login ?? '');
    t.match(await entered.text(), /http-equiv="refresh"/);
    const cookie = String(entered.headers.get('set-cookie')).split(';')[0] ?? '';
    const answer = await fetch(server.url, { headers: { cookie, accept: 'text/html' } });
    t.match(await answer.text(), /Your fleet is empty/);
  }
  t.equal((await fetch(`${server.url}/enter?code=guessed`)).status, 404);
});
