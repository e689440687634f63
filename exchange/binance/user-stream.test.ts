import { createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import type { UserEvent } from '../port.js';
import { rateGate } from './rate.js';
import { addressOf, silentLogger, socketVenue, until, type SocketVenue } from './testing/servers.js';
import { openUserStream, type UserStreamOptions } from './user-stream.js';

async function setUp(t: Test, options: Partial<UserStreamOptions> = {}) {
  const venue = await socketVenue(t);
  venue.onMessage = confirm;
  const events: UserEvent[] = [];
  const barriers: string[] = [];
  let time = 1_700_000_000_000;
  const clock = { now: () => ++time, sync: async () => (time += 60_000) };
  const open = () =>
    openUserStream(
      { event: (event) => events.push(event), barrier: (payload) => barriers.push(payload) },
      { address: addressOf('', '', venue.url), clock, gate: rateGate(), logger: silentLogger, ...options },
    );
  return { venue, events, barriers, open };
}

const confirm: SocketVenue['onMessage'] = ({ id }, socket) =>
  socket.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));

const EXECUTION = {
  e: 'executionReport',
  E: 10,
  s: 'BTCUSDT',
  c: 'Fabc-1-entry',
  S: 'BUY',
  o: 'LIMIT',
  f: 'GTC',
  q: '2.00000000',
  p: '100.00000000',
  P: '0.00000000',
  F: '0.00000000',
  g: -1,
  C: '',
  x: 'TRADE',
  X: 'PARTIALLY_FILLED',
  r: 'NONE',
  i: 77,
  l: '1.00000000',
  z: '1.00000000',
  L: '100.00000000',
  n: '0.00100000',
  N: 'BTC',
  T: 9,
  t: 5,
  I: 99,
  w: true,
  m: true,
  M: false,
  O: 8,
  Z: '100.00000000',
  Y: '100.00000000',
  Q: '0.00000000',
  V: 'EXPIRE_MAKER',
};

t.test('it subscribes by signature over the sorted parameters', async (t) => {
  const { venue, events, open } = await setUp(t);
  const stream = await open();
  t.teardown(() => stream.close());
  const { method, params } = venue.received[0];
  t.equal(method, 'userDataStream.subscribe.signature');
  const { signature, ...signed } = params;
  const text = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join('&');
  t.equal(signature, createHmac('sha256', 'secret').update(text).digest('hex'));
  t.equal(stream.ok(), true);
  t.same(events, [], 'the first subscription is no resync');
});

