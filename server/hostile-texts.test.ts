/** Sixty hostile texts in all that a user, a file, an exchange or a log line can bring into a page (FAULTS.md §8, 7). */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { loadBotView } from '../bot/files/load.js';
import type { BotView } from '../bot/files/view.js';
import type { KeysView } from '../exchange/keys/shown.js';
import { folderOf } from '../test/folder.js';
import { HOSTILE_TEXTS } from '../test/hostile-texts.js';
import { dangersIn, shapeOf } from '../test/html-shape.js';
import { waitFor } from './fleet/wait.js';
import { CONFIG, testServer, writeConfig, type TestServer } from './testing.js';

const NOW = 1_709_820_300_000;
const WITHIN = { withinMs: 20_000, everyMs: 20 };
const page = { accept: 'text/html' };
const form = { 'hx-request': 'true', ...page, 'content-type': 'application/x-www-form-urlencoded' };

/** Everything that a journal, the exchange and a command can put into a bot's view. */
function spoiled(view: BotView, evil: string): BotView {
  const fill = {
    tradeId: evil,
    orderId: evil,
    side: 'BUY',
    price: '1',
    quantity: '1',
    fee: '0',
    time: NOW,
  } as const;
  const order = {
    clientOrderId: evil,
    side: 'SELL',
    type: evil,
    price: '1',
    stopPrice: '1',
    quantity: '1',
  } as const;
  const closed = { count: 0, won: 0, winRatePercent: null, pnl: '0', averagePnl: null };
  return {
    ...view,
    name: evil,
    tags: [evil, evil],
    symbol: evil,
    base: evil,
    quote: evil,
    signal: evil,
    plan: evil,
    waitingFor: evil,
    fees: { [evil]: '1' },
    errors: [...view.errors, evil],
    openOrders: [{ ...order, slot: evil, filled: '0', status: evil }],
    trades: [{ ...fill, clientOrderId: evil, feeAsset: evil, pnl: '1', reason: evil }],
    commands: [{ uuid: evil, name: 'pause', at: NOW, done: false, answer: evil }],
    difference: { since: NOW, shortages: [], message: evil, adopt: evil, ignore: evil } as never,
    manual: {
      trades: [{ ...fill, feeAsset: evil }],
      tradeCount: 1,
      bought: '1',
      sold: '1',
      orders: [{ ...order, orderId: evil, executed: '0', open: true }],
    },
    past: {
      ...{ cycles: [], batches: [], elsewhere: 0 },
      figures: { cycles: closed, batches: closed, steps: closed },
    },
    reservation: { amount: '1', denied: evil },
    lastDecision: {
      time: NOW,
      signal: evil,
      verdict: 'hold',
      outcome: 'waits',
      reasoning: evil,
      indicators: { [evil]: 1 },
    },
  };
}

function writeLines(data: string, id: string, evil: string): void {
  const decision = {
    time: NOW,
    signal: evil,
    verdict: 'hold',
    outcome: 'waits',
    reasoning: evil,
    indicators: { [evil]: 1 },
  };
  const lines = [
    { level: 50, time: NOW, code: evil, msg: evil, values: { [evil]: evil } },
    { level: 30, time: NOW, code: 'fill', msg: evil },
    { level: 30, time: NOW, code: 'decision', msg: evil, decision },
  ];
  appendFileSync(
    join(data, 'bots', id, 'log.ndjson'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

const runId = (index: number): string => `20240307-140${String(500 + index)}-aaaa`;

function writeRun(data: string, index: number, evil: string): void {
  const choice = { name: evil, period: evil };
  const settings = {
    name: evil,
    symbol: evil,
    interval: evil,
    budget: evil,
    signal: choice,
    plan: choice,
    risk: {},
  };
  const kind = {
    source: evil,
    from: null,
    to: null,
    feePercent: evil,
    feeAsset: 'quote',
    profile: 'touch',
    acceptGaps: false,
  };
  const over = { state: 'failed', createdAt: NOW, startedAt: NOW, endedAt: NOW, error: evil, summary: null };
  const folder = join(data, 'backtests', runId(index));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ id: runId(index), settings: { ...settings, ...kind }, ...over }),
  );
}

function keysOf(texts: readonly string[]): KeysView {
  const permissions = null;
  const keys = texts.map((label, index) => {
    return {
      id: `k${index}`,
      label,
      venue: 'binance',
      owner: null,
      permissions,
      lastFour: label,
      created: NOW,
      bots: ['sound0'],
    };
  });
  return { master: { kind: 'file', path: texts[0] ?? '' }, locked: false, keys } as unknown as KeysView;
}

interface Spoiled {
  readonly server: TestServer;
  readonly texts: readonly string[];
}

