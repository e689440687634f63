/** Public data as clients put it together: trades, books, tickers, recorded rules. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { client, klineFile, Listener, paperOf } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
const ROWS = [
  [100, 101, 99, 100.5],
  [100.5, 102, 95, 96],
  [96, 97, 90, 91],
];
const recorded = fileURLToPath(
  new URL('../../../../shared/fixtures/exchangeInfo-spot-2025-08.json.gz', import.meta.url),
);

const paperOn = paperOf(klineFile(START, MINUTE, ROWS));

t.test('trades: REST and stream tell the same ones, and they add up to the kline', async (t) => {
  const paper = await paperOn(t);
  const { get } = client(paper.address);
  const stream = await Listener.open(`${paper.address.ws}/btcusdt@trade`);
  t.teardown(() => stream.close());
  await paper.step(2);
  const { body } = await get('/api/v3/trades?symbol=BTCUSDT');
  await stream.find(({ t: id }) => id === body.at(-1).id);
  t.same(
    body.map((trade: Record<string, unknown>) => [
      trade.id,
      trade.price,
      trade.qty,
      trade.time,
      trade.isBuyerMaker,
    ]),
    stream.messages.map((trade) => [trade.t, trade.p, trade.q, trade.T, trade.m]),
  );
  t.equal(body.length, 8);
  const sum = body.reduce((total: number, { qty }: { qty: string }) => total + Number(qty), 0);
  t.equal(sum, 2 * 10.125);
  const from = await get(`/api/v3/historicalTrades?symbol=BTCUSDT&fromId=${body[3].id}&limit=2`);
  t.same(from.body, body.slice(3, 5));
  const window = `startTime=${START + MINUTE}&endTime=${START + MINUTE + 20_000}`;
  t.same(
    (await get(`/api/v3/aggTrades?symbol=BTCUSDT&${window}`)).body.map(({ a }: { a: number }) => a),
    body.slice(4, 6).map(({ id }: { id: number }) => id),
  );
});

/** Puts a book together as Binance's documentation says. */
function follow(snapshot: { lastUpdateId: number; bids: string[][]; asks: string[][] }) {
  const book = {
    bids: new Map(snapshot.bids as [string, string][]),
    asks: new Map(snapshot.asks as [string, string][]),
  };
  let last = snapshot.lastUpdateId;
  const change = (side: Map<string, string>, levels: [string, string][]): void => {
    for (const [price, quantity] of levels)
      if (Number(quantity) === 0) side.delete(price);
      else side.set(price, quantity);
  };
  return {
    book,
    take(event: { U: number; u: number; b: [string, string][]; a: [string, string][] }): boolean {
      if (event.u <= last) return true;
      if (event.U > last + 1) return false;
      change(book.bids, event.b);
      change(book.asks, event.a);
      last = event.u;
      return true;
    },
  };
}

for (const profile of ['touch', 'book'] as const)
  t.test(`a book followed by its diffs stays the book (${profile})`, async (t) => {
    const paper = await paperOn(t, { profile });
    const { get } = client(paper.address);
    await paper.step(1);
    const stream = await Listener.open(`${paper.address.ws}/btcusdt@depth@100ms`);
    t.teardown(() => stream.close());
    const depth = async () => (await get('/api/v3/depth?symbol=BTCUSDT&limit=5000')).body;
    const followed = follow(await depth());
    await paper.step(1);
    const now = await depth();
    await stream.find(({ u }) => u >= now.lastUpdateId - 1);
    for (const event of stream.messages) t.ok(followed.take(event), 'no update is missing');
    const sorted = (side: Iterable<readonly [string, string]>) =>
      [...side].sort(([a], [b]) => Number(a) - Number(b));
    if (profile === 'touch') {
      t.same(sorted(followed.book.bids), sorted(now.bids));
      t.same(sorted(followed.book.asks), sorted(now.asks));
    }
    const [bid, ask] = [Number(now.bids[0][0]), Number(now.asks[0][0])];
    t.ok(profile === 'touch' ? bid === ask : bid < ask, `${bid} to ${ask}`);
    const { body } = await get('/api/v3/ticker/bookTicker?symbol=BTCUSDT');
    t.match(body, { bidPrice: now.bids[0][0], askPrice: now.asks[0][0], bidQty: now.bids[0][1] });
  });

t.test('in the book profile a market order pays the spread and walks the book', async (t) => {
  const paper = await paperOn(t, { profile: 'book' });
  const api = client(paper.address);
  await paper.step(2);
  const asks = (await api.get('/api/v3/depth?symbol=BTCUSDT')).body.asks;
  const { body } = await api.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.5' });
  t.ok(body.fills.length > 1, 'more than one price');
  t.equal(body.fills[0].price, asks[0][0]);
});

t.test('rolling windows and the trading day', async (t) => {
  const paper = await paperOn(t);
  const { get } = client(paper.address);
  await paper.step(3);
  t.match((await get('/api/v3/ticker?symbol=BTCUSDT&windowSize=2m')).body, {
    symbol: 'BTCUSDT',
    lastPrice: '91.00000000',
    lowPrice: '90.00000000',
    openTime: START + MINUTE - 1,
  });
  t.match((await get('/api/v3/ticker/tradingDay?symbol=BTCUSDT&type=MINI')).body, {
    openPrice: '100.00000000',
    openTime: START,
    priceChange: undefined,
  });
  t.match((await get('/api/v3/ticker/24hr?symbols=["BTCUSDT"]&type=MINI')).body, [
    { highPrice: '102.00000000' },
  ]);
  t.match((await get('/api/v3/ticker?symbol=BTCUSDT&windowSize=60m')).body, { code: -1100 });
  t.match((await get('/api/v3/ticker')).body, { code: -1102 });
});

