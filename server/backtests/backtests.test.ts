import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import { swinging } from '../../test/swinging.js';
import { recordedMarket } from '../../exchange/paper/market/files.js';
import { backtest } from '../../bot/backtest/run.js';
import { configOf } from '../../bot/config.js';
import { onBehalfOf, type Who } from '../auth/context.js';
import { testServer, type TestServer } from '../testing.js';
import { BacktestFeed } from './feed.js';
import { BacktestModels } from './models.js';
import { settingsOf } from './settings.js';
import { readRuns, runFolder, writeRun } from './folder.js';
import { isOver, type Run } from './types.js';

const SETTINGS = {
  symbol: 'BTCUSDT',
  interval: '1m',
  signal: { name: 'rsi', period: 7 },
  plan: { name: 'single' },
  source: 'recordings',
};

async function served(t: Test, klines = 1_000): Promise<TestServer & { readonly data: string }> {
  const data = folderOf(t);
  mkdirSync(join(data, 'klines', 'more'), { recursive: true });
  writeFileSync(join(data, 'klines', 'BTCUSDT-1m.csv'), swinging(klines));
  const server = await testServer(data);
  t.teardown(() => server.close());
  return { ...server, data };
}

async function post(server: TestServer, url: string, payload: object = {}) {
  const answer = await server.app.inject({ method: 'POST', url: `/api${url}`, payload });
  return { status: answer.statusCode, body: answer.json() };
}

async function ended(server: TestServer, id: string): Promise<Run> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const run = server.backtests.get(id);
    if (run !== undefined && isOver(run)) {
      await server.backtests.settled();
      return run;
    }
    await pause(50);
  }
  throw new Error(`the backtest ${id} did not end`);
}

t.test('a run in a thread gives what the engine gives, in files of its own', async (t) => {
  const server = await served(t);
  const { status, body } = await post(server, '/backtests', SETTINGS);
  t.equal(status, 201);
  const { id } = body.run as Run;
  t.match(await ended(server, id), { state: 'done', error: null, progress: null });
  const { run, report } = (await server.app.inject(`/api/backtests/${id}`)).json();
  const config = configOf({ ...SETTINGS, id: 'backtest', budget: '1000', source: undefined }, 'test');
  const market = recordedMarket({ dir: join(server.data, 'klines'), symbols: ['BTCUSDT'], interval: '1m' });
  const direct = backtest({ bots: [config], market });
  t.ok(direct.trades.length > 3);
  t.same(report.tradeList, direct.trades);
  t.equal(report.finalEquity, direct.finalEquity);
  t.match(run.summary, { klines: 1_000, trades: direct.trades.length, finalEquity: direct.finalEquity });
  const chart = (await server.app.inject(`/api/backtests/${id}/chart`)).json();
  t.equal(chart.time.length, 1_000);
  const csv = await server.app.inject(`/api/backtests/${id}/trades.csv`);
  t.match(csv.headers['content-type'], /text\/csv/);
  t.equal(csv.body.trim().split('\n').length, direct.trades.length + 1);
  t.match((await server.app.inject('/api/backtests')).json(), { runs: [{ id, state: 'done' }] });

  const [head, ...rows] = swinging(1_000).trim().split('\n');
  const files = { 'BTCUSDT-1m.csv': rows.slice(0, 100), 'BTCUSDT-1m-b.csv': rows.slice(300) };
  for (const [name, part] of Object.entries(files))
    writeFileSync(join(server.data, 'klines', name), [head, ...part, ''].join('\n'));
  const holed = (await post(server, '/backtests', { ...SETTINGS, name: 'holes' })).body.run as Run;
  t.match((await ended(server, holed.id)).summary, { klines: 700 }, 'the longest stretch without a hole');
  const told = (await server.app.inject(`/api/backtests/${holed.id}`)).json();
  t.match(
    told.report.unused,
    [/^BTCUSDT: not used: .*; begin there with From 20/],
    'in the words of the form',
  );
});

