import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { PaperAddress } from '../exchange/venues.js';
import { commandLine, json } from './testing.js';

const MARKET = [
  '--synthetic',
  '--seed',
  '7',
  '--start',
  '2024-01-01',
  '--interval',
  '1m',
  '--speed',
  'manual',
];

t.test(
  'a market that cannot be opened fails up with 2 and the place, and leaves nothing running',
  async (t) => {
    const { run, home } = await commandLine(t);
    await writeFile(
      join(home, 'BTCUSDT-1m.csv'),
      'openTime,open,high,low,close,volume\n1704067200000,1,1,1,1,1\n1704067260000,one,1,1,1,1\n',
    );
    const failed = await run('up', '--json', '--port', '0', '--klines', home);
    t.equal(failed.code, 2, failed.stdout);
    t.match(json(failed), { error: { code: 'PAPER_OPTIONS_INVALID', message: /BTCUSDT-1m\.csv:3/ } });
    t.match(json(await run('down', '--json')), { paper: false });
  },
);

t.test('paper: the exchange in the foreground prints its address and ends on Ctrl-C', async (t) => {
  const { run, begin } = await commandLine(t);
  const paper = await begin<PaperAddress>(
    'paper',
    '--port',
    '0',
    '--json',
    ...MARKET,
    '--key',
    'k'.repeat(20),
    '--secret',
    's'.repeat(20),
    '--deposit',
    'USDT=500',
  );
  t.match(paper.line, { rest: /^http/, key: 'k'.repeat(20), secret: 's'.repeat(20) });
  t.ok((await fetch(`${paper.line.rest}/api/v3/ping`)).ok);
  const second = await run('paper', '--json');
  t.equal(second.code, 1);
  t.match(json(second), { error: { code: 'DATA_IN_USE' } });
  paper.child.kill('SIGINT');
  t.equal(await paper.ended, 0);
});

t.test('paper: rules, profile, limits, faults and listen keys reach the exchange', async (t) => {
  const { begin, home } = await commandLine(t);
  const rules = join(home, 'rules.json');
  const faults = join(home, 'faults.json');
  const symbol = {
    ...{ symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT', ocoAllowed: true },
    ...{
      baseAssetPrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: ['LIMIT'],
      quoteOrderQtyMarketAllowed: true,
    },
    filters: [{ filterType: 'PRICE_FILTER', minPrice: '0', maxPrice: '0', tickSize: '0.5' }],
  };
  await writeFile(rules, JSON.stringify({ symbols: [symbol] }));
  await writeFile(faults, JSON.stringify([{ fault: 'delay', ms: 1, path: '/api/v3/never' }]));
  const paper = await begin<PaperAddress>(
    ...['paper', '--port', '0', '--json', ...MARKET, '--symbols', 'BTCUSDT,ETHUSDT', '--listen-keys'],
    ...['--exchange-info', rules, '--profile', 'book', '--book', 'levels=3,depthOfVolume=0.1'],
    ...['--limits', 'binance,ordersPer10s=7', '--faults', faults],
  );
  const { rest, control, key } = paper.line;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of a foreign protocol
  const read = async (url: string, init?: RequestInit): Promise<any> => (await fetch(url, init)).json();
  await read(`${control}/step?klines=2`, { method: 'POST' });
  t.match(await read(`${rest}/api/v3/exchangeInfo?symbol=BTCUSDT`), {
    rateLimits: [{ limit: 6000 }, { limit: 7 }, {}, {}],
    symbols: [{ orderTypes: ['LIMIT'], filters: [{ tickSize: '0.5' }] }],
  });
  const { bids, asks } = await read(`${rest}/api/v3/depth?symbol=BTCUSDT`);
  t.equal(bids.length, 3, 'as many levels as were asked for');
  t.ok(Number(asks[0][0]) > Number(bids[0][0]), 'a spread');
  t.match(await read(`${control}/faults`), { rules: [{ fault: 'delay' }] });
  const headers = { 'X-MBX-APIKEY': key };
  t.match(await read(`${rest}/api/v3/userDataStream`, { method: 'POST', headers }), {
    listenKey: /^\w{64}$/,
  });
  paper.child.kill('SIGINT');
  t.equal(await paper.ended, 0);
});

t.test('paper: recorded stream lines drive it; a missing file and a wrong number are refused', async (t) => {
  const { run, begin, home } = await commandLine(t);
  const lines = [1, 2, 3].map((id) =>
    JSON.stringify({
      ...{ e: 'trade', E: 1_704_067_200_000 + id * 700, s: 'BTCUSDT', t: id, p: `${100 + id}.00` },
      ...{ q: '0.5', T: 1_704_067_200_000 + id * 700, m: id === 2, M: true },
    }),
  );
  const trades = join(home, 'day.jsonl');
  await writeFile(trades, lines.join('\n'));
  const paper = await begin<PaperAddress>(
    ...['paper', '--port', '0', '--json', '--trades', trades, '--interval', '1s', '--speed', 'manual'],
  );
  await fetch(`${paper.line.control}/step?klines=9`, { method: 'POST' });
  const told = (await (await fetch(`${paper.line.rest}/api/v3/trades?symbol=BTCUSDT`)).json()) as {
    id: number;
  }[];
  t.same(
    told.map(({ id }) => id),
    [1, 2, 3],
  );
  paper.child.kill('SIGINT');
  await paper.ended;
  const refused = async (...args: string[]) =>
    json(await run('paper', '--json', '--data', join(home, 'other'), ...args));
  t.match(await refused('--trades', join(home, 'none.jsonl')), {
    error: { message: /There is no file .*none\.jsonl/ },
  });
  t.match(await refused('--trades', trades, '--klines', home), { error: { message: /exclude each other/ } });
  t.match(await refused('--book', 'levels=3'), { error: { message: /give --profile book with it/ } });
  t.match(await refused('--profile', 'book', '--book', 'deep=3'), { error: { message: /"deep=3" is not/ } });
  t.match(await refused('--limits', 'orders=1'), { error: { message: /--limits should be "binance"/ } });
});
