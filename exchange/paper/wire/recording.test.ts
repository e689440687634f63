/** A market driven by recorded stream lines instead of klines. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { folderOf } from '../../../test/folder.js';
import type { PaperOptions } from './options.js';
import { startPaper } from './paper.js';
import { client, Listener } from './test-client.js';

const START = Date.UTC(2024, 7, 8, 12, 0, 50);
const real = fileURLToPath(
  new URL('../../../../shared/fixtures/ws-spot-btcusdt-20240808.jsonl.gz', import.meta.url),
);

type Row = [after: number, ...values: (number | boolean)[]];
/** `[ms, id, price, quantity, buyerIsMaker]` is a trade, `[ms, bid, its quantity, ask, its quantity]` a best price. */
function lines(rows: readonly Row[]): string {
  return rows
    .map(([after, a, b, c, d], number) => {
      const received = `${(BigInt(START - 1_300 + after) * 1_000_000n).toString()} `;
      const time = START + after;
      const data =
        typeof d === 'boolean'
          ? {
              stream: 'btcusdt@trade',
              data: {
                e: 'trade',
                E: time + 1,
                s: 'BTCUSDT',
                t: a,
                p: `${b}.00`,
                q: String(c),
                T: time,
                m: d,
                M: true,
              },
            }
          : {
              stream: 'btcusdt@bookTicker',
              data: {
                u: 1000 + number,
                s: 'BTCUSDT',
                b: `${a}.00`,
                B: String(b),
                a: `${c}.00`,
                A: String(d),
              },
            };
      return received + JSON.stringify(data);
    })
    .join('\n');
}

const ROWS: Row[] = [
  [0, 100, 2, 101, 3],
  [100, 7, 101, 0.5, false],
  [600, 8, 100, 1, true],
  [1_200, 99, 2, 102, 1],
  [1_500, 9, 99, 0.25, true],
  [4_000, 10, 103, 2, false],
  [9_800, 11, 101, 1, true],
  [10_500, 100, 5, 101, 5],
  [10_600, 12, 100, 4, true],
  [11_300, 13, 104, 1, false],
];

async function recorded(t: Test, options: Partial<PaperOptions> = {}, text = lines(ROWS)) {
  const folder = folderOf(t);
  const file = join(folder, 'day.jsonl');
  await writeFile(file, text);
  const open = (more: Partial<PaperOptions> = {}) =>
    startPaper({
      folder: join(folder, 'paper'),
      trades: file,
      interval: '1s',
      speed: 'manual',
      ...options,
      ...more,
    });
  const paper = await open();
  t.teardown(() => paper.stop());
  return { paper, open, file };
}

t.test('trades and best prices are told as they were recorded; klines are made of the trades', async (t) => {
  const { paper } = await recorded(t);
  const { get, control } = client(paper.address);
  const stream = await Listener.open(
    `${paper.address.ws}/btcusdt@trade/btcusdt@bookTicker/btcusdt@kline_1s/btcusdt@kline_1m`,
  );
  t.teardown(() => stream.close());
  t.match((await control('POST', '/step?klines=2')).body, { klines: 2, done: false });
  await stream.find((event) => event.e === 'kline' && event.k.t === START + 1_000);
  t.same(stream.messages.filter(({ e }) => e === 'trade')[0], {
    e: 'trade',
    E: START + 100,
    s: 'BTCUSDT',
    t: 7,
    p: '101.00000000',
    q: '0.50000000',
    T: START + 100,
    m: false,
    M: true,
  });
  t.same(stream.messages[0], {
    ...{ u: 1000, s: 'BTCUSDT', b: '100.00000000', B: '2.00000000', a: '101.00000000', A: '3.00000000' },
  });
  const { body } = await get('/api/v3/klines?symbol=BTCUSDT&interval=1s');
  t.same(body[0], [
    ...[START, '101.00000000', '101.00000000', '100.00000000', '100.00000000', '1.50000000', START + 999],
    ...['150.50000000', 2, '0.50000000', '50.50000000', '0'],
  ]);
  t.equal(body.length, 2, 'what comes later is not shown');
  t.match((await get('/api/v3/ticker/bookTicker?symbol=BTCUSDT')).body, {
    bidPrice: '99.00000000',
    askPrice: '102.00000000',
    askQty: '1.00000000',
  });
  const trades = (await get('/api/v3/trades?symbol=BTCUSDT')).body as { id: number }[];
  t.same(
    trades.map(({ id }) => id),
    [7, 8, 9],
  );
  t.same(
    ((await get('/api/v3/historicalTrades?symbol=BTCUSDT&fromId=8&limit=1')).body as { id: number }[]).map(
      ({ id }) => id,
    ),
    [8],
  );
  t.match((await control('POST', '/step?klines=100')).body, { done: true });
  const minute = await stream.find((event) => event.e === 'kline' && event.k.i === '1m');
  t.match(minute.k, { x: true, v: '4.75000000', V: '2.50000000', h: '103.00000000', l: '99.00000000', n: 5 });
  const hours = (await get('/api/v3/klines?symbol=BTCUSDT&interval=1m')).body;
  t.equal(hours[1][5], '5.00000000', 'the running minute has the volume of its trades so far');
});

