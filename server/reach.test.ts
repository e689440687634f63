/** From elsewhere than this machine: by TLS of its own, by a proxy, or not at all (security checklist 1, 2 and 5). */
import { chmodSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Server as TlsServer } from 'node:https';
import t, { type Test } from 'tap';
import { selfSigned } from '../test/certificate.js';
import { folderOf } from '../test/folder.js';
import { waitFor } from './fleet/wait.js';
import { startServer } from './main.js';
import { reachOf, refuseUnguarded, warningsOf, type ReachWish } from './reach.js';
import { fleetWithoutProcesses, noExchange, PASSWORD, testServer } from './testing.js';
import { clientAddress, countedAs } from './web/addresses.js';
import { keepTls, readTls } from './web/tls.js';

const PUBLIC = 'https://bots.example';

/** A certificate and its key in files of their own. */
function certified(folder: string, days?: number): { tlsCert: string; tlsKey: string; cert: string } {
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const { cert, key } = selfSigned(['localhost', 'bots.example'], days);
  writeFileSync(tlsCert, cert);
  writeFileSync(tlsKey, key, { mode: 0o600 });
  return { tlsCert, tlsKey, cert };
}

t.test('what would be open by mistake, or says nothing, is refused with the way out', async (t) => {
  const folder = folderOf(t);
  const { tlsCert, tlsKey } = certified(folder);
  const other = join(folder, 'other.pem');
  writeFileSync(other, selfSigned(['x']).key, { mode: 0o600 });
  const readable = join(folder, 'readable.pem');
  writeFileSync(readable, selfSigned(['x']).key);
  chmodSync(readable, 0o644);
  const refused: readonly (readonly [ReachWish, RegExp])[] = [
    [{ host: '0.0.0.0' }, /read passwords.*--tls-cert.*127\.0\.0\.1 behind a proxy.*--insecure-http/],
    [{ host: '192.168.1.5' }, /would open the dashboard to other machines/],
    [{ host: '::' }, /would open/],
    [{ host: 'bots.example' }, /is no address/],
    [{ tlsCert }, /--tls-cert is of no use alone: say --tls-key FILE too/],
    [{ tlsKey }, /say --tls-cert FILE too/],
    [{ tlsCert: join(folder, 'nothing'), tlsKey }, /nothing cannot be read: ENOENT/],
    [{ tlsCert: tlsKey, tlsKey }, /key\.pem holds no certificate/],
    [{ tlsCert, tlsKey: tlsCert }, /cert\.pem.*chmod o=/],
    [{ tlsCert, tlsKey: other }, /is not the key of the certificate/],
    [{ tlsCert, tlsKey: readable }, /may be read by every user.*chmod o= /],
    [{ tlsCert, tlsKey, insecureHttp: true }, /is encrypted: leave --insecure-http out/],
    [{ insecureHttp: true }, /opens nothing here/],
    [{ publicUrl: 'bots.example' }, /must be one like https:\/\/bots\.example/],
    [{ publicUrl: `${PUBLIC}/fleet` }, /nothing after it/],
    [{ publicUrl: 'https://anna:pw@bots.example' }, /must be one like/],
    [{ publicUrl: 'ftp://bots.example' }, /must be one like/],
    [{ publicUrl: 'https://bots.example.' }, /a dot at its end/],
    [{ publicUrl: 'https://localhost:3000' }, /answered anyway/],
    [{ publicUrl: 'http://bots.example' }, /passwords could be read on their way. Use https/],
    [{ publicUrl: PUBLIC, insecureHttp: true }, /opens nothing here/],
    [{ trustProxy: ['127.0.0.1'] }, /say with --public-url too/],
    [{ publicUrl: PUBLIC, trustProxy: ['proxy.example'] }, /must be the address of a proxy/],
    [{ publicUrl: PUBLIC, trustProxy: ['0.0.0.0/0'] }, /must be the address of a proxy/],
  ];
  for (const [wish, message] of refused)
    t.throws(() => reachOf(wish), { code: 'USAGE', message }, JSON.stringify(wish));
  for (const [wish, open] of [
    [{}, false],
    [{ tlsCert, tlsKey }, false],
    [{ host: '0.0.0.0', tlsCert, tlsKey }, true],
    [{ host: '192.168.1.5', insecureHttp: true }, true],
    [{ publicUrl: 'http://bots.lan:3000', host: '0.0.0.0', insecureHttp: true }, true],
    [{ publicUrl: PUBLIC, trustProxy: ['127.0.0.1', '::1', '10.0.0.0/8'] }, true],
  ] as const)
    t.equal(reachOf(wish).open, open, JSON.stringify(wish));
  t.same(warningsOf(reachOf(), 0), []);
  t.match(warningsOf(reachOf({ publicUrl: PUBLIC }), 0), [/No --trust-proxy/]);
  t.match(warningsOf(reachOf({ host: '0.0.0.0', insecureHttp: true }), 0), [/passwords too/]);
  const ended = reachOf(certified(folder, -1));
  t.match(warningsOf(ended, Date.now()), [/has ended/], 'said, but bots that should run are started');
});

