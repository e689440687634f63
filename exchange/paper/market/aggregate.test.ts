import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { INTERVAL_MS } from '../../../core/kline.js';
import { KlineBook } from './aggregate.js';
import { loadKlineFiles } from './files.js';
import { minute, minutes, range, sampleKlines, sampleMarket, START } from './samples.js';
import { Schedule } from './schedule.js';
import { seriesOf } from './series.js';

const after = (number: number) => ({ time: minute(number), phase: 'open' as const });

t.test('a five-minute kline is its five one-minute klines', (t) => {
  const book = new KlineBook(sampleMarket([minutes('BTCUSDT', range(10))]));
  const [first, second] = book.klines('BTCUSDT', '5m', {}, after(10));
  t.same(first, {
    openTime: minute(0),
    closeTime: minute(5) - 1,
    open: 100,
    high: 107,
    low: 98,
    close: 105,
    volume: 7.5,
    quoteVolume: 751.25,
    trades: 50,
  });
  t.equal(second!.open, 105);
  t.end();
});

t.test('a running kline shows only the points that have happened, and no volume of its own', (t) => {
  const book = new KlineBook(sampleMarket([minutes('BTCUSDT', range(10))]));
  const seen = (time: number, phase: 'open' | 'low' | 'high' | 'close', interval: '1m' | '5m') => {
    const kline = book.latest('BTCUSDT', interval, { time, phase });
    return kline && [kline.openTime, kline.open, kline.high, kline.low, kline.close, kline.volume];
  };
  const [low, high, close] = [minute(6) + 20_000, minute(6) + 40_000, minute(7) - 1];
  t.same(seen(minute(0), 'open', '1m'), null, 'nothing before the first point');
  t.same(
    seen(minute(6), 'open', '1m'),
    [minute(5), 105, 108, 103, 106, 1.5],
    'the open is next: the kline before',
  );
  t.same(seen(low, 'low', '1m'), [minute(6), 106, 106, 106, 106, 0]);
  t.same(seen(high, 'high', '1m'), [minute(6), 106, 106, 104, 104, 0]);
  t.same(seen(close, 'close', '1m'), [minute(6), 106, 109, 104, 109, 0]);
  t.same(seen(minute(7), 'open', '1m'), [minute(6), 106, 109, 104, 107, 1.5]);
  t.same(seen(high, 'high', '5m'), [minute(5), 105, 108, 103, 104, 1.5]);
  t.same(seen(close, 'close', '5m'), [minute(5), 105, 109, 103, 109, 1.5]);
  t.equal(book.price('BTCUSDT', { time: high, phase: 'high' }), 104);
  t.equal(book.price('BTCUSDT', after(0)), null);
  t.equal(book.price('BTCUSDT', after(3)), 103);
  t.end();
});

t.test('no kline changes its past: what was shown at a cursor is shown again when asked later', (t) => {
  const source = sampleMarket([minutes('BTCUSDT', range(40, 7, 8, 21))]);
  const book = new KlineBook(source);
  const schedule = new Schedule(source, { book });
  const shown = [];
  do {
    const cursor = schedule.cursor();
    shown.push({
      cursor,
      five: book.klines('BTCUSDT', '5m', {}, cursor),
      three: book.klines('BTCUSDT', '3m', {}, cursor),
    });
  } while (schedule.next());
  for (const { cursor, five, three } of [...shown, ...shown.reverse()]) {
    t.same(book.klines('BTCUSDT', '5m', {}, cursor), five);
    t.same(new KlineBook(source).klines('BTCUSDT', '3m', {}, cursor), three);
  }
  t.end();
});

