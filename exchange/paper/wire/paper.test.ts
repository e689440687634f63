import t from 'tap';
import { lockstepUrl, holdOf } from '../../lockstep.js';
import { client, klineFile, Listener, openUserStream, paperOf, send, sign } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
/** Falls to 90, jumps over 110, comes back. */
const ROWS = [
  [100, 101.5, 99.25, 101],
  [101, 102, 95, 96],
  [96, 97, 90, 91],
  [112, 113, 111, 112.5],
  [112.5, 112.75, 100, 100.5],
  [100.5, 101, 100, 100.75],
];

const paperOn = paperOf(klineFile(START, MINUTE, ROWS));

const BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };

t.test('public data: wall-clock time, exchange info, klines without a look ahead', async (t) => {
  const { get } = client((await paperOn(t)).address);
  t.ok(Math.abs((await get('/api/v3/time')).body.serverTime - Date.now()) < 1_000);
  t.match((await get('/api/v3/exchangeInfo?symbol=BTCUSDT')).body.symbols, [
    { symbol: 'BTCUSDT', baseAsset: 'BTC' },
  ]);
  t.same((await get('/api/v3/klines?symbol=BTCUSDT&interval=1m')).body, []);
  t.match((await get('/api/v3/klines?symbol=BTCUSDT&interval=1x')).body, { code: -1120 });
  t.match((await get('/api/v3/klines?symbol=NOPE&interval=1m')).body, {
    code: -1121,
    msg: 'Invalid symbol.',
  });
  t.equal((await get('/api/v3/nothing')).status, 404);
  t.equal((await get('/api/v3/userDataStream')).status, 410);
});

