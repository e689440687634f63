/** A live market over an outage of the exchange, and over a night in which seconds become minutes. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../../test/folder.js';
import { startPaper, type Paper } from '../wire/paper.js';
import { client, klineFile } from '../wire/test-client.js';
import { caughtUp, folderBeside, heardBy, stateOf, until } from './testing.js';

const MIDNIGHT = Date.UTC(2024, 2, 2);
const HOUR = 3_600_000;

/** Two minutes before midnight, and two from `again` on: in between the exchange was away. */
function night(again: number): string {
  const price = (second: number) => 100 + Math.round(Math.sin(second / 7) * 300) / 100;
  const rows = (from: number) =>
    Array.from({ length: 120 }, (_, index) => {
      const [open, close] = [price(from + index), price(from + index + 1)];
      return [open, Math.max(open, close) + 0.5, Math.min(open, close) - 0.5, close];
    });
  const later = klineFile(again, 1_000, rows(7)).split('\n').slice(1).join('\n');
  return klineFile(MIDNIGHT - 120_000, 1_000, rows(0)) + later;
}

async function realWith(t: Test, dir: string, klines: string): Promise<Paper> {
  await mkdir(join(dir, 'klines'), { recursive: true });
  await writeFile(join(dir, 'klines/BTCUSDT-1s.csv'), klines);
  const recorded = { klines: join(dir, 'klines'), from: MIDNIGHT - 119_000 };
  const real = await startPaper({ folder: join(dir, 'real'), ...recorded, interval: '1s', speed: 'manual' });
  t.teardown(() => real.stop());
  await real.step(2);
  return real;
}

t.test('what was ordered before an outage is there after it, also after a kill', async (t) => {
  const dir = folderOf(t);
  const real = await realWith(t, dir, night(MIDNIGHT + 100_000));
  const folder = await folderBeside(real.address, join(dir, 'data'));
  const paper = await startPaper({ folder, live: true, symbols: ['BTCUSDT'] });
  t.teardown(() => paper.stop());
  await heardBy(real.address, 1);
  await real.step(117);
  await caughtUp(real.address, paper.address);
  t.equal((await stateOf(paper.address)).time, MIDNIGHT - 1, 'the last second before it');
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.2' };
  await client(paper.address).order({ ...order, price: '96.80' });
  await real.step(60);
  await caughtUp(real.address, paper.address);
  const trades = async ({ address }: Paper) =>
    (await client(address).signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body;
  t.match(await trades(paper), [{ price: '96.80000000' }]);
  // As a kill leaves it, which takes no snapshot.
  const copy = join(dir, 'data/copy');
  await cp(folder, copy, { recursive: true });
  const again = await startPaper({ folder: copy, port: 0, live: true });
  t.teardown(() => again.stop());
  t.same(await trades(again), await trades(paper));
});

t.test('seconds of the day before become minutes, and the market goes on', async (t) => {
  const dir = folderOf(t);
  const real = await realWith(t, dir, night(MIDNIGHT + 6 * HOUR + 90_000));
  const folder = await folderBeside(real.address, join(dir, 'data'));
  const open = (): Promise<Paper> => startPaper({ folder, live: true, symbols: ['BTCUSDT'] });
  let paper = await open();
  t.teardown(() => paper.stop());
  await heardBy(real.address, 1);
  await real.step(110);
  await caughtUp(real.address, paper.address);
  const minutes = async () =>
    (await client(paper.address).get('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000')).body;
  const files = async () => (await readdir(join(folder, 'live'))).filter((name) => name.endsWith('.csv'));
  const expected = (await client(real.address).get('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2')).body;
  t.same((await minutes()).slice(-2), expected);
  t.ok((await files()).some((name) => /-1s-20240301T/.test(name)));

  await real.step(60);
  await caughtUp(real.address, paper.address);
  t.match(await stateOf(paper.address), { live: { standing: null } });
  await until(async () => !(await files()).some((name) => /-1s-20240301T/.test(name)));
  t.ok((await files()).includes('BTCUSDT-1m-20240301T235800.csv'), 'the day before is kept by the minute');
  const after = await minutes();
  t.same(
    after.slice(0, 2).map((row: unknown[]) => row[0]),
    [MIDNIGHT - 120_000, MIDNIGHT - 60_000],
    'the hours of the outage have no klines',
  );
  t.same(after, (await client(real.address).get('/api/v3/klines?symbol=BTCUSDT&interval=1m')).body);

  const sold = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.2' };
  const resting = await client(paper.address).order({ ...sold, price: '98.00' });
  t.equal(resting.status, 200, JSON.stringify(resting.body));
  await real.step(30);
  await caughtUp(real.address, paper.address);
  const trades = async () =>
    (await client(paper.address).signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body;
  t.match(await trades(), [{ price: '98.00000000' }], 'orders are met after that as before');
  const now = await minutes();
  await paper.stop();
  paper = await open();
  t.same(await minutes(), now, 'a restart knows the same klines');
  t.match(await trades(), [{ price: '98.00000000' }]);
});
