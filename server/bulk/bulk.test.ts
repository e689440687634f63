import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadBotView } from '../../bot/files/load.js';
import { holdingBot, sampleBot } from '../../test/sample-bots.js';
import { folderOf } from '../../test/folder.js';
import { CONFIG, testServer, writeConfig } from '../testing.js';
import { cloneIds } from './clone-ids.js';

const IDS = ['a', 'b', 'c'];

async function three(t: Parameters<typeof folderOf>[0]) {
  const data = folderOf(t);
  for (const id of IDS) writeConfig(data, { ...CONFIG, id, name: id.toUpperCase() });
  // c holds something.
  const load: typeof loadBotView = async (...args) => {
    const view = await loadBotView(...args);
    if (args[1] !== 'c') return view;
    const { position, phase, openOrders, price, quote, base } = holdingBot();
    return { ...view, position, phase, openOrders, price, quote, base };
  };
  const server = await testServer(data, { load });
  t.teardown(() => server.close());
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: `/api/bulk${path}`,
      payload: body,
      headers,
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const page = async (path: string, fields: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true' };
    const payload = new URLSearchParams(fields).toString();
    return server.app.inject({ method: 'POST', url: path, headers, payload });
  };
  const config = (id: string) => JSON.parse(readFileSync(join(data, 'bots', id, 'config.json'), 'utf8'));
  return { data, server, post, page, config };
}

t.test('several bots are started and stopped, each with its outcome', async (t) => {
  const { server, post } = await three(t);
  const started = await post('', { action: 'start', ids: ['a', 'b', 'nobody'] });
  t.match(started.body, {
    done: 2,
    failed: 1,
    results: [{ id: 'a', outcome: 'done' }, { id: 'b' }, { id: 'nobody', message: /no bot "nobody"/ }],
  });
  t.equal(server.started(), 2);
  await server.store.refreshWithProcess('a');
  const again = await post('', { action: 'start', ids: ['a', 'c'] });
  t.match(again.body, { done: 1, skipped: 1, results: [{ outcome: 'skipped', message: 'runs already' }] });
  const preview = await post('/preview', { action: 'stop', ids: IDS });
  t.match(preview.body.facts, [
    '3 bots are stopped and decide nothing until started again.',
    /Nothing is sold: one bot holds about 988\.\d\d USDT \(c\)/,
    '2 sell orders stay on the exchange and may still fill.',
  ]);
  t.match((await post('', { action: 'stop', ids: IDS })).body, { done: 3 });
  t.equal(server.store.get('a')?.desired, 'stopped');
});

t.test('a setting of several bots is previewed, changed, and taken back', async (t) => {
  const { data, post, config } = await three(t);
  const changes = { plan: { stopLossPercent: 3.5 } };
  const before = readFileSync(join(data, 'bots', 'a', 'config.json'), 'utf8');
  const preview = await post('/preview', { action: 'edit', ids: ['a', 'b'], changes });
  t.match(preview.body.bots, [{ id: 'a', outcome: 'would', message: /plan\.stopLossPercent: 2 → 3\.5/ }, {}]);
  t.equal(readFileSync(join(data, 'bots', 'a', 'config.json'), 'utf8'), before, 'nothing is changed');

  const done = await post('', { action: 'edit', ids: ['a', 'b', 'c'], changes });
  t.match(done.body, { done: 3, undoable: 3 });
  t.equal(config('b').plan.stopLossPercent, 3.5);
  // A hand edit since is not trodden on.
  const b = join(data, 'bots', 'b', 'config.json');
  writeFileSync(b, readFileSync(b, 'utf8').replace('"1000"', '"2000"'));
  const undone = await post('/undo', { key: done.body.key });
  t.match(undone.body.results, [
    { id: 'a', outcome: 'done' },
    { id: 'b', outcome: 'failed', code: 'CONFIG_CHANGED' },
    { id: 'c', outcome: 'done' },
  ]);
  t.equal(readFileSync(join(data, 'bots', 'a', 'config.json'), 'utf8'), before, 'to the last byte');
  t.match(config('b'), { budget: '2000', plan: { stopLossPercent: 3.5 } });
  t.same((await post('/undo', { key: done.body.key })).body, undone.body, 'twice is once');
});

