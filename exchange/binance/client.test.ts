import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { ExchangeError, type Exchange, type PlaceRequest } from '../port.js';
import { binanceExchange } from './adapter.js';
import { addressOf, httpVenue, json, silentLogger, until, type HttpVenue } from './testing/servers.js';

const ORDER: PlaceRequest = {
  symbol: 'BTCUSDT',
  clientOrderId: 'Fabc-1-entry',
  side: 'BUY',
  type: 'MARKET',
  quantity: '1',
};

async function setUp(t: Test, timeoutMs = 2_000): Promise<{ venue: HttpVenue; exchange: Exchange }> {
  const venue = await httpVenue(t);
  const address = addressOf(venue.rest);
  const exchange = binanceExchange({ venue: 'paper', address, timeoutMs, logger: silentLogger });
  t.teardown(() => exchange.close());
  return { venue, exchange };
}

async function failureOf(run: Promise<unknown>): Promise<ExchangeError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ExchangeError) return error;
    throw new Error('not an ExchangeError', { cause: error });
  }
  throw new Error('it did not fail');
}

/** Every way in which the wire can break after an order has left, and what the adapter then knows. */
const FAULTS: [name: string, answer: (response: ServerResponse) => void, expected: Partial<ExchangeError>][] =
  [
    ['no answer at all', () => undefined, { kind: 'network', execution: 'unknown' }],
    ['a reset connection', (r) => r.socket!.resetAndDestroy(), { kind: 'network', execution: 'unknown' }],
    [
      'a page of the gateway',
      (r) => r.writeHead(502).end('<html>Bad Gateway</html>'),
      { kind: 'venue', execution: 'unknown', httpStatus: 502 },
    ],
    [
      '-1007 with 408',
      (r) => json(r, 408, { code: -1007, msg: 'Timeout' }),
      { kind: 'venue', execution: 'unknown', code: -1007 },
    ],
    [
      'a page where JSON was due',
      (r) => r.writeHead(200).end('<html>hello</html>'),
      { kind: 'venue', execution: 'unknown' },
    ],
    [
      'an answer that says nothing of an order',
      (r) => json(r, 200, {}),
      { kind: 'venue', execution: 'unknown' },
    ],
    [
      'truncated JSON',
      (r) => r.writeHead(200).end('{"symbol":"BTCUSDT","orderId":1'),
      { kind: 'venue', execution: 'unknown' },
    ],
    [
      'JSON broken inside',
      (r) => r.writeHead(200).end('{"symbol":"BTCUSDT","orderId":}'),
      { kind: 'venue', execution: 'unknown' },
    ],
    [
      'a body that ends too early',
      (r) => {
        r.writeHead(200, { 'content-length': '500' });
        r.write('{"symbol":');
        setTimeout(() => r.socket!.destroy(), 10);
      },
      { kind: 'network', execution: 'unknown' },
    ],
    [
      'a refusal',
      (r) => json(r, 400, { code: -2010, msg: 'Account has insufficient balance for requested action.' }),
      { kind: 'funds', execution: 'none', httpStatus: 400 },
    ],
  ];

for (const [name, answer, expected] of FAULTS) {
  t.test(
    `an order met with ${name}: ${expected.kind}, execution ${expected.execution}, sent once`,
    async (t) => {
      const { venue, exchange } = await setUp(t, 150);
      venue.answer = (_request, response) => answer(response);
      const error = await failureOf(exchange.place(ORDER, { timestamp: 1 }));
      t.match(error, expected);
      t.notMatch(error.message, /signature=[0-9a-f]/);
      t.notMatch(String((error.cause as Error | undefined)?.message), /signature=[0-9a-f]/);
      t.equal(venue.requests.length, 1);
    },
  );
}

t.test('an exchange that echoes all that it was sent gives away neither signature nor key', async (t) => {
  const venue = await httpVenue(t);
  const [key, secret] = ['CANARYKEY'.repeat(7), 'CANARYSECRET'.repeat(5)];
  const address = { ...addressOf(venue.rest), key, secret };
  const exchange = binanceExchange({ venue: 'paper', address, timeoutMs: 2_000, logger: silentLogger });
  t.teardown(() => exchange.close());
  for (const [status, wrap] of [
    [400, (msg: string) => JSON.stringify({ code: -1022, msg })],
    [502, (msg: string) => `<html>${msg}</html>`],
    [200, (msg: string) => `{"orderId": ${msg}}`],
  ] as const) {
    let signature = '';
    venue.answer = ({ url = '', headers }, response) => {
      signature = /signature=(\w+)/.exec(url)?.[1] ?? '';
      response.writeHead(status).end(wrap(`${url} ${JSON.stringify(headers)} ${secret}`));
    };
    for (const ask of [() => exchange.place(ORDER, { timestamp: 1 }), () => exchange.balances()]) {
      const error = await failureOf(ask());
      t.equal(signature.length, 64);
      t.notMatch(inspect(error, { depth: 9 }), new RegExp(`CANARY|${signature}`), `HTTP ${status}`);
    }
  }
});