/** A server all of whose data say nothing but these texts: for each a bot with a sound config and one with a broken one. */
async function serverOf(t: Test, data: string, texts: readonly string[]): Promise<Spoiled> {
  texts.forEach((evil, index) => {
    writeConfig(data, { ...CONFIG, id: `sound${index}` });
    writeConfig(data, {
      ...CONFIG,
      id: `broken${index}`,
      name: 7,
      symbol: evil,
      signal: { name: evil },
      plan: { name: evil },
      venue: evil,
      [evil]: 1,
    });
    for (const id of [`sound${index}`, `broken${index}`]) writeLines(data, id, evil);
    writeRun(data, index, evil);
  });
  const server = await testServer(data, {
    load: async (folder, id, process, price) => {
      const view = await loadBotView(folder, id, process, price);
      return spoiled(view, texts[Number(/\d+$/.exec(id)?.[0])] ?? 'none');
    },
  });
  t.teardown(() => server.close());
  const { auth } = server;
  server.fleet.keys.view = async () => keysOf(texts);
  const [tester] = auth.users.all();
  const more = texts.map((name, index) => ({ ...tester, id: `u-${String(index).padStart(12, '0')}`, name }));
  writeFileSync(join(data, 'users.json'), JSON.stringify({ users: [tester, ...more] }));
  for (const evil of texts) {
    if (tester === undefined) throw new Error('nobody is signed in');
    if (auth.tokens.of(tester.id).length < 40)
      await auth.tokens.add(tester, { name: evil, scope: 'viewer', days: 1 });
    const entry = { user: evil, userId: null, via: evil, address: evil, action: evil, about: evil };
    await auth.audit.note({ ...entry, outcome: 'failed', details: { [evil]: evil, message: evil } });
  }
  await marksSettled(server);
  const tested = [...texts].slice(0, 40);
  for (const evil of tested) await auth.sessions.open(tester!, { address: evil, agent: evil, sure: false });
  return { server, texts };
}

/**
 * Until the header says of the exchange what it will say to the end: which symbols are wanted is known only a moment
 * after the start, and the marks for an idle market and for a silent one are different elements.
 */
