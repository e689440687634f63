import t from 'tap';
import { CONFIG, testServer, writeConfig } from './testing.js';
import { folderOf } from '../test/folder.js';

const json = { 'content-type': 'application/json' };

t.test('a bot is created, changed, started, stopped and deleted over the API', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app } = server;

  const created = await app.inject({ method: 'POST', url: '/api/bots', payload: { ...CONFIG } });
  t.equal(created.statusCode, 201, created.body);
  t.match(created.json(), {
    id: 'btc-dip',
    desired: 'stopped',
    actual: 'stopped',
    budget: '1000',
    trades: [],
  });

  const overview = await app.inject('/api/overview');
  t.match(overview.json(), { equity: { live: '0' }, bots: [{ id: 'btc-dip', tradeCount: 0 }] });
  t.notOk('trades' in overview.json().bots[0], 'without trades');

  const changed = await app.inject({
    method: 'PATCH',
    url: '/api/bots/btc-dip',
    payload: { budget: '2000', signal: { period: 10 } },
  });
  t.match(changed.json(), { budget: '2000' }, changed.body);

  const started = await app.inject({ method: 'POST', url: '/api/bots/btc-dip/start' });
  t.match(started.json(), { desired: 'running', actual: 'online', process: { restarts: 0 } }, started.body);
  const restarted = await app.inject({
    method: 'POST',
    url: '/api/bots/btc-dip/restart',
    headers: json,
    payload: '{}',
  });
  t.equal(restarted.statusCode, 200, restarted.body);
  const stopped = await app.inject({ method: 'POST', url: '/api/bots/btc-dip/stop' });
  t.match(stopped.json(), { desired: 'stopped', actual: 'stopped', process: null }, stopped.body);

  t.match((await app.inject('/api/bots/btc-dip/log')).json(), { lines: [] });
  t.match((await app.inject('/api/bots/btc-dip/decisions?limit=5')).json(), { decisions: [] });

  const deleted = await app.inject({ method: 'DELETE', url: '/api/bots/btc-dip' });
  t.equal(deleted.statusCode, 204, deleted.body);
  t.equal((await app.inject('/api/bots/btc-dip')).statusCode, 404);
  t.same((await app.inject('/api/bots')).json(), { bots: [] });
  t.same(server.failures, []);
});

