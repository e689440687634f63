import { request } from 'node:http';
import { connect } from 'node:net';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { auditWords } from '../views/audit-words.js';
import { AuditLog } from './audit/log.js';
import { startServer } from './main.js';
import { CONFIG, fleetWithoutProcesses, noExchange, rawRequest, writeConfig } from './testing.js';
import { folderOf } from '../test/folder.js';

async function listening(data: string) {
  const { fleet } = fleetWithoutProcesses(data);
  const failures: unknown[] = [];
  const server = await startServer({
    data,
    port: 0,
    fleet,
    exchange: noExchange,
    log: (error) => failures.push(error),
  });
  const auth = { authorization: `Bearer ${server.token}` };
  return { server, port: Number(new URL(server.url).port), failures, auth };
}

t.test('only its own names are answered, on every route', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const { server, port, failures } = await listening(data);
  t.teardown(() => server.close());
  const paths = [
    '/',
    '/api/overview',
    '/events',
    '/public/base.css',
    '/healthz',
    '/nothing',
    '/vendor/htmx.js',
  ];
  const refused = [
    ['Host', 'evil.example'],
    ['Host', `127.0.0.1.nip.io:${port}`],
    ['Host', `localhost.:${port}`],
    ['Host', ''],
    ['Host', '127.0.0.1'],
    ['Host', `127.0.0.1:${port + 1}`],
    ['Host', `127.0.0.1:${port}`, 'Host', 'evil.example'],
  ];
  for (const path of paths) {
    for (const headers of refused) {
      const answer = await rawRequest(port, path, { headers });
      t.equal(answer.status, 421, `${path} ${headers.join(' ')}`);
      t.equal(answer.headers['x-content-type-options'], 'nosniff');
    }
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    const answer = await rawRequest(port, '/healthz', { headers: ['Host', host] });
    t.equal(answer.status, 200, host);
  }
  const answer = await rawRequest(port, '/');
  t.match(answer.headers['content-security-policy'], /default-src 'none'; script-src 'self'/);
  t.equal(answer.headers['server'], undefined);
  t.equal(answer.headers['x-powered-by'], undefined);
  t.equal((await rawRequest(port, '/', { method: 'TRACE' })).status, 405);
  for (const [method, path] of [
    ['OPTIONS', '/api/overview'],
    ['GET', '/healthz'],
    ['GET', '/nothing'],
  ] as const) {
    const asked = ['Host', `127.0.0.1:${port}`, 'Origin', 'http://evil.example'];
    const preflight = ['Access-Control-Request-Method', 'POST', 'Access-Control-Request-Headers', 'x'];
    const { headers } = await rawRequest(port, path, { method, headers: [...asked, ...preflight] });
    const allowed = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
    t.same(allowed, [], `${method} ${path} allows no other origin`);
  }
  t.equal((await rawRequest(port, '/public/../../package.json')).status, 403);
  t.equal((await rawRequest(port, '/public/%2e%2e/%2e%2e/package.json')).status, 403);
  t.same(failures, []);
});

t.test('it listens on this machine alone', async (t) => {
  const { fleet } = fleetWithoutProcesses(folderOf(t));
  await t.rejects(startServer({ data: folderOf(t), reach: { host: '0.0.0.0' }, port: 0, fleet }), {
    code: 'USAGE',
    message: /other machines/,
  });
});

interface Listener {
  text(): string;
  until(what: RegExp, withinMs?: number): Promise<string>;
  close(): void;
}

function listen(port: number, path: string, headers: Record<string, string> = {}): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const until = async (what: RegExp, withinMs = 3_000): Promise<string> => {
        const end = performance.now() + withinMs;
        while (!what.test(text)) {
          if (performance.now() > end) throw new Error(`${what} did not come; but ${text.slice(-500)}`);
          await new Promise((again) => setTimeout(again, 10));
        }
        return text;
      };
      resolve({ text: () => text, until, close: () => sent.destroy() });
    });
    sent.on('error', reject).end();
  });
}

t.test('the fleet page is told what changed, and only that', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  writeConfig(data, { ...CONFIG, id: 'eth-dip', name: 'ETH dip', symbol: 'ETHUSDT' });
  const { server, port, failures, auth } = await listening(data);
  t.teardown(() => server.close());
  const page = await listen(port, '/events', auth);
  const first = await page.until(/hx-partial/);
  t.match(first, /^retry: 500\n\nid: /);

  writeConfig(data, { ...CONFIG, name: 'BTC dipper' });
  const pushed = (await page.until(/BTC dipper/)).slice(first.length);
  t.notMatch(pushed, /ETH dip/, 'the other bot is not pushed');
  t.match(pushed, /hx-target="#bot-btc-dip .c-bot"/, 'only the cell that changed');

  const last = [...page.text().matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';
  page.close();
  writeConfig(data, { ...CONFIG, id: 'eth-dip', name: 'ETH dipper', symbol: 'ETHUSDT' });
  await new Promise((resolve) => setTimeout(resolve, 600));
  const back = await listen(port, '/events', { 'Last-Event-ID': last, ...auth });
  const missed = await back.until(/ETH dipper/);
  t.notMatch(missed, /BTC dipper/, 'what was not missed is not sent again');
  back.close();

  const other = await listen(port, '/events', { 'Last-Event-ID': 'ffffffff-7', ...auth });
  t.match(
    await other.until(/ETH dipper/),
    /hx-target="#main"[^]*BTC dipper/,
    'after a restart of the server the whole fleet comes',
  );
  other.close();
  t.same(failures, []);
});

t.test("a bot's page is told of its log, its config and its end", async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const { server, port, failures, auth } = await listening(data);
  t.teardown(() => server.close());
  const page = await listen(port, '/events?bot=btc-dip', auth);
  const headers = ['Host', `127.0.0.1:${port}`, 'Authorization', auth.authorization];
  await page.until(/<ol id="log-lines"/);
  const line = { level: 30, time: 1_700_000_000_000, code: 'x', msg: '<script>alert(1)</script>' };
  appendFileSync(join(data, 'bots', 'btc-dip', 'log.ndjson'), `${JSON.stringify(line)}\n`);
  const text = await page.until(/&lt;script&gt;/);
  t.match(text, /&lt;script&gt;/);
  t.notMatch(text, /<script>alert/);
  writeConfig(data, { ...CONFIG, budget: '4321' });
  await page.until(/4,321/);
  const deleted = await rawRequest(port, '/api/bots/btc-dip', { method: 'DELETE', headers });
  t.equal(deleted.status, 204);
  await page.until(/was deleted/);
  page.close();
  t.equal((await rawRequest(port, '/events?bot=nobody', { headers })).status, 404);
  t.same(failures, []);
});

t.test('closing the server ends its streams at once; start and end are in the audit log', async (t) => {
  const data = folderOf(t);
  const { server, port, auth } = await listening(data);
  const page = await listen(port, '/events', auth);
  await page.until(/retry/);
  const start = performance.now();
  await server.close();
  t.ok(performance.now() - start < 2_000, 'closed in time');
  await t.rejects(
    new Promise((resolve, reject) => connect(port, '127.0.0.1', () => resolve(null)).on('error', reject)),
  );
  const noted = (await new AuditLog(data).list({}, 9)).map((entry) => [entry.via, auditWords(entry)]);
  t.same(noted, [
    ['command line', 'ended the server'],
    ['command line', `started the server at ${server.url}`],
  ]);
});
