/** A live market, with another paper exchange in the real one's place. */
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../../test/folder.js';
import { waitUntil } from './testing.js';
import { startPaper, type Paper } from '../wire/paper.js';
import { client } from '../wire/test-client.js';

const START = Date.UTC(2024, 2, 1, 12);
const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];

/** Made-up seconds that pass when they are told to. */
async function real(t: Test, port = 0): Promise<Paper> {
  const folder = folderOf(t);
  const symbols = [...SYMBOLS, 'SOLUSDT'];
  const paper = await startPaper({
    folder,
    port,
    symbols,
    interval: '1s',
    start: START,
    seed: 5,
    speed: 'manual',
  });
  t.teardown(() => paper.stop());
  await paper.step(3);
  return paper;
}

async function dataWith(t: Test, { rest, ws, wsApi }: Paper['address']): Promise<string> {
  const data = folderOf(t);
  await mkdir(join(data, 'paper'));
  await writeFile(join(data, 'venues.json'), JSON.stringify({ binance: { rest, ws, wsApi } }));
  return join(data, 'paper');
}

t.test('a live market walks the seconds of the real one as they close', async (t) => {
  const exchange = await real(t);
  const folder = await dataWith(t, exchange.address);
  const paper = await startPaper({ folder, port: 0, live: true, symbols: SYMBOLS });
  t.teardown(() => paper.stop());
  const [there, here] = [client(exchange.address), client(paper.address)];
  const time = async (api: typeof here): Promise<number> => (await api.control('GET', '/state')).body.time;
  await waitUntil(async () => (await there.control('GET', '/state')).body.connections.market === 1);
  await exchange.step(20);
  await waitUntil(async () => (await time(here)) === (await time(there)));
  t.equal(await time(here), START + 23_000 - 1);
  const price = (api: typeof here) => api.get('/api/v3/ticker/price?symbol=ETHUSDT');
  t.same((await price(here)).body, (await price(there)).body);
  const klines = '/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=100';
  const [rows, own] = [(await there.get(klines)).body, (await here.get(klines)).body];
  const eightColumns = (row: unknown[]) => row.slice(0, 9);
  t.same(own.map(eightColumns), rows.map(eightColumns), 'with its history');
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
  const bought = await here.order(order);
  t.equal(bought.status, 200, JSON.stringify(bought.body));
  t.equal(
    Number(bought.body.fills[0].price),
    Number((await here.get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price),
  );
  t.comment(readdirSync(join(folder, 'live')).join(' '));
});