t.test('a step closes klines, and says when the data end', async (t) => {
  const paper = await paperOn(t);
  const { get, control } = client(paper.address);
  t.same((await control('POST', '/step?klines=2')).body, {
    time: START + 2 * MINUTE - 1,
    klines: 2,
    done: false,
  });
  const { body } = await get('/api/v3/klines?symbol=BTCUSDT&interval=1m');
  t.same(body[1].slice(0, 9), [
    START + MINUTE,
    '101.00000000',
    '102.00000000',
    '95.00000000',
    '96.00000000',
    '10.12500000',
    START + 2 * MINUTE - 1,
    '1000.00000000',
    7,
  ]);
  t.equal(body.length, 2);
  t.same(await paper.step(100), { time: START + 6 * MINUTE - 1, klines: 4, done: true });
  t.equal((await get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price, '100.75000000');
  t.equal((await control('POST', '/step?klines=0')).status, 400);
});

t.test('a signature is checked over the raw text of query and body, on the wall clock', async (t) => {
  const { address } = await paperOn(t);
  const { rest, secret } = address;
  const ask = (query: string, key = 'testkey', body = '', method = 'GET') =>
    send(
      method,
      `${rest}/api/v3/${method === 'GET' ? 'account' : 'order/test'}?${query}`,
      key ? { 'X-MBX-APIKEY': key } : {},
      body,
    );
  const signed = (query: string) => `${query}&signature=${sign(secret, query)}`;
  const now = Date.now();
  t.match(await ask(signed(`timestamp=${now}`)), { status: 200, body: { accountType: 'SPOT' } });
  t.match(await ask(signed(`timestamp=${now}`), ''), { status: 401, body: { code: -2014 } });
  t.match(await ask(signed(`timestamp=${now}`), 'other'), { status: 401, body: { code: -2015 } });
  t.match(await ask(`timestamp=${now}&signature=00`), { status: 400, body: { code: -1022 } });
  t.match(await ask(`timestamp=${now}`), { body: { code: -1102, msg: /'signature'/ } });
  t.match(await ask(signed('recvWindow=5000')), { body: { code: -1102, msg: /'timestamp'/ } });
  t.match(await ask(signed(`timestamp=${now - 6_000}`)), {
    body: { code: -1021, msg: /outside of the recvWindow/ },
  });
  t.match(await ask(signed(`timestamp=${now + 5_000}`)), { body: { code: -1021, msg: /1000ms ahead/ } });
  t.match(await ask(signed(`recvWindow=60001&timestamp=${now}`)), { body: { code: -1131 } });

  const query = 'symbol=BTCUSDT&side=BUY&type=MARKET';
  const body = `quantity=1&timestamp=${now}`;
  const split = `${query}&signature=${sign(secret, query + body)}`;
  t.match(await ask(split, 'testkey', body, 'POST'), { status: 200, body: {} });
  const inBody = `${body}&signature=${sign(secret, query + body)}`;
  t.match(await ask(query, 'testkey', inBody, 'POST'), { status: 200, body: {} });
});

t.test('parameters are refused with the codes of Binance', async (t) => {
  const { order, signed } = client((await paperOn(t)).address);
  const refused = async (fields: Record<string, string>, match: object) =>
    t.match((await order.call({ signed }, fields)).body, match);
  await refused({ ...BUY, quantity: '1e3' }, { code: -1100, msg: /parameter 'quantity'/ });
  await refused({ ...BUY, side: 'HOLD' }, { code: -1117 });
  await refused({ ...BUY, type: 'GUESS' }, { code: -1116 });
  await refused({ ...BUY, type: 'LIMIT', price: '90' }, { code: -1102, msg: /'timeInForce'/ });
  await refused({ ...BUY, type: 'LIMIT', price: '90', timeInForce: 'X' }, { code: -1115 });
  await refused({ ...BUY, timeInForce: 'GTC' }, { code: -1106 });
  await refused({ ...BUY, colour: 'red' }, { code: -1104 });
  await refused({ ...BUY, newClientOrderId: 'a.b' }, { code: -1100 });
  await refused({ ...BUY, trailingDelta: '10' }, { code: -1106 });
  await refused({ symbol: 'BTCUSDT', side: 'BUY' }, { code: -1102, msg: /'type'/ });
  await refused({ ...BUY, quantity: '' }, { code: -1105 });
  await refused({ ...BUY, quantity: '1000' }, { code: -2010, msg: /insufficient balance/ });
});

t.test('orders: market now, limit when touched, stop through a gap; account and trades agree', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const bought = await api.order({ ...BUY, newClientOrderId: 'first' });
  t.match(bought.body, {
    symbol: 'BTCUSDT',
    clientOrderId: 'first',
    status: 'FILLED',
    executedQty: '1.00000000',
    cummulativeQuoteQty: '100.00000000',
    fills: [{ price: '100.00000000', qty: '1.00000000', commission: '0.00100000', commissionAsset: 'BTC' }],
  });
  t.equal(bought.headers['x-mbx-order-count-10s'], '1');
  t.ok(Number(bought.headers['x-mbx-used-weight-1m']) >= 0);
  const limit = { ...BUY, type: 'LIMIT', timeInForce: 'GTC', price: '95.5', newClientOrderId: 'low' };
  t.match((await api.order(limit)).body, { status: 'NEW', fills: [] });
  t.match((await api.order(limit)).body, { code: -2010, msg: 'Duplicate order sent.' });
  t.match((await api.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body, [
    { clientOrderId: 'low' },
  ]);
  await paper.step(2);
  const query = { symbol: 'BTCUSDT', origClientOrderId: 'low' };
  t.match((await api.signed('GET', '/api/v3/order', query)).body, {
    status: 'FILLED',
    cummulativeQuoteQty: '95.50000000',
    time: START,
    updateTime: START + MINUTE + 20_000,
  });
  t.match((await api.signed('DELETE', '/api/v3/order', query)).body, {
    code: -2011,
    msg: 'Unknown order sent.',
  });
  t.match((await api.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body, [
    { id: 1, isBuyer: true, isMaker: false, quoteQty: '100.00000000' },
    { id: 2, isBuyer: true, isMaker: true, commission: '0.00100000', commissionAsset: 'BTC' },
  ]);
  const { balances } = (await api.signed('GET', '/api/v3/account', { omitZeroBalances: true })).body;
  t.same(balances, [
    { asset: 'USDT', free: '9804.50000000', locked: '0.00000000' },
    { asset: 'BTC', free: '1.99800000', locked: '0.00000000' },
  ]);
  t.match((await api.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: 99 })).body, {
    code: -2013,
  });
  t.match((await api.signed('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })).body, [
    { orderId: 1 },
    { orderId: 2 },
  ]);
});

t.test('an order at a close executes at the next open, as nobody can trade the past', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  await paper.step(3);
  t.equal((await api.get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price, '91.00000000');
  t.match((await api.order(BUY)).body, {
    transactTime: START + 3 * MINUTE,
    fills: [{ price: '112.00000000' }],
  });
});

t.test('an OCO: one leg fills, the other expires, events in the order of Binance', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  t.teardown(() => user.close());
  await api.order(BUY);
  const list = await api.signed('POST', '/api/v3/orderList/oco', {
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.5',
    listClientOrderId: 'protect',
    aboveType: 'LIMIT_MAKER',
    abovePrice: '110',
    aboveClientOrderId: 'profit',
    belowType: 'STOP_LOSS',
    belowStopPrice: '80',
    belowClientOrderId: 'stop',
    newOrderRespType: 'FULL',
  });
  t.equal(list.status, 200, list.body.msg);
  t.match(list.body, {
    contingencyType: 'OCO',
    listStatusType: 'EXEC_STARTED',
    listOrderStatus: 'EXECUTING',
    listClientOrderId: 'protect',
    orders: [{ symbol: 'BTCUSDT' }, { symbol: 'BTCUSDT' }],
    orderReports: [{ status: 'NEW' }, { status: 'NEW' }],
  });
  t.equal((await api.signed('GET', '/api/v3/openOrderList')).body.length, 1);
  const before = user.messages.length;
  await paper.step(4);
  await user.find((message) => message.event?.e === 'listStatus' && message.event.l === 'ALL_DONE');
  await user.find(
    (message) =>
      message.event?.e === 'outboundAccountPosition' &&
      message.event.T === undefined &&
      user.messages.indexOf(message) > before + 2,
  );
  const told = user.messages
    .slice(before)
    .map(({ event }) => [event.e, event.x ?? event.l ?? '', event.c ?? '']);
  t.same(told.at(-1)?.[0], 'outboundAccountPosition');
  t.ok(told.some(([e, x, c]) => e === 'executionReport' && x === 'TRADE' && c === 'profit'));
  t.ok(told.some(([e, x, c]) => e === 'executionReport' && x === 'EXPIRED' && c === 'stop'));
  const fill = user.messages.find(({ event }) => event?.x === 'TRADE' && event.c === 'profit').event;
  t.match(fill, {
    L: '110.00000000',
    m: true,
    N: 'USDT',
    n: '0.05500000',
    X: 'FILLED',
    E: START + 3 * MINUTE,
  });
  t.match((await api.signed('GET', '/api/v3/orderList', { origClientOrderId: 'protect' })).body, {
    listOrderStatus: 'ALL_DONE',
  });
  t.same((await api.signed('GET', '/api/v3/openOrders')).body, []);
});

