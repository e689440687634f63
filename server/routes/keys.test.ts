import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { checkpointText, writeCheckpoint } from '../../bot/files/checkpoint.js';
import { botFolder, mayTradeThere } from '../../bot/files/folder.js';
import type { Order } from '../../core/orders.js';
import { venuesFile } from '../../exchange/endpoints.js';
import { acquireLock } from '../../exchange/lock.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { Rehearsal } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';
import type { KeysView } from '../../exchange/keys/shown.js';
import { cookieName } from '../web/cookies.js';
import { CONFIG, PASSWORD, testServer, writeConfig } from '../testing.js';

/** The server, and a paper exchange that it knows as `binance`. */
async function serving(t: Test) {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  process.env.XDG_CONFIG_HOME = join(folder, 'config');
  const start = Date.UTC(2024, 0);
  const paper = await startPaper({ folder: join(folder, 'x'), port: 0, seed: 7, start, speed: 'manual' });
  const { rest, ws, wsApi, key, secret } = paper.address;
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  await writeFile(venuesFile(data), JSON.stringify({ binance: { rest, ws, wsApi } }));
  t.teardown(async () => {
    await server.close();
    await paper.stop();
  });
  return { ...server, data, key, secret };
}

const FORM = { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded' };

const ids = (view: KeysView): string[] => view.keys.map(({ id }) => id);

t.test('a trader stores a key, which nobody but they and the admins get to see', async (t) => {
  const { app, signIn, key, secret } = await serving(t);
  const [ann, bob] = [(await signIn('ann', 'trader')).headers, (await signIn('bob', 'trader')).headers];
  const payload = { id: 'main', venue: 'binance', key, secret };
  const stored = await app.inject({ method: 'POST', url: '/api/keys', headers: ann, payload });
  t.equal(stored.statusCode, 201, stored.body);

  const list = async (headers: Record<string, string>): Promise<string[]> =>
    ids((await app.inject({ url: '/api/keys', headers })).json());
  t.same(await list(ann), ['main']);
  t.same(await list(bob), []);
  t.same(ids((await app.inject('/api/keys')).json()), ['main'], 'an admin sees all');
  for (const [method, url] of [
    ['POST', '/api/keys/main/check'],
    ['PUT', '/api/keys/main'],
    ['DELETE', '/api/keys/main'],
    ['GET', '/keys/main/remove'],
    ['POST', '/keys/main/check'],
  ] as const) {
    const body = method === 'PUT' ? { payload: { key, secret } } : {};
    const answer = await app.inject({ method, url, headers: { ...bob, 'hx-request': 'true' }, ...body });
    t.equal(answer.statusCode, 404, `${method} ${url} of another's key`);
  }

  const page = await app.inject({ url: '/keys', headers: { ...ann, accept: 'text/html' } });
  t.match(page.body, /main/);
  for (const { body } of [stored, page, await app.inject({ url: '/api/keys', headers: ann })])
    t.notOk(body.includes(secret) || body.includes(key), 'neither key nor secret is ever answered');
});

t.test('keys are stored, replaced and removed only by who has just given the password', async (t) => {
  const { app, auth, key, secret } = await serving(t);
  const user = auth.users.named('tester')!;
  const session = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
  const cookie = { cookie: `${cookieName(80, false)}=${session}` };
  const payload = { id: 'main', venue: 'binance', key, secret };
  const refused = await app.inject({ method: 'POST', url: '/api/keys', headers: cookie, payload });
  t.match(refused.json(), { error: { code: 'PASSWORD_REQUIRED' } });
  const form = await app.inject({ url: '/keys/new', headers: { ...cookie, accept: 'text/html' } });
  t.match(form, { statusCode: 303, headers: { location: '/sure?then=%2Fkeys%2Fnew' } });
  t.same(ids((await app.inject('/api/keys')).json()), []);
});

t.test('what is wrong with a key stands on the form, and the secret is not written back', async (t) => {
  const { app, key } = await serving(t);
  const send = async (fields: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/keys/new',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true' },
      payload: new URLSearchParams(fields).toString(),
    });
  const fields = { id: 'main', venue: 'binance', key, secret: 'not-the-secret-of-this-key', lock: 'file' };
  const refused = await send(fields);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /This key is refused by/);
  t.match(refused.body, /value="main"/, 'the name is kept');
  t.notMatch(refused.body, /not-the-secret/);
  const apart = { ...fields, lock: 'passphrase', passphrase: 'correct horse battery', again: 'another' };
  t.match((await send(apart)).body, /The two passphrases differ/);
});

