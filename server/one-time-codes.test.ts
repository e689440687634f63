/** One-time codes (RFC 6238): set up, asked for, spent, lost, turned off; and the limit of the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import t from 'tap';
import { Auth } from './auth/auth.js';
import { Passwords } from './auth/passwords.js';
import { stepOf } from './auth/totp.js';
import { CHEAP, PASSWORD, testServer } from './testing.js';
import { API_REQUESTS_A_MINUTE } from './web/api-limit.js';
import { folderOf } from '../test/folder.js';

const STEP_MS = 30_000;
const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

/** What the app on the phone shows at that time. */
const codeAt = (secret: string, time: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: time });

t.test('codes are those of RFC 6238, appendix B', async (t) => {
  const secret = Secret.fromLatin1('12345678901234567890').base32;
  t.equal(stepOf(secret, '287082', 59_000), 1);
  t.equal(stepOf(secret, '081804', 1_111_111_109_000), 37_037_036);
  t.equal(stepOf(secret, '08 18 04', 1_111_111_109_000 + STEP_MS), 37_037_036, 'the step before counts');
  t.equal(stepOf(secret, '081804', 1_111_111_109_000 + 2 * STEP_MS), null, 'the one before that does not');
  for (const code of ['', '81804', '0818040', 'abcdef'])
    t.equal(stepOf(secret, code, 1_111_111_109_000), null, code);
});

