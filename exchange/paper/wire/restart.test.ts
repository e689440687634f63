import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { PaperAddress } from '../../venues.js';
import { startPaper } from './paper.js';
import { client, klineFile } from './test-client.js';
import { bundle, kill, run, type Running } from './test-process.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;

/** A path that wanders without chance. */
function wander(count: number): number[][] {
  let price = 100;
  return Array.from({ length: count }, (_, index) => {
    const open = price;
    price = Number((100 + 8 * Math.sin(index / 3) + 3 * Math.sin(index * 1.7)).toFixed(2));
    const spread = 0.5 + (index % 4) / 4;
    return [open, Math.max(open, price) + spread, Math.min(open, price) - spread, price];
  });
}

async function workplace(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'paper-restart-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'klines'));
  await writeFile(join(dir, 'klines/BTCUSDT-1m.csv'), klineFile(START, MINUTE, wander(400)));
  return dir;
}

/** Everything an account can ask for. */
async function books(address: PaperAddress): Promise<unknown> {
  const api = client(address);
  const all = { symbol: 'BTCUSDT', limit: 1000 };
  const { updateTime: _, ...account } = (await api.signed('GET', '/api/v3/account')).body;
  return {
    account,
    orders: (await api.signed('GET', '/api/v3/allOrders', all)).body,
    trades: (await api.signed('GET', '/api/v3/myTrades', all)).body,
    open: (await api.signed('GET', '/api/v3/openOrders')).body,
    lists: (await api.signed('GET', '/api/v3/allOrderList')).body,
    klines: (await api.get('/api/v3/klines?symbol=BTCUSDT&interval=5m')).body,
  };
}

/** Orders of every kind around the price; what they answered, by client id, is what must survive. */
async function trade(address: PaperAddress, round: number): Promise<string[]> {
  const api = client(address);
  const price = Number((await api.get('/api/v3/ticker/price?symbol=BTCUSDT')).body.price);
  const at = (factor: number) => (price * factor).toFixed(2);
  const order = { symbol: 'BTCUSDT', newClientOrderId: `r${round}` };
  const asks = [
    api.order({ ...order, newClientOrderId: `m${round}`, side: 'BUY', type: 'MARKET', quantity: '0.5' }),
    api.order({
      ...order,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.25',
      price: at(0.98),
    }),
    api.signed('POST', '/api/v3/orderList/oco', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.4',
      aboveType: 'LIMIT_MAKER',
      abovePrice: at(1.02),
      aboveClientOrderId: `a${round}`,
      belowType: 'STOP_LOSS',
      belowStopPrice: at(0.97),
      belowClientOrderId: `b${round}`,
    }),
  ];
  const replies = await Promise.all(asks);
  if (round % 3 === 0)
    await api.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: `r${round}` });
  const accepted = replies.filter(({ status }) => status === 200).map(({ body }) => body);
  return accepted.flatMap(
    (body) => body.clientOrderId ?? body.orders.map((leg: { clientOrderId: string }) => leg.clientOrderId),
  );
}

t.test('killed at any instant: every acknowledged order, fill and balance is there again', async (t) => {
  const dir = await workplace(t);
  const program = await bundle(dir);
  const args = [
    '--folder',
    join(dir, 'data'),
    '--klines',
    join(dir, 'klines'),
    '--interval',
    '1m',
    '--speed',
    'manual',
  ];
  const acknowledged: string[] = [];
  let round = 0;
  for (let life = 0; life < 4; life += 1) {
    const { child, address } = await run(t, program, args);
    for (let step = 0; step < 3; step += 1, round += 1) {
      acknowledged.push(...(await trade(address, round)));
      await client(address).control('POST', '/step?klines=7');
    }
    const before = await books(address);
    // The last orders are under way when it dies.
    const late = trade(address, 1000 + life).catch(() => []);
    if (life % 2 === 0) acknowledged.push(...(await late));
    const known = life % 2 === 0 ? await books(address) : before;
    await kill(child);
    await late;

    const again = await run(t, program, args);
    const after = (await books(again.address)) as { orders: { clientOrderId: string }[] };
    if (life % 2 === 0) t.same(after, known, `life ${life}: the same books after a kill`);
    const ids = new Set(after.orders.map(({ clientOrderId }) => clientOrderId));
    t.same(
      acknowledged.filter((id) => !ids.has(id)),
      [],
      `life ${life}: every acknowledged order`,
    );
    t.equal(again.address.rest, address.rest, 'on the same port');
    t.equal(again.address.key, address.key, 'with the same key');
    await kill(again.child);
  }
});