t.test('one runs, the next waits, either is cancelled, and the server answers meanwhile', async (t) => {
  const server = await served(t, 200_000);
  const first = (await post(server, '/backtests', SETTINGS)).body.run as Run;
  const second = (await post(server, '/backtests', { ...SETTINGS, name: 'second' })).body.run as Run;
  const again = (await post(server, '/backtests', { ...SETTINGS, name: 'second' })).body.run as Run;
  t.equal(again.id, second.id, 'a double click is one backtest');
  t.same([first.state, second.state], ['running', 'waiting']);
  for (let asked = 0; asked < 20; asked += 1)
    t.equal((await server.app.inject('/api/overview')).statusCode, 200);
  t.equal(server.backtests.get(first.id)?.state, 'running', 'it still runs');
  t.equal((await post(server, `/backtests/${second.id}/cancel`)).body.run.state, 'cancelled');
  t.equal((await post(server, `/backtests/${first.id}/cancel`)).body.run.state, 'cancelled');
  t.equal((await server.app.inject(`/api/backtests/${first.id}/chart`)).statusCode, 409);
  await pause(200);
  t.equal(server.backtests.get(first.id)?.state, 'cancelled', 'nothing comes after it');
  t.equal((await server.app.inject({ method: 'DELETE', url: `/api/backtests/${first.id}` })).statusCode, 204);
  t.notOk(existsSync(runFolder(server.data, first.id).folder));
  t.equal((await server.app.inject(`/api/backtests/${first.id}`)).statusCode, 404);
});

t.test('a run is whose who asked for it: to others it does not exist, to admins it does', async (t) => {
  const server = await served(t);
  const [tina, tom] = [await server.signIn('tina', 'trader'), await server.signIn('tom', 'trader')];
  const as = async (
    { headers }: typeof tina,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ) => server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  const asked = await as(tina, 'POST', '/api/backtests', { ...SETTINGS, name: 'secretplan' });
  const { id } = (asked.json() as { run: Run }).run;
  await ended(server, id);
  for (const url of [
    `/api/backtests/${id}`,
    `/api/backtests/${id}/chart`,
    `/api/backtests/${id}/trades.csv`,
  ]) {
    t.equal((await as(tom, 'GET', url)).statusCode, 404, url);
    t.equal((await as(tina, 'GET', url)).statusCode, 200, url);
    t.equal((await server.app.inject(url)).statusCode, 200, `${url} for an admin`);
  }
  for (const url of ['/api/backtests', '/backtests', `/backtests/${id}`]) {
    t.notMatch((await as(tom, 'GET', url)).body, /secretplan/, url);
    t.match((await as(tina, 'GET', url)).body, /secretplan/, url);
  }
  t.equal((await as(tom, 'POST', `/api/backtests/${id}/cancel`, {})).statusCode, 404);
  t.equal((await as(tom, 'DELETE', `/api/backtests/${id}`)).statusCode, 404);
  const same = await as(tom, 'POST', '/api/backtests', { ...SETTINGS, name: 'secretplan' });
  t.not((same.json() as { run: Run }).run.id, id, 'the same settings of another user are another run');
  t.equal((await as(tina, 'DELETE', `/api/backtests/${id}`)).statusCode, 204);
});

t.test('a live list tells each reader of their own runs', async (t) => {
  const server = await served(t);
  const page = () => ({ now: 0, health: { exchangeLatencyMs: null, streamAgeMs: null } });
  const feed = new BacktestFeed(server.backtests, new BacktestModels(server.data, server.backtests, page));
  t.teardown(() => feed.close());
  const [tina, tom] = await Promise.all(
    ['tina', 'tom'].map(async (name) => {
      const { user } = await server.signIn(name, 'trader');
      const seen: string[] = [];
      const client = {
        closed: false,
        signal() {},
        send: (_id: string, data: string) => void seen.push(data),
      };
      const who: Who = { ...user, via: 'session', key: name, address: '127.0.0.1', sureUntil: 0 };
      onBehalfOf(who, () => feed.addList(client));
      return { who, seen };
    }),
  );
  await onBehalfOf(tina!.who, async () => {
    const { id } = await server.backtests.start(settingsOf({ ...SETTINGS, name: 'secretplan' }));
    await ended(server, id);
  });
  t.match(tina!.seen.join(), /secretplan/);
  t.equal(tom!.seen.length, 1, 'what there was when it came, and no word of what others do');
  t.notMatch(tom!.seen.join(), /secretplan/);
});

