import t from 'tap';
import { INTERVAL_MS } from '../../../core/kline.js';
import { loadKlineFolder } from './files.js';
import { csv, range, sampleKlines, START } from './samples.js';
import { folderOf } from '../../../test/folder.js';

const HEADER = 'openTime,open,high,low,close,volume';
const HOUR = INTERVAL_MS['1h'];

t.test('files of one interval may overlap if they agree, and then know what either knows', (t) => {
  const all = sampleKlines(range(20));
  const short = csv(all.slice(0, 12));
  const rich = `${HEADER},quoteVolume,trades\n${all
    .slice(5)
    .map((k) => [k.openTime, k.open, k.high, k.low, k.close, k.volume, k.quoteVolume, k.trades].join(','))
    .join('\n')}`;
  const dir = folderOf(t, { 'BTCUSDT-1m-a.csv': short, 'BTCUSDT-1m-b.csv': rich });
  const { symbols, notes } = loadKlineFolder(dir);
  t.same(notes, []);
  const { series } = symbols[0]!;
  t.same(
    range(series.length).map((index) => series.kline(index)),
    all.map((kline, index) => (index < 5 ? { ...kline, quoteVolume: 0, trades: 0 } : kline)),
  );
  t.end();
});

t.test('files that disagree are refused, both named with their rows', (t) => {
  const all = sampleKlines(range(20));
  const dir = folderOf(t, {
    'BTCUSDT-1m-a.csv': csv(all.slice(0, 12)),
    'BTCUSDT-1m-b.csv': csv(
      all.slice(8).map((kline) => (kline.open === 110 ? { ...kline, close: 110.5 } : kline)),
    ),
  });
  t.throws(() => loadKlineFolder(dir), {
    message: /-b\.csv:4: close at 2024-01-01T00:10Z is 110.5, but 111 in .*-a\.csv:12; remove one/,
  });
  t.end();
});

t.test('a gap that another file of the interval fills is none', (t) => {
  const all = sampleKlines(range(20));
  const dir = folderOf(t, {
    'BTCUSDT-1m-a.csv': csv([...all.slice(0, 5), ...all.slice(9)]),
    'BTCUSDT-1m-b.csv': csv(all.slice(4, 10)),
  });
  const { symbols, notes } = loadKlineFolder(dir);
  t.same(notes, []);
  t.equal(symbols[0]!.series.length, 20);
  t.end();
});

t.test('for each moment the finest file that covers it counts, and its gaps are outages', (t) => {
  const dir = folderOf(t, {
    'BTCUSDT-1h.csv': csv(sampleKlines(range(6), '1h')),
    // Minutes of the hours 2 and 3 without the whole of 02:30 to 03:10.
    'BTCUSDT-1m.csv': csv(sampleKlines(range(240).filter((n) => n >= 120 && !(n >= 150 && n < 190)))),
  });
  const { symbols, notes } = loadKlineFolder(dir);
  const { series, covered } = symbols[0]!;
  t.same(notes, ['BTCUSDT-1m.csv: 40 klines missing after 2024-01-01T02:29Z: kept as an outage']);
  t.same(
    [0, 1, series.length - 2, series.length - 1].map((index) => [
      series.openTime(index) - START,
      series.interval(index),
    ]),
    [
      [0, '1h'],
      [HOUR, '1h'],
      [4 * HOUR, '1h'],
      [5 * HOUR, '1h'],
    ],
  );
  t.equal(series.length, 2 + 80 + 2);
  t.same(covered, [{ from: START, to: START + 6 * HOUR }]);
  t.end();
});

t.test('a coarse kline that a finer file begins or ends in is left out and told', (t) => {
  const dir = folderOf(t, {
    'BTCUSDT-1h.csv': csv(sampleKlines(range(3), '1h')),
    'BTCUSDT-1m.csv': csv(sampleKlines(range(200).filter((number) => number >= 90))),
  });
  const { symbols, notes } = loadKlineFolder(dir);
  t.equal(symbols[0]!.series.length, 1 + 110);
  t.same(notes, [
    'BTCUSDT: the 1h kline of 2024-01-01T01:00Z is left out, a finer file begins or ends inside it',
  ]);
  t.end();
});
