import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { checkpointText, writeCheckpoint } from '../../bot/files/checkpoint.js';
import { botFolder, mayTradeThere } from '../../bot/files/folder.js';
import { venuesFile } from '../../exchange/endpoints.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { Rehearsal } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';
import { waitFor } from '../fleet/wait.js';
import { CONFIG, PASSWORD, testServer, writeConfig } from '../testing.js';
import { cookieName } from '../web/cookies.js';

const LIVE = { ...CONFIG, venue: 'binance', key: 'main' };
const PLAN = { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 };
const TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/** A bot with real money that holds something, one with nothing, one on paper, and somebody who signed in a while ago. */
async function serving(t: Test) {
  const home = folderOf(t);
  const data = join(home, 'data');
  process.env.XDG_CONFIG_HOME = join(home, 'config');
  const clock = { start: Date.UTC(2024, 0), speed: 'manual' } as const;
  const paper = await startPaper({ folder: join(home, 'x'), port: 0, seed: 7, ...clock });
  const { rest, ws, wsApi, key, secret } = paper.address;
  const server = await testServer(data);
  t.teardown(async () => {
    await server.close();
    await paper.stop();
  });
  const { app, auth, store } = server;
  await writeFile(venuesFile(data), JSON.stringify({ binance: { rest, ws, wsApi } }));
  const payload = { id: 'main', venue: 'binance', key, secret };
  await app.inject({ method: 'POST', url: '/api/keys', payload });
  const bot = new Rehearsal({ id: 'held' });
  bot.holding();
  writeConfig(data, { ...LIVE, id: 'held', plan: PLAN });
  writeConfig(data, { ...LIVE, id: 'real', symbol: 'ETHUSDT' });
  writeConfig(data, { ...CONFIG, id: 'flat', plan: PLAN });
  const folder = botFolder(data, 'held');
  await writeFile(folder.events, '');
  await writeCheckpoint(folder, checkpointText(bot.state, 0, { first: 1, offset: 0 }, Date.now()));
  for (const id of ['held', 'flat', 'real']) await store.refresh(id);
  const user = auth.users.named('tester')!;
  const session = async () => {
    const id = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: false });
    return { cookie: `${cookieName(80, false)}=${id}`, accept: 'text/html' };
  };
  const post = (url: string, fields: object, headers: Record<string, string>) =>
    app.inject({
      ...{ method: 'POST', url, headers: { ...headers, ...TYPE } },
      payload: String(new URLSearchParams(fields as Record<string, string>)),
    });
  /** Gives the password as a browser without scripts does, and goes on to the page of what came of it. */
  const giving = async (address: string, headers: Record<string, string>) => {
    const given = { ...hiddenIn((await app.inject({ url: address, headers })).body), password: PASSWORD };
    const sent = await post('/sure', given, headers);
    const done = await post(String(sent.headers.location), given, headers);
    return { sent, done, given };
  };
  /** A page that says how far it is is loaded anew, as its header says. */
  const outcome = (url: string, headers: Record<string, string>) =>
    waitFor(
      async () => {
        const page = await app.inject({ url, headers });
        return page.headers['refresh'] === undefined ? page : null;
      },
      { withinMs: 20_000, everyMs: 20 },
    ).then((page) => page!);
  return { ...server, data, session, post, giving, outcome };
}

const hiddenIn = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  );