t.test('nobody comes from elsewhere before there is a password, and to a demo never', async (t) => {
  const open = reachOf({ publicUrl: PUBLIC });
  const user = { role: 'admin', disabled: false, password: 'scrypt' };
  t.doesNotThrow(() => refuseUnguarded(reachOf(), []));
  t.doesNotThrow(() => refuseUnguarded(open, [user]));
  for (const users of [
    [],
    [{ ...user, password: null }],
    [{ ...user, disabled: true }],
    [{ ...user, role: 'trader' }],
  ])
    t.throws(() => refuseUnguarded(open, users), { code: 'USAGE', message: /flotilla user add NAME/ });
  t.throws(() => refuseUnguarded(open, [user], true), { message: /for this machine alone/ });
  const data = folderOf(t);
  const { fleet } = fleetWithoutProcesses(data);
  const start = startServer({ data, port: 0, fleet, exchange: noExchange, reach: { publicUrl: PUBLIC } });
  await t.rejects(start, { code: 'USAGE', message: /flotilla user add/ });
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

type Ask = (
  path: string,
  options?: { method?: string; headers?: string[]; body?: string },
) => Promise<Answer>;

/** A server that listens, and how to ask it with exactly these headers. */
async function served(t: Test, data: string, wish: ReachWish, cert?: string) {
  let port = 0;
  const reach = reachOf(wish);
  const server = await testServer(data, { reach, port: () => port });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: reach.host })).port);
  const send = cert === undefined ? plainRequest : request;
  const ask: Ask = (path, { method = 'GET', headers = ['Host', `127.0.0.1:${port}`], body = '' } = {}) =>
    new Promise((resolve, reject) => {
      const tls = cert === undefined ? {} : { ca: cert };
      const sent = send(
        { host: '127.0.0.1', port, path, method, headers, setHost: false, agent: false, ...tls },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          );
        },
      );
      sent.on('error', reject).end(body);
    });
  return { ...server, port, ask };
}

const FORM = ['Content-Type', 'application/x-www-form-urlencoded', 'Accept', 'text/html'];

async function logIn(ask: Ask, host: string[], password = PASSWORD, more: string[] = []): Promise<Answer> {
  const { body: page } = await ask('/login', { headers: [...host, 'Accept', 'text/html'] });
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = String(new URLSearchParams({ token, name: 'tester', password }));
  const length = ['Content-Length', String(body.length)];
  return ask('/login', { method: 'POST', headers: [...host, ...FORM, ...length, ...more], body });
}