t.test('a taker meets the recorded best price, a resting limit fills when a trade reaches it', async (t) => {
  const { paper } = await recorded(t, { deposit: { USDT: '10000', BTC: '5' } });
  const user = client(paper.address);
  const { signed, control } = user;
  await control('POST', '/step?klines=2');
  const market = await user.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 4 });
  t.equal(market.body.fills[0].price, '102.00000000', 'the ask, not the last trade');
  t.equal(market.body.fills.length, 1, 'of unlimited depth in the touch profile');
  const sold = await user.order({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 1 });
  t.equal(sold.body.fills[0].price, '99.00000000');
  const between = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 1,
    price: '101',
  };
  t.equal(
    (await user.order({ ...between, newClientOrderId: 'between' })).body.status,
    'NEW',
    'inside the spread',
  );
  t.match(
    (await user.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT_MAKER', quantity: 1, price: '102' }))
      .body,
    {
      code: -2010,
    },
  );
  await control('POST', '/step?klines=5');
  const waiting = { symbol: 'BTCUSDT', origClientOrderId: 'between' };
  t.equal((await signed('GET', '/api/v3/order', waiting)).body.status, 'NEW');
  await control('POST', '/step?klines=5');
  t.match((await signed('GET', '/api/v3/order', waiting)).body, {
    status: 'FILLED',
    cummulativeQuoteQty: '101.00000000',
  });
});

t.test('book profile: recorded quantities, and the volume of recorded trades', async (t) => {
  const { paper } = await recorded(t, { profile: 'book', deposit: { USDT: '10000', BTC: '5' } });
  const user = client(paper.address);
  const { signed, control } = user;
  await control('POST', '/step?klines=2');
  const { fills } = (await user.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 4 })).body;
  t.same([fills[0].price, fills[0].qty], ['102.00000000', '1.00000000'], 'what stood at the ask');
  t.ok(Number(fills[1].price) > 102, 'the rest is dearer');
  const rest = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 3 };
  await user.order({ ...rest, price: '101', newClientOrderId: 'through' });
  await user.order({ ...rest, price: '100', newClientOrderId: 'at' });
  await control('POST', '/step?klines=9');
  const of = async (id: string) =>
    (await signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: id })).body;
  t.match(
    await of('through'),
    { executedQty: '3.00000000' },
    'a quarter at its price, the rest when trades went through it',
  );
  t.match(await of('at'), { executedQty: '1.00000000' }, 'a quarter of the 4 traded at its price');
});