t.test('user stream: NEW, TRADE, account position; all before the reply', async (t) => {
  const paper = await paperOn(t);
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  t.teardown(() => user.close());
  await api.order(BUY);
  await user.find(({ event }) => event?.e === 'outboundAccountPosition');
  const events = user.messages.filter(({ event }) => event).map(({ event }) => event);
  t.same(
    events.map(({ e, x }) => [e, x]),
    [
      ['executionReport', 'NEW'],
      ['executionReport', 'TRADE'],
      ['outboundAccountPosition', undefined],
    ],
  );
  t.equal(
    Object.keys(events[1]).join(),
    'e,E,s,c,S,o,f,q,p,P,F,g,C,x,X,r,i,l,z,L,n,N,T,t,I,w,m,M,O,Z,Y,Q,W,V',
  );
  t.same(events[2].B, [
    { a: 'BTC', f: '0.99900000', l: '0.00000000' },
    { a: 'USDT', f: '9900.00000000', l: '0.00000000' },
  ]);
  await api.order({ ...BUY, type: 'LIMIT', timeInForce: 'GTC', price: '50', newClientOrderId: 'rest' });
  await api.signed('DELETE', '/api/v3/order', {
    symbol: 'BTCUSDT',
    origClientOrderId: 'rest',
    newClientOrderId: 'end',
  });
  t.match((await user.find(({ event }) => event?.x === 'CANCELED')).event, {
    c: 'end',
    C: 'rest',
    X: 'CANCELED',
  });
});