t.test('with a certificate of its own: login, pages, streams, and the next certificate', async (t) => {
  const folder = folderOf(t);
  const { tlsCert, tlsKey, cert } = certified(folder);
  const { port, ask, app } = await served(t, join(folder, 'data'), { tlsCert, tlsKey }, cert);
  const host = ['Host', `127.0.0.1:${port}`];
  const made = await logIn(ask, host, PASSWORD, ['Origin', `https://127.0.0.1:${port}`]);
  t.equal(made.status, 303, made.body);
  const [set = ''] = made.headers['set-cookie'] ?? [];
  t.match(
    set,
    new RegExp(
      `^__Host-flotilla-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$`,
    ),
  );
  t.equal(made.headers['strict-transport-security'], 'max-age=31536000');
  const cookie = ['Cookie', set.split(';')[0] ?? ''];
  const page = await ask('/', { headers: [...host, ...cookie, 'Accept', 'text/html'] });
  t.match(page, { status: 200, body: /Your fleet is empty/ });
  t.equal((await ask('/api/bots', { headers: [...host, ...cookie] })).status, 200);
  const named = await ask('/healthz', { headers: ['Host', `localhost:${port}`] });
  t.equal(named.status, 200);
  t.notOk(
    named.headers['strict-transport-security'],
    'not for localhost, where other servers have no certificate',
  );
  for (const origin of [`http://127.0.0.1:${port}`, 'https://evil.example']) {
    const forged = await logIn(ask, host, PASSWORD, ['Origin', origin]);
    t.equal(forged.status, 403, origin);
  }

  const renewed = selfSigned(['localhost', 'bots.example']);
  const said: string[] = [];
  t.teardown(
    keepTls(
      app.server as unknown as TlsServer,
      { cert: tlsCert, key: tlsKey },
      (text) => said.push(text),
      20,
    ),
  );
  const stream = request({
    host: '127.0.0.1',
    port,
    path: '/events',
    headers: { cookie: cookie[1], host: host[1] },
    ca: cert,
    agent: false,
  });
  const events = await new Promise<string>((resolve, reject) => {
    stream
      .on('response', (answer) => answer.setEncoding('utf8').on('data', resolve))
      .on('error', reject)
      .end();
  });
  t.match(events, /^retry: 500/);
  writeFileSync(tlsKey, renewed.key);
  const within = { withinMs: 10_000, everyMs: 20 };
  await waitFor(() => (said.length > 0 ? true : null), within);
  t.match(said, [/is not the key of the certificate/], 'half renewed: said once');
  t.equal((await ask('/healthz')).status, 200, 'and the one before is served');
  writeFileSync(tlsCert, renewed.cert);
  const refused = (): Promise<true | null> =>
    ask('/healthz').then(
      () => null,
      () => true,
    );
  await waitFor(refused, within);
  await t.rejects(
    ask('/healthz'),
    { code: /SELF_SIGNED|CERT/ },
    'the next one is served, which nobody here knows yet',
  );
  t.equal(readTls({ cert: tlsCert, key: tlsKey }).cert, renewed.cert);
  t.notOk(stream.destroyed, 'streams go on over it');
  stream.destroy();
});

t.test('behind a proxy: its name is answered, and nobody may forge where they come from', async (t) => {
  const { port, ask, auth, app } = await served(t, folderOf(t), {
    publicUrl: PUBLIC,
    trustProxy: ['127.0.0.1'],
  });
  const host = ['Host', 'bots.example'];
  for (const refused of [
    ['Host', 'evil.example'],
    ['Host', 'bots.example.'],
    ['Host', `bots.example:${port}`],
    ['Host', 'bots.example', 'Host', 'evil.example'],
    ['Host', 'evil.example', 'X-Forwarded-Host', 'bots.example'],
    ['Host', `localhost.:${port}`],
    ['Host', ''],
  ])
    t.equal((await ask('/healthz', { headers: refused })).status, 421, refused.join(' '));
  for (const taken of ['bots.example', 'BOTS.example', 'bots.example:443', `127.0.0.1:${port}`])
    t.equal((await ask('/healthz', { headers: ['Host', taken] })).status, 200, taken);

  const made = await logIn(ask, host, PASSWORD, [
    'Origin',
    PUBLIC,
    'X-Forwarded-For',
    '203.0.113.9, 198.51.100.7',
  ]);
  t.equal(made.status, 303, made.body);
  t.match(made.headers['set-cookie'], [/^__Host-flotilla-.*; Secure$/]);
  t.equal(made.headers['strict-transport-security'], 'max-age=31536000');
  const [session] = auth.sessions.of(auth.users.existing('tester').id);
  t.equal(session?.address, '198.51.100.7', 'what the proxy wrote, not what its client did');
  const inside = await logIn(ask, ['Host', `127.0.0.1:${port}`], PASSWORD, [
    'Origin',
    `http://127.0.0.1:${port}`,
  ]);
  t.match(inside.headers['set-cookie'], [
    /^flotilla-\d+=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  ]);
  t.notOk(inside.headers['strict-transport-security'], 'a tunnel to this machine has no TLS');
  t.match(await ask('/healthz', { headers: ['Host', 'evil.example'] }), { body: /https:\/\/bots\.example/ });
  t.ok(app.server.listening);
});

