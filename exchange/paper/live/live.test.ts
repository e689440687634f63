/** A live market, with another paper exchange in the real one's place. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../../test/folder.js';
import { startPaper } from '../wire/paper.js';
import { client, Listener } from '../wire/test-client.js';
import { checkLive } from './open.js';
import { caughtUp, folderBeside, heardBy, madeUp, START, stateOf, until } from './testing.js';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];

t.test('a live market walks the seconds of the real one as they close', async (t) => {
  const dir = folderOf(t);
  const real = await madeUp(t, join(dir, 'real'));
  await real.step(3);
  const folder = await folderBeside(real.address, join(dir, 'data'));
  const paper = await startPaper({ folder, live: true, symbols: SYMBOLS });
  t.teardown(() => paper.stop());
  const [there, here] = [client(real.address), client(paper.address)];
  await heardBy(real.address, 1);
  await real.step(20);
  await caughtUp(real.address, paper.address);
  t.equal((await stateOf(paper.address)).time, START + 23_000 - 1);

  const price = '/api/v3/ticker/price?symbol=ETHUSDT';
  t.same((await here.get(price)).body, (await there.get(price)).body);
  const klines = '/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=100';
  const known = (row: unknown[]) => row.slice(0, 9);
  t.same(
    (await here.get(klines)).body.map(known),
    (await there.get(klines)).body.map(known),
    'with its history',
  );
  const bought = await here.order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' });
  t.equal(
    Number(bought.body.fills[0].price),
    Number((await here.get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price),
    'a market order takes the last price: nobody knows the next one',
  );
  t.match((await here.order({ symbol: 'SOLUSDT', side: 'BUY', type: 'MARKET', quantity: '1' })).body, {
    code: -1121,
  });
});

t.test('what it missed is told on no stream: who listens is cut off, and asks', async (t) => {
  const dir = folderOf(t);
  const folder = join(dir, 'real');
  const real = await madeUp(t, folder);
  await real.step(3);
  const live = await folderBeside(real.address, join(dir, 'data'));
  const paper = await startPaper({ folder: live, live: true, symbols: ['BTCUSDT'] });
  t.teardown(() => paper.stop());
  await heardBy(real.address, 1);
  await real.step(2);
  await caughtUp(real.address, paper.address);
  const price = Number((await client(paper.address).get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price);
  await client(paper.address).order({
    ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' },
    price: (price * 0.9999).toFixed(2),
  });
  await real.stop();
  // Where nobody hears it.
  const elsewhere = await madeUp(t, folder, 0);
  await elsewhere.step(60);
  await elsewhere.stop();
  const listener = await Listener.open(`${paper.address.ws}/btcusdt@kline_1s`);
  const again = await madeUp(t, folder, Number(new URL(real.address.rest).port));
  await heardBy(again.address, 1);
  await again.step(1);
  await caughtUp(again.address, paper.address);
  t.match((await client(paper.address).signed('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })).body, [
    { status: 'FILLED' },
  ]);
  await until(async () => listener.socket.readyState === listener.socket.CLOSED);
  t.ok(listener.messages.length < 3, `${listener.messages.length} messages of 61 seconds`);
});

t.test('symbols are added to a market that goes on', async (t) => {
  const dir = folderOf(t);
  const real = await madeUp(t, join(dir, 'real'));
  await real.step(3);
  const folder = await folderBeside(real.address, join(dir, 'data'));
  const first = await startPaper({ folder, live: true, symbols: ['BTCUSDT'] });
  await heardBy(real.address, 1);
  await real.step(10);
  await caughtUp(real.address, first.address);
  await client(first.address).order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' });
  await first.stop();
  await real.step(100);

  const paper = await startPaper({ folder, live: true, symbols: ['SOLUSDT'] });
  t.teardown(() => paper.stop());
  await heardBy(real.address, 1);
  await real.step(5);
  await caughtUp(real.address, paper.address);
  const { symbols } = await stateOf(paper.address);
  t.match(symbols, [{ symbol: 'BTCUSDT' }, { symbol: 'SOLUSDT' }]);
  const api = client(paper.address);
  const sol = await api.order({ symbol: 'SOLUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
  t.equal(sol.status, 200, JSON.stringify(sol.body));
  t.equal((await api.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body.length, 1);
  const other = join(dir, 'data/other');
  await t.rejects(startPaper({ folder: other, live: true, symbols: ['XYZUSDT'] }), {
    name: 'PaperOptionError',
    message: /does not know XYZUSDT/,
  });
});

t.test('without a network it begins nowhere, and leaves nothing', async (t) => {
  const data = join(folderOf(t), 'data');
  const nowhere = {
    rest: 'http://127.0.0.1:9',
    ws: 'ws://127.0.0.1:9/ws',
    wsApi: 'ws://127.0.0.1:9/ws-api/v3',
  };
  const folder = await folderBeside({ ...nowhere, control: '', key: '', secret: '' }, data);
  await t.rejects(checkLive(folder, undefined), { name: 'NoPricesError', message: /without --live/ });
  await t.rejects(startPaper({ folder, live: true }), { name: 'NoPricesError' });
  t.same(await readdir(folder), []);
});