t.test('a clean stop ends in a snapshot, and the next start goes on from it', async (t) => {
  const dir = await workplace(t);
  const options = {
    folder: join(dir, 'data'),
    klines: join(dir, 'klines'),
    interval: '1m',
    speed: 'manual',
  } as const;
  const first = await startPaper(options);
  await trade(first.address, 1);
  await first.step(20);
  const before = await books(first.address);
  await first.stop();
  const names = await readdir(options.folder);
  t.equal(names.filter((name) => name.startsWith('journal-')).length, 1);
  t.ok(names.includes('snapshot.ndjson'));
  const second = await startPaper(options);
  t.same(await books(second.address), before);
  t.match(await second.step(1), { time: START + 21 * MINUTE - 1 });
  await second.stop();
});

t.test('a folder is used by one exchange at a time, and by the market it began with', async (t) => {
  const dir = await workplace(t);
  const options = {
    folder: join(dir, 'data'),
    klines: join(dir, 'klines'),
    interval: '1m',
    speed: 'manual',
  } as const;
  const paper = await startPaper(options);
  await t.rejects(startPaper(options), {
    name: 'LockedError',
    message: /is in use by process \d+ \(paper exchange\)/,
  });
  await paper.stop();
  await t.rejects(startPaper({ folder: options.folder, speed: 'manual' }), {
    name: 'PaperOptionError',
    message: /another market.*--reset/,
  });
  const fresh = await startPaper({ folder: options.folder, speed: 'manual', reset: true });
  await fresh.stop();
});

t.test('a torn last line is dropped; any other damage is refused', async (t) => {
  const dir = await workplace(t);
  const folder = join(dir, 'data');
  const options = { folder, klines: join(dir, 'klines'), interval: '1m', speed: 'manual' } as const;
  const program = await bundle(dir);
  const args = ['--folder', folder, '--klines', options.klines, '--interval', '1m', '--speed', 'manual'];
  const { child, address } = await run(t, program, args);
  await trade(address, 1);
  const before = await books(address);
  await kill(child);
  const [name] = (await readdir(folder)).filter((each) => each.startsWith('journal-')).sort();
  const journal = join(folder, name!);
  await appendFile(journal, '1234abcd {"n":99,"at":{"ti');

  const paper = await run(t, program, args);
  t.same(await books(paper.address), before);
  await kill(paper.child);

  const lines = (await readFile(journal, 'utf8')).split('\n');
  lines[1] = lines[1]!.replace('0.5', '0.6');
  await writeFile(journal, lines.join('\n'));
  await t.rejects(startPaper(options), {
    name: 'DamagedError',
    message: /ndjson:2: the checksum does not fit.*--reset/,
  });
});

t.test('a recording at a speed goes on from where its market time stood', async (t) => {
  const dir = await workplace(t);
  const program = await bundle(dir);
  const args = [
    '--folder',
    join(dir, 'data'),
    '--klines',
    join(dir, 'klines'),
    '--interval',
    '1m',
    '--speed',
    '60',
  ];
  const timeOf = async ({ address }: Running): Promise<number> =>
    (await client(address).control('GET', '/state')).body.time;
  const first = await run(t, program, args);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const before = await timeOf(first);
  t.ok(before >= START + MINUTE, 'it moved');
  await kill(first.child);
  const second = await run(t, program, args);
  const after = await timeOf(second);
  t.ok(after >= before - 2 * MINUTE, 'at most two seconds of real time are repeated');
  t.ok(after < before + 5 * MINUTE, 'the time it was down is not traded');
  await kill(second.child);
});