t.test('without a trusted proxy a forged X-Forwarded-For changes nothing', async (t) => {
  const { ask, auth } = await served(t, folderOf(t), { publicUrl: PUBLIC });
  const host = ['Host', 'bots.example'];
  const answers = [];
  for (let index = 0; index < 7; index += 1)
    answers.push(await logIn(ask, host, 'wrong wrong wrong', ['X-Forwarded-For', `203.0.113.${index}`]));
  t.same(
    answers.map(({ status }) => status),
    [401, 401, 401, 401, 401, 429, 429],
    'one client, which waits',
  );
  t.same(
    new Set((await auth.audit.list({ action: 'login' }, 9)).map(({ address }) => address)),
    new Set(['127.0.0.1']),
  );
});

t.test('the address of a client is the last one that nobody untrusted wrote', async (t) => {
  const trusted = reachOf({
    publicUrl: PUBLIC,
    trustProxy: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
  }).trusted;
  for (const [socket, forwarded, address] of [
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', '1.1.1.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['2001:db8::5', '2001:db8::6,2a00::1', '2a00::1'],
    ['127.0.0.1', 'evil<script>', '127.0.0.1'],
    ['127.0.0.1', '1.1.1.1, "x"', '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ] as const)
    t.equal(clientAddress(socket, forwarded, trusted), address, `${socket} < ${forwarded}`);
  t.equal(clientAddress('127.0.0.1', '1.1.1.1', new BlockList()), '127.0.0.1', 'nobody is trusted unasked');
  t.equal(countedAs('203.0.113.9'), '203.0.113.9');
  t.equal(countedAs('2a00:1:2:3:4:5:6:7'), '2a00:1:2:3::/64');
  t.equal(countedAs('2a00:1:2:3::9'), '2a00:1:2:3::/64', 'one customer, one count');
  t.equal(countedAs('2a00::9'), '2a00:0:0:0::/64');
  t.equal(countedAs('2a00::3:4:5:6:7'), '2a00:0:0:3::/64');
});

t.test('it listens where it is told, and nowhere else', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  if (outside === undefined) return t.pass('this machine has no other address');
  const connects = (host: string, port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const headers = { host: `${host}:${port}` };
      const sent = plainRequest(
        { host, port, path: '/healthz', headers, agent: false, timeout: 2_000 },
        (answer) => resolve(answer.resume().statusCode === 200),
      );
      sent.on('error', () => resolve(false)).end();
    });
  const home = folderOf(t);
  const closed = await served(t, join(home, 'closed'), {});
  t.notOk(await connects(outside, closed.port), 'on this machine alone');
  t.ok(await connects('127.0.0.1', closed.port));
  const open = await served(t, join(home, 'open'), { host: '0.0.0.0', insecureHttp: true });
  t.ok(await connects(outside, open.port), 'under the address on which it came');
  const rebound = await open.ask('/healthz', { headers: ['Host', `evil.example:${open.port}`] });
  t.equal(rebound.status, 421, 'and under no name');
});
