import Fastify from 'fastify';
import t from 'tap';
import { OPERATIONS } from './web/openapi.js';
import { CONFIG, testServer, writeConfig } from './testing.js';
import { needs, refuseUndeclared } from './web/needs.js';
import { folderOf } from '../test/folder.js';

t.test('every route of the OpenAPI document is served', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app } = server;
  const document = (await app.inject('/api/openapi.json')).json();
  t.equal(document.openapi, '3.1.0');
  for (const [path, methods] of Object.entries(OPERATIONS)) {
    for (const method of Object.keys(methods)) {
      const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
      t.ok(app.hasRoute({ method: method.toUpperCase() as 'GET', url }), `${method} ${path}`);
      const { summary, parameters } = document.paths[path][method];
      t.ok(summary, 'is described');
      const inPath = parameters.filter((each: { in: string }) => each.in === 'path');
      t.same(
        inPath.map(({ name }: { name: string }) => `{${name}}`),
        path.match(/\{\w+\}/g) ?? [],
        `${path}: each part of the path that varies is described`,
      );
    }
  }
});

t.test('every route under /api is in the OpenAPI document, and on the page for people', async (t) => {
  const served: string[] = [];
  const server = await testServer(folderOf(t), {
    onRoute: ({ method, url }) => {
      for (const each of [method].flat())
        if (url.startsWith('/api/') && each !== 'HEAD')
          served.push(`${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    },
  });
  t.teardown(() => server.close());
  const described = Object.entries(OPERATIONS).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  t.same(
    served.filter((each) => !described.includes(each) && each !== 'GET /api/docs'),
    [],
  );
  const page = await server.app.inject('/api/docs');
  t.match(page.headers['content-type'], /text\/html/);
  for (const path of Object.keys(OPERATIONS)) t.ok(page.body.includes(path), path);
  for (const [, said = ''] of page.body.matchAll(/Errors: ([\d, ]+)\./g))
    t.same(said.split(', '), [...new Set(said.split(', '))], 'each code is said once');
  t.match(page.body, '<code>user</code>, <code>action</code>, <code>about</code>');
});

t.test('signals and plans come with what a form needs', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { signals, plans, intervals } = (await server.app.inject('/api/strategies')).json();
  t.match(signals, [{ name: 'rsi-macd-bollinger' }]);
  t.match(plans[0], {
    name: 'single',
    parameters: [{ name: 'stopLossPercent', title: String, type: 'number', default: 2 }],
  });
  t.ok(intervals.includes('5m'));
});

/** Numbers that look random and are the same in every run (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

t.test('no request made of rubbish breaks the server or changes anything', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const before = (await server.app.inject('/api/bots/btc-dip')).json();
  const roll = dice(17);
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const parts = [
    'api',
    'bots',
    'btc-dip',
    'start',
    'log',
    'events',
    'public',
    'klines',
    '..',
    '%2e%2e',
    '%2f',
    '%00',
    '%ff',
    '__proto__',
    'constructor',
    'toString',
    '😀',
    '',
    '.',
    'a'.repeat(300),
    'symbols',
    'new',
    'config',
  ];
  const queries = [
    '',
    '?limit=1e9',
    '?limit=-1',
    '?limit=1&limit=2',
    '?search=%F0%9F',
    '?search[]=x',
    '?__proto__=1',
    '?a',
    '?bot=../x',
    '?signal=__proto__',
  ];
  const bodies = [
    '',
    '{}',
    'null',
    '[]',
    '"x"',
    '1e400',
    '{"id":1}',
    '{"id":"a","id":"b"}',
    '{"__proto__":1}',
    '\u0000',
    '{"id":"é\u202e"}',
    'a=b&a=c',
    '%',
    '['.repeat(5000),
  ];
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'x',
  ];
  const statuses = new Map<number, number>();
  for (let i = 0; i < 2_000; i++) {
    const method = pick(['GET', 'POST', 'PATCH', 'PUT', 'HEAD', 'OPTIONS'] as const);
    const url = `/${Array.from({ length: roll(5) }, () => pick(parts)).join('/')}${pick(queries)}`;
    // A valid stream never ends, and a start that is meant is no rubbish.
    if (/^\/(events|bots\/btc-dip\/events)(\?|$)/.test(url) || url.includes('btc-dip/start')) continue;
    const withBody = method !== 'GET' && method !== 'HEAD';
    const answer = await server.app.inject({
      method,
      url,
      ...(withBody ? { payload: pick(bodies), headers: { 'content-type': pick(types) } } : {}),
    });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    // 503: no exchange is set up here.
    if (answer.statusCode >= 500 && answer.statusCode !== 503)
      t.fail(`${method} ${url}: ${answer.statusCode} ${answer.body}`);
  }
  t.same(server.failures, []);
  t.ok((statuses.get(200) ?? 0) > 10 && (statuses.get(404) ?? 0) > 10, JSON.stringify([...statuses]));
  t.same((await server.app.inject('/api/bots/btc-dip')).json(), before);
  t.equal((await server.app.inject('/api/bots')).json().bots.length, 1);
});

t.test('a hundred starts at once are one start', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => server.app.inject({ method: 'POST', url: '/api/bots/btc-dip/start' })),
  );
  t.same(new Set(answers.map((answer) => answer.statusCode)), new Set([200]));
  t.equal(server.started(), 1);
});

t.test('a route that does not say who may take it keeps the server from starting', async (t) => {
  const starting = async (path: string, options: object): Promise<void> => {
    const app = Fastify();
    refuseUndeclared(app);
    app.get(path, options, async () => 'open by mistake');
    await app.ready();
  };
  await t.rejects(starting('/secrets', {}), /GET \/secrets/);
  await t.rejects(starting('/bots/:id/secrets', needs('viewer')), /GET \/bots\/:id\/secrets/);
  await t.resolves(starting('/bots/:id/secrets', needs('viewer', 'bot')));
});