t.test(
  'a code signs in once; a wrong, an old and a repeated one do not; a recovery code does once',
  async (t) => {
    const data = folderOf(t);
    let now = Date.parse('2026-03-01T12:00:10Z');
    const auth = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
    const user = await auth.users.add({ name: 'anna', role: 'admin', password: PASSWORD });
    /** A minute after the try before, so that none has to wait. */
    const logIn = async (code: string | undefined, password = PASSWORD): Promise<boolean> => {
      const given = { name: 'anna', password, ...(code === undefined ? {} : { code }) };
      const { user: known, wait } = await auth.logIn(given, '127.0.0.1');
      t.equal(wait, 0);
      return known !== null;
    };
    const { secret, address } = auth.codes.begin(user);
    t.match(address, /^otpauth:\/\/totp\/Flotilla:anna\?issuer=Flotilla&secret=/);
    t.ok(await logIn(undefined), 'what was only begun does not count yet');
    const wrong = String((Number(codeAt(secret, now)) + 1) % 1_000_000).padStart(6, '0');
    await t.rejects(auth.codes.confirm(user, wrong), { code: 'CODE_WRONG' });
    const recovery = await auth.codes.confirm(user, codeAt(secret, now));
    t.equal(new Set(recovery).size, 10);
    t.match(recovery[0], /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    const kept = readFileSync(join(data, 'users.json'), 'utf8');
    for (const code of recovery) t.notMatch(kept, code, 'kept as a hash');
    const on = auth.users.existing('anna');
    t.throws(() => auth.codes.begin(on), { code: 'CODES_ON' });

    t.notOk(await logIn(undefined), 'the password alone');
    t.notOk(await logIn(codeAt(secret, now)), 'the code that confirmed them is spent');
    now += 2 * 60_000;
    const code = codeAt(secret, now);
    t.notOk(await logIn(code, 'wrong wrong wrong'), 'a right code with a wrong password');
    t.ok(await logIn(code), 'which did not spend it');
    t.notOk(await logIn(code), 'once');
    now += 60_000;
    t.notOk(await logIn(codeAt(secret, now - 2 * STEP_MS)), 'an old one');
    const early = codeAt(secret, now + STEP_MS);
    const both = await Promise.all([logIn(early), logIn(early)]);
    t.same(both.filter(Boolean).length, 1, 'two at once with the same code: one');
    t.notOk(await logIn(codeAt(secret, now)), 'one before the last that counted');

    now += 60_000;
    const [first = '', second = ''] = recovery;
    t.ok(await logIn(first.toUpperCase().replaceAll('-', ' ')), 'a recovery code, however typed');
    now += 2 * 60_000;
    t.notOk(await logIn(first), 'once');
    t.equal(auth.users.existing('anna').totp?.recovery.length, 9);
    const restarted = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
    const again = { name: 'anna', password: PASSWORD, code: first };
    t.equal((await restarted.logIn(again, '127.0.0.1')).user, null, 'nor after a restart');
    t.ok((await restarted.logIn({ ...again, code: second }, '127.0.0.2')).user);
    const logins = await auth.audit.list({ action: 'login' }, 100);
    t.match(logins[0]?.details, { by: 'recovery code' });
    t.match(logins[1], { outcome: 'failed', details: { password: 'right', code: 'wrong' } });
  },
);

t.test('guessed codes are slowed down as passwords are', async (t) => {
  const data = folderOf(t);
  const now = Date.parse('2026-03-01T12:00:10Z');
  const auth = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
  const user = await auth.users.add({ name: 'anna', role: 'admin', password: PASSWORD });
  const { secret } = auth.codes.begin(user);
  await auth.codes.confirm(user, codeAt(secret, now));
  const guesses = await Promise.all(
    Array.from({ length: 200 }, () =>
      auth.logIn({ name: 'anna', password: PASSWORD, code: codeAt(secret, now) }, '127.0.0.1'),
    ),
  );
  t.equal(guesses.filter(({ wait }) => wait === 0).length, 5);
});

t.test('set up on the own page, asked for at the login with one answer for all that is wrong', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app, auth } = server;
  const tina = await server.signIn('tina', 'trader');
  const headers = { ...form, ...tina.headers };
  const markOf = (body: string): string => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const token = markOf((await app.inject({ url: '/me', headers })).body);
  const post = (fields: Record<string, string>) => {
    const payload = String(new URLSearchParams({ token, ...fields }));
    return app.inject({ method: 'POST', url: '/me/codes', headers, payload });
  };
  const logIn = async (fields: Record<string, string>) => {
    const page = await app.inject({ url: '/login', headers: { ...form, cookie: '' } });
    const payload = String(new URLSearchParams({ token: markOf(page.body), name: 'tina', ...fields }));
    return app.inject({ method: 'POST', url: '/login', headers: { ...form, cookie: '' }, payload });
  };
  t.notMatch((await app.inject({ url: '/login', headers: { cookie: '' } })).body, /One-time code/);

  const unsure = await auth.sessions.open(tina.user, { address: '127.0.0.1', agent: '', sure: false });
  const cookie = String(tina.headers['cookie']).replace(/=.*/, `=${unsure}`);
  const asked = await app.inject({ method: 'POST', url: '/api/me/codes', headers: { cookie } });
  t.match([asked.statusCode, asked.json()], [403, { error: { code: 'PASSWORD_REQUIRED' } }]);

  const begun = await post({ act: 'begin' });
  t.equal(begun.statusCode, 200, begun.body);
  t.match(begun.body, /<svg class="qr"[^>]*>\s*<rect[^>]*>\s*<path d="M/);
  const secret = /<code class="hash">([A-Z2-7 ]+)<\/code>/.exec(begun.body)?.[1]?.replaceAll(' ', '') ?? '';
  t.notMatch(
    (await app.inject({ url: '/me', headers })).body,
    /class="qr"/,
    'shown to who gave the password',
  );
  const wrong = await post({ act: 'confirm', code: '12345' });
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, /not the code of this moment[^]*class="qr"/, 'and the same QR code again');
  const confirmed = await post({ act: 'confirm', code: codeAt(secret, Date.now()) });
  const recovery = confirmed.body.match(/[a-z2-7]{4}(-[a-z2-7]{4}){3}/g) ?? [];
  t.equal(recovery.length, 10);
  t.notMatch((await app.inject({ url: '/me', headers })).body, recovery[0] ?? '', 'shown once');

  const answers = [
    await logIn({ password: PASSWORD, code: '12345' }),
    await logIn({ password: PASSWORD }),
    await logIn({ password: 'wrong wrong wrong', code: recovery[0] ?? '' }),
  ];
  for (const { statusCode, body } of answers) {
    t.equal(statusCode, 401);
    t.equal(body, answers[0]?.body);
    t.match(body, /name, password or one-time code is not right[^]*autocomplete="one-time-code"/);
  }
  t.equal((await logIn({ password: PASSWORD, code: recovery[0] ?? '' })).statusCode, 303);
  t.match((await app.inject({ url: '/api/me/codes', headers: tina.headers })).json(), {
    on: true,
    recoveryLeft: 9,
  });
  t.match((await app.inject('/api/users')).json().users, [{ totp: false }, { name: 'tina', totp: true }]);

  t.match((await post({ act: 'off' })).body, /One-time codes are off/);
  t.equal((await logIn({ password: PASSWORD })).statusCode, 303);
  const noted = (await auth.audit.list({ action: 'user.totp' }, 10)).map((each) => [each.user, each.details]);
  t.same(noted, [
    ['tina', { on: false }],
    ['tina', { on: true }],
  ]);
});

