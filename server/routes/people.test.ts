import t from 'tap';
import { CONFIG, PASSWORD, testServer, writeConfig } from '../testing.js';
import { cookieName } from '../web/cookies.js';
import { folderOf } from '../../test/folder.js';

t.test('users, tokens, sessions and sharing by the API; each change is in the audit log', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const { app, auth } = server;
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers = {},
  ) => app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });

  const made = await call('POST', '/api/users', { name: 'tina', role: 'trader', password: PASSWORD });
  t.equal(made.statusCode, 201, made.body);
  t.notMatch(made.body, /scrypt|password/);
  t.equal(
    (await call('POST', '/api/users', { name: 'x', role: 'trader', password: 'short' })).statusCode,
    422,
  );
  t.match((await call('GET', '/api/users')).json().users, [
    { name: 'tester' },
    { name: 'tina', role: 'trader' },
  ]);

  const tina = await server.signIn('tina', 'trader');
  const token = (scope: string) =>
    call('POST', '/api/tokens', { name: 'script', scope, days: 30 }, tina.headers);
  const reader = (await token('viewer')).json();
  t.match(reader.token, /^flt_[\w-]{43}$/);
  t.notMatch((await call('GET', '/api/tokens', undefined, tina.headers)).body, reader.token, 'told once');
  const greedy = (await token('admin')).json();
  const by = (secret: string) => ({ authorization: `Bearer ${secret}` });
  t.match((await call('GET', '/api/me', undefined, by(reader.token))).json(), {
    name: 'tina',
    role: 'viewer',
  });
  t.match(
    (await call('GET', '/api/me', undefined, by(greedy.token))).json(),
    { role: 'trader' },
    'never more than its user',
  );
  t.equal((await call('POST', '/api/bots', { ...CONFIG, id: 'x' }, by(reader.token))).statusCode, 403);
  t.equal(
    (await call('POST', '/api/tokens', { name: 'y', scope: 'viewer', days: 1 }, by(greedy.token))).statusCode,
    403,
    'a token makes no tokens',
  );
  t.equal((await call('DELETE', `/api/tokens/${reader.id}`, undefined, tina.headers)).statusCode, 204);
  t.equal((await call('GET', '/api/me', undefined, by(reader.token))).statusCode, 401);

  t.equal((await call('GET', '/api/bots/btc-dip', undefined, tina.headers)).statusCode, 404);
  t.match((await call('PUT', '/api/bots/btc-dip/access', { shared: ['tina'] })).json(), {
    owner: null,
    shared: ['tina'],
  });
  t.equal((await call('GET', '/api/bots/btc-dip', undefined, tina.headers)).statusCode, 200);
  t.equal(
    (await call('PUT', '/api/bots/btc-dip/access', { shared: 'everyone' }, tina.headers)).statusCode,
    403,
  );
  await call('PUT', '/api/bots/btc-dip/access', { owner: 'tina' });
  t.equal(
    (await call('PUT', '/api/bots/btc-dip/access', { owner: null }, tina.headers)).statusCode,
    403,
    'a trader gives no bots away',
  );

  const { sessions } = (await call('GET', '/api/sessions', undefined, tina.headers)).json();
  t.match(sessions, [{ current: true }]);
  t.equal((await call('PATCH', '/api/users/tina', { disabled: true })).statusCode, 200);
  t.equal((await call('GET', '/api/me', undefined, tina.headers)).statusCode, 401);
  t.equal((await call('GET', '/api/me', undefined, by(greedy.token))).statusCode, 401, 'her tokens too');

  await auth.users.setDisabled(tina.user.id, false);
  const old = await server.signIn('tina', 'trader');
  const known = auth.sessions.of(tina.user.id)[0];
  t.equal(known?.sure !== 0, true);
  const entered = await auth.sessions.open(auth.users.existing('tester'), {
    address: '',
    agent: '',
    sure: false,
  });
  const unsure = { cookie: `flotilla-80=${entered}` };
  t.match(
    (await call('POST', '/api/users', { name: 'z', role: 'viewer', password: PASSWORD }, unsure)).json(),
    { error: { code: 'PASSWORD_REQUIRED' } },
  );
  t.equal((await call('GET', '/api/audit', undefined, old.headers)).statusCode, 403);

  const log = (await call('GET', '/api/audit?action=user')).json();
  t.match(log.head, /^[0-9a-f]{64}$/);
  t.match(log.entries, [
    { action: 'user.enable' },
    { action: 'user.disable', user: 'tester', about: 'tina', via: 'session' },
  ]);
  const shares = (await call('GET', '/api/audit?action=bot.access')).json().entries;
  t.match(shares, [{ about: 'btc-dip', details: { owner: 'tina' } }, { details: { shared: ['tina'] } }]);
  const csv = await call('GET', '/api/audit.csv?about=tina');
  t.match(
    csv.body,
    /^seq,time,user,via,address,action,about,outcome,details,words\r\n\d+,\d{4}-.*user\.add,tina,done/,
  );
  t.notMatch(csv.body + JSON.stringify(log), /four words|scrypt|flt_/);
  t.match(await auth.audit.verify(log.head), { fault: null });
  t.same(server.failures, []);
});