t.test('a venue that is not there leaves an order unknown and a query not done', async (t) => {
  const exchange = binanceExchange({
    venue: 'paper',
    address: addressOf('http://127.0.0.1:9'),
    logger: silentLogger,
  });
  t.teardown(() => exchange.close());
  t.match(await failureOf(exchange.place(ORDER, { timestamp: 1 })), {
    kind: 'network',
    execution: 'unknown',
  });
  t.match(await failureOf(exchange.price('BTCUSDT')), { kind: 'network', execution: 'none' });
  t.equal(exchange.health().restOk, false);
});

t.test('an order is signed with the given timestamp and our id, without undefined', async (t) => {
  const { venue, exchange } = await setUp(t);
  venue.answer = (_request, response) => json(response, 400, { code: -2010, msg: 'Market is closed.' });
  const order = { ...ORDER, price: undefined, timeInForce: undefined };
  await failureOf(exchange.place(order, { timestamp: 1_700_000_000_123 }));
  const { method, url, headers } = venue.requests[0]!;
  const [query = '', signature] = url.split('?')[1]!.split('&signature=');
  const sent = Object.fromEntries(new URLSearchParams(query));
  t.equal(method, 'POST');
  t.equal(signature, createHmac('sha256', 'secret').update(query).digest('hex'));
  t.equal(headers['x-mbx-apikey'], 'key');
  t.same(sent, {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    newClientOrderId: 'Fabc-1-entry',
    quantity: '1',
    newOrderRespType: 'FULL',
    recvWindow: '1500',
    timestamp: '1700000000123',
  });
});

t.test('orders sent in the same tick keep their own timestamps', async (t) => {
  const { venue, exchange } = await setUp(t);
  venue.answer = (_request, response) => json(response, 400, { code: -2010, msg: 'Market is closed.' });
  await Promise.allSettled(
    [11, 22, 33].map((timestamp) =>
      exchange.place({ ...ORDER, clientOrderId: `F-${timestamp}` }, { timestamp }),
    ),
  );
  const sent = venue.requests.map(({ url }) => new URL(url, venue.rest).searchParams);
  t.same(sent.map((each) => each.get('newClientOrderId')).sort(), ['F-11', 'F-22', 'F-33']);
  for (const each of sent) t.equal(each.get('newClientOrderId'), `F-${each.get('timestamp')}`);
});

t.test('two clients of one process keep their own address and key', async (t) => {
  const [a, b] = [await setUp(t), await setUp(t)];
  await Promise.all([a.exchange.syncTime(), b.exchange.syncTime(), a.exchange.syncTime()]);
  t.equal(a.venue.requests.length, 1, 'simultaneous syncs share a request');
  t.equal(b.venue.requests.length, 1);
});

t.test('after 429 nothing leaves until Retry-After has passed', async (t) => {
  const { venue, exchange } = await setUp(t);
  const limit = {
    code: -1003,
    msg: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
  };
  venue.answer = (_request, response) =>
    json(response, 429, limit, { 'retry-after': '1', 'x-mbx-used-weight-1m': '6001' });
  t.match(await failureOf(exchange.price('BTCUSDT')), {
    kind: 'rate-limit',
    execution: 'none',
    retryAfterMs: 1_000,
  });
  t.equal(exchange.health().usedWeight, 6_001);

  const refused = await failureOf(exchange.cancel('BTCUSDT', 'F-1', { timestamp: 1 }));
  t.match(refused, { kind: 'rate-limit', execution: 'none' });
  t.ok(refused.retryAfterMs! > 0 && refused.retryAfterMs! <= 1_000);
  t.equal(venue.requests.length, 1, 'the cancel was not sent');

  venue.answer = (_request, response) => json(response, 200, { symbol: 'BTCUSDT', price: '100.50' });
  let price = '';
  await until('the limit is over', () => {
    exchange.price('BTCUSDT').then(
      (value) => (price = value),
      () => undefined,
    );
    return price !== '';
  });
  t.equal(price, '100.5');
});