t.test(
  'several bots start with real money once the password is given: those that were selected, once',
  async (t) => {
    const { app, auth, data, session, post, giving, outcome, started } = await serving(t);
    const headers = await session();
    const scripts = { ...headers, 'hx-request': 'true' };
    const asked = await post('/bulk/ask', { ids: 'flat,real', verb: 'start' }, scripts);
    t.match(asked.body, /one bot with REAL MONEY/);
    t.match(asked.body, /Your password is asked for, once more/);
    const fields = hiddenIn(asked.body);
    const waits = await post('/bulk/do', fields, scripts);
    const address = String(waits.headers['hx-redirect']);
    t.match(address, /^\/sure\?.*kept=/);
    t.equal(started(), 0, 'nothing is done before');
    t.match(
      (await app.inject({ url: `/bulk/${fields['key']}`, headers })).body,
      /start 2 bots/,
      'still a question',
    );

    const cancel = /class="button quiet" href="([^"]+)"/.exec(
      (await app.inject({ url: address, headers })).body,
    );
    t.equal(cancel?.[1], `/bulk/${fields['key']}`, 'who cancels is back at the question');
    t.match(
      (await app.inject({ url: `/bulk/${fields['key']}`, headers })).body,
      /href="\/\?picked=flat,real"/,
      'and from there at the fleet, with the two selected',
    );

    const { sent, done, given } = await giving(address, headers);
    t.match(sent, { statusCode: 307, headers: { location: '/bulk/do' } });
    t.match(done, { statusCode: 303, headers: { location: `/bulk/${fields['key']}` } });
    const page = await outcome(String(done.headers.location), headers);
    t.match(page.body, /<html.*2 bots started/s, 'a page of its own tells what came of it');
    t.equal(started(), 2);
    t.ok(await mayTradeThere(data, { ...LIVE, id: 'real' }));
    t.match(await post('/bulk/do', given, headers), { statusCode: 409, body: /not kept any more/ });
    t.equal(started(), 2, 'once');
    const other = await session();
    t.match(await post('/bulk/do', { ...given, token: '' }, other), { statusCode: 403 });
    const noted = await auth.audit.list({ action: 'password.again' }, 9);
    t.equal(noted.length, 1);
  },
);

t.test(
  'protection of several bots is taken away, and an edit that brought it is taken back, with the password',
  async (t) => {
    const { app, data, session, post, giving, outcome } = await serving(t);
    const stop = async () =>
      (
        JSON.parse(await readFile(botFolder(data, 'held').config, 'utf8')) as {
          plan: { stopLossPercent: number };
        }
      ).plan.stopLossPercent;
    const edit = (value: string) => ({
      ...{ ids: 'flat,held', verb: 'edit', parameter: 'plan.single.stopLossPercent' },
      ...{ value, appliesTo: 'now' },
    });
    const [one, two] = [await session(), await session()];
    const looser = await post('/bulk/ask', edit('9'), { ...one, 'hx-request': 'true' });
    t.match(looser.body, /loses protection: saving it asks for your password/);
    const waits = await post('/bulk/do', hiddenIn(looser.body), { ...one, 'hx-request': 'true' });
    t.equal(await stop(), 2);
    const { done } = await giving(String(waits.headers['hx-redirect']), one);
    t.match((await outcome(String(done.headers.location), one)).body, /2 bots changed/);
    t.equal(await stop(), 9);

    const nearer = await post('/bulk/ask', edit('1'), { ...two, 'hx-request': 'true' });
    const did = await post('/bulk/do', hiddenIn(nearer.body), { ...two, 'hx-request': 'true' });
    t.match(did.body, /2 bots changed/, 'to bring a stop nearer asks for nothing');
    const key = hiddenIn(did.body);
    const api = await app.inject({
      ...{ method: 'POST', url: '/api/bulk/undo', headers: two },
      payload: { key: key['key'] },
    });
    t.match(api.json(), { error: { code: 'PASSWORD_REQUIRED' } });
    const undo = await post('/bulk/undo', key, { ...two, 'hx-request': 'true' });
    t.match(undo.headers['hx-redirect'], new RegExp(`then=%2Fbulk%2F${key['key']}&`));
    t.equal(await stop(), 1);
    const back = await giving(String(undo.headers['hx-redirect']), two);
    t.match(back.done, { statusCode: 200, body: /<html.*Taken back for 2 bots/s });
    t.equal(await stop(), 9);
  },
);