async function marksSettled({ app }: TestServer): Promise<void> {
  const settled = await waitFor(async () => {
    const { body } = await app.inject({ url: '/halt', headers: page });
    return body.includes('The exchange cannot be reached.') ? true : null;
  }, WITHIN);
  if (settled === null) throw new Error('the header never came to say that the exchange is silent');
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** All that a page shows of one text. */
function requestsOf(index: number, evil: string): Asked[] {
  const query = encodeURIComponent(evil);
  const get = (url: string): Asked => ({ method: 'GET', url });
  const post = (url: string, fields: Record<string, string>): Asked => ({ method: 'POST', url, fields });
  const bots = [`sound${index}`, `broken${index}`].flatMap((id) =>
    [
      '',
      '/log',
      '/start',
      '/stop',
      '/restart',
      '/delete',
      '/clone',
      '/pause',
      '/resume',
      '/sell',
      '/buy',
      '/flatten',
      '/cancel',
      '/preflight',
      '/access',
    ].map((path) => get(`/bots/${id}${path}`)),
  );
  const config = {
    id: evil,
    name: evil,
    symbol: evil,
    interval: evil,
    budget: evil,
    venue: evil,
    signal: 'rsi',
    plan: 'single',
    'signal.period': evil,
  };
  return [
    ...bots,
    get(`/bots/${query}`),
    get(`/nothing/${query}`),
    get(`/login?then=${query}`),
    get(`/sure?then=${query}`),
    get(`/keys?said=${query}`),
    get(`/keys/k${index}/replace`),
    get(`/keys/k${index}/remove`),
    get(
      `/audit?user=${encodeURIComponent(evil.slice(0, 80))}&about=${encodeURIComponent(evil.slice(0, 80))}`,
    ),
    get(`/backtests/${runId(index)}`),
    get(`/backtests/${query}`),
    get(`/backtests/new?again=${runId(index)}`),
    get(`/backtests/new?name=${query}&symbol=${query}&budget=${query}&signal=${query}&plan=${query}`),
    get(`/backtests/compare?run=${runId(index)}&run=${runId(index)}`),
    get(`/bots/new?name=${query}&symbol=${query}&signal=rsi&plan=single`),
    get(`/bots/new/parameters?signal=${query}&plan=${query}`),
    get(`/symbols?search=${query}&symbol=${query}`),
    post('/login', { name: evil, password: evil, then: evil }),
    post('/bots', config),
    post('/backtests', { ...config, source: evil, from: evil, to: evil, feePercent: evil }),
    post('/users', { name: evil, role: evil, password: evil }),
    post(`/users/${query}`, { act: evil, role: evil }),
    post('/me/tokens', { name: evil, role: evil, days: evil }),
    post('/keys/new', { id: evil, venue: evil, key: evil, secret: evil }),
    post(`/bots/sound${index}/config`, { text: evil, version: evil }),
    post(`/bots/sound${index}/access`, { act: 'share', user: `${evil} of nobody` }),
    post(`/bots/sound${index}/clone`, { id: evil, name: evil }),
    post(`/bots/sound${index}/cancel`, { order: evil.slice(0, 40) }),
  ];
}

async function ask({ app, headers }: TestServer, { method, url, fields }: Asked) {
  const away = url === '/login' || url.startsWith('/login?') ? { cookie: '' } : headers;
  const payload = fields === undefined ? {} : { payload: new URLSearchParams(fields).toString() };
  return app.inject({
    method,
    url,
    headers: { ...away, ...(fields === undefined ? page : form) },
    ...payload,
  });
}

t.test('no text adds an element, a handler or an address to any page', async (t) => {
  t.equal(HOSTILE_TEXTS.length, 60);
  t.equal(new Set(HOSTILE_TEXTS).size, 60);
  // Five at a time, which is quick and shows as much: each has its own way out.
  const together = Array.from({ length: 12 }, (_, group) =>
    HOSTILE_TEXTS.filter((_, index) => index % 12 === group).join(' '),
  );
  const home = folderOf(t);
  const plain = await serverOf(
    t,
    join(home, 'plain'),
    together.map((_, index) => `plain${index}`),
  );
  const kinds: string[][] = [];
  // What is refused, but harmless, has the look of a refusal at each field.
  for (const harmless of ['plain0', 'Mild, but wrong. '.repeat(20)])
    for (const [number, asked] of requestsOf(0, harmless).entries()) {
      const answer = await ask(plain.server, asked);
      kinds[number] = [...new Set([...(kinds[number] ?? []), ...shapeOf(answer.body)])];
      t.same(dangersIn(answer.body), [], `${asked.method} ${asked.url}`);
    }
  const data = join(home, 'hostile');
  const { server, texts } = await serverOf(t, data, together);
  let pages = 0;
  const wrong: string[] = [];
  for (const [index, evil] of texts.entries())
    for (const [number, asked] of requestsOf(index, evil).entries()) {
      const answer = await ask(server, asked);
      const what = `${asked.method} ${asked.url} ${answer.statusCode} ${JSON.stringify(evil)}`;
      if (answer.statusCode >= 500 && answer.statusCode !== 503)
        wrong.push(`${what}: ${answer.body.slice(0, 200)}`);
      if (!/^text\/html/.test(String(answer.headers['content-type']))) continue;
      pages += 1;
      const news = shapeOf(answer.body).filter((each) => !kinds[number]!.includes(each));
      if (news.length > 0) wrong.push(`${what}: ${news.join(' | ')}`);
      wrong.push(...dangersIn(answer.body).map((danger) => `${what}: ${danger}`));
    }
  t.same([...plain.server.failures, ...server.failures].slice(0, 2), []);
  t.same(wrong.slice(0, 20), []);
  t.ok(pages > 500, `${pages} pages`);
  for (const url of ['/', '/users', '/me', '/audit', '/keys', '/backtests', '/halt', '/bots/new']) {
    const [mild, answer] = [
      await ask(plain.server, { method: 'GET', url }),
      await ask(server, { method: 'GET', url }),
    ];
    t.equal(mild.statusCode, 200, url);
    t.equal(answer.statusCode, 200, url);
    const known = new Set(shapeOf(mild.body));
    t.same(
      [...new Set(shapeOf(answer.body))].filter((each) => !known.has(each)),
      [],
      url,
    );
    t.same(dangersIn(answer.body), [], url);
  }
  for (const url of [
    '/api/bots',
    '/api/users',
    '/api/audit',
    '/api/audit.csv',
    '/api/backtests',
    '/api/keys',
    '/api/overview',
  ]) {
    const { headers } = await ask(server, { method: 'GET', url });
    t.match(headers['content-type'], /application\/json|text\/csv/, url);
    t.equal(headers['x-content-type-options'], 'nosniff');
  }
  t.same([...plain.server.failures, ...server.failures], []);
  const audit = readFileSync(join(data, 'audit.ndjson'), 'utf8')
    .trimEnd()
    .split(/[\n\r]/);
  t.ok(
    audit.every((line) => line.startsWith('{"seq":')),
    'no text begins a line of the audit log',
  );
  t.match(await server.auth.audit.verify(), { fault: null });
});

t.test('the check itself sees what it should', async (t) => {
  for (const evil of HOSTILE_TEXTS.slice(0, 32)) t.not(shapeOf(`<p>${evil}</p>`).join(), 'p,/p', evil);
  t.same(dangersIn('<a href="/x">x</a><script src="/public/a.js"></script>'), []);
  for (const bad of [
    '<a href="javascript:1">',
    '<p onclick=1>',
    '<div hx-get="//evil.example">',
    '<script>1</script>',
    '<img src=x>',
    '<a href=" data:x,y">',
  ])
    t.equal(dangersIn(bad).length, 1, bad);
});
