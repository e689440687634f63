/** Who may take which route, for every route there is: a new one is in here by itself. */
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { writeReservation } from '../bot/files/reservations.js';
import type { Needs } from './web/needs.js';
import { CONFIG, testServer, writeConfig, type TestServer } from './testing.js';
import { folderOf } from '../test/folder.js';

/** Stands in everything of the other user's bot that could be shown: where it turns up, something leaked. */
const CANARY = 'CANARYBOT';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly needs: Needs;
  readonly bot: boolean;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

async function fleet(t: Test) {
  const data = folderOf(t);
  writeConfig(data, { ...CONFIG, id: 'canarybot', name: CANARY, tags: ['canarytag'] });
  writeConfig(data, { ...CONFIG, id: 'mine', name: 'Mine' });
  const routes: Route[] = [];
  const server = await testServer(data, {
    onRoute: ({ method, url, config }) => {
      for (const each of [method].flat())
        if (METHODS.has(each))
          routes.push({
            method: each as Route['method'],
            url,
            needs: config?.needs ?? 'nobody',
            bot: config?.bot === true,
          });
    },
  });
  t.teardown(() => server.close());
  const people = {
    admin: await server.signIn('boss', 'admin'),
    trader: await server.signIn('tina', 'trader'),
    viewer: await server.signIn('vera', 'viewer'),
    owner: await server.signIn('otto', 'trader'),
  };
  await server.owners.set('canarybot', { owner: people.owner.user.id });
  await server.owners.set('mine', { owner: people.trader.user.id });
  await writeReservation(data, {
    ...{ id: 'canarybot', venue: 'paper', account: 'paper', symbol: 'BTCUSDT', asset: 'USDT' },
    ...{ amount: '1000', at: 0 },
  });
  return { server, routes, people };
}

type People = Awaited<ReturnType<typeof fleet>>['people'];

