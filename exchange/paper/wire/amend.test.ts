/** What came to Binance's orders later: amending, orders paid by others; and what went: listen keys. */
import t, { type Test } from 'tap';
import type { PaperOptions } from './options.js';
import { client, klineFile, Listener, openUserStream, paperOf, send } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
const ROWS = [
  [100, 101, 99, 100.5],
  [100.5, 102, 95, 96],
  [96, 107, 90, 91],
  [91, 92, 90, 91],
];

const klines = paperOf(klineFile(START, MINUTE, ROWS));

async function paperOn(t: Test, options: Partial<PaperOptions> = {}) {
  const paper = await klines(t, { deposit: { USDT: '10000', BTC: '10' }, ...options });
  await paper.step(1);
  const user = client(paper.address);
  const limit = (fields: Record<string, string | number>) =>
    user.order({ symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC', ...fields });
  const free = async (asset: string) =>
    (await user.signed('GET', '/api/v3/account')).body.balances.find(
      (b: { asset: string }) => b.asset === asset,
    );
  return { paper, user, limit, free };
}

const AMEND = '/api/v3/order/amend/keepPriority';

t.test('an order is amended to less, told as REPLACED, and frees the rest of its money', async (t) => {
  const { paper, user, limit, free } = await paperOn(t);
  const events = await openUserStream(paper.address);
  t.teardown(() => events.close());
  const placed = (await limit({ side: 'BUY', quantity: 2, price: '90', newClientOrderId: 'first' })).body;
  const reply = await user.signed('PUT', AMEND, {
    symbol: 'BTCUSDT',
    orderId: placed.orderId,
    newQty: '1.5',
    newClientOrderId: 'second',
  });
  t.equal(reply.status, 200, JSON.stringify(reply.body));
  t.match(reply.body, {
    executionId: Number,
    amendedOrder: {
      orderId: placed.orderId,
      origClientOrderId: 'first',
      clientOrderId: 'second',
      qty: '1.50000000',
      preventedQty: '0.00000000',
      cumulativeQuoteQty: '0.00000000',
      status: 'NEW',
    },
  });
  t.match(await free('USDT'), { locked: '135.00000000' });
  const event = (await events.find(({ event }) => event?.x === 'REPLACED')).event;
  t.match(event, { c: 'second', C: 'first', q: '1.50000000', X: 'NEW', I: reply.body.executionId });
  t.match(
    (await user.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'second' })).body,
    { origQty: '1.50000000' },
  );
  t.match(
    (await user.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'first' })).body,
    { code: -2013 },
  );
  t.match(
    (await user.signed('GET', '/api/v3/order/amendments', { symbol: 'BTCUSDT', orderId: placed.orderId }))
      .body,
    [
      {
        symbol: 'BTCUSDT',
        orderId: placed.orderId,
        executionId: reply.body.executionId,
        origClientOrderId: 'first',
        newClientOrderId: 'second',
        origQty: '2.00000000',
        newQty: '1.50000000',
      },
    ],
  );
  const again = (newQty: string) =>
    user.signed('PUT', AMEND, { symbol: 'BTCUSDT', orderId: placed.orderId, newQty });
  t.match((await again('3')).body, { code: -2038, msg: 'Order amend (quantity increase) is not supported.' });
  t.match((await again('1.5')).body, {
    code: -2038,
    msg: 'The requested action would change no state; rejecting.',
  });
  t.match((await again('0.00000001')).body, { code: -1013 });
  t.match((await user.signed('PUT', AMEND, { symbol: 'BTCUSDT', orderId: 999, newQty: 1 })).body, {
    code: -2038,
  });
  for (let count = 1; count < 10; count += 1) t.equal((await again(String(1.5 - count / 10))).status, 200);
  t.match((await again('0.1')).body, { code: -1013, msg: 'Filter failure: MAX_NUM_ORDER_AMENDS' });
});