t.test('market streams: raw, combined, subscribed; one closed event per interval', async (t) => {
  const paper = await paperOn(t);
  const { ws } = paper.address;
  const raw = await Listener.open(`${ws}/btcusdt@kline_1m`);
  const combined = await Listener.open(
    `${ws.replace(/ws$/, 'stream')}?streams=btcusdt@kline_3m/btcusdt@bookTicker`,
  );
  const numbered = await Listener.open(`${ws}/0`);
  for (const each of [raw, combined, numbered]) t.teardown(() => each.close());
  t.same(await numbered.ask({ id: 1, method: 'SUBSCRIBE', params: ['btcusdt@miniTicker'] }), {
    result: null,
    id: 1,
  });
  t.same((await numbered.ask({ id: 'l', method: 'LIST_SUBSCRIPTIONS' })).result, ['btcusdt@miniTicker']);
  t.match(await numbered.ask({ id: 2, method: 'SHOUT' }), { error: { code: 2 } });
  await paper.step(3);
  const last = await combined.find(({ stream }) => stream === 'btcusdt@kline_3m');
  t.match(last.data, {
    e: 'kline',
    E: START + 3 * MINUTE - 1,
    k: { x: true, o: '100.00000000', c: '91.00000000', l: '90.00000000', v: '30.37500000' },
  });
  await raw.find(({ k }) => k?.t === START + 2 * MINUTE);
  t.same(
    raw.messages.map(({ k }) => [k.t, k.x, k.c]),
    [
      [START, true, '101.00000000'],
      [START + MINUTE, true, '96.00000000'],
      [START + 2 * MINUTE, true, '91.00000000'],
    ],
  );
  const prices = combined.messages
    .filter(({ stream }) => stream === 'btcusdt@bookTicker')
    .map(({ data }) => data.b);
  t.same(prices.slice(0, 4), ['100.00000000', '99.25000000', '101.50000000', '101.00000000']);
  t.match(await numbered.find(({ e }) => e === '24hrMiniTicker'), { s: 'BTCUSDT', c: '101.00000000' });
  await numbered.ask({ id: 3, method: 'UNSUBSCRIBE', params: ['btcusdt@miniTicker'] });
  t.same((await numbered.ask({ id: 'm', method: 'LIST_SUBSCRIPTIONS' })).result, []);
});

t.test('WS API: orders and queries, signed over the sorted parameters', async (t) => {
  const { address } = await paperOn(t);
  const socket = await Listener.open(address.wsApi);
  t.teardown(() => socket.close());
  const signed = (fields: Record<string, string | number>) => {
    const params: Record<string, string | number> = { ...fields, apiKey: 'testkey', timestamp: Date.now() };
    const text = Object.keys(params)
      .sort()
      .map((name) => `${name}=${params[name]}`)
      .join('&');
    return { ...params, signature: sign('testsecret', text) };
  };
  t.match(await socket.ask({ id: 1, method: 'ping' }), {
    status: 200,
    result: {},
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT' }],
  });
  const placed = await socket.ask({ id: 2, method: 'order.place', params: signed({ ...BUY, quantity: 1 }) });
  t.match(placed, { status: 200, result: { status: 'FILLED' } });
  const status = await socket.ask({
    id: 3,
    method: 'v3/order.status',
    params: signed({ symbol: 'BTCUSDT', orderId: 1 }),
  });
  t.match(status, { result: { executedQty: '1.00000000' } });
  t.match(
    await socket.ask({
      id: 4,
      method: 'account.status',
      params: { apiKey: 'testkey', timestamp: 1, signature: 'ab' },
    }),
    {
      status: 400,
      error: { code: -1022 },
    },
  );
  t.match(await socket.ask({ id: 5, method: 'no.such' }), { status: 400, error: { code: -1100 } });
});

