/** Every fault, seen by raw clients. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { client, klineFile, Listener, openUserStream, paperOf, send } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
const ROWS = [
  [100, 101, 99, 100.5],
  [100.5, 102, 95, 96],
  [96, 97, 90, 91],
];

const paperOn = paperOf(klineFile(START, 60_000, ROWS));

const BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };
const named = (newClientOrderId: string) => ({ ...BUY, newClientOrderId });

/** An exchange in which the next POST order goes wrong so. */
async function faulty(t: Test, rule: object) {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const set = await api.control('POST', '/faults', {
    method: 'POST',
    path: '/api/v3/order',
    count: 1,
    ...rule,
  });
  t.equal(set.status, 200, JSON.stringify(set.body));
  const find = (id: string) =>
    api.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: id });
  return { paper, api, find };
}

t.test('a connection reset before execution leaves nothing, after execution leaves an order', async (t) => {
  for (const [fault, code] of [
    ['drop-before-execute', -2013],
    ['drop-after-execute', undefined],
    ['truncate-after-execute', undefined],
  ] as const) {
    const { api, find } = await faulty(t, { fault });
    await t.rejects(api.order(named('a')), fault);
    t.equal((await find('a')).body.code, code, fault);
    t.equal((await api.order(named('b'))).status, 200, 'it struck once');
    t.match((await api.control('GET', '/faults')).body, {
      rules: [{ fault, seen: 2, fired: 1 }],
      fired: { [fault]: 1 },
      log: [{ rule: 'rule-1', what: 'POST /api/v3/order' }],
    });
  }
});

t.test('an unknown outcome: 408 with -1007, a page of HTML, another status and code', async (t) => {
  const cases = [
    [{ fault: 'timeout-before-execute' }, 408, { code: -1007, msg: /execution status unknown/ }, false],
    [{ fault: 'timeout-after-execute' }, 408, { code: -1007 }, true],
    [{ fault: 'error-before-execute' }, 503, /<html>/, false],
    [{ fault: 'error-after-execute', status: 502 }, 502, /502 Bad Gateway/, true],
    [
      { fault: 'error-after-execute', status: 500, code: -1000, msg: 'no' },
      500,
      { code: -1000, msg: 'no' },
      true,
    ],
  ] as const;
  for (const [rule, status, body, executed] of cases) {
    const { api, find } = await faulty(t, rule);
    t.match(await api.order(named('a')), { status, body });
    t.equal((await find('a')).status === 200, executed, `${rule.fault}: executed ${executed}`);
  }
});

t.test('limits by rule: 429 and 418 say how long to wait, and nothing is executed', async (t) => {
  for (const [fault, status] of [
    ['rate-limit', 429],
    ['ban', 418],
  ] as const) {
    const { api, find } = await faulty(t, { fault, retryAfterSeconds: 7 });
    const refused = await api.order(named('a'));
    t.match(refused, { status, body: { code: -1003 }, headers: { 'retry-after': '7' } });
    t.match((await find('a')).body, { code: -2013 });
  }
});

t.test(
  'a delay before execution can outlast the recvWindow; one after it delays the reply alone',
  async (t) => {
    const early = await faulty(t, { fault: 'delay', ms: 150 });
    t.match((await early.api.order({ ...named('a'), recvWindow: 50 })).body, { code: -1021 });
    const late = await faulty(t, { fault: 'delay', ms: 150, when: 'after' });
    const began = Date.now();
    t.equal((await late.api.order({ ...named('a'), recvWindow: 50 })).status, 200);
    t.ok(Date.now() - began >= 145);
  },
);

t.test('a request that hangs is never answered', async (t) => {
  const { api, find } = await faulty(t, { fault: 'hang-after-execute' });
  const answer = await Promise.race([api.order(named('a')).then(() => 'answered'), sleep(200, 'silence')]);
  t.equal(answer, 'silence');
  t.equal((await find('a')).status, 200);
});

