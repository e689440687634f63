import t from 'tap';
import { CONFIG, testServer, writeConfig } from './testing.js';
import { folderOf } from '../test/folder.js';
import { holdingBot, sampleBot } from '../test/sample-bots.js';

const htmx = { 'hx-request': 'true', accept: 'text/html' };
const form = { ...htmx, 'content-type': 'application/x-www-form-urlencoded' };
const page = { accept: 'text/html' };

t.test('the pages: an empty fleet, a new bot by form, its page, its row', async (t) => {
  const server = await testServer(folderOf(t));
  t.teardown(() => server.close());
  const { app } = server;
  t.match((await app.inject({ url: '/', headers: page })).body, /Your fleet is empty/);
  t.match((await app.inject({ url: '/bots/new', headers: page })).body, /name="signal.*name="plan/s);
  t.match(
    (await app.inject({ url: '/bots/new/parameters?signal=rsi', headers: htmx })).body,
    /name="signal\.period"/,
  );

  const fields = {
    name: 'BTC dip',
    symbol: 'btcusdt',
    interval: '5m',
    budget: '1000',
    signal: 'rsi',
    plan: 'single',
    'signal.period': '10',
  };
  const bad = await app.inject({
    method: 'POST',
    url: '/bots',
    headers: form,
    payload: String(new URLSearchParams({ ...fields, budget: '-1' })),
  });
  t.equal(bad.statusCode, 422);
  t.match(bad.body, /aria-invalid="true"/);
  t.match(bad.body, /value="BTC dip"/, 'what was typed is kept');
  const made = await app.inject({
    method: 'POST',
    url: '/bots',
    headers: form,
    payload: String(new URLSearchParams(fields)),
  });
  t.equal(made.statusCode, 303, made.body);
  t.equal(made.headers.location, '/bots/btc-dip');

  const bot = await app.inject({ url: '/bots/btc-dip', headers: page });
  t.match(bot.body, /&quot;period&quot;: 10/, 'the config in the editor');
  t.match((await app.inject({ url: '/', headers: page })).body, /<tr id="bot-btc-dip"/);

  const started = await app.inject({ method: 'POST', url: '/bots/btc-dip/start?from=row', headers: form });
  t.equal(started.statusCode, 200, started.body);
  t.match(started.body, /^<tr id="bot-btc-dip"/, 'the action answers with the row');
  const header = await app.inject({ method: 'POST', url: '/bots/btc-dip/restart?from=page', headers: form });
  t.match(header.body, /^<header id="bot-header"/);
  const asked = await app.inject({ url: '/bots/btc-dip/delete?from=page', headers: htmx });
  t.match(asked.body, /<dialog.*Delete BTC dip\?/s);
  t.match(
    (await app.inject({ url: '/bots/btc-dip/stop', headers: page })).body,
    /<!doctype html>.*Stop BTC dip\?/s,
  );
  t.equal((await app.inject('/bots/btc-dip')).statusCode, 200, 'asking deletes nothing');

  const gone = await app.inject({ method: 'POST', url: '/bots/btc-dip/delete?from=page', headers: form });
  t.equal(gone.headers['hx-redirect'], '/');
  t.equal((await app.inject({ url: '/bots/btc-dip', headers: page })).statusCode, 404);
  t.same(server.failures, []);
});

t.test(
  'the config editor says file, line and column, and never overwrites what somebody else wrote',
  async (t) => {
    const data = folderOf(t);
    writeConfig(data, CONFIG);
    const server = await testServer(data);
    t.teardown(() => server.close());
    const { app } = server;
    const versionOf = (body: string): string => /name="version" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const version = versionOf((await app.inject({ url: '/bots/btc-dip', headers: page })).body);
    const save = (text: string, of = version) =>
      app.inject({
        method: 'POST',
        url: '/bots/btc-dip/config',
        headers: form,
        payload: String(new URLSearchParams({ text, version: of })),
      });

    const wrong = await save(JSON.stringify({ ...CONFIG, budget: 'much' }, null, 2).replaceAll('\n', '\r\n'));
    t.equal(wrong.statusCode, 422);
    t.match(wrong.body, /<li\s+data-line="6" data-column="13">config\.json:6:13: budget: /);
    t.match(wrong.body, /&quot;much&quot;/, 'what was typed is kept');
    t.match(
      (await app.inject('/api/bots/btc-dip')).json(),
      { budget: '1000', errors: [] },
      'the last good config stays',
    );

    const right = await save(`// mine\n${JSON.stringify({ ...CONFIG, budget: '1500' }, null, 2)}`);
    t.equal(right.statusCode, 200, right.body);
    t.match(right.body, /class="saved"/);
    t.match((await app.inject('/api/bots/btc-dip')).json(), { budget: '1500' });

    const late = await save(JSON.stringify(CONFIG), version);
    t.equal(late.statusCode, 422);
    t.match(late.body, /was changed by hand since/);
  },
);

t.test('forms that are not ours change nothing', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const { app } = server;
  const post = (headers: Record<string, string>, payload = '') =>
    app.inject({
      method: 'POST',
      url: '/bots/btc-dip/delete',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload,
    });
  const cases: Record<string, string>[] = [
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:81', ...htmx },
    { origin: 'https://localhost', ...htmx },
    { 'sec-fetch-site': 'cross-site', ...htmx },
    { 'sec-fetch-site': 'same-site', ...htmx },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost', ...htmx },
    { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example', ...htmx },
  ];
  for (const headers of cases) {
    const answer = await post(headers);
    t.equal(answer.statusCode, 403, JSON.stringify(headers));
  }
  t.equal((await post({}, 'token=wrong')).statusCode, 403);
  t.equal((await post({ 'content-type': 'text/plain', ...htmx }, 'x')).statusCode, 415);
  t.equal(
    (await post({ 'content-type': 'multipart/form-data; boundary=x', ...htmx }, '--x--')).statusCode,
    415,
  );
  t.equal((await app.inject('/api/bots/btc-dip')).statusCode, 200, 'still there');
  const token =
    /name="token" value="([^"]+)"/.exec((await app.inject({ url: '/', headers: page })).body)?.[1] ?? '';
  t.equal((await post({}, `token=${token}`)).statusCode, 303, 'our own form works without scripts');
  t.equal((await app.inject('/api/bots/btc-dip')).statusCode, 404);
});

t.test('the fleet counts who needs somebody as Why does', async (t) => {
  const data = folderOf(t);
  for (const id of ['bare', 'well']) writeConfig(data, { ...CONFIG, id });
  const stopped = { desired: 'stopped', actual: 'stopped', process: null } as const;
  const server = await testServer(data, {
    load: async (_data, id) => (id === 'bare' ? holdingBot({ id, name: id, ...stopped }) : sampleBot({ id })),
  });
  t.teardown(() => server.close());
  const look = async (url: string): Promise<string> =>
    (await server.app.inject({ url, headers: page })).body.replaceAll(/\s+/g, ' ');
  const fleet = await look('/');
  t.match(fleet, /<b class="num">1<\/b> needs you<\/span>.*<a href="\/bots\/bare" title="[^"]+">bare<\/a>/);
  t.match(fleet, /<tr id="bot-bare" data-facets="stopped holding needs-you"/, 'and is found by that');
  t.match(await look('/why'), /Needs you <span class="num">1<\/span>/);
});