t.test('by the API too; an admin turns off what somebody else lost', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app } = server;
  const { headers } = await server.signIn('tina', 'trader');
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', payload?: object) =>
    app.inject({ method, url: '/api/me/codes', headers, ...(payload === undefined ? {} : { payload }) });
  t.match((await call('PUT', { code: '123456' })).json(), { error: { code: 'CODES_NOT_BEGUN' } });
  const setUp = async () => {
    const { secret } = (await call('POST')).json();
    return call('PUT', { code: codeAt(secret, Date.now()) });
  };
  t.equal((await setUp()).json().recovery.length, 10);
  t.equal((await call('POST')).statusCode, 409, 'on already');
  t.equal((await call('DELETE')).statusCode, 204);
  t.equal((await setUp()).statusCode, 200);
  const off = (user: string, as = {}) =>
    app.inject({ method: 'DELETE', url: `/api/users/${user}/codes`, headers: as });
  t.equal((await off('tina', headers)).statusCode, 403, 'she is no admin');
  t.equal((await off('nobody')).statusCode, 404);
  t.equal((await off('tina')).statusCode, 204);
  t.match((await call('GET')).json(), { on: false, recoveryLeft: 0 });
});

t.test(
  'too many requests to the API are told when to come back; pages and other users are not',
  async (t) => {
    const server = await testServer(folderOf(t));
    t.teardown(() => server.close());
    const { app } = server;
    const vera = await server.signIn('vera', 'viewer');
    const me = (headers: Record<string, string>) => app.inject({ url: '/api/me', headers });
    const early = await Promise.all(Array.from({ length: API_REQUESTS_A_MINUTE }, () => me(server.headers)));
    t.ok(early.every(({ statusCode }) => statusCode === 200));
    const late = await me({ ...(await server.signIn('tester', 'admin')).headers });
    t.match([late.statusCode, late.json()], [429, { error: { code: 'TOO_MANY_REQUESTS', field: null } }]);
    t.match(late.headers['retry-after'], /^([1-9]|[1-5]\d|60)$/, 'another session of the same user as well');
    t.equal((await app.inject({ url: '/', headers: server.headers })).statusCode, 200);
    t.equal((await me(vera.headers)).statusCode, 200);
    t.equal((await me({ authorization: `Bearer ${server.auth.runToken}` })).statusCode, 200);
    for (let i = 0; i < API_REQUESTS_A_MINUTE; i += 1) await me({ cookie: '' });
    t.equal((await me({ cookie: '' })).statusCode, 429, 'an address as nobody');
  },
);

t.test('the login says that a session ended because nobody used it, and of no other end', async (t) => {
  const data = folderOf(t);
  let now = Date.now();
  const auth = new Auth({ data, now: () => now, passwords: new Passwords(CHEAP) });
  const user = await auth.users.add({ name: 'anna', role: 'admin', password: PASSWORD });
  const from = { address: '127.0.0.1', agent: 'test', sure: true };
  const idle = await auth.sessions.open(user, from);
  t.notOk(auth.sessions.endedIdle(idle), 'it has not ended');
  now += 31 * 60_000;
  await auth.sessions.open(user, from);
  t.ok(auth.sessions.endedIdle(idle));
  t.equal(auth.sessions.find(idle), null);
  t.equal(auth.sessions.of(user.id).length, 1);
  const closed = await auth.sessions.open(user, from);
  await auth.sessions.close(closed);
  t.notOk(auth.sessions.endedIdle(closed), 'signed out');
  t.notOk(auth.sessions.endedIdle(undefined));
  await auth.users.setPassword(user.id, 'another four words');
  t.notOk(auth.sessions.endedIdle(idle), 'void for another reason');
  await auth.sessions.settled();
});

t.test('the page of the login has these words, also after a restart', async (t) => {
  const data = folderOf(t);
  const before = Date.now() - 31 * 60_000;
  const auth = new Auth({ data, now: () => before, passwords: new Passwords(CHEAP) });
  const user = await auth.users.add({ name: 'anna', role: 'admin', password: PASSWORD });
  const id = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: true });
  await auth.sessions.settled();
  const server = await testServer(data);
  t.teardown(() => server.close());
  const login = (cookie: string) => server.app.inject({ url: '/login', headers: { ...form, cookie } });
  const words = /signed out after 30 minutes without use/;
  const cookie = String(server.headers['cookie']).replace(/=.*/, `=${id}`);
  t.equal((await server.app.inject({ url: '/api/me', headers: { cookie } })).statusCode, 401);
  t.match((await login(cookie)).body, words);
  t.notMatch((await login('')).body, words);
});
