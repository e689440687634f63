/** Forty ways to write a path that leads elsewhere, in every parameter of every route (FAULTS.md §8, 8). */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../test/folder.js';
import { CONFIG, testServer, writeConfig } from './testing.js';

const CANARY = 'CANARYOUTSIDE';

/** As they stand in an address: `secret` lies beside the data folder, `linked` is a link to it among the bots. */
const FORTY: readonly string[] = [
  '..',
  '.',
  '../../../secret',
  '..%2f..%2f..%2fsecret',
  '..%2F..%2F..%2Fsecret',
  '%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret',
  '%2e%2e/%2e%2e/%2e%2e/secret',
  '%2E%2E%2F%2E%2E%2F%2E%2E%2Fsecret',
  '..%5c..%5c..%5csecret',
  '..\\..\\..\\secret',
  '%2e%2e%5c%2e%2e%5csecret',
  '..%252f..%252f..%252fsecret',
  '%252e%252e%252fsecret',
  '%25252e%25252e%25252fsecret',
  '..%c0%af..%c0%afsecret',
  '%c0%ae%c0%ae%c0%afsecret',
  '%e0%80%ae%e0%80%ae%e0%80%afsecret',
  '%uff0e%uff0e%u2215secret',
  '..%ef%bc%8f..%ef%bc%8fsecret',
  '%e2%80%a5%e2%88%95secret',
  '....//....//....//secret',
  '....%2f%2f....%2f%2fsecret',
  '..;/..;/..;/secret',
  '..%3b%2f..%3b%2fsecret',
  '..%00%2fsecret',
  'btc-dip%00',
  'btc-dip%00.json',
  'btc-dip%2f..%2f..%2f..%2fsecret',
  'btc-dip%2f..%2fbtc-dip',
  'btc-dip%2e',
  'btc-dip%20',
  '%2fetc%2fpasswd',
  '/etc/passwd',
  'file:%2f%2f%2fetc%2fpasswd',
  'C:%5cWindows%5cwin.ini',
  '%5c%5cevil.example%5cshare',
  'con',
  'nul',
  '~root',
  'linked',
];

/** One route of each kind gets all of them; the others, which share its check, every fifth and the link. */
const WHOLE = new Set([
  '/api/bots/:id',
  '/bots/:id',
  '/backtests/:id',
  '/api/backtests/:id',
  '/public/*',
  '/api/keys/:key',
]);

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function listening(t: Test) {
  const home = folderOf(t);
  const data = join(home, 'data');
  mkdirSync(join(home, 'secret'));
  writeConfig(data, CONFIG);
  const secret = { ...CONFIG, id: 'linked', name: CANARY };
  writeFileSync(join(home, 'secret', 'config.json'), JSON.stringify(secret));
  writeFileSync(join(home, 'secret', 'run.json'), `{"id":"${CANARY}"}`);
  const line = { level: 30, time: 1, code: 'fill', msg: CANARY };
  writeFileSync(join(home, 'secret', 'log.ndjson'), `${JSON.stringify(line)}\n`);
  symlinkSync(join(home, 'secret'), join(data, 'bots', 'linked'));
  const routes: { method: string; url: string }[] = [];
  let port = 0;
  const server = await testServer(data, {
    port: () => port,
    onRoute: ({ method, url }) => routes.push(...[method].flat().map((each) => ({ method: each, url }))),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  t.teardown(async () => {
    agent.destroy();
    await server.close();
  });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  port = (server.app.server.address() as AddressInfo).port;
  const { headers } = await server.signIn('root', 'admin');
  const ask = (method: string, path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const api = path.startsWith('/api/');
      const type = api ? 'application/json' : 'application/x-www-form-urlencoded';
      const writes = method === 'GET' ? {} : { 'content-type': type, 'hx-request': 'true' };
      const all = { ...headers, ...writes };
      const sent = request({ host: '127.0.0.1', port, path, method, headers: all, agent }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      sent.on('error', reject).end(method === 'GET' || method === 'DELETE' || !api ? '' : '{}');
    });
  const send = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
    server.app.inject({
      ...{ method, url, headers: { ...headers, host: `127.0.0.1:${port}` } },
      ...(payload === undefined ? {} : { payload }),
    });
  return { home, data, server, routes, ask, send };
}

/**
 * Whatever lies beside the data folder and in it, but for the log of what was tried, and the list of tokens, which is
 * written when one is revoked that there is not.
 */
function everything(home: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(home, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/(audit\.ndjson|tokens\.json)$/.test(name) && statSync(join(home, name)).isFile())
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(home, name)))
          .digest('hex'),
      ]),
  );
}