t.test('what the server did not live to see the end of is interrupted, the rest is kept', async (t) => {
  const server = await served(t);
  const { id } = (await post(server, '/backtests', SETTINGS)).body.run as Run;
  const done = await ended(server, id);
  await server.close();
  const other = id.replace(/....$/, 'zzzz');
  // As a kill leaves it: the last thing written is that it runs.
  await writeRun(server.data, { ...done, id: other, state: 'running', summary: null, endedAt: null });
  mkdirSync(join(server.data, 'backtests', id.replace(/....$/, 'aaaa')));
  const next = await testServer(server.data);
  t.teardown(() => next.close());
  t.match(next.backtests.get(id), { state: 'done', summary: done.summary });
  t.match(next.backtests.get(other), { state: 'interrupted', error: /server ended/ });
  t.equal(next.backtests.all().length, 2, 'a folder that says nothing is passed over');
  t.match(next.failures, [{ message: /aaaa: run\.json cannot be read/ }]);
  t.equal((await readRuns(server.data, () => {})).find((run) => run.id === other)?.state, 'interrupted');
  const page = await next.app.inject({ url: `/backtests/${other}`, headers: { accept: 'text/html' } });
  t.match(page.body, 'The server ended while this backtest was under way');
});

t.test('two are compared: differences of figures, and the settings that differ', async (t) => {
  const server = await served(t);
  const runs: Run[] = [];
  for (const stopLossPercent of [2, 0.5]) {
    const wanted = { ...SETTINGS, plan: { name: 'single', stopLossPercent } };
    const { id } = (await post(server, '/backtests', wanted)).body.run as Run;
    runs.push(await ended(server, id));
  }
  const [a, b] = runs.map(({ id }) => id);
  const compared = (await server.app.inject(`/api/backtests/compare?a=${a}&b=${b}`)).json();
  t.same(compared.settings, [{ name: 'plan.stopLossPercent', a: '2', b: '0.5' }]);
  const equity = compared.figures.find(({ name }: { name: string }) => name === 'End equity');
  t.match(equity, { unit: 'money', a: /^\d+\.\d+$/, b: /^\d+\.\d+$/, difference: /^-?\d+(\.\d+)?$/ });
  const headers = { accept: 'text/html' };
  const page = await server.app.inject({ url: `/backtests/compare?run=${a}&run=${b}`, headers });
  t.match(page.body, 'plan.stopLossPercent');
  const one = await server.app.inject({ url: `/backtests/compare?run=${a}`, headers });
  t.equal(one.statusCode, 400);
  t.match(one.body, 'Choose two backtests');
});

t.test('a bot is made of a run, and a run of a bot', async (t) => {
  const server = await served(t);
  const wanted = { ...SETTINGS, budget: '777', risk: { maxDailyLossPercent: 5, maxOrdersPerHour: 9 } };
  const { id } = (await post(server, '/backtests', wanted)).body.run as Run;
  await ended(server, id);
  const page = await server.app.inject({ url: `/backtests/${id}`, headers: { accept: 'text/html' } });
  const [, address = ''] = /href="(\/bots\/new\?[^"]+)"/.exec(page.body) ?? [];
  const form = await server.app.inject({
    url: address.replaceAll('&amp;', '&'),
    headers: { accept: 'text/html' },
  });
  for (const [name, value] of [
    ['symbol', 'BTCUSDT'],
    ['budget', '777'],
    ['signal.period', '7'],
    ['risk.maxDailyLossPercent', '5'],
    ['risk.maxOrdersPerHour', '9'],
  ])
    t.match(form.body, new RegExp(`name="${name}"[^>]*value="${value}"`));
  const made = await post(server, `/backtests/${id}/bot`, { id: 'swing' });
  t.match(made, { status: 201 }, JSON.stringify(made.body));
  mkdirSync(join(server.data, 'bots', 'dip'), { recursive: true });
  const config = { id: 'dip', symbol: 'ETHUSDT', interval: '15m', budget: '250', signal: { name: 'rsi' } };
  writeFileSync(
    join(server.data, 'bots', 'dip', 'config.json'),
    JSON.stringify({ ...config, plan: { name: 'single', takeProfitPercent: 3 } }),
  );
  await server.store.refresh('dip');
  const there = await server.app.inject({ url: '/bots/dip/backtest', headers: { accept: 'text/html' } });
  t.equal(there.statusCode, 303);
  t.match(
    String(there.headers.location),
    /symbol=ETHUSDT&interval=15m&budget=250.*plan\.takeProfitPercent=3/,
  );
});