t.test(
  'recorded rules: as Binance had them',
  { skip: !existsSync(recorded) && 'no recorded exchangeInfo' },
  async (t) => {
    const paper = await paperOn(t, { exchangeInfo: recorded });
    const { get, order } = client(paper.address);
    const [info] = (await get('/api/v3/exchangeInfo?symbol=BTCUSDT')).body.symbols;
    t.match(info, { symbol: 'BTCUSDT', status: 'TRADING' });
    const notional = info.filters.find(({ filterType }: { filterType: string }) => filterType === 'NOTIONAL');
    t.equal(notional.minNotional, '5.00000000');
    const small = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    t.match((await order.call(client(paper.address), small)).body, {
      code: -1013,
      msg: 'Filter failure: NOTIONAL',
    });
  },
);

t.test('a file that is no exchangeInfo is refused with a sentence', async (t) => {
  await t.rejects(paperOn(t, { exchangeInfo: '/nowhere.json' }), {
    name: 'PaperOptionError',
    message: /--exchange-info \/nowhere\.json is no recorded exchangeInfo/,
  });
});

t.test('a month is made of its days, over REST and on its stream', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'paper-months-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const day = 86_400_000;
  const start = Date.UTC(2024, 0, 30);
  const rows = Array.from({ length: 34 }, (_, index) => [100 + index, 102 + index, 99 + index, 101 + index]);
  await writeFile(join(dir, 'BTCUSDT-1d.csv'), klineFile(start, day, rows));
  const paper = await paperOn(t, { klines: dir, interval: '1d' });
  const { get } = client(paper.address);
  const stream = await Listener.open(`${paper.address.ws}/btcusdt@kline_1M`);
  t.teardown(() => stream.close());
  await paper.step(33);
  const months = async (query: string) =>
    (await get(`/api/v3/klines?symbol=BTCUSDT&interval=1M&${query}`)).body.map((row: unknown[]) =>
      row.slice(0, 7),
    );
  const [january, february, march] = await months('limit=10');
  t.same(january, [
    Date.UTC(2024, 0),
    '100.00000000',
    '103.00000000',
    '99.00000000',
    '102.00000000',
    '20.25000000',
    Date.UTC(2024, 1) - 1,
  ]);
  t.match(february, [
    Date.UTC(2024, 1),
    '102.00000000',
    '132.00000000',
    '101.00000000',
    '131.00000000',
    '293.62500000',
  ]);
  t.equal(march[0], Date.UTC(2024, 2));
  t.same(await months('limit=1'), [march]);
  t.same(await months(`startTime=${Date.UTC(2024, 0, 2)}&limit=1`), [february]);
  await stream.find(({ k }) => k?.t === Date.UTC(2024, 2));
  const closed = stream.messages.filter(({ k }) => k.x).map(({ k }) => [k.t, k.c]);
  t.same(closed, [
    [Date.UTC(2024, 0), '102.00000000'],
    [Date.UTC(2024, 1), '131.00000000'],
  ]);
});

t.test('what clients ask for beside spot: fees, BNB, assets, status', async (t) => {
  const paper = await paperOn(t);
  const { signed, get } = client(paper.address);
  t.match((await signed('GET', '/sapi/v1/asset/tradeFee', { symbol: 'BTCUSDT' })).body, [
    { makerCommission: '0.001' },
  ]);
  t.match((await signed('POST', '/sapi/v1/bnbBurn', { spotBNBBurn: 'true' })).body, { spotBNBBurn: true });
  t.match((await signed('GET', '/sapi/v1/bnbBurn')).body, { spotBNBBurn: true });
  t.match((await signed('POST', '/sapi/v3/asset/getUserAsset', { asset: 'USDT' })).body, [
    { free: '10000.00000000' },
  ]);
  t.match((await get('/sapi/v1/system/status')).body, { status: 0 });
});

t.test('symbols of a status, and of a permission', async (t) => {
  const paper = await paperOn(t);
  const { get, control } = client(paper.address);
  const symbols = async (query: string) => (await get(`/api/v3/exchangeInfo?${query}`)).body.symbols?.length;
  t.equal(await symbols('symbolStatus=TRADING'), 1);
  t.equal(await symbols('symbolStatus=HALT'), 0);
  t.equal(await symbols('permissions=SPOT'), 1);
  t.equal(await symbols('permissions=MARGIN'), 0);
  t.match((await get('/api/v3/exchangeInfo?symbol=BTCUSDT&symbolStatus=HALT')).body, { code: -1128 });
  await control('POST', '/status', { symbol: 'BTCUSDT', status: 'BREAK' });
  t.match((await get('/api/v3/exchangeInfo?symbol=BTCUSDT')).body.symbols, [{ status: 'BREAK' }]);
  t.equal(await symbols('symbolStatus=BREAK'), 1);
  t.match((await get('/api/v3/ticker/price?symbol=BTCUSDT&symbolStatus=TRADING')).body, { code: -1220 });
  t.same((await get('/api/v3/ticker/price?symbolStatus=TRADING')).body, []);
  t.match((await get('/api/v3/depth?symbol=BTCUSDT&symbolStatus=BREAK')).body, { lastUpdateId: Number });
});
