import t from 'tap';
import { CONFIG, PASSWORD, testServer, writeConfig } from '../testing.js';
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
    /^seq,time,user,via,address,action,about,outcome,details\r\n\d+,\d{4}-.*user\.add,tina,done/,
  );
  t.notMatch(csv.body + JSON.stringify(log), /four words|scrypt|flt_/);
  t.match(await auth.audit.verify(log.head), { fault: null });
  t.same(server.failures, []);
});