t.test('a bot is shared on its page: by whose it is, with whom there is, and written down', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const { app, owners, auth } = server;
  const [tina, vera] = [await server.signIn('tina', 'trader'), await server.signIn('vera', 'viewer')];
  await owners.set('btc-dip', { owner: tina.user.id });
  const url = '/bots/btc-dip/access';
  const page = (headers: Record<string, string>) =>
    app.inject({ url, headers: { ...headers, accept: 'text/html' } });
  const { body } = await page(tina.headers);
  t.match(body, /Nobody\./);
  t.notMatch(body, /Give it away/);
  const token = /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const post = (fields: Record<string, string>, headers = tina.headers) =>
    app.inject({
      method: 'POST',
      url,
      headers: { ...headers, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      payload: String(new URLSearchParams({ token, ...fields })),
    });
  const sees = async () => (await app.inject({ url: '/api/bots/btc-dip', headers: vera.headers })).statusCode;
  t.equal(await sees(), 404);
  t.equal((await post({ act: 'share', user: 'vera', token: 'x' })).statusCode, 403, 'not by a forged form');
  t.match(await post({ act: 'share', user: 'vera' }), { statusCode: 303, headers: { location: url } });
  t.equal(await sees(), 200);
  t.match((await page(tina.headers)).body, /aria-label="Stop sharing with vera"/);
  t.equal((await page(vera.headers)).statusCode, 403, 'who looks at it does not see who else does');
  t.match(await post({ act: 'share', user: 'nobody' }), {
    statusCode: 422,
    body: /no user &quot;nobody&quot;/,
  });
  t.match(await post({ act: 'give', user: 'vera' }), { statusCode: 422, body: /Only an admin/ });
  t.equal((await post({ act: 'unshare', user: 'vera' })).statusCode, 303);
  t.equal(await sees(), 404);
  for (const user of ['uwe', 'wim']) await server.signIn(user, 'viewer');
  await Promise.all(['vera', 'uwe', 'wim', 'uwe'].map((user) => post({ act: 'share', user })));
  const named = async () => [
    ...((await auth.audit.list({ action: 'bot.access' }, 1))[0]?.details['shared'] as []),
  ];
  t.same((await named()).sort(), ['uwe', 'vera', 'wim'], 'shares at once are all kept');
  await Promise.all([post({ act: 'unshare', user: 'uwe' }), post({ act: 'unshare', user: 'wim' })]);
  t.same(await named(), ['vera']);
  await post({ act: 'share', user: 'everyone' });
  t.equal(await sees(), 200);
  const [last] = await auth.audit.list({ action: 'bot.access' }, 1);
  t.match(last, { user: 'tina', about: 'btc-dip', details: { owner: 'tina', shared: 'everyone' } });
});

t.test('a form whose sender must give the password first is kept, and done with it', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app, auth } = server;
  const { user } = await server.signIn('anna', 'admin');
  const from = async () => {
    const id = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
    return { cookie: `${cookieName(80, false)}=${id}`, accept: 'text/html' };
  };
  const [headers, other] = [await from(), await from()];
  const markIn = (body: string): string => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const token = markIn((await app.inject({ url: '/users', headers })).body);
  const post = (url: string, fields: Record<string, string>, by: Record<string, string> = headers) =>
    app.inject({
      ...{ method: 'POST', url, headers: { ...by, 'content-type': 'application/x-www-form-urlencoded' } },
      payload: String(new URLSearchParams({ token, ...fields })),
    });
  const typed = { name: 'nina', role: 'trader', password: 'as secret as it gets' };
  t.equal((await post('/users', { ...typed, token: 'forged' })).statusCode, 403);
  const asked = await app.inject({
    ...{ method: 'POST', url: '/users' },
    headers: {
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
      referer: 'http://localhost/users',
    },
    payload: String(new URLSearchParams({ token, ...typed })),
  });
  t.match(asked, { statusCode: 303, headers: { location: /^\/sure\?then=%2Fusers&kept=/ } });
  const address = String(asked.headers.location);
  const kept = new URLSearchParams(address.split('?')[1]).get('kept') ?? '';
  const page = await app.inject({ url: address, headers });
  t.match(page.body, /waits ten minutes/);
  t.match(page.body, /class="button quiet" href="\/users">Cancel/);
  const me = (await app.inject({ url: '/me', headers })).body;
  t.match(me, /May at most[^]*value="admin" selected[^]*Make a token/, 'a token may do what its user may');
  t.match(me, /only bots that are yours by name or shared with you/);
  t.notMatch(page.body, typed.password, 'and is written into no page');
  t.match(await post('/sure', { password: 'not it', kept }), { statusCode: 401, body: kept });
  t.equal(auth.users.named('nina'), undefined);
  const given = { password: PASSWORD, kept, then: '/users' };
  t.match(await post('/sure', given), { statusCode: 307, headers: { location: '/users' } });

  const mark = markIn((await app.inject({ url: '/users', headers: other })).body);
  await post('/sure', { token: mark, password: PASSWORD, then: '/' }, other);
  for (const [url, by] of [
    ['/users', other],
    ['/me/tokens', headers],
  ] as const) {
    const wrong = await post(url, { ...given, token: by === other ? mark : token }, by);
    t.equal(wrong.statusCode, 409, 'kept for this session and this address alone');
  }
  t.match(await post('/users', given), { statusCode: 200, body: /nina may sign in as trader/ });
  t.match(await post('/users', given), { statusCode: 409, body: /not kept any more/ });
  const { user: nina } = await auth.logIn({ name: 'nina', password: typed.password }, '127.0.0.1');
  t.equal(nina?.role, 'trader', 'with what was typed, not with the password that was given for it');
  const noted = (await auth.audit.list({ action: 'password.again' }, 9)).map(({ outcome }) => outcome);
  t.same(noted, ['done', 'done', 'failed']);
});
