/** Making bots by the form and over the API: templates, many at once, and what is said when a start fails. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import { FlotillaError } from '../fleet/errors.js';
import { CONFIG, testServer } from '../testing.js';

const FIELDS = {
  ...{ name: 'Dip', symbol: 'BTCUSDT', interval: '5m', budget: '700', signal: 'rsi', plan: 'single' },
  'signal.period': '9',
};

async function serverIn(t: Test) {
  const data = folderOf(t);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const send = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    server.app.inject({
      method: 'POST',
      url,
      headers: { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    });
  const api = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, headers = server.headers) =>
    server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { ...server, data, send, api };
}

t.test(
  'a bot that is made and does not start says both, once, on its page; over the API as an error',
  async (t) => {
    const { fleet, app, send, api, data } = await serverIn(t);
    fleet.start = async () => {
      throw new FlotillaError('BUDGET_UNCOVERED', 'The account holds 5 USDT.', { field: 'budget' });
    };
    const made = await send('/bots', { ...FIELDS, start: 'yes' });
    t.equal(made.headers.location, '/bots/dip');
    t.match((await app.inject('/bots/dip')).body, 'Made dip, but not started: The account holds 5 USDT.');
    t.notMatch((await app.inject('/bots/dip')).body, 'but not started');
    const second = await api('POST', '/api/bots?start=true', { ...CONFIG, id: 'second' });
    t.equal(second.statusCode, 409);
    t.match(second.json(), {
      error: { code: 'NOT_STARTED', field: 'budget', message: /^Made second, but not/ },
    });
    t.ok(existsSync(join(data, 'bots', 'second', 'config.json')));
  },
);

t.test('one draft on many symbols: each by itself, and what came of each', async (t) => {
  const { send, api, data } = await serverIn(t);
  await send('/bots', { ...FIELDS, id: 'dip-eth' });
  const page = await send('/bots', { ...FIELDS, id: 'dip', symbols: 'ethusdt, SOLUSDT\nno/good SOLUSDT' });
  t.match(page.body, /3 of 4 bots are made|2 of 4 bots are made/);
  t.match(page.body, /ETHUSDT.*dip-eth.*There is a bot &quot;dip-eth&quot; already/s);
  const config = JSON.parse(readFileSync(join(data, 'bots', 'dip-sol', 'config.json'), 'utf8'));
  t.match(config, {
    id: 'dip-sol',
    name: 'Dip SOL',
    symbol: 'SOLUSDT',
    budget: '700',
    signal: { period: 9 },
  });
  const { bots } = (
    await api('POST', '/api/bots/many', {
      config: { ...CONFIG, id: 'many' },
      symbols: ['BTCUSDT', 'BTCUSDC', 'ETHUSDT', '?'],
      start: true,
    })
  ).json();
  t.match(bots, [
    { id: 'many-btcusdt', made: true, started: true, problem: null },
    { id: 'many-btcusdc', made: true },
    { id: 'many-eth', symbol: 'ETHUSDT', made: true },
    { symbol: '?', made: false, problem: /\?/ },
  ]);
  const many = Array.from({ length: 51 }, (_, index) => `C${index}USDT`).join(' ');
  t.match((await send('/bots', { ...FIELDS, symbols: many })).body, '52 bots at once are too many');
});

t.test(
  'templates: some are there, others are saved, filled in and removed; each user has own ones',
  async (t) => {
    const { send, api, data, signIn } = await serverIn(t);
    const names = async (headers?: Record<string, string>): Promise<string[]> =>
      (await api('GET', '/api/templates', undefined, headers))
        .json()
        .templates.map((each: { name: string }) => each.name);
    t.ok((await names()).includes('Volatile coins'));
    const saved = await send('/bots/new/template', { ...FIELDS, templateName: 'My dips' });
    t.match(saved.body, 'Saved the template My dips.');
    t.match(saved.body, 'value="Dip"', 'the form is as it was');
    t.match((await send('/bots/new/template', { ...FIELDS, templateName: 'My dips' })).body, 'already');
    t.match(
      (await send('/bots/new/template', { ...FIELDS, 'signal.period': '-1', templateName: 'x' })).body,
      /-1/,
    );
    const [own] = JSON.parse(readFileSync(join(data, 'templates.json'), 'utf8')).templates;
    t.match(own, {
      name: 'My dips',
      draft: { interval: '5m', budget: '700', signal: { name: 'rsi', period: 9 } },
    });

    const filled = await send('/bots/new', { name: 'Other', symbol: 'ETHUSDT', take: `template ${own.id}` });
    for (const value of ['Other', 'ETHUSDT', '700', '9']) t.match(filled.body, `value="${value}"`);
    t.match(filled.body, /value="rsi"[^>]*checked/);

    const other = await signIn('tina', 'trader');
    t.notOk((await names(other.headers)).includes('My dips'));
    t.equal((await api('DELETE', `/api/templates/${own.id}`, undefined, other.headers)).statusCode, 404);
    t.equal((await send('/bots/new', { take: `template ${own.id}` }, other.headers)).statusCode, 404);
    t.equal((await api('DELETE', '/api/templates/volatile')).statusCode, 404, 'those that come with it stay');
    t.match((await send('/bots/new/forget-template', { ...FIELDS, template: own.id })).body, 'is removed');
    t.notOk((await names()).includes('My dips'));
    const draft = { interval: '1h', signal: { name: 'simple' }, plan: { name: 'ladder', maxBatches: 2 } };
    t.equal((await api('POST', '/api/templates', { name: 'By API', draft })).statusCode, 201);
    const bad = { ...draft, plan: { name: 'ladder', maxBatches: -2 } };
    t.equal((await api('POST', '/api/templates', { name: 'Bad', draft: bad })).statusCode, 422);
  },
);

t.test('every template that comes with it is a bot', async (t) => {
  const { api } = await serverIn(t);
  const { templates } = (await api('GET', '/api/templates')).json();
  for (const { id, draft } of templates) {
    const config = { budget: '1000', ...draft, id, symbol: 'BTCUSDT' };
    t.equal((await api('POST', '/api/bots', config)).statusCode, 201, id);
  }
});

t.test('the settings of a bot are filled in for who may see it', async (t) => {
  const { app, send, signIn } = await serverIn(t);
  await send('/bots', FIELDS);
  const page = await app.inject('/bots/new?from=dip');
  t.match(page.body, /name="signal\.period"[^>]*value="9"/);
  t.match(page.body, /id="f-name"[^>]*value=""/);
  const { headers } = await signIn('tina', 'trader');
  t.equal((await app.inject({ url: '/bots/new?from=dip', headers })).statusCode, 404);
});

t.test('what is wrong with a draft and what it would do is told over the API too', async (t) => {
  const { api } = await serverIn(t);
  const wrong = { ...CONFIG, id: 'x', signal: { name: 'rsi', period: -1 } };
  t.match((await api('POST', '/api/bots/check', wrong)).json(), {
    errors: { 'signal.period': /-1/ },
    preview: null,
  });
});