t.test(
  'late execution: -2013 first, an order later, though its recvWindow has passed; or never',
  async (t) => {
    const { api, find } = await faulty(t, { fault: 'late-execution', ms: 250 });
    t.match(await api.order({ ...named('a'), recvWindow: 100 }), { status: 408, body: { code: -1007 } });
    t.match((await find('a')).body, { code: -2013 });
    await sleep(350);
    t.match((await find('a')).body, { status: 'FILLED' });
    const never = await faulty(t, { fault: 'late-execution', ms: 1, neverProbability: 1, reply: 'drop' });
    await t.rejects(never.api.order(named('a')));
    await sleep(50);
    t.match((await never.find('a')).body, { code: -2013 });
    const wrong = await faulty(t, { fault: 'late-execution', ms: 1 });
    t.match(
      await send('POST', `${wrong.paper.address.rest}/api/v3/order?symbol=BTCUSDT`, {
        'X-MBX-APIKEY': 'testkey',
      }),
      { status: 400, body: { code: -1102 } },
      'what is wrong in itself is refused at once',
    );
  },
);

t.test('a new order that queries do not know yet: in no list, and none of its trades', async (t) => {
  const { api, find } = await faulty(t, { fault: 'hide-order', ms: 300, count: 2 });
  const symbol = { symbol: 'BTCUSDT' };
  t.equal((await api.order(named('taken'))).status, 200);
  t.match((await api.order({ ...named('rests'), type: 'LIMIT', timeInForce: 'GTC', price: '90' })).body, {
    status: 'NEW',
  });
  t.match((await find('taken')).body, { code: -2013 });
  for (const path of ['/api/v3/openOrders', '/api/v3/allOrders', '/api/v3/myTrades'])
    t.same((await api.signed('GET', path, symbol)).body, [], path);
  t.match((await api.order(named('rests'))).body, { code: -2010 }, 'the engine knows it');
  await sleep(320);
  t.match((await find('rests')).body, { status: 'NEW' });
  t.equal((await api.signed('GET', '/api/v3/myTrades', symbol)).body.length, 1);
});

t.test('the same seed strikes the same requests; another one others', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const pattern = async (seed: string): Promise<string> => {
    await api.control('PUT', '/faults', {
      rules: [{ fault: 'error-before-execute', path: '/api/v3/pi*', probability: 0.5, seed }],
    });
    let struck = '';
    for (let times = 0; times < 40; times += 1)
      struck += (await api.get('/api/v3/ping')).status === 503 ? 'x' : '.';
    return struck;
  };
  const first = await pattern('seed');
  t.match(first, /x/);
  t.match(first, /\./);
  t.equal(await pattern('seed'), first);
  t.not(await pattern('other'), first);
  t.equal((await api.get('/api/v3/time')).status, 200, 'other paths are left alone');
});

t.test('rules are listed, replaced, removed, cleared, and refused with a sentence', async (t) => {
  const { control } = client((await paperOn(t, { faults: [{ fault: 'delay', id: 'first' }] })).address);
  const ids = async () => (await control('GET', '/faults')).body.rules.map((rule: { id: string }) => rule.id);
  t.same(await ids(), ['first']);
  await control('POST', '/faults', [{ fault: 'missing-event' }, { fault: 'clock-skew', ms: -5 }]);
  t.same(await ids(), ['first', 'rule-2', 'rule-3']);
  await control('DELETE', '/faults?id=first');
  await control('POST', '/faults', { id: 'rule-2', fault: 'duplicate-event' });
  t.same(await ids(), ['rule-2', 'rule-3']);
  await control('POST', '/faults', { rules: [{ fault: 'ban', id: 'only' }] });
  t.same(await ids(), ['only']);
  for (const [rule, says] of [
    [{}, /needs "fault"/],
    [{ fault: 'flood' }, /fault should be one of drop-before-execute/],
    [{ fault: 'delay', sm: 1 }, /has no "sm"/],
    [{ fault: 'delay', ms: [5, 1] }, /ms should be/],
    [{ fault: 'delay', ms: -1 }, /ms should be a number from 0 on/],
    [{ fault: 'ban', probability: 2 }, /probability should be a number from 0 to 1/],
  ] as const)
    t.match(await control('POST', '/faults', rule), { status: 400, body: { msg: says } });
  t.same(await ids(), ['only']);
  t.match((await control('DELETE', '/faults')).body, { rules: [], fired: {}, log: [] });
});

