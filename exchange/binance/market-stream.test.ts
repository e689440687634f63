import t, { type Test } from 'tap';
import type { MarketEvent, StreamSpec } from '../port.js';
import { openMarketStream, type MarketStreamOptions } from './market-stream.js';
import { silentLogger, socketVenue, until } from './testing/servers.js';

const KLINE: StreamSpec = { type: 'kline', symbol: 'BTCUSDT', interval: '5m' };
const PRICE: StreamSpec = { type: 'price', symbol: 'BTCUSDT' };

async function setUp(t: Test, specs: StreamSpec[], options: Partial<MarketStreamOptions> = {}) {
  const venue = await socketVenue(t);
  const events: MarketEvent[] = [];
  const barriers: string[] = [];
  const handlers = {
    event: (event: MarketEvent) => void events.push(event),
    barrier: (payload: string) => void barriers.push(payload),
  };
  const stream = openMarketStream(specs, handlers, { url: venue.url, logger: silentLogger, ...options });
  t.teardown(() => stream.close());
  return { venue, stream, events, barriers };
}

function klineMessage(openTime: number, closed: boolean): string {
  const k = {
    t: openTime,
    T: openTime + 299_999,
    s: 'BTCUSDT',
    i: '5m',
    o: '100.10',
    h: '101.00',
    l: '99.5',
    c: '100.70',
    v: '12.5',
    q: '1250.25',
    n: 7,
    x: closed,
  };
  return JSON.stringify({ e: 'kline', E: openTime + 300_000, s: 'BTCUSDT', k });
}

t.test('klines are closed only when the exchange says so', async (t) => {
  const { venue, stream, events } = await setUp(t, [KLINE]);
  await stream.add([KLINE]);
  t.same(venue.received, [{ id: 1, method: 'SUBSCRIBE', params: ['btcusdt@kline_5m'] }]);
  venue.sockets[0]!.send(klineMessage(300_000, false));
  venue.sockets[0]!.send(klineMessage(300_000, true));
  await until('both arrived', () => events.length === 2);
  const kline = {
    openTime: 300_000,
    closeTime: 599_999,
    open: 100.1,
    high: 101,
    low: 99.5,
    close: 100.7,
    volume: 12.5,
    quoteVolume: 1250.25,
    trades: 7,
  };
  const event = { type: 'kline', symbol: 'BTCUSDT', interval: '5m', kline, time: 600_000 };
  t.same(events, [
    { ...event, closed: false },
    { ...event, closed: true },
  ]);
  t.equal(stream.ok(), true);
});

t.test('best bid and ask, and the ticker, come as plain text', async (t) => {
  const { venue, stream, events } = await setUp(t, []);
  await stream.add([PRICE, { type: 'ticker', symbol: 'BTCUSDT' }]);
  venue.sockets[0]!.send('{"u":1,"s":"BTCUSDT","b":"100.10000000","B":"1","a":"100.20000000","A":"2"}');
  venue.sockets[0]!.send(
    '{"e":"24hrMiniTicker","E":9,"s":"BTCUSDT","c":"100.5","o":"90.0","h":"1","l":"1","v":"1","q":"1"}',
  );
  await until('both arrived', () => events.length === 2);
  t.same(events, [
    { type: 'price', symbol: 'BTCUSDT', bid: '100.1', ask: '100.2' },
    { type: 'ticker', symbol: 'BTCUSDT', last: '100.5', open: '90', time: 9 },
  ]);
});

t.test('streams are added and removed while it runs, at no more than four messages a second', async (t) => {
  const { venue, stream } = await setUp(t, [KLINE]);
  await stream.add([]);
  const started = performance.now();
  const more = ['A', 'B', 'C', 'D', 'E'].map((symbol): StreamSpec => ({ type: 'price', symbol }));
  await Promise.all(more.map((spec) => stream.add([spec])));
  await stream.remove([more[0]!]);
  t.ok(performance.now() - started > 900, 'the fifth message waited');
  await until('the removal was sent', () => venue.received.at(-1).method === 'UNSUBSCRIBE', 3_000);
  t.same(venue.received.at(-1).params, ['a@bookTicker']);
});

t.test('a refused stream rejects whoever asked for it; the others live', async (t) => {
  const { venue, stream } = await setUp(t, [KLINE]);
  await stream.add([]);
  venue.onMessage = ({ id }, socket) =>
    socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' }, id }));
  await t.rejects(stream.add([PRICE]), { name: 'ExchangeError', kind: 'invalid', code: 2 });
  t.equal(stream.ok(), true);
});

t.test('a lost connection is made again and told as a gap, before anything that follows it', async (t) => {
  const { venue, stream, events } = await setUp(t, [KLINE]);
  await stream.add([]);
  venue.sockets[0]!.send(klineMessage(0, true));
  await until('the first kline arrived', () => events.length === 1);
  const before = Date.now();
  venue.onMessage = ({ id }, socket) => {
    socket.send(JSON.stringify({ result: null, id }));
    socket.send(klineMessage(300_000, true));
  };
  venue.sockets[0]!.terminate();
  await until('it is back', () => events.length === 3);
  const gap = events[1]!;
  if (gap.type !== 'gap') return t.fail('no gap was told');
  t.ok(gap.from <= before && gap.to >= before);
  t.match(events[2], { type: 'kline', kline: { openTime: 300_000 } });
  t.same(venue.received.at(-1).params, ['btcusdt@kline_5m'], 'everything wanted is asked for again');
});