t.test('a value that is none is refused for each bot with its place, and nothing is changed', async (t) => {
  const { post, config } = await three(t);
  const { body } = await post('', { action: 'edit', ids: ['a'], changes: { plan: { stopLossPercent: -1 } } });
  t.match(body, { done: 0, failed: 1, results: [{ message: /stopLossPercent.*-1/ }] });
  t.equal(config('a').plan.stopLossPercent, undefined);
  t.equal((await post('', { action: 'edit', ids: ['a'] })).status, 422);
  t.equal((await post('', { action: 'tag', ids: ['a'] })).status, 422);
  t.equal((await post('', { action: 'explode', ids: ['a'] })).status, 422);
});

t.test('tags come and go; copies get ids of their own; what holds is deleted only with force', async (t) => {
  const { data, post, config } = await three(t);
  t.match((await post('', { action: 'tag', ids: ['a', 'b'], tag: 'night shift' })).body, { done: 2 });
  t.same(config('a').tags, ['night shift']);
  t.match((await post('', { action: 'untag', ids: ['a', 'c'], tag: 'night shift' })).body, {
    done: 1,
    skipped: 1,
  });
  t.same(config('a').tags, []);
  const made = (await post('', { action: 'clone', ids: ['a', 'b'] })).body;
  t.match(made.results, [{ made: ['a-2'] }, { made: ['b-2'] }]);
  t.match(config('a-2'), { id: 'a-2', plan: { name: 'single' } });
  t.match((await post('', { action: 'delete', ids: ['a-2', 'b-2'] })).body, { done: 2 });
  t.notOk(existsSync(join(data, 'bots', 'a-2')));
});

t.test('what is not its own is not touched, and what may not be seen does not exist', async (t) => {
  const { server, post } = await three(t);
  const { user, headers } = await server.signIn('tina', 'trader');
  await server.owners.set('a', { owner: user.id });
  await server.owners.set('b', { shared: [user.id] });
  const { body } = await post('', { action: 'start', ids: IDS }, headers);
  t.match(body, {
    done: 1,
    failed: 2,
    results: [
      { id: 'a', outcome: 'done' },
      { id: 'b', message: /shared with you to look at/ },
      { id: 'c', message: 'There is no bot "c".' },
    ],
  });
  const job = (await post('/preview', { action: 'stop', ids: ['a'] }, headers)).body.key;
  t.equal((await post('/undo', { key: job })).status, 404, 'a question belongs to who asked it');
  const viewer = await server.signIn('vera', 'viewer');
  t.equal((await post('', { action: 'stop', ids: ['a'] }, viewer.headers)).status, 403);
});

t.test('real money is not started in bulk by who did not say so with a password', async (t) => {
  const { data, server, post } = await three(t);
  writeConfig(data, { ...CONFIG, id: 'real', venue: 'binance', key: 'main' });
  await server.store.refresh('real');
  const { body } = await post('', { action: 'start', ids: ['real'] });
  t.match(body, { done: 0, failed: 1, results: [{ message: /real money/ }] });
  t.equal(server.started(), 0);
});

