/** A live market that is killed: the seconds that it missed are walked as if it had been there. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../../test/folder.js';
import type { PaperAddress } from '../../venues.js';
import { startPaper } from '../wire/paper.js';
import { client } from '../wire/test-client.js';
import { bundle, kill, run, type Running } from '../wire/test-process.js';
import { caughtUp, folderBeside, heardBy, madeUp, recordedRows, stateOf } from './testing.js';

/** Everything an account can ask for. */
async function books(address: PaperAddress): Promise<unknown> {
  const api = client(address);
  const { updateTime: _, ...account } = (await api.signed('GET', '/api/v3/account')).body;
  const of = async (path: string, symbol: string) =>
    (await api.signed('GET', `/api/v3/${path}`, { symbol, limit: 1000 })).body;
  return {
    account,
    orders: [await of('allOrders', 'BTCUSDT'), await of('allOrders', 'ETHUSDT')],
    trades: [await of('myTrades', 'BTCUSDT'), await of('myTrades', 'ETHUSDT')],
    klines: (await api.get('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=30')).body,
  };
}

/** A purchase, and orders close around the price, which the next minutes will meet. */
async function trade(address: PaperAddress, round: number): Promise<void> {
  const api = client(address);
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    const price = Number((await api.get(`/api/v3/ticker/price?symbol=${symbol}`)).body.price);
    const [quantity, id] = [(400 / price).toFixed(3), `${symbol}${round}`];
    const sell = { symbol, side: 'SELL', quantity, timeInForce: 'GTC' };
    const asks = [
      {
        symbol,
        side: 'BUY',
        type: 'MARKET',
        quantity: (1000 / price).toFixed(3),
        newClientOrderId: `m${id}`,
      },
      { ...sell, type: 'LIMIT', price: (price * 1.0004).toFixed(2), newClientOrderId: `t${id}` },
      {
        ...{ symbol, side: 'SELL', quantity, type: 'STOP_LOSS', newClientOrderId: `s${id}` },
        stopPrice: (price * 0.9996).toFixed(2),
      },
      { ...sell, side: 'BUY', type: 'LIMIT', price: (price * 0.999).toFixed(2), newClientOrderId: `b${id}` },
    ];
    for (const order of asks) {
      const { status, body } = await api.order(order);
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
  }
}

t.test('killed at any instant, it has the books of one that ran through', async (t) => {
  const dir = folderOf(t);
  const real = await madeUp(t, join(dir, 'real'));
  await real.step(3);
  const program = await bundle(dir);
  const whole = await folderBeside(real.address, join(dir, 'whole'));
  const broken = await folderBeside(real.address, join(dir, 'broken'));
  const keys = { key: 'testkey', secret: 'testsecret' };
  const through = await startPaper({ folder: whole, live: true, symbols: ['BTCUSDT', 'ETHUSDT'], ...keys });
  t.teardown(() => through.stop());
  const start = (symbols: readonly string[] = []): Promise<Running> =>
    run(t, program, ['--folder', broken, '--live', '--key', 'testkey', '--secret', 'testsecret', ...symbols]);
  let killed = await start(['--symbols', 'ETHUSDT,BTCUSDT']);
  await heardBy(real.address, 2);

  for (let round = 0; round < 2; round += 1) {
    await real.step(7);
    await caughtUp(real.address, through.address, killed.address);
    for (const { address } of [through, killed]) await trade(address, round);
    // In the middle of what comes, and away while more happens.
    const stepped = real.step(40);
    if (round > 0) await stepped;
    await kill(killed.child);
    await stepped;
    await heardBy(real.address, 1);
    await real.step(60);
    await caughtUp(real.address, through.address);
    killed = await start();
    await heardBy(real.address, 2);
  }
  await real.step(5);
  await caughtUp(real.address, through.address, killed.address);

  const [expected, found] = [await books(through.address), await books(killed.address)];
  t.ok((expected as { trades: unknown[][] }).trades[0]!.length >= 4, 'orders were met');
  t.same(found, expected);
  await sameRecordings(t, broken, whole);
  t.match(await stateOf(killed.address), { done: false, end: null });
});

async function sameRecordings(t: Test, broken: string, whole: string): Promise<void> {
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    const rows = await recordedRows(whole, symbol);
    t.ok(rows.length > 200, `${rows.length} seconds`);
    t.same(await recordedRows(broken, symbol), rows, `the recording of ${symbol} is the same`);
  }
}