t.test('OPO: what a buy has received is sold, in whole; OPOCO: by a pair', async (t) => {
  const { paper, user, free } = await paperOn(t);
  const working = {
    symbol: 'BTCUSDT',
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingTimeInForce: 'GTC',
    workingPrice: '99',
    workingQuantity: 1,
  };
  const pair = {
    pendingSide: 'SELL',
    pendingAboveType: 'LIMIT_MAKER',
    pendingAbovePrice: '106',
    pendingBelowType: 'STOP_LOSS',
    pendingBelowStopPrice: '80',
  };
  const opo = await user.signed('POST', '/api/v3/orderList/opo', {
    ...working,
    pendingType: 'LIMIT',
    pendingSide: 'SELL',
    pendingTimeInForce: 'GTC',
    pendingPrice: '105',
  });
  t.equal(opo.status, 200, JSON.stringify(opo.body));
  t.match(opo.body, {
    contingencyType: 'OTO',
    orderReports: [{ status: 'NEW', origQty: '1.00000000' }, { status: 'PENDING_NEW' }],
  });
  t.notOk('origQty' in opo.body.orderReports[1], 'no quantity yet');
  const opoco = await user.signed('POST', '/api/v3/orderList/opoco', {
    ...working,
    workingPrice: '98',
    ...pair,
  });
  t.equal(opoco.status, 200, JSON.stringify(opoco.body));
  t.match(
    (
      await user.signed('POST', '/api/v3/orderList/opo', {
        ...working,
        pendingType: 'MARKET',
        pendingSide: 'BUY',
      })
    ).body,
    { code: -2010, msg: 'Unsupported order combination' },
  );
  await paper.step(1);
  const open = (await user.signed('GET', '/api/v3/openOrders')).body as { origQty: string; status: string }[];
  t.same(
    open.map(({ origQty, status }) => [origQty, status]),
    [
      ['1.00000000', 'NEW'],
      ['1.00000000', 'NEW'],
      ['1.00000000', 'NEW'],
    ],
    'there was other base to pay the commission from',
  );
  t.match(await free('BTC'), { locked: '2.00000000' });
  await paper.step(1);
  t.same((await user.signed('GET', '/api/v3/openOrders')).body, []);
  t.match(await free('BTC'), { locked: '0.00000000' });
});

t.test('OPO: without other base the commission is taken off', async (t) => {
  const { paper, user } = await paperOn(t, { deposit: { USDT: '1000' } });
  await user.signed('POST', '/api/v3/orderList/opo', {
    ...{
      symbol: 'BTCUSDT',
      workingType: 'LIMIT',
      workingSide: 'BUY',
      workingTimeInForce: 'GTC',
      workingPrice: '99',
      workingQuantity: 1,
    },
    ...{ pendingType: 'LIMIT', pendingSide: 'SELL', pendingTimeInForce: 'GTC', pendingPrice: '120' },
  });
  await paper.step(1);
  t.match((await user.signed('GET', '/api/v3/openOrders')).body, [{ origQty: '0.99900000', side: 'SELL' }]);
});

t.test('execution rules and reference prices: there are none', async (t) => {
  const { user } = await paperOn(t);
  t.same((await user.get('/api/v3/executionRules?symbol=BTCUSDT')).body, {
    symbolRules: [{ symbol: 'BTCUSDT', rules: [] }],
  });
  t.match((await user.get('/api/v3/referencePrice?symbol=BTCUSDT')).body, {
    symbol: 'BTCUSDT',
    referencePrice: null,
    timestamp: Number,
  });
  t.match((await user.get('/api/v3/referencePrice/calculation?symbol=BTCUSDT')).body, { code: -2043 });
});

t.test('listen keys: 410 as today; where they are asked for, a stream of bare events', async (t) => {
  const { paper } = await paperOn(t);
  const gone = await send('POST', `${paper.address.rest}/api/v3/userDataStream`, {
    'X-MBX-APIKEY': paper.address.key,
  });
  t.equal(gone.status, 410);
  t.match(gone.headers['content-type'], /text\/html/);
  await paper.stop();

  const legacy = await paperOn(t, { listenKeys: true, reset: true });
  const { rest, ws, key } = legacy.paper.address;
  const ask = (method: string, query = '') =>
    send(method, `${rest}/api/v3/userDataStream${query}`, { 'X-MBX-APIKEY': key });
  const { listenKey } = (await ask('POST')).body;
  t.match(listenKey, /^[a-zA-Z0-9]{64}$/);
  t.equal((await ask('POST')).body.listenKey, listenKey, 'one at a time');
  t.same((await ask('PUT', `?listenKey=${listenKey}`)).body, {});
  t.match((await ask('PUT', `?listenKey=${'x'.repeat(64)}`)).body, {
    code: -1125,
    msg: 'This listenKey does not exist.',
  });
  const bare = await Listener.open(`${ws}/${listenKey}`);
  const combined = await Listener.open(
    `${ws.replace(/\/ws$/, '/stream')}?streams=${listenKey}/btcusdt@trade`,
  );
  t.teardown(() => [bare, combined].forEach((each) => each.close()));
  await legacy.limit({ side: 'BUY', quantity: 2, price: '90' });
  t.match(await bare.find(({ e }) => e === 'executionReport'), { x: 'NEW', s: 'BTCUSDT' });
  t.match(await combined.find(({ stream }) => stream === listenKey), { data: { e: 'executionReport' } });
  t.same((await ask('DELETE', `?listenKey=${listenKey}`)).body, {});
  t.match(await bare.find(({ e }) => e === 'listenKeyExpired'), { listenKey });
});