t.test('a connection on which nothing is received, not even a ping, is given up', async (t) => {
  const { venue, stream, events } = await setUp(t, [KLINE], { idleMs: 200 });
  await stream.add([]);
  const ping = setInterval(() => venue.sockets[0]!.ping(), 50);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.equal(venue.sockets.length, 1, 'pings keep it');
  clearInterval(ping);
  await until('it is replaced', () => events.some(({ type }) => type === 'gap'));
  t.ok(venue.sockets.length >= 2);
});

t.test('a venue that is down at first is tried until it is there', async (t) => {
  const placeholder = await socketVenue(t);
  const port = Number(new URL(placeholder.url).port);
  await placeholder.close();
  const events: MarketEvent[] = [];
  const stream = openMarketStream(
    [KLINE],
    { event: (event) => events.push(event) },
    { url: placeholder.url, logger: silentLogger },
  );
  t.teardown(() => stream.close());
  t.equal(stream.ok(), false);
  await socketVenue(t, port);
  await stream.add([]);
  t.equal(stream.ok(), true);
  t.same(events, [], 'nothing had been promised, so nothing was missed');
});

t.test('each attempt waits longer, until a connection has lasted', async (t) => {
  const attempts: number[] = [];
  const backoff = (attempt: number): number => attempts.push(attempt);
  const { venue, stream, events } = await setUp(t, [KLINE], { backoff, lastedMs: Infinity });
  await stream.add([]);
  const gaps = (): number => events.filter(({ type }) => type === 'gap').length;
  venue.onConnection = (socket) => void (venue.sockets.length < 4 && socket.terminate());
  venue.sockets[0]!.terminate();
  await until('it is back', () => gaps() === 1);
  t.same(attempts, [0, 1, 2], 'two were refused');
  venue.sockets.at(-1)!.terminate();
  await until('it is back again', () => gaps() === 2);
  t.same(attempts, [0, 1, 2, 3], 'one that breaks at once was none');
});

t.test('after a connection that has lasted the next attempt is a first one', async (t) => {
  const attempts: number[] = [];
  const backoff = (attempt: number): number => attempts.push(attempt);
  const { venue, stream, events } = await setUp(t, [KLINE], { backoff, lastedMs: 0 });
  await stream.add([]);
  for (let gaps = 1; gaps <= 3; gaps += 1) {
    venue.sockets.at(-1)!.terminate();
    await until('it is back', () => events.length === gaps);
  }
  t.same(attempts, [0, 0, 0]);
});

for (const [name, options, announce] of [
  ['before the exchange ends it', { renewAfterMs: 150 }, false],
  ['when the exchange announces its shutdown', {}, true],
] as const) {
  t.test(`a connection is renewed ${name}, with nothing missed, doubled or told as a gap`, async (t) => {
    const { venue, stream, events } = await setUp(t, [KLINE], { overlapMs: 100, ...options });
    await stream.add([]);
    let count = 0;
    const broadcast = setInterval(() => {
      const message = klineMessage(300_000 * count++, true);
      for (const socket of venue.sockets) if (socket.readyState === socket.OPEN) socket.send(message);
    }, 5);
    t.teardown(() => clearInterval(broadcast));
    if (announce) venue.sockets[0]!.send('{"e":"serverShutdown","E":1}');
    await until(
      'the old connection is closed',
      () => venue.sockets.length === 2 && venue.sockets[0]!.readyState >= 2,
    );
    const soFar = events.length;
    await until('events go on', () => events.length > soFar + 5);
    const times = events.map((event) => (event.type === 'kline' ? event.kline.openTime : -1));
    t.same(
      times,
      times.map((_, index) => index * 300_000),
    );
  });
}

t.test('pings reach the barrier in order behind the messages', async (t) => {
  const { venue, stream, events, barriers } = await setUp(t, [KLINE]);
  await stream.add([]);
  const order: string[] = [];
  const push = events.push.bind(events);
  events.push = (...items) => (order.push('event'), push(...items));
  const note = barriers.push.bind(barriers);
  barriers.push = (...items) => (order.push(...items), note(...items));
  const socket = venue.sockets[0]!;
  socket.send(klineMessage(0, true));
  socket.ping('hold:1');
  socket.send(klineMessage(300_000, true));
  socket.ping('hold:2');
  await until('both pings arrived', () => barriers.length === 2);
  t.same(order, ['event', 'hold:1', 'event', 'hold:2']);
});

t.test('a handler that throws is reported, and the stream lives on', async (t) => {
  const venue = await socketVenue(t);
  const reported: unknown[] = [];
  let events = 0;
  const stream = openMarketStream(
    [KLINE],
    {
      event: () => {
        events++;
        throw new Error('a bug of the bot');
      },
    },
    { url: venue.url, logger: { warn: () => undefined, error: (details) => reported.push(details) } },
  );
  t.teardown(() => stream.close());
  await stream.add([]);
  venue.sockets[0]!.send(klineMessage(0, true));
  venue.sockets[0]!.send(klineMessage(300_000, true));
  await until('both arrived', () => events === 2);
  t.equal(reported.length, 2);
});

t.test('closing ends it and rejects who waits', async (t) => {
  const { venue, stream } = await setUp(t, []);
  await stream.add([]);
  venue.onMessage = () => undefined;
  const waiting = stream.add([KLINE]);
  stream.close();
  await t.rejects(waiting, { name: 'ExchangeError', kind: 'network' });
  await t.rejects(stream.add([KLINE]), { name: 'ExchangeError', kind: 'network' });
  await until('the socket is closed', () => venue.sockets[0]!.readyState >= 2);
});
