/** Keys, limits, states to go back to, the page: what the control address sets, seen by raw clients. */
import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { client, klineFile, Listener, paperOf, send } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
const ROWS = [
  [100, 101, 99, 100.5],
  [100.5, 102, 95, 96],
  [96, 97, 90, 91],
];

const paperOn = paperOf(klineFile(START, 60_000, ROWS));

const BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };
const named = (newClientOrderId: string) => ({ ...BUY, newClientOrderId });

t.test('keys: read only, from one address, expired; -2015 for each', async (t) => {
  const paper = await paperOn(t);
  const { address } = paper;
  const api = client(address);
  const withKey = async (rights: object) => {
    const made = await api.control('POST', '/keys', { account: 'main', ...rights });
    t.equal(made.status, 200, JSON.stringify(made.body));
    return client({ ...address, ...made.body });
  };
  const denied = {
    status: 401,
    body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
  };
  const reader = await withKey({ readOnly: true });
  t.match((await reader.signed('GET', '/api/v3/account')).body, { canTrade: false });
  t.match(await reader.order(BUY), denied);
  t.match(await reader.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' }), denied);
  t.match((await reader.signed('GET', '/sapi/v1/account/apiRestrictions')).body, {
    enableSpotAndMarginTrading: false,
    enableWithdrawals: false,
  });
  const elsewhere = await withKey({ addresses: ['203.0.113.7'] });
  t.match(await elsewhere.signed('GET', '/api/v3/account'), denied);
  const here = await withKey({ addresses: ['127.0.0.1'] });
  t.equal((await here.order(BUY)).status, 200);
  const expired = await withKey({ expires: Date.now() - 1 });
  t.match(await expired.signed('GET', '/api/v3/account'), denied);
  t.match((await api.control('POST', '/keys', { account: 'nobody' })).body, { msg: /no account "nobody"/ });
  t.match((await api.control('POST', '/accounts', { readOnly: 'yes' })).body, { msg: /readOnly should be/ });
});

t.test('an Ed25519 key signs requests, and logs a WebSocket API session on', async (t) => {
  const { address } = await paperOn(t);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  await client(address).control('POST', '/keys', { account: 'main', key: 'edkey', publicKey: pem });
  const signature = (text: string) => signWith(null, Buffer.from(text), privateKey).toString('base64');
  const query = `timestamp=${Date.now()}`;
  const get = (signed: string) =>
    send('GET', `${address.rest}/api/v3/account?${query}&signature=${encodeURIComponent(signed)}`, {
      'X-MBX-APIKEY': 'edkey',
    });
  t.equal((await get(signature(query))).status, 200);
  t.match((await get(signature('else'))).body, { code: -1022 });

  const socket = await Listener.open(address.wsApi);
  t.teardown(() => socket.close());
  t.match(await socket.ask({ id: 1, method: 'userDataStream.subscribe' }), { error: { code: -2014 } });
  const params = { apiKey: 'edkey', timestamp: Date.now() };
  const text = `apiKey=edkey&timestamp=${params.timestamp}`;
  t.match(
    await socket.ask({ id: 2, method: 'session.logon', params: { ...params, signature: signature(text) } }),
    {
      result: { apiKey: 'edkey', authorizedSince: Number },
    },
  );
  t.match(await socket.ask({ id: 3, method: 'userDataStream.subscribe' }), { result: { subscriptionId: 0 } });
  const order = { ...BUY, timestamp: Date.now() };
  t.match(await socket.ask({ id: 4, method: 'order.place', params: order }), {
    result: { status: 'FILLED' },
    rateLimits: [
      { rateLimitType: 'ORDERS', count: 1 },
      { interval: 'DAY' },
      { rateLimitType: 'REQUEST_WEIGHT' },
    ],
  });
  await socket.find(({ event }) => event?.x === 'TRADE');
  t.match(await socket.ask({ id: 5, method: 'session.logout' }), { result: { apiKey: null } });
  t.match(await socket.ask({ id: 6, method: 'account.status', params: { timestamp: Date.now() } }), {
    error: { code: -1102 },
  });
});

t.test('limits are set while it runs, lead to a ban, and are pardoned', async (t) => {
  const { address } = await paperOn(t);
  const api = client(address);
  await api.control('POST', '/limits', { weightPerMinute: 1, banAfter: 1, banSeconds: 60 });
  const statuses = [];
  for (let times = 0; times < 4; times += 1) statuses.push((await api.get('/api/v3/ping')).status);
  t.same(statuses, [200, 429, 418, 418]);
  await t.rejects(Listener.open(`${address.ws}/btcusdt@trade`), /429/, 'who is banned opens no stream');
  await api.control('POST', '/limits', { weightPerMinute: 6000, pardon: true });
  const { headers } = await api.get('/api/v3/ping');
  t.ok(Number(headers['x-mbx-used-weight-1m']) >= 3);
  await api.control('POST', '/limits', { ordersPer10s: 1 });
  const rest = { ...BUY, type: 'LIMIT', timeInForce: 'GTC', price: '50' };
  t.equal((await api.order(rest)).headers['x-mbx-order-count-10s'], '1');
  t.match(await api.order(rest), {
    status: 429,
    body: { code: -1015, msg: 'Too many new orders; current limit is 1 orders per 10 SECOND.' },
  });
  t.match((await api.control('POST', '/limits', { speed: 1 })).body, { msg: /no limit "speed"/ });
});

t.test('a market stream that is asked too often is closed', async (t) => {
  const { address } = await paperOn(t);
  const market = await Listener.open(`${address.ws}/btcusdt@trade`);
  const closed = once(market.socket, 'close');
  for (let id = 0; id < 12; id += 1) market.socket.send(JSON.stringify({ id, method: 'LIST_SUBSCRIPTIONS' }));
  const [code, reason] = (await closed) as [number, Buffer];
  t.same([code, String(reason)], [1008, 'Too many requests']);
});

t.test('a state is taken, and gone back to: time, books, orders, accounts', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const rests = { ...named('rests'), type: 'LIMIT', timeInForce: 'GTC', price: '95.5' };
  await api.order(rests);
  await paper.step(1);
  const taken = (await api.control('GET', '/snapshot')).body;
  const account = async () =>
    (await api.signed('GET', '/api/v3/account', { omitZeroBalances: true })).body.balances;
  const before = await account();
  await paper.step(2);
  await api.control('POST', '/accounts', { id: 'later' });
  t.notSame(await account(), before);
  t.match((await api.control('POST', '/restore', taken)).body, { time: START + 59_999, done: false });
  t.same(await account(), before);
  t.equal(
    (await api.get('/api/v3/klines?symbol=BTCUSDT&interval=1m')).body.length,
    1,
    'nothing of what came later',
  );
  t.equal((await api.control('GET', '/state')).body.accounts.length, 1);
  t.match(await paper.step(1), { klines: 1, time: START + 119_999 });
  t.match((await api.signed('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })).body, [{ status: 'FILLED' }]);
  t.match((await api.control('POST', '/restore', { at: {}, engine: {} })).status, 400);
});

t.test('the page shows accounts, orders and faults, and escapes them', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  await api.order({ ...named('rests'), type: 'LIMIT', timeInForce: 'GTC', price: '50' });
  await api.control('POST', '/faults', { fault: 'delay', id: '<script>alert(1)</script>', path: 'never' });
  const { body, headers } = await api.control('GET', '/');
  t.match(headers['content-type'], /text\/html/);
  t.match(body, /rests/);
  t.match(body, /&lt;script&gt;/);
  t.notMatch(body, /<script/);
  t.notMatch(body, /testsecret/);
});

t.test('a market that runs by itself goes on from the state it was given', async (t) => {
  const paper = await paperOn(t, { speed: 100 });
  const api = client(paper.address);
  const taken = (await api.control('GET', '/snapshot')).body;
  const time = async () => (await api.control('GET', '/state')).body.time;
  const later = (await time()) + 40_000;
  while ((await time()) < later) await sleep(20);
  const restored = (await api.control('POST', '/restore', taken)).body;
  t.ok(restored.time < later, 'it is earlier again');
  while ((await time()) < START + 90_000) await sleep(20);
  t.match((await api.control('POST', '/restore', { at: taken.at, engine: { version: 0 } })).body, {
    msg: /does not belong to this market/,
  });
  t.ok((await time()) >= START + 90_000, 'a refused state changes nothing');
});