t.test('klines are selected as Binance does it', (t) => {
  const book = new KlineBook(sampleMarket([minutes('BTCUSDT', range(1200))]));
  const times = (query: object, interval: '1m' | '5m' = '1m') =>
    book.klines('BTCUSDT', interval, query, after(1200)).map(({ openTime }) => (openTime - START) / 60_000);
  t.same(times({}).slice(0, 1).concat(times({}).length), [700, 500], 'the latest 500');
  t.equal(times({ limit: 5000 }).length, 1000, 'never more than 1000');
  t.same(times({ limit: 3 }), [1197, 1198, 1199]);
  t.same(times({ startTime: minute(5), limit: 2 }), [5, 6], 'from the start time on');
  t.same(times({ startTime: minute(5) + 1, limit: 2 }), [6, 7]);
  t.same(times({ endTime: minute(5), limit: 2 }), [4, 5], 'the latest up to the end time');
  t.same(times({ startTime: minute(5), endTime: minute(7) }), [5, 6, 7]);
  t.same(times({ startTime: minute(7), endTime: minute(5) }), []);
  t.same(times({ startTime: minute(9999) }), []);
  t.same(times({ startTime: minute(1192), endTime: minute(1195) }, '5m'), [1195]);
  t.same(times({ endTime: minute(1194), limit: 1 }, '5m'), [1190]);
  t.end();
});

t.test('an outage stays one: an hour without klines does not exist, one with some is made of those', (t) => {
  const numbers = range(240).filter((number) => number < 30 || number >= 130);
  const book = new KlineBook(sampleMarket([minutes('BTCUSDT', numbers)]));
  const hours = book.klines('BTCUSDT', '1h', {}, after(240));
  t.same(
    hours.map(({ openTime, open, close, volume }) => [(openTime - START) / 3_600_000, open, close, volume]),
    [
      [0, 100, 130, 45],
      [2, 230, 280, 75],
      [3, 280, 340, 90],
    ],
  );
  t.end();
});

t.test('an interval finer than the data, or one they do not add up to, has no klines', (t) => {
  const book = new KlineBook(sampleMarket([seriesOf('BTCUSDT', '3m', sampleKlines(range(20), '3m'))]));
  t.same(book.klines('BTCUSDT', '1m', {}, after(60)), []);
  t.same(book.klines('BTCUSDT', '5m', {}, after(60)), []);
  t.equal(book.klines('BTCUSDT', '15m', {}, after(60)).length, 4);
  t.end();
});

t.test('weeks open on Monday', (t) => {
  const book = new KlineBook(sampleMarket([seriesOf('BTCUSDT', '1d', sampleKlines(range(16), '1d'))]));
  const weeks = book.klines('BTCUSDT', '1w', {}, { time: START + 16 * INTERVAL_MS['1d'], phase: 'open' });
  t.same(
    weeks.map(({ openTime }) => new Date(openTime).toISOString().slice(0, 10)),
    ['2024-01-01', '2024-01-08', '2024-01-15'],
  );
  t.end();
});

t.test('volumes add up without the dirt of binary sums', (t) => {
  const klines = sampleKlines(range(60)).map((kline, number) => ({
    ...kline,
    volume: 0.1,
    quoteVolume: 1e6 + number / 1e5,
  }));
  const book = new KlineBook(sampleMarket([seriesOf('BTCUSDT', '1m', klines)]));
  const [hour] = book.klines('BTCUSDT', '1h', {}, after(60));
  t.equal(hour!.volume, 6);
  t.equal(hour!.quoteVolume, 60000000.0177);
  t.end();
});

const shared = fileURLToPath(new URL('../../../../shared/klines/', import.meta.url));
t.test(
  'hours made of recorded minutes equal the recorded hours',
  { skip: existsSync(shared) ? false : 'no recordings in ../shared/klines' },
  (t) => {
    const [recorded] = loadKlineFiles([`${shared}BTCUSDT-1h-2021.csv.gz`]).symbols;
    const [made] = loadKlineFiles([`${shared}BTCUSDT-1m-2021-02.csv.gz`]).symbols;
    const book = new KlineBook(sampleMarket([made!.series], made!.series.openTime(0)));
    const end = { time: made!.series.closeTime(made!.series.length - 1) + 1, phase: 'open' as const };
    const hours = book.klines('BTCUSDT', '1h', { limit: 1000 }, end);
    t.equal(hours.length, 168);
    const first = recorded!.series.indexAt(hours[0]!.openTime);
    hours.forEach((hour, number) => {
      const { openTime, open, high, low, close, volume } = recorded!.series.kline(first + number);
      t.same([hour.openTime, hour.open, hour.high, hour.low, hour.close], [openTime, open, high, low, close]);
      t.ok(Math.abs(hour.volume - volume) < 1e-6, `${hour.volume} is ${volume}`);
    });
    t.end();
  },
);