t.test('the page asks once, with numbers, and does it once however often it is pressed', async (t) => {
  const { server, page } = await three(t);
  const asked = await page('/bulk/ask', { ids: 'a,b', verb: 'start' });
  t.match(asked.body, /2 bots are started\./);
  const key = /name="key" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
  const twice = await Promise.all([page('/bulk/do', { key }), page('/bulk/do', { key })]);
  t.match(
    twice.map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.match((await page('/bulk/do', { key })).body, /2 bots started/);
  t.equal(server.started(), 2);
  t.match((await page('/bulk/ask', { ids: 'a,b', verb: 'edit' })).body, /Stop loss.*2 bots/s);
  t.match((await page('/bulk/ask', { ids: 'a', verb: 'clone', symbols: 'ETHUSDT, !' })).body, /is no symbol/);
  t.equal((await page('/bulk/do', { key: 'forged' })).statusCode, 404);
});

t.test(
  'without scripts the boxes of the table are a form, and every way back keeps what was selected',
  async (t) => {
    const { server } = await three(t);
    const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    const look = async (url: string) =>
      (await server.app.inject({ url, headers: { accept: 'text/html' } })).body;
    const fleet = await look('/');
    const names = [...fleet.matchAll(/name="(pick\.[^"]+)"\s+form="bulk"/g)].map(([, name = '']) => name);
    t.same(names, ['pick.a', 'pick.b', 'pick.c']);
    const bar = /<form\s+id="bulk".*?<\/form>/s.exec(fleet)?.[0] ?? '';
    t.notMatch(bar, /^<form[^>]* hidden/);
    const token = /name="token" value="([^"]+)"/.exec(bar)?.[1] ?? '';
    const send = (url: string, fields: Record<string, string>) =>
      server.app.inject({
        method: 'POST',
        url,
        headers,
        payload: String(new URLSearchParams({ token, ...fields })),
      });
    const picked = { 'pick.a': 'on', 'pick.c': 'on' };
    t.equal((await send('/bulk/ask', { ...picked, token: '', verb: 'stop' })).statusCode, 403);
    t.match(await send('/bulk/ask', { verb: 'stop' }), { statusCode: 422, body: /Select bots/ });

    for (const verb of ['start', 'stop', 'pause', 'resume', 'edit', 'tag', 'clone', 'delete']) {
      t.match(bar, new RegExp(`name="verb" value="${verb}"`));
      const asked = await send('/bulk/ask', { ...picked, verb });
      t.match(asked, { statusCode: 200, body: /<!doctype html>/ }, verb);
      t.match(asked.body, /<a class="button" href="\/\?picked=a,c">/, `${verb}: the way back`);
    }
    const back = await look('/?picked=a,c');
    t.same(
      [...back.matchAll(/name="pick\.(\w+)" checked/g)].map(([, id]) => id),
      ['a', 'c'],
    );

    const form = await send('/bulk/ask', { ...picked, verb: 'tag' });
    const ids = /name="ids" value="([^"]+)"/.exec(form.body)?.[1] ?? '';
    const asked = await send('/bulk/ask', { ids, verb: 'tag', tag: 'swing' });
    t.match(asked.body, /href="\/\?picked=a,c"/);
    const key = /name="key" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
    const done = await send('/bulk/do', { key });
    t.match(done, { statusCode: 303 });
    t.match(await look(String(done.headers.location)), /2 bots tagged/);
    t.same(server.store.get('a')?.tags, ['swing']);
  },
);

t.test(
  'more bots than an address can name are selected without scripts, and still are on the way back',
  async (t) => {
    const data = folderOf(t);
    const ids = Array.from({ length: 250 }, (_, at) => `${String(at).padStart(4, '0')}${'x'.repeat(36)}`);
    for (const id of ids) writeConfig(data, { ...CONFIG, id });
    const load = async (_data: string, id: string) => sampleBot({ id });
    const server = await testServer(data, { load });
    t.teardown(() => server.close());
    const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    const send = (url: string, fields: Record<string, string>) =>
      server.app.inject({ method: 'POST', url, headers, payload: String(new URLSearchParams(fields)) });
    const fleet = (await server.app.inject({ url: '/', headers: { accept: 'text/html' } })).body;
    const token = /name="token" value="([^"]+)"/.exec(fleet)?.[1] ?? '';
    const boxes = Object.fromEntries(ids.map((id) => [`pick.${id}`, 'on']));

    const form = await send('/bulk/ask', { token, verb: 'tag', ...boxes });
    t.equal(form.statusCode, 200);
    const asked = await send('/bulk/ask', { token, ids: ids.join(','), verb: 'tag', tag: 'swing' });
    for (const { body } of [form, asked]) {
      t.match(body, /<button class="button" form="bulk-back">Cancel</);
      const sent = /<form id="bulk-back" method="post" action="\/".*?<\/form>/s.exec(body)?.[0] ?? '';
      const named = /name="ids" value="([^"]+)"/.exec(sent)?.[1] ?? '';
      t.equal((await send('/', { ids: named })).statusCode, 403, 'a form of ours alone');
      const back = await send('/', { token, ids: named });
      t.equal([...back.body.matchAll(/name="pick\.\w+" checked/g)].length, ids.length);
    }
    t.same(server.failures, []);
  },
);

t.test('ids of copies are free, short enough, and say their symbol', async (t) => {
  const bot = { id: 'btc-dip-2', symbol: 'BTCUSDT' };
  t.same(cloneIds(bot, undefined, new Set(['btc-dip-2', 'btc-dip-3'])), [{ id: 'btc-dip-4' }]);
  t.same(cloneIds(bot, ['BTCUSDT', 'ETHUSDT'], new Set(['btc-dip-2'])), [
    { id: 'btc-dip-3' },
    { id: 'btc-dip-2-ethusdt', symbol: 'ETHUSDT' },
  ]);
  const long = cloneIds({ id: 'x'.repeat(40), symbol: 'BTCUSDT' }, undefined, new Set(['x'.repeat(40)]));
  t.same(long, [{ id: `${'x'.repeat(38)}-2` }]);
});