t.test('a ban says so, and how long', async (t) => {
  const { venue, exchange } = await setUp(t);
  const ban = { code: -1003, msg: 'Way too much request weight used; IP banned until 1700000000000.' };
  venue.answer = (_request, response) => json(response, 418, ban, { 'retry-after': '120' });
  t.match(await failureOf(exchange.place(ORDER, { timestamp: 1 })), {
    kind: 'banned',
    execution: 'none',
    retryAfterMs: 120_000,
  });
  t.match(await failureOf(exchange.place(ORDER, { timestamp: 1 })), {
    kind: 'banned',
    execution: 'none',
    httpStatus: null,
  });
  t.equal(venue.requests.length, 1);
});

t.test('a drifted clock: a query is asked again with the new time, an order is not', async (t) => {
  const { venue, exchange } = await setUp(t);
  const ahead = Date.now() + 3_600_000;
  venue.answer = (request, response) => {
    if (request.url!.startsWith('/api/v3/time')) return json(response, 200, { serverTime: ahead });
    const timestamp = Number(new URL(request.url!, venue.rest).searchParams.get('timestamp'));
    if (timestamp < ahead)
      return json(response, 400, {
        code: -1021,
        msg: 'Timestamp for this request is outside of the recvWindow.',
      });
    json(response, 200, []);
  };
  t.match(await failureOf(exchange.place(ORDER, { timestamp: Date.now() })), {
    kind: 'clock',
    execution: 'none',
  });
  t.same(await exchange.openOrders('BTCUSDT'), []);
  t.ok(exchange.now() >= ahead);
  t.equal(venue.requests.filter(({ method }) => method === 'POST').length, 1);
});

t.test('the clock steps back only where it was further ahead than the exchange allows', async (t) => {
  const { venue, exchange } = await setUp(t);
  await exchange.connect();
  const before = exchange.now();
  venue.answer = (_request, response) => json(response, 200, { serverTime: before - 900 });
  t.equal(await exchange.syncTime(), before - 900, 'what the server said');
  t.ok(exchange.now() >= before, 'a little: it stands until that is made up');
  venue.answer = (_request, response) => json(response, 200, { serverTime: before - 600_000 });
  await exchange.syncTime();
  t.ok(exchange.now() < before - 590_000, 'every order would be refused for ten minutes');
  const after = exchange.now();
  t.ok(exchange.now() >= after);
});

t.test('a kept-alive socket is used again, and a query survives one that the venue closed', async (t) => {
  const { venue, exchange } = await setUp(t);
  const ports = new Set<number | undefined>();
  venue.answer = (request, response) => {
    ports.add(request.socket.remotePort);
    json(response, 200, { serverTime: 1 });
  };
  for (let count = 0; count < 5; count++) await exchange.syncTime();
  t.equal(ports.size, 1);
  let resets = 0;
  venue.answer = (request, response) => {
    if (resets++ === 0) return void request.socket.resetAndDestroy();
    json(response, 200, { serverTime: 2 });
  };
  t.equal(await exchange.syncTime(), 2);
});

t.test('a closed exchange sends nothing', async (t) => {
  const { venue, exchange } = await setUp(t);
  await exchange.close();
  t.match(await failureOf(exchange.place(ORDER, { timestamp: 1 })), { kind: 'network', execution: 'none' });
  t.equal(venue.requests.length, 0);
});

t.test('ids of 19 digits and amounts with exponents arrive as plain text', async (t) => {
  const { venue, exchange } = await setUp(t);
  venue.answer = (_request, response) => {
    response.end(
      '[{"symbol":"BTCUSDT","id":9007199254740993123,"orderId":9007199254740993,"price":"0.10000000","qty":"1E-7",' +
        '"quoteQty":"0.00000001","commission":"0.00000000","commissionAsset":"BTC","time":5,"isBuyer":true,"isMaker":false}]',
    );
  };
  const [fill] = await exchange.fills('BTCUSDT', '9007199254740993122');
  t.match(fill, {
    tradeId: '9007199254740993123',
    orderId: '9007199254740993',
    price: '0.1',
    quantity: '0.0000001',
    fee: '0',
  });
  t.equal(new URL(venue.requests[0]!.url, venue.rest).searchParams.get('fromId'), '9007199254740993123');
});

t.test('an order that the exchange does not know is null', async (t) => {
  const { venue, exchange } = await setUp(t);
  venue.answer = (_request, response) => json(response, 400, { code: -2013, msg: 'Order does not exist.' });
  t.equal(await exchange.order('BTCUSDT', 'F-1'), null);
});