t.test('an execution report carries the order and its fill', async (t) => {
  const { venue, events, open } = await setUp(t);
  const stream = await open();
  t.teardown(() => stream.close());
  const send = (event: object) => venue.sockets[0]!.send(JSON.stringify({ subscriptionId: 0, event }));
  send(EXECUTION);
  send({
    ...EXECUTION,
    x: 'CANCELED',
    X: 'CANCELED',
    c: 'the-request',
    C: 'Fabc-1-entry',
    N: null,
    t: -1,
    l: '0',
  });
  send({ ...EXECUTION, x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH', g: 12 });
  send({ ...EXECUTION, x: 'EXPIRED', X: 'EXPIRED', eR: 'INSUFFICIENT_LIQUIDITY' });
  send({ ...EXECUTION, x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCE' });
  send({ e: 'outboundAccountPosition', E: 1, u: 1, B: [{ a: 'BTC', f: '1.50000000', l: '0.00000000' }] });
  send({ e: 'listStatus', s: 'BTCUSDT' });
  send({ e: 'balanceUpdate', a: 'BTC' });
  await until('all arrived', () => events.length === 7);
  const report = {
    symbol: 'BTCUSDT',
    clientOrderId: 'Fabc-1-entry',
    orderId: '77',
    orderListId: null,
    side: 'BUY',
    type: 'LIMIT',
    status: 'partial',
    price: '100',
    stopPrice: '0',
    quantity: '2',
    executed: '1',
    executedQuote: '100',
    time: 9,
    working: true,
  };
  const fill = {
    tradeId: '5',
    orderId: '77',
    clientOrderId: 'Fabc-1-entry',
    symbol: 'BTCUSDT',
    side: 'BUY',
    price: '100',
    quantity: '1',
    quote: '100',
    fee: '0.001',
    feeAsset: 'BTC',
    maker: true,
    time: 9,
  };
  t.same(events, [
    { type: 'order', report, fill },
    { type: 'order', report: { ...report, status: 'cancelled' }, fill: null },
    {
      type: 'order',
      report: { ...report, status: 'expired', orderListId: '12', reason: 'EXPIRED_IN_MATCH' },
      fill: null,
    },
    { type: 'order', report: { ...report, status: 'expired', reason: 'INSUFFICIENT_LIQUIDITY' }, fill: null },
    { type: 'order', report: { ...report, status: 'rejected', reason: 'INSUFFICIENT_BALANCE' }, fill: null },
    { type: 'balances', balances: [{ asset: 'BTC', free: '1.5', locked: '0' }] },
    // Something was deposited or withdrawn: how much is there is asked for.
    { type: 'balances', balances: [] },
  ]);
});

for (const ending of ['terminate', 'eventStreamTerminated', 'serverShutdown'] as const) {
  t.test(`after ${ending} it subscribes anew with a fresh signature and asks for a resync`, async (t) => {
    const { venue, events, open } = await setUp(t);
    const stream = await open();
    t.teardown(() => stream.close());
    const before = Date.now();
    if (ending === 'terminate') venue.sockets[0]!.terminate();
    else venue.sockets[0]!.send(JSON.stringify({ subscriptionId: 0, event: { e: ending, E: 1 } }));
    await until('it is back', () => events.length === 1);
    const [event] = events;
    if (event?.type !== 'resync') return t.fail('no resync');
    t.ok(event.since >= before - 5_000 && event.since <= Date.now());
    t.not(venue.received[0].params.signature, venue.received[1].params.signature);
    t.equal(stream.ok(), true);
  });
}

t.test('each attempt waits longer, until a subscription has lasted', async (t) => {
  for (const [lastedMs, expected] of [
    [Infinity, [0, 1, 2, 3]],
    [0, [0, 1, 2, 0]],
  ] as const) {
    const attempts: number[] = [];
    const backoff = (attempt: number): number => attempts.push(attempt);
    const { venue, events, open } = await setUp(t, { backoff, lastedMs });
    const stream = await open();
    t.teardown(() => stream.close());
    venue.onConnection = (socket) => void (venue.sockets.length < 4 && socket.terminate());
    venue.sockets[0]!.terminate();
    await until('it is back', () => events.length === 1);
    venue.sockets.at(-1)!.terminate();
    await until('it is back again', () => events.length === 2);
    t.same(attempts, expected, `two were refused, then one broke that had to last ${lastedMs} ms`);
  }
});

t.test('a refused first subscription rejects and leaves no socket open', async (t) => {
  const { venue, open } = await setUp(t);
  venue.onMessage = ({ id }, socket) =>
    socket.send(
      JSON.stringify({
        id,
        status: 401,
        error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
      }),
    );
  await t.rejects(open(), { name: 'ExchangeError', kind: 'auth', code: -2015, execution: 'none' });
  await until('the socket is closed', () => venue.sockets[0]!.readyState >= 2);
});

t.test('a host that does not answer, or is not there, rejects in time', async (t) => {
  const { venue, open } = await setUp(t, { subscribeMs: 100 });
  venue.onMessage = () => undefined;
  await t.rejects(open(), { kind: 'network', message: /100 ms/ });
  await venue.close();
  await t.rejects(open(), { name: 'ExchangeError', kind: 'network' });
});

t.test('a drifted clock at a re-subscription is set, and the next attempt succeeds', async (t) => {
  const { venue, events, open } = await setUp(t);
  const stream = await open();
  t.teardown(() => stream.close());
  const first = venue.received[0].params.timestamp;
  let refusals = 1;
  venue.onMessage = (message, socket) => {
    if (refusals-- <= 0) return confirm(message, socket);
    socket.send(
      JSON.stringify({
        id: message.id,
        status: 400,
        error: { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' },
      }),
    );
  };
  venue.sockets[0]!.terminate();
  await until('it is back', () => events.length === 1);
  t.ok(venue.received.at(-1).params.timestamp >= first + 60_000);
});

t.test('silence ends a connection; pings keep it and reach the barrier', async (t) => {
  const { venue, events, barriers, open } = await setUp(t, { idleMs: 200 });
  const stream = await open();
  t.teardown(() => stream.close());
  const ping = setInterval(() => venue.sockets[0]!.ping('hold:4'), 50);
  await until('pings arrived', () => barriers.length > 8);
  clearInterval(ping);
  t.same(events, []);
  t.equal(barriers[0], 'hold:4');
  await until('it is replaced', () => events.length === 1);
  t.match(events, [{ type: 'resync' }]);
});