function ask(
  server: TestServer,
  { method, url, bot: isOfBot }: Route,
  bot: string,
  headers: Record<string, string>,
) {
  const about = isOfBot ? bot : 'nothing';
  const page = url.startsWith('/api/')
    ? {}
    : { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded' };
  return server.app.inject({
    method,
    url: url.replace(':id', about),
    headers: { ...headers, ...(method === 'GET' ? {} : page) },
    ...(method === 'GET' || method === 'DELETE' || !url.startsWith('/api/') ? {} : { payload: {} }),
  });
}

/** Streams do not end: what they send first is looked at by their own test. */
const isStream = ({ url }: Route): boolean => url.endsWith('/events');
const isFile = ({ url }: Route): boolean => /^\/(public|vendor)\//.test(url);

t.test('nobody gets through without a session, but to sign in', async (t) => {
  const { server, routes } = await fleet(t);
  t.ok(routes.length > 50, `${routes.length} routes`);
  for (const route of routes.filter((each) => each.needs !== 'nobody')) {
    const answer = await ask(server, route, 'canarybot', { cookie: '' });
    t.equal(answer.statusCode, 401, `${route.method} ${route.url}`);
    t.notMatch(answer.body, new RegExp(CANARY, 'i'));
  }
  const open = routes
    .filter((each) => each.needs === 'nobody' && !isFile(each))
    .map(({ method, url }) => `${method} ${url}`);
  t.same(open.sort(), [
    'GET /enter',
    'GET /healthz',
    'GET /login',
    'GET /setup',
    'POST /login',
    'POST /setup',
  ]);
});

t.test('of another one’s bot nobody hears anything, by any route', async (t) => {
  const { server, routes, people } = await fleet(t);
  for (const role of ['trader', 'viewer'] as const) {
    for (const route of routes.filter((each) => !isFile(each) && !isStream(each))) {
      if (['/login', '/logout', '/setup', '/enter'].includes(route.url)) continue;
      const answer = await ask(server, route, 'canarybot', people[role].headers);
      const what = `${role}: ${route.method} ${route.url}`;
      if (route.bot) t.ok([403, 404].includes(answer.statusCode), `${what} is ${answer.statusCode}`);
      if (route.bot && answer.statusCode === 403)
        t.match(answer.body, /Your role is viewer/, 'before the bot is looked for');
      t.notMatch(answer.body.replaceAll('canarybot', ''), /CANARY|canarytag/, what);
      if (!route.bot) t.notMatch(answer.body, /canarybot/, what);
    }
  }
  const guessed = await server.app.inject({ url: '/api/bots/nobody', headers: people.trader.headers });
  const others = await server.app.inject({ url: '/api/bots/canarybot', headers: people.trader.headers });
  t.equal(others.body.replace('canarybot', 'nobody'), guessed.body, 'as if it were not there');
});

t.test('a role gets what it needs, and no more', async (t) => {
  const { server, routes, people } = await fleet(t);
  const may: Record<Exclude<keyof People, 'owner'>, readonly Needs[]> = {
    viewer: ['nobody', 'viewer'],
    trader: ['nobody', 'viewer', 'trader'],
    admin: ['nobody', 'viewer', 'trader', 'admin'],
  };
  for (const role of ['viewer', 'trader', 'admin'] as const) {
    for (const route of routes.filter((each) => !may[role].includes(each.needs))) {
      const answer = await ask(server, route, 'mine', people[role].headers);
      t.equal(answer.statusCode, 403, `${role}: ${route.method} ${route.url}`);
      t.match(answer.body, /Your role is/);
    }
  }
  for (const route of routes.filter(({ bot, method }) => bot && method === 'GET')) {
    if (isStream(route) || /klines$/.test(route.url)) continue;
    for (const [who, id] of [
      ['trader', 'mine'],
      ['admin', 'mine'],
      ['admin', 'canarybot'],
      ['owner', 'canarybot'],
    ] as const) {
      const answer = await ask(server, route, id, people[who].headers);
      t.notOk(
        [401, 403, 404].includes(answer.statusCode),
        `${who}: GET ${route.url} of ${id} is ${answer.statusCode}`,
      );
    }
  }
});

t.test('a shared bot is looked at, not touched', async (t) => {
  const { server, routes, people } = await fleet(t);
  const { viewer, trader } = people;
  await server.owners.set('canarybot', { shared: [viewer.user.id] });
  const see = async (headers: Record<string, string>) =>
    (await server.app.inject({ url: '/api/overview', headers }))
      .json()
      .bots.map((bot: { id: string }) => bot.id);
  t.same(await see(viewer.headers), ['canarybot']);
  t.same(await see(trader.headers), ['mine']);
  t.same(await see(people.admin.headers), ['canarybot', 'mine']);
  await server.owners.set('canarybot', { shared: 'everyone' });
  t.same(await see(trader.headers), ['canarybot', 'mine']);
  t.equal((await server.app.inject({ url: '/bots/canarybot', headers: trader.headers })).statusCode, 200);
  for (const route of routes.filter(({ bot, needs }) => bot && needs !== 'viewer')) {
    const answer = await ask(server, route, 'canarybot', trader.headers);
    t.equal(answer.statusCode, 403, `${route.method} ${route.url}`);
    t.match(answer.body, /only its owner/);
  }
});

t.test('who makes a bot owns it; a config cannot say otherwise; deleted, it is nobody’s', async (t) => {
  const { server, people } = await fleet(t);
  const { trader, viewer } = people;
  const make = (headers: Record<string, string>) =>
    server.app.inject({ method: 'POST', url: '/api/bots', headers, payload: { ...CONFIG, id: 'new-one' } });
  t.equal((await make(viewer.headers)).statusCode, 403);
  t.equal((await make(trader.headers)).statusCode, 201);
  t.equal(server.owners.of('new-one').owner, trader.user.id);
  t.equal(
    (await server.app.inject({ url: '/api/bots/new-one', headers: people.owner.headers })).statusCode,
    404,
  );
  const steal = await server.app.inject({
    method: 'PATCH',
    url: '/api/bots/new-one',
    headers: trader.headers,
    payload: { owner: people.owner.user.id },
  });
  t.equal(steal.statusCode, 422);
  t.equal(
    (await server.app.inject({ method: 'DELETE', url: '/api/bots/new-one', headers: trader.headers }))
      .statusCode,
    204,
  );
  t.equal(server.owners.of('new-one').owner, null);
});

t.test('live pages tell of nothing that may not be seen, and end with the right to see it', async (t) => {
  const data = folderOf(t);
  writeConfig(data, { ...CONFIG, id: 'canarybot', name: CANARY });
  writeConfig(data, { ...CONFIG, id: 'mine', name: 'Mine' });
  let port = 0;
  const server = await testServer(data, { port: () => port });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { user, headers } = await server.signIn('tina', 'trader');
  await server.owners.set('mine', { owner: user.id });
  const listen = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    let text = '';
    const ended = (async () => {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    return { status: answer.status, text: () => text, ended };
  };
  const until = async (what: () => boolean, why: string): Promise<void> => {
    for (const end = performance.now() + 5_000; !what(); await pause(20))
      if (performance.now() > end) throw new Error(`it never came to ${why}`);
  };
  t.equal((await listen('/events?bot=canarybot')).status, 404);
  t.equal((await listen('/bots/canarybot/events')).status, 404);
  const page = await listen('/events');
  await until(() => page.text().includes('id="totals"'), 'the totals');
  writeConfig(data, { ...CONFIG, id: 'canarybot', name: `${CANARY} changed` });
  writeConfig(data, { ...CONFIG, id: 'mine', name: 'Mine changed' });
  await until(() => page.text().includes('Mine changed'), 'the own change');
  t.notMatch(page.text(), /canarybot|CANARY/);

  await server.owners.set('canarybot', { shared: [user.id] });
  await until(() => page.text().includes('CANARYBOT changed'), 'the shared bot');
  const shared = await listen('/bots/canarybot/events');
  t.equal(shared.status, 200);
  await server.owners.set('canarybot', { shared: [] });
  await shared.ended;
  t.pass('its own page ends');
  await until(() => page.text().includes('<tr id="bot-canarybot" data-gone>'), 'its going');
  await server.auth.users.setDisabled(user.id, true);
  await page.ended;
  t.pass('a disabled user hears no more');
  t.same(server.failures, []);
});