t.test("a trader's bot trades with a key of the trader's own, not with another's", async (t) => {
  const { app, signIn, key, secret } = await serving(t);
  const { headers } = await signIn('ann', 'trader');
  await app.inject({
    method: 'POST',
    url: '/api/keys',
    payload: { id: 'main', venue: 'binance', key, secret },
  });
  const config = { ...CONFIG, id: 'ann-1', venue: 'binance', key: 'main' };
  const refused = await app.inject({ method: 'POST', url: '/api/bots', headers, payload: config });
  t.match(refused.json(), { error: { code: 'KEY_REFUSED', message: /No key "main" is stored/ } });
  const own = { id: 'anns', venue: 'binance', key, secret };
  await app.inject({ method: 'POST', url: '/api/keys', headers, payload: own });
  const made = await app.inject({
    method: 'POST',
    url: '/api/bots',
    headers,
    payload: { ...config, key: 'anns' },
  });
  t.equal(made.statusCode, 201, made.body);
});

t.test('a viewer has nothing to do with keys', async (t) => {
  const { app, signIn } = await serving(t);
  const { headers } = await signIn('vic', 'viewer');
  t.equal((await app.inject({ url: '/api/keys', headers })).statusCode, 403);
});

t.test('a bot on a live venue starts through its question only', async (t) => {
  const { app, auth, data, key, secret, store } = await serving(t);
  await app.inject({
    method: 'POST',
    url: '/api/keys',
    payload: { id: 'main', venue: 'binance', key, secret },
  });
  writeConfig(data, { ...CONFIG, venue: 'binance', key: 'main' });
  await store.refresh('btc-dip');
  const question = await app.inject({ url: '/bots/btc-dip/start', headers: { accept: 'text/html' } });
  t.match(question.body, /Trade real money/);
  t.match(question.body, /No other bot trades BTCUSDT with this key/);
  const user = auth.users.named('tester')!;
  const session = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
  const unsure = { cookie: `${cookieName(80, false)}=${session}`, 'hx-request': 'true' };
  const refused = await app.inject({ method: 'POST', url: '/bots/btc-dip/start', headers: unsure });
  t.match(refused, { statusCode: 409, body: /would trade real money/ });
  const api = await app.inject({ method: 'POST', url: '/api/bots/btc-dip/start' });
  t.match(api.json(), { error: { code: 'REAL_MONEY' } }, 'not without a word that it is real');
  const drawnForPaper = { method: 'POST', url: '/bots/btc-dip/start', headers: FORM } as const;
  t.match(await app.inject(drawnForPaper), { statusCode: 409, body: /would trade real money/ });
  t.match(question.body, /name="realMoney" value="yes"/);
  const started = await app.inject({ ...drawnForPaper, payload: 'realMoney=yes' });
  t.equal(started.statusCode, 200, started.body);
  const audit = await readFile(join(data, 'audit.ndjson'), 'utf8');
  t.match(audit, /key\.add/);
  t.notOk(audit.includes(secret), 'who stored a key is written down, not the key');
});

t.test('no edit moves a bot that is to run to real money, or to another key', async (t) => {
  const { app, data, fleet, key, secret, store } = await serving(t);
  for (const id of ['main', 'other'])
    await app.inject({ method: 'POST', url: '/api/keys', payload: { id, venue: 'binance', key, secret } });
  const post = async (action: string, payload: object = {}) =>
    app.inject({ method: 'POST', url: `/api/bots/btc-dip/${action}`, payload });
  t.equal((await post('start')).statusCode, 200, 'on paper, where it has not come to work yet');
  const payload = { venue: 'binance', key: 'main' };
  const moved = await app.inject({ method: 'PATCH', url: '/api/bots/btc-dip', payload });
  t.equal(moved.statusCode, 200, moved.body);
  t.notOk(await mayTradeThere(data, { id: 'btc-dip', venue: 'binance', key: 'main' }), 'its process refuses');
  for (const action of ['start', 'restart'])
    t.match((await post(action)).json(), { error: { code: 'REAL_MONEY' } }, action);
  t.equal((await post('start', { realMoney: true })).statusCode, 200);
  t.ok(await mayTradeThere(data, { id: 'btc-dip', venue: 'binance', key: 'main' }));
  t.equal((await post('restart')).statusCode, 200, 'what it has it keeps');

  writeConfig(data, { ...CONFIG, venue: 'binance', key: 'other' });
  await store.refresh('btc-dip');
  t.match((await post('restart')).json(), { error: { code: 'REAL_MONEY' } }, 'by hand, in its file');
  t.notOk(await mayTradeThere(data, { id: 'btc-dip', venue: 'binance', key: 'other' }));
  await fleet.stop('btc-dip');
  t.notOk(
    await mayTradeThere(data, { id: 'btc-dip', venue: 'binance', key: 'main' }),
    'a stop takes it back',
  );
});

/** A bot on `binance` that holds something, with its stop and target resting at the exchange. */
async function holding(data: string): Promise<Order> {
  const bot = new Rehearsal({ id: 'held' });
  const pair = bot.holding();
  writeConfig(data, { ...CONFIG, id: 'held', venue: 'binance', key: 'main', plan: PLAN });
  const folder = botFolder(data, 'held');
  await writeFile(folder.events, '');
  await writeCheckpoint(folder, checkpointText(bot.state, 0, { first: 1, offset: 0 }, Date.now()));
  return pair;
}

const PLAIN = { 'content-type': 'application/x-www-form-urlencoded' };