t.test('user events go missing, come twice, come late', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  t.teardown(() => user.close());
  const told = () => user.messages.filter(({ event }) => event).map(({ event }) => event.x ?? event.e);
  const faults = (...rules: object[]) => api.control('PUT', '/faults', { rules });
  await faults({ fault: 'missing-event', stream: 'executionReport:NEW' });
  await api.order(BUY);
  t.same(told(), ['TRADE', 'outboundAccountPosition']);
  user.messages.length = 0;
  await faults({ fault: 'duplicate-event', stream: 'executionReport:*' });
  await api.order(BUY);
  t.same(told(), ['NEW', 'NEW', 'TRADE', 'TRADE', 'outboundAccountPosition']);
  user.messages.length = 0;
  await faults({ fault: 'late-event', stream: '*:TRADE', ms: 80, account: 'main', symbol: 'BTCUSDT' });
  await api.order(BUY);
  await user.find(({ event }) => event?.x === 'TRADE');
  t.same(told(), ['NEW', 'outboundAccountPosition', 'TRADE']);
});

t.test('one market stream falls silent while others go on', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const streams = 'btcusdt@kline_1m/btcusdt@bookTicker';
  const market = await Listener.open(`${paper.address.ws.replace(/ws$/, 'stream')}?streams=${streams}`);
  t.teardown(() => market.close());
  await api.control('POST', '/faults', { fault: 'missing-event', stream: 'btcusdt@kline*' });
  await paper.step(1);
  await market.find(({ stream }) => stream === 'btcusdt@bookTicker');
  t.notOk(market.messages.some(({ stream }) => stream.includes('kline')));
});

t.test('a frozen connection sends nothing, answers no ping, hears nothing; then it goes on', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const market = await Listener.open(`${paper.address.ws}/btcusdt@kline_1m`);
  t.teardown(() => market.close());
  t.match((await api.control('POST', '/sockets', { do: 'freeze', of: 'market', ms: 300 })).body, {
    connections: 1,
  });
  let pongs = 0;
  market.socket.on('pong', () => (pongs += 1));
  market.socket.ping('anyone?');
  market.socket.send(JSON.stringify({ id: 1, method: 'LIST_SUBSCRIPTIONS' }));
  await paper.step(1);
  await sleep(100);
  t.same([market.messages.length, pongs, market.pings.length], [0, 0, 0]);
  await sleep(300);
  market.socket.ping('now?');
  await once(market.socket, 'pong');
  await paper.step(1);
  t.match(await market.find(() => true), { k: { t: START + 60_000 } });
});

t.test('connections are closed, cut, or told of a shutdown', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  const market = await Listener.open(`${paper.address.ws}/btcusdt@kline_1m`);
  await api.control('POST', '/sockets', { do: 'shutdown' });
  t.match(await market.find(({ e }) => e), { e: 'serverShutdown', E: Number });
  t.match(await user.find(({ event }) => event), { event: { e: 'serverShutdown' } });
  await api.control('POST', '/faults', { fault: 'close-socket', stream: '*@kline*', count: 1 });
  const closed = once(market.socket, 'close');
  await paper.step(1);
  t.equal((await closed)[0], 1001);
  const cut = once(user.socket, 'close');
  await api.control('POST', '/sockets', { do: 'cut', of: 'user' });
  t.equal((await cut)[0], 1006);
});

t.test('a clock that is wrong: serverTime, and who is in time', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  await api.control('POST', '/faults', { fault: 'clock-skew', ms: 20_000 });
  const { serverTime } = (await api.get('/api/v3/time')).body;
  t.ok(Math.abs(serverTime - Date.now() - 20_000) < 1_000);
  t.match((await api.order(BUY)).body, { code: -1021, msg: /outside of the recvWindow/ });
  await api.control('PUT', '/faults', { rules: [{ fault: 'clock-skew', ms: -20_000 }] });
  t.match((await api.order(BUY)).body, { code: -1021, msg: /1000ms ahead/ });
  await api.control('DELETE', '/faults');
  t.equal((await api.order(BUY)).status, 200);
});

t.test('faults strike the WebSocket API too, by its method or by the path of its twin', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  await api.control('POST', '/faults', [
    { fault: 'timeout-before-execute', path: 'ping', count: 1 },
    { fault: 'drop-before-execute', path: '/api/v3/time' },
  ]);
  const socket = await Listener.open(paper.address.wsApi);
  t.match(await socket.ask({ id: 1, method: 'ping' }), { status: 408, error: { code: -1007 } });
  t.match(await socket.ask({ id: 2, method: 'ping' }), { status: 200 });
  const closed = once(socket.socket, 'close');
  socket.socket.send(JSON.stringify({ id: 3, method: 'time' }));
  await closed;
});