t.test('what is wrong with a request is said with a stable code, and nothing changes', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const before = (await server.app.inject('/api/bots/btc-dip')).json();
  const post = (
    payload: string,
    type = 'application/json',
    url = '/api/bots',
    method: 'POST' | 'PATCH' = 'POST',
  ) => server.app.inject({ method, url, payload, headers: { 'content-type': type } });
  const cases: [string, Promise<{ statusCode: number; body: string; json(): unknown }>, number, string][] = [
    ['duplicate id', post(JSON.stringify(CONFIG)), 409, 'BOT_EXISTS'],
    ['path as id', post(JSON.stringify({ ...CONFIG, id: '../x' })), 422, 'BOT_ID_INVALID'],
    ['unknown key', post(JSON.stringify({ ...CONFIG, id: 'y', stopLos: 2 })), 422, 'CONFIG_INVALID'],
    [
      'unknown signal',
      post(JSON.stringify({ ...CONFIG, id: 'y', signal: { name: 'rsx' } })),
      422,
      'CONFIG_INVALID',
    ],
    [
      'negative period',
      post(JSON.stringify({ ...CONFIG, id: 'y', signal: { name: 'rsi', period: -1 } })),
      422,
      'CONFIG_INVALID',
    ],
    ['unknown interval', post(JSON.stringify({ ...CONFIG, id: 'y', interval: '7m' })), 422, 'CONFIG_INVALID'],
    ['an array', post('[]'), 422, 'BODY_INVALID'],
    ['truncated JSON', post('{"id":'), 400, 'JSON_INVALID'],
    ['no body', post(''), 400, 'JSON_INVALID'],
    ['__proto__', post('{"__proto__":{"a":1}}'), 400, 'JSON_INVALID'],
    ['constructor.prototype', post('{"constructor":{"prototype":{"a":1}}}'), 400, 'JSON_INVALID'],
    ['deep JSON', post('['.repeat(20_000)), 400, 'JSON_INVALID'],
    ['a form', post('id=x', 'application/x-www-form-urlencoded'), 415, 'MEDIA_TYPE_REFUSED'],
    ['plain text', post('{}', 'text/plain'), 415, 'MEDIA_TYPE_REFUSED'],
    ['too large', post(`{"id":"${'x'.repeat(70_000)}"}`), 413, 'BODY_TOO_LARGE'],
    ['empty patch', post('{}', 'application/json', '/api/bots/btc-dip', 'PATCH'), 422, 'BODY_INVALID'],
    [
      'invalid patch',
      post('{"budget":"-5"}', 'application/json', '/api/bots/btc-dip', 'PATCH'),
      422,
      'CONFIG_INVALID',
    ],
    [
      'changed id',
      post('{"id":"other"}', 'application/json', '/api/bots/btc-dip', 'PATCH'),
      422,
      'CONFIG_INVALID',
    ],
    ['unknown parameter', server.app.inject('/api/overview?x=1'), 400, 'QUERY_INVALID'],
    ['duplicate parameter', server.app.inject('/api/symbols?search=a&search=b'), 400, 'QUERY_INVALID'],
    ['limit as hexadecimal', server.app.inject('/api/bots/btc-dip/log?limit=0x10'), 400, 'QUERY_INVALID'],
    ['limit of zero', server.app.inject('/api/bots/btc-dip/log?limit=0'), 400, 'QUERY_INVALID'],
    ['unknown bot', server.app.inject('/api/bots/nobody'), 404, 'BOT_NOT_FOUND'],
    [
      'start of an unknown bot',
      post('{}', 'application/json', '/api/bots/nobody/start'),
      404,
      'BOT_NOT_FOUND',
    ],
    ['a path in an id', server.app.inject('/api/bots/..%2fx'), 404, 'BOT_NOT_FOUND'],
    ['NUL in an id', server.app.inject('/api/bots/a%00b'), 404, 'BOT_NOT_FOUND'],
    ['a broken escape', server.app.inject('/api/bots/%zz'), 400, 'URL_INVALID'],
    ['a prototype as id', server.app.inject('/api/bots/__proto__'), 404, 'BOT_NOT_FOUND'],
    ['an unknown route', server.app.inject('/api/nothing'), 404, 'NOT_FOUND'],
    ['no exchange', server.app.inject('/api/symbols'), 503, 'EXCHANGE_UNAVAILABLE'],
    ['OPTIONS', server.app.inject({ method: 'OPTIONS', url: '/api/bots' }), 405, 'METHOD_NOT_ALLOWED'],
  ];
  for (const [name, asking, status, code] of cases) {
    const answer = await asking;
    t.equal(answer.statusCode, status, `${name}: ${answer.body}`);
    t.match(answer.json(), { error: { code, message: /\S/ } }, name);
    t.notMatch(answer.body, /node_modules|\bat .*:\d+/, `${name}: no stack`);
  }
  t.match((await post('{"id":')).json().error.message, 'at line 1, column 7: ');
  t.equal((await server.app.inject({ method: 'HEAD', url: '/api/bots/btc-dip' })).statusCode, 200);
  t.equal(
    (await server.app.inject({ method: 'PUT', url: '/api/bots/btc-dip', payload: {} })).statusCode,
    404,
  );
  t.same((await server.app.inject('/api/bots/btc-dip')).json(), before, 'nothing changed');
  t.equal((await server.app.inject('/api/bots')).json().bots.length, 1);
  t.same(server.failures, []);
});

t.test('a file that was just written is in the very next answer', async (t) => {
  const data = folderOf(t);
  const server = await testServer(data);
  t.teardown(() => server.close());
  t.equal((await server.app.inject('/api/bots/btc-dip')).statusCode, 404);
  writeConfig(data, CONFIG);
  t.match((await server.app.inject('/api/bots/btc-dip')).json(), { budget: '1000' });
  writeConfig(data, { ...CONFIG, budget: '1500' });
  t.match((await server.app.inject('/api/bots/btc-dip')).json(), { budget: '1500' });
});

t.test('the fleet sees a bot written by hand, its change and its end within a second', async (t) => {
  const data = folderOf(t);
  const { store, close } = await testServer(data);
  t.teardown(close);
  const within = async (what: string, holds: () => boolean): Promise<void> => {
    const start = performance.now();
    while (!holds() && performance.now() - start < 1_300)
      await new Promise((resolve) => setTimeout(resolve, 10));
    t.ok(holds(), `${what} after ${Math.round(performance.now() - start)} ms`);
  };
  writeConfig(data, CONFIG);
  await within('the new bot is seen', () => store.get('btc-dip')?.budget === '1000');
  writeConfig(data, { ...CONFIG, budget: '1234' });
  await within('its change is seen', () => store.get('btc-dip')?.budget === '1234');
  writeConfig(data, { ...CONFIG, budget: 'much' });
  await within('its mistake is seen', () =>
    /config\.json:6:13: budget/.test(store.get('btc-dip')?.errors[0] ?? ''),
  );
  const { rmSync } = await import('node:fs');
  rmSync(`${data}/bots/btc-dip`, { recursive: true });
  await within('its end is seen', () => store.get('btc-dip') === undefined);
});
