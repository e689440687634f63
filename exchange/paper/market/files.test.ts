import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadKlineFolder, recordedMarket } from './files.js';
import { csv, minute, range, sampleKlines, START } from './samples.js';
import { Schedule } from './schedule.js';
import { folderOf } from '../../../test/folder.js';

const HEADER = 'openTime,open,high,low,close,volume';
const row = (number: number, rest: string) => `${minute(number)},${rest}`;

t.test('steps come from the figures, assets from the symbol', (t) => {
  const dir = folderOf(t, {
    'BTCUSDT-1m.csv': `${HEADER}\n${row(0, '100.10000000,103.25,98,101,1.50000000')}`,
    'DOGEBTC-1m.csv': `${HEADER}\n${row(0, '0.00000123,0.00000123,0.00000123,0.00000123,17')}`,
    'ETHFDUSD-1m.csv': `${HEADER}\n${row(0, '5,5,5,5,0.12345678901')}`,
  });
  t.same(recordedMarket({ dir }).symbols, [
    { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.1' },
    { symbol: 'DOGEBTC', base: 'DOGE', quote: 'BTC', tickSize: '0.00000001', stepSize: '1' },
    { symbol: 'ETHFDUSD', base: 'ETH', quote: 'FDUSD', tickSize: '1', stepSize: '0.00000001' },
  ]);
  t.throws(
    () => recordedMarket({ dir: folderOf(t, { 'ABC-1m.csv': csv(sampleKlines([0])) }) }),
    /ABC ends with no known quote asset/,
  );
  t.throws(
    () => recordedMarket({ dir: folderOf(t, { 'XUSDT-1m.csv': HEADER }), symbols: ['XUSDT'] }),
    /no klines of XUSDT \(XUSDT-1m\.csv: no klines in it\); add a file/,
  );
  t.end();
});

t.test(
  'a market starts at `from` or when all chosen symbols have klines, and ends at `to` or with the data',
  (t) => {
    const dir = folderOf(t, {
      'AUSDT-1m.csv': csv(sampleKlines(range(100))),
      'BUSDT-1m.csv': csv(sampleKlines(range(80).filter((number) => number >= 10))),
      // Far away in time: what lies between is no outage but the end of the data.
      'AUSDT-1m-later.csv': csv(sampleKlines(range(10_100).filter((number) => number >= 10_000))),
      'CUSDT-1h.csv': csv(sampleKlines(range(30), '1h')),
    });
    const span = (options: object) => {
      const { start, end, symbols } = recordedMarket({ dir, ...options });
      return [(start - START) / 60_000, (end! - START) / 60_000, symbols.map(({ symbol }) => symbol).join()];
    };
    t.same(span({ interval: '1m' }), [10, 100, 'AUSDT,BUSDT']);
    t.same(span({ symbols: ['AUSDT'] }), [0, 100, 'AUSDT']);
    t.same(span({ symbols: ['AUSDT', 'BUSDT'], from: minute(20), to: minute(30) }), [20, 30, 'AUSDT,BUSDT']);
    t.same(span({ symbols: ['AUSDT', 'BUSDT'], from: minute(20) + 1, to: minute(30) - 1 }), [
      21,
      29,
      'AUSDT,BUSDT',
    ]);
    t.same(
      span({ symbols: ['AUSDT'], from: minute(150) }),
      [10_000, 10_100, 'AUSDT'],
      'between files: on with the next',
    );
    t.same(
      span({ symbols: ['AUSDT', 'CUSDT'], from: minute(30) }),
      [60, 1800, 'AUSDT,CUSDT'],
      'never inside a kline',
    );
    t.throws(() => span({ symbols: ['AUSDT', 'ZUSDT'] }), /no klines of ZUSDT; add a file ZUSDT-5m.csv/);
    t.throws(() => span({ symbols: ['CUSDT'], interval: '5m' }), /no klines of 5m or finer of CUSDT/);
    t.throws(
      () => span({ symbols: ['BUSDT'], from: minute(90) }),
      /no klines at or after 2024-01-01T01:30Z; the last ones end at 2024-01-01T01:20Z/,
    );
    t.throws(() => span({ symbols: ['AUSDT', 'BUSDT'], from: minute(85) }), /no klines of BUSDT between/);
    t.throws(
      () => span({ symbols: ['AUSDT'], from: minute(10), to: minute(10) }),
      /no klines of AUSDT between/,
    );
    t.end();
  },
);

t.test('a recording has history before its start and nothing behind its end', (t) => {
  const dir = folderOf(t, { 'AUSDT-1m.csv': csv(sampleKlines(range(100))) });
  const market = recordedMarket({ dir, from: minute(40), to: minute(50) });
  t.equal(market.series('AUSDT').length, 50);
  t.equal(market.series('AUSDT').openTime(0), START);
  t.equal(market.extendTo(minute(50)), true);
  t.equal(market.extendTo(minute(51)), false);
  const schedule = new Schedule(market);
  let points = 0;
  while (schedule.next()) points += 1;
  t.equal(points, 40);
  t.end();
});

t.test('klines beyond a time without files are told, with the way to them', (t) => {
  const dir = folderOf(t, {
    'AUSDT-1m-a.csv': csv(sampleKlines(range(10))),
    'AUSDT-1m-b.csv': csv(sampleKlines(range(100).slice(60))),
  });
  const market = recordedMarket({ dir });
  t.equal(market.end, minute(10));
  const there = new Date(minute(60)).toISOString().replace(':00.000', '');
  t.match(market.unused, [`AUSDT: not used: klines between ${there}`]);
  t.match(market.unused, [`begin there with --from ${there}`]);
  t.throws(() => recordedMarket({ dir, to: minute(0) }), {
    message: /no klines before 2024-01-01T00:00Z; the first ones begin at 2024-01-01T00:00Z/,
  });
  t.same(recordedMarket({ dir, to: minute(10) }).unused, [], 'an end that was asked for is no surprise');
  t.end();
});

t.test('a backtest walks the longest stretch without a hole, and tells the others before and behind', (t) => {
  const dir = folderOf(t, {
    'AUSDT-1m-a.csv': csv(sampleKlines(range(10))),
    'AUSDT-1m-b.csv': csv(sampleKlines(range(80).slice(20))),
    'AUSDT-1m-c.csv': csv(sampleKlines(range(120).slice(100))),
    'BUSDT-1m-a.csv': csv(sampleKlines(range(30))),
    'BUSDT-1m-c.csv': csv(sampleKlines(range(120).slice(100))),
  });
  const walked = (options: object) => {
    const market = recordedMarket({ dir, symbols: ['AUSDT'], longest: true, ...options });
    const { start, end, unused } = market;
    return { span: [start, end], first: market.series('AUSDT').openTime(0), unused };
  };
  const at = (n: number) => new Date(minute(n)).toISOString().replace(':00.000', '');
  t.same(walked({}), {
    span: [minute(20), minute(80)],
    first: minute(20),
    unused: [
      `AUSDT: not used: klines between ${at(0)} and ${at(10)}, and between ${at(100)} and ${at(120)}, because those from ${at(20)} to ${at(80)} are the longest stretch without a time that no file has; begin there with --from ${at(0)} or --from ${at(100)}`,
    ],
  });
  t.match(walked({ to: minute(25) }).span, [minute(0), minute(10)], 'the longest up to the end');
  t.match(walked({ from: minute(105) }), {
    span: [minute(105), minute(120)],
    first: minute(100),
    unused: [],
  });
  t.match(walked({ symbols: ['AUSDT', 'BUSDT'] }).span, [minute(100), minute(120)], 'of all symbols');
  t.match(walked({ longest: false }).span, [minute(0), minute(10)], 'the paper exchange begins at the first');
  t.end();
});

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const absent = existsSync(shared) ? false : 'no recordings in ../shared';

t.test('the golden recording of half a million klines', { skip: absent }, (t) => {
  const file = join(shared, 'golden/WALKUSDT-1m-500k.csv.gz');
  const market = recordedMarket({ files: [file] });
  t.equal(market.series('WALKUSDT').length, 500_000);
  t.same(market.symbols[0]!.tickSize, '0.01');
  t.end();
});

t.test(
  'the recorded folder: outages told, the chosen weeks cut out, every figure as in the text',
  { skip: absent },
  (t) => {
    const dir = join(shared, 'klines');
    const { symbols, notes } = loadKlineFolder(dir);
    t.same(
      symbols.map(({ symbol }) => symbol),
      ['BTCUSDT', 'DOGEUSDT', 'ETHUSDT', 'SOLUSDT'],
    );
    t.ok(
      notes.includes('BTCUSDT-1h-2021.csv.gz: 1 kline missing after 2021-02-11T03:00Z: kept as an outage'),
    );
    t.ok(
      notes.includes(
        'BTCUSDT-1h-2020-05_06.csv.gz: 3 klines missing after 2020-06-28T01:00Z: kept as an outage',
      ),
    );
    const [from, to] = [Date.UTC(2024, 2, 1), Date.UTC(2024, 2, 15)];
    const market = recordedMarket({ dir, symbols: ['BTCUSDT', 'SOLUSDT'], interval: '5m', from, to });
    t.same([market.start, market.end, market.notes], [from, to, []]);
    const series = market.series('SOLUSDT');
    t.equal(series.length - series.indexAt(from), 14 * 288);
    t.equal(series.openTime(0), Date.UTC(2024, 0, 1), 'two months of history');
    t.end();
  },
);

t.test('files are left as they are', (t) => {
  const dir = folderOf(t, { 'AUSDT-1m.csv': csv(sampleKlines(range(5))) });
  const before = readFileSync(join(dir, 'AUSDT-1m.csv'), 'utf8');
  recordedMarket({ dir });
  t.equal(readFileSync(join(dir, 'AUSDT-1m.csv'), 'utf8'), before);
  t.end();
});