t.test('no id or file name leads out of the data folder, however it is written', async (t) => {
  t.equal(new Set(FORTY).size, 40);
  const { home, server, routes, ask } = await listening(t);
  const open = routes.filter(
    ({ method, url }) => /:|\*/.test(url) && /^(GET|POST|PUT|PATCH|DELETE)$/.test(method),
  );
  t.ok(open.length > 50, `${open.length} routes with a parameter`);
  const before = everything(home);
  const wrong: string[] = [];
  const asking = open.flatMap(({ method, url }, index) =>
    FORTY.filter((name, number) => WHOLE.has(url) || name === 'linked' || number % 5 === index % 5).map(
      async (name) => {
        const path = url.replace(/:\w+|\*/, () => name);
        const { status, body } = await ask(method, path);
        const what = `${method} ${path}: ${status} ${body.slice(0, 120)}`;
        // What has ended already is ended: the page is shown again.
        const ended = status === 303 && /^\/me\/(sessions|tokens)\//.test(path);
        if ((status < 400 || status > 499) && !ended) wrong.push(what);
        if (body.includes(CANARY) || body.includes('root:x:')) wrong.push(`read: ${what}`);
      },
    ),
  );
  await Promise.all(asking);
  t.same(wrong.slice(0, 20), []);
  t.same(everything(home), before, 'nothing is written anywhere');
  t.same(server.failures, []);
  t.equal((await ask('GET', '/api/bots/btc-dip')).status, 200, 'while a bot that is one is found');
});

t.test('names that come in queries and bodies lead nowhere either', async (t) => {
  const { home, server, ask, send } = await listening(t);
  const before = everything(home);
  for (const name of FORTY) {
    for (const path of ['/events?bot=', '/api/backtests/compare?run=', '/backtests/new?again='])
      t.equal(Math.floor((await ask('GET', path + name)).status / 100), 4, path + name);
    const plain = ((): string => {
      try {
        return decodeURIComponent(name);
      } catch {
        return name;
      }
    })();
    const { signal, plan, symbol, interval, budget } = CONFIG;
    const run = { symbol, interval, budget, signal, plan };
    const bodies: readonly (readonly [string, object])[] = [
      ['/api/bots', { ...CONFIG, id: plain }],
      ['/api/bots/btc-dip/clone', { id: plain }],
      ['/api/backtests', { ...run, source: plain }],
    ];
    for (const [url, body] of bodies) {
      const { statusCode, body: said } = await send('POST', url, body);
      // Refused for the name, and by nobody on the way to where it is read.
      const isRefused = statusCode >= 400 && statusCode < 500 && !/HOST_|SIGN_IN|FORBIDDEN|FORM_/.test(said);
      t.ok(isRefused, `${url} ${JSON.stringify(plain)}: ${statusCode} ${said}`);
    }
  }
  t.same(everything(home), before, 'nothing is written anywhere');
  t.notMatch(
    (await ask('GET', '/')).body + (await ask('GET', '/api/overview')).body,
    CANARY,
    'no link is shown as a bot',
  );
  t.same(server.failures, []);
});

t.test(
  'a config that is a link is followed by nobody: not read, not written, and said to be one',
  async (t) => {
    const { home, data, server, send } = await listening(t);
    const { store, fleet } = server;
    const file = join(data, 'bots', 'btc-dip', 'config.json');
    const outside = join(home, 'outside.json');
    writeFileSync(outside, JSON.stringify({ ...CONFIG, name: CANARY }));
    const before = readFileSync(outside, 'utf8');
    unlinkSync(file);
    symlinkSync(outside, file);
    await store.refresh('btc-dip');
    const said = /symbolic link, which is not followed/;
    for (const url of ['/api/bots', '/api/bots/btc-dip', '/api/bots/btc-dip/config', '/bots/btc-dip'])
      t.notMatch((await send('GET', url)).body, CANARY, url);
    t.match((await send('GET', '/api/bots/btc-dip')).body, said);
    t.match((await send('PATCH', '/api/bots/btc-dip', { budget: '5' })).json(), {
      error: { code: 'CONFIG_INVALID', message: said },
    });
    t.match((await send('POST', '/api/bots/btc-dip/start')).json(), {
      error: { code: 'CONFIG_INVALID', message: said },
    });
    t.equal(readFileSync(outside, 'utf8'), before);
    await fleet.stop('btc-dip');
    await fleet.delete('btc-dip');
    t.equal(readFileSync(outside, 'utf8'), before, 'while such a bot can be stopped and deleted');

    mkdirSync(join(data, 'bots', 'btc-dip'));
    symlinkSync(join(home, 'none.json'), file);
    const made = await send('POST', '/api/bots', CONFIG);
    t.equal(made.statusCode, 409, 'nor is a new bot written to where a link leads');
    t.notOk(existsSync(join(home, 'none.json')));
  },
);