t.test('lock step: the market waits for registered bots after closes, points and fills', async (t) => {
  const paper = await paperOn(t);
  const { address } = paper;
  const api = client(address);
  const market = await Listener.open(`${address.ws}/btcusdt@kline_1m`);
  const user = await openUserStream(address);
  const line = await Listener.open(lockstepUrl(address.control));
  for (const each of [market, user, line]) t.teardown(() => each.close());
  line.socket.send(JSON.stringify({ type: 'register', bot: 'b', account: 'testkey' }));
  t.same(await line.find(() => true), { type: 'registered', lockStep: true });
  await api.order({ ...BUY, type: 'LIMIT', timeInForce: 'GTC', price: '99.5' });

  /** Settles each hold once both streams have brought it, and remembers what was known by then. */
  const seen: string[] = [];
  let settled = 0;
  const settle = (): void => {
    const holds = [market, user].map(({ pings }) => Math.max(0, ...pings.map((ping) => holdOf(ping) ?? 0)));
    const hold = Math.min(...holds);
    if (hold <= settled) return;
    settled = hold;
    const fills = user.messages.filter(({ event }) => event?.x === 'TRADE').length;
    seen.push(`${fills} fills, ${market.messages.length} klines`);
    line.socket.send(JSON.stringify({ type: 'settled', bot: 'b', account: 'testkey', lastEvent: hold }));
  };
  for (const { socket } of [market, user]) socket.on('ping', settle);
  t.same(await paper.step(1), { time: START + MINUTE - 1, klines: 1, done: false });
  t.same(seen, ['0 fills, 0 klines', '1 fills, 0 klines', '1 fills, 1 klines']);
});

t.test('a bot whose control connection closed is not waited for', async (t) => {
  const paper = await paperOn(t);
  const { address } = paper;
  const market = await Listener.open(`${address.ws}/btcusdt@kline_1m`);
  const line = await Listener.open(lockstepUrl(address.control));
  t.teardown(() => market.close());
  line.socket.send(JSON.stringify({ type: 'register', bot: 'b', account: 'testkey' }));
  await line.find(() => true);
  const step = paper.step(1);
  await market.find(({ k }) => k?.x);
  t.same((await client(address).control('GET', '/state')).body.waitingFor, ['b']);
  await line.close();
  t.match(await step, { klines: 1 });
});

t.test('control: more accounts, deposits, halts, foreign hosts refused', async (t) => {
  const paper = await paperOn(t);
  const { address } = paper;
  const api = client(address);
  const made = await api.control('POST', '/accounts', { id: 'second', deposit: { BTC: '2' } });
  t.match(made.body, { id: 'second', key: /^[a-zA-Z0-9]{64}$/ });
  const second = client({ ...address, ...made.body });
  t.match((await second.signed('GET', '/api/v3/account', { omitZeroBalances: true })).body.balances, [
    { asset: 'BTC' },
  ]);
  t.equal((await api.control('POST', '/accounts', { id: 'second' })).status, 400);
  const user = await openUserStream(address);
  t.teardown(() => user.close());
  await api.control('POST', '/deposit', { asset: 'USDT', amount: '5.5' });
  t.match((await user.find(({ event }) => event?.e === 'balanceUpdate')).event, {
    a: 'USDT',
    d: '5.50000000',
  });
  await api.control('POST', '/status', { symbol: 'BTCUSDT', status: 'HALT' });
  t.match((await api.order(BUY)).body, { code: -2010, msg: 'Market is closed.' });
  t.equal((await send('GET', `${address.control}/state`, { host: 'evil.example' })).status, 403);
  t.equal((await send('POST', `${address.control}/stop`, { origin: 'https://evil.example' })).status, 403);
});

t.test('weight: 429 with Retry-After beyond the limit', async (t) => {
  const { address } = await paperOn(t, { weightLimit: 45 });
  const { get } = client(address);
  t.equal((await get('/api/v3/exchangeInfo')).status, 200);
  t.equal((await get('/api/v3/exchangeInfo')).headers['x-mbx-used-weight-1m'], '40');
  const refused = await get('/api/v3/exchangeInfo');
  t.match(refused, { status: 429, body: { code: -1003 } });
  t.ok(Number(refused.headers['retry-after']) > 0);
});