t.test('a restart goes on at the very line', async (t) => {
  const { paper, open } = await recorded(t, { deposit: { USDT: '10000', BTC: '5' } });
  const first = client(paper.address);
  await first.control('POST', '/step?klines=3');
  await first.order({
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 1,
    price: '103',
  });
  await paper.stop();
  const again = await open();
  t.teardown(() => again.stop());
  const second = client({ ...again.address, key: paper.address.key, secret: paper.address.secret });
  t.same((await second.get('/api/v3/ticker/bookTicker?symbol=BTCUSDT')).body.bidPrice, '99.00000000');
  await second.control('POST', '/step?klines=2');
  t.match((await second.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body, [
    { price: '103.00000000' },
  ]);
});

t.test('a damaged line is named; a last line that was cut off is left out and said', async (t) => {
  const torn = await recorded(t, {}, `${lines(ROWS)}\n17231612 {"stream":"btcusdt@tr`);
  t.match(torn.paper.notes.join(), /day\.jsonl:11: left out, the line was cut off/);
  await torn.paper.stop();
  await t.rejects(recorded(t, {}, `{"stream":\n${lines(ROWS)}`), { message: /day\.jsonl:1: it is no JSON/ });
  await t.rejects(recorded(t, {}, lines(ROWS.filter((row) => typeof row[4] !== 'boolean'))), {
    message: /no trades in it/,
  });
});

t.test(
  'Binance as recorded: every trade and best price again, klines that add up',
  { skip: existsSync(real) ? false : 'no recording beside the repository' },
  async (t) => {
    const folder = folderOf(t);
    const paper = await startPaper({
      folder: join(folder, 'paper'),
      trades: real,
      interval: '1s',
      speed: 'manual',
    });
    t.teardown(() => paper.stop());
    const stream = await Listener.open(`${paper.address.ws}/btcusdt@trade/btcusdt@bookTicker`);
    t.teardown(() => stream.close());
    while (!(await paper.step(10)).done);
    const text = gunzipSync(await readFile(real)).toString();
    const sent = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))).data);
    await stream.find((event) => event.u === sent.at(-1).u);
    const trades = (list: Record<string, unknown>[]) =>
      list.filter(({ e }) => e === 'trade').map(({ t: id, p, q, m, T }) => [id, p, q, m, T]);
    t.same(trades(stream.messages), trades(sent));
    const tops = (list: Record<string, unknown>[]) => list.filter(({ e }) => e === undefined);
    t.same(tops(stream.messages), tops(sent));
    const { body } = await client(paper.address).get('/api/v3/klines?symbol=BTCUSDT&interval=1s&limit=1000');
    const sum = (column: number) =>
      body.reduce((total: number, row: string[]) => total + Number(row[column]), 0);
    const recordedTrades = sent.filter(({ e }: { e?: string }) => e === 'trade');
    const total = (of: (trade: Record<string, string>) => number) =>
      recordedTrades.reduce((all: number, trade: Record<string, string>) => all + of(trade), 0);
    t.ok(Math.abs(sum(5) - total(({ q }) => Number(q))) < 1e-7, 'volume');
    t.ok(Math.abs(sum(9) - total(({ q, m }) => (m ? 0 : Number(q)))) < 1e-7, 'bought by takers');
    t.equal(sum(8), recordedTrades.length, 'trades');
  },
);

for (const speed of [40, 'max'] as const)
  t.test(`at speed ${speed} it runs to its end by itself, and ends with the same klines`, async (t) => {
    const { paper } = await recorded(t, {
      speed,
      deposit: { USDT: '10000' },
      limits: { weightPerMinute: 1e9 },
    });
    const user = client(paper.address);
    const { get } = user;
    const stream = await Listener.open(`${paper.address.ws}/btcusdt@kline_1s`);
    t.teardown(() => stream.close());
    const ended = async () => (await get('/api/v3/trades?symbol=BTCUSDT')).body.at(-1)?.id === 13;
    while (!(await ended())) await new Promise((resolve) => setTimeout(resolve, 20));
    const { body } = await get('/api/v3/klines?symbol=BTCUSDT&interval=1s');
    t.same(
      body.map((row: string[]) => Number(row[5])),
      [1.5, 0.25, 0, 0, 2, 0, 0, 0, 0, 1, 4, 1],
    );
    t.match((await user.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 1 })).body, {
      fills: [{ price: '101.00000000' }],
    });
  });