const hiddenIn = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name ?? '',
      value?.replaceAll('&amp;', '&') ?? '',
    ]),
  );

const PLAN = { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 };

t.test('taking protection from real money asks for the password, by whatever door', async (t) => {
  const { app, auth, data, key, secret, store } = await serving(t);
  const payload = { id: 'main', venue: 'binance', key, secret };
  await app.inject({ method: 'POST', url: '/api/keys', payload });
  const pair = await holding(data);
  await store.refresh('held');
  const user = auth.users.named('tester')!;
  const session = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
  const unsure = { cookie: `${cookieName(80, false)}=${session}` };
  const { token: lasting } = await auth.tokens.add(user, { name: 'x', scope: 'admin', days: 1 });
  const token = { authorization: `Bearer ${lasting}` };
  const looser = { plan: { stopLossPercent: 9 }, appliesTo: 'now' };
  const patch = async (headers: Record<string, string>, change: object) =>
    app.inject({ method: 'PATCH', url: '/api/bots/held', headers, payload: change });
  const text = async () => readFile(botFolder(data, 'held').config, 'utf8');
  const before = await text();

  for (const headers of [unsure, token]) {
    const refused = await patch(headers, looser);
    t.match(refused, { statusCode: 403 });
    t.match(refused.json(), { error: { code: 'PASSWORD_REQUIRED', message: /held trades real money/ } });
    const cancelled = await app.inject({
      ...{ method: 'POST', url: '/api/bots/held/cancel', headers },
      payload: { order: pair.slot, again: true },
    });
    t.match(cancelled.json(), { error: { code: 'PASSWORD_REQUIRED', message: /cancels a stop/ } });
    const bulk = await app.inject({
      ...{ method: 'POST', url: '/api/bulk', headers },
      payload: { action: 'edit', ids: ['held'], changes: looser },
    });
    t.match(bulk.body, /trades real money/);
  }
  const versions = (await app.inject('/api/bots/held/config')).json() as { version: string };
  const typed = JSON.stringify({ ...JSON.parse(before), ...looser, plan: { ...PLAN, stopLossPercent: 9 } });
  const form = (fields: Record<string, string>) => ({
    ...{ method: 'POST' as const, url: '/bots/held/config', headers: { ...FORM, ...unsure } },
    payload: new URLSearchParams({ text: typed, version: versions.version, ...fields }).toString(),
  });
  const asked = await app.inject(form({}));
  t.match(asked.body, /loses protection: saving it asks for your password/, 'said before it is saved');
  const confirmed = /name="confirmed" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
  const kept = await app.inject(form({ confirmed }));
  const address = String(kept.headers['hx-redirect']);
  t.match(address, /^\/sure\?then=%2F&kept=/, 'what was typed waits for the password');
  t.equal(await text(), before);
  const anew = form({ confirmed });
  const referer = 'http://localhost:80/bots/held/config';
  const third = await app.inject({ ...anew, headers: { ...anew.headers, referer } });
  t.match(third.headers['hx-redirect'], /then=%2Fbots%2Fheld&/, 'an answer is no page to go back to');

  const other = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
  const headers = { cookie: `${cookieName(80, false)}=${other}`, accept: 'text/html', ...PLAIN };
  const again = await app.inject({ ...form({ confirmed }), headers: { ...headers, 'hx-request': 'true' } });
  const page = await app.inject({ url: String(again.headers['hx-redirect']), headers });
  const given = new URLSearchParams({ ...hiddenIn(page.body), password: PASSWORD }).toString();
  const sent = await app.inject({ method: 'POST', url: '/sure', headers, payload: given });
  t.match(sent, { statusCode: 307, headers: { location: '/bots/held/config' } });
  await app.inject({ method: 'POST', url: '/bots/held/config', headers, payload: given });
  t.match(await text(), /"stopLossPercent": ?9/, 'and is saved with it');

  t.equal(
    (await patch(unsure, { plan: { stopLossPercent: 1 }, appliesTo: 'now' })).statusCode,
    200,
    'nearer',
  );
  const sure = await patch({}, looser);
  t.equal(sure.statusCode, 200, sure.body);
  const done = await app.inject({
    ...{ method: 'POST', url: '/api/bots/held/cancel' },
    payload: { order: pair.slot, again: true },
  });
  t.equal(done.statusCode, 200, done.body);
});

t.test('what is started is what was asked about, though its config changes meanwhile', async (t) => {
  const { app, data, fleet, key, secret } = await serving(t);
  const payload = { id: 'main', venue: 'binance', key, secret };
  await app.inject({ method: 'POST', url: '/api/keys', payload });
  const turn = await acquireLock(join(data, '.turns/bot-btc-dip'), 'an edit');
  const starting = fleet.start('btc-dip').then(
    () => 'started',
    (error: { code: string }) => error.code,
  );
  // Long enough for whatever a start looks at before its turn.
  await pause(300);
  writeConfig(data, { ...CONFIG, venue: 'binance', key: 'main' });
  turn.release();
  t.equal(await starting, 'REAL_MONEY');
});