t.test('nothing that the web says becomes a path or a run that cannot be', async (t) => {
  const server = await served(t);
  const refused: [object, string, RegExp][] = [
    [{ source: '../../etc' }, 'source', /There are no klines called "..\/..\/etc"/],
    [{ source: 'recordings/..' }, 'source', /There are no klines called/],
    [{ source: '/etc/passwd' }, 'source', /There are no klines called/],
    [{ symbol: 'ETHUSDT' }, 'symbol', /no klines of ETHUSDT; there are BTCUSDT/],
    [{ symbol: '../x' }, 'symbol', /2 to 20 upper-case/],
    [{ interval: '1s' }, 'interval', /klines of 1s cannot be made/],
    [{ from: '2024-02-30' }, 'from', /like 2024-01-31/],
    [{ from: '2024-02-02', to: '2024-02-01' }, 'to', /after the beginning/],
    [{ feePercent: '11' }, 'feePercent', /from 0 to 10/],
    [{ feePercent: '0,1' }, 'feePercent', /from 0 to 10/],
    [{ budget: '-5' }, 'budget', /above 0/],
    [{ plan: { name: 'single', stopLossPercent: 200 } }, 'plan.stopLossPercent', /99/],
    [{ plan: { name: 'single', stopLosPercent: 2 } }, 'plan.stopLosPercent', /stopLossPercent/],
    [{ signal: { name: '__proto__' } }, 'signal', /./],
    [{ more: 1 }, 'more', /./],
    [{ risk: { maxDailyLossPercent: '5' } }, 'risk.maxDailyLossPercent', /./],
  ];
  for (const [change, field, sentence] of refused) {
    const { status, body } = await post(server, '/backtests', { ...SETTINGS, ...change });
    t.equal(status, 422, JSON.stringify(change));
    t.match(body.error.field, field);
    t.match(body.error.message, sentence);
  }
  t.equal(server.backtests.all().length, 0);
  t.notOk(existsSync(join(server.data, 'backtests')));
  for (const id of [
    '..',
    '%2e%2e',
    '..%2f..%2fetc',
    'con',
    '20240101-000000-AAAA',
    '__proto__',
    'x'.repeat(150),
  ])
    for (const url of [
      `/api/backtests/${id}`,
      `/api/backtests/${id}/chart`,
      `/api/backtests/${id}/trades.csv`,
    ])
      t.equal((await server.app.inject(url)).statusCode, 404, url);
});

t.test(
  'klines that fail on the way are a sentence without paths, and the run is kept as failed',
  async (t) => {
    const server = await served(t);
    writeFileSync(join(server.data, 'klines', 'more', 'ETHUSDT-1m.csv'), 'openTime,open\nrubbish,1\n');
    const wanted = { ...SETTINGS, symbol: 'ETHUSDT', source: 'recordings/more' };
    const { id } = (await post(server, '/backtests', wanted)).body.run as Run;
    const run = await ended(server, id);
    t.equal(run.state, 'failed');
    t.match(run.error, /ETHUSDT-1m\.csv/);
    t.notMatch(run.error, server.data);
    t.match(JSON.parse(readFileSync(runFolder(server.data, id).run, 'utf8')), { state: 'failed' });
    const late = (await post(server, '/backtests', { ...SETTINGS, from: '2031-01-01' })).body.run as Run;
    t.match((await ended(server, late.id)).error, /Recordings in \S*klines: no klines at or after 2031/);
    t.same(server.failures, [], 'neither is a fault of the server');
  },
);
