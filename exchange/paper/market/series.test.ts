import t from 'tap';
import { KlineSeries } from './series.js';
import { minute, minutes, range, sampleKline, sampleKlines } from './samples.js';

t.test('a series gives back the klines that were put in, however often it grew', (t) => {
  const klines = sampleKlines(range(1000));
  const series = minutes('BTCUSDT', range(1000));
  t.equal(series.length, 1000);
  t.same(
    klines.map((_, index) => series.kline(index)),
    klines,
  );
  t.end();
});

t.test('a kline takes at most 64 bytes', (t) => {
  const { columns } = minutes('BTCUSDT', range(10_000)).trim();
  const bytes = Object.values(columns).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  t.ok(bytes / 10_000 <= 64 * 1.1, `${bytes / 10_000} bytes each`);
  t.end();
});

t.test('indexAt finds the first kline that opens at or after a time, across gaps', (t) => {
  const series = minutes('BTCUSDT', range(10, 4, 5));
  t.equal(series.indexAt(0), 0);
  t.equal(series.indexAt(minute(0)), 0);
  t.equal(series.indexAt(minute(0) + 1), 1);
  t.equal(series.indexAt(minute(4)), 4);
  t.equal(series.openTime(4), minute(6));
  t.equal(series.indexAt(minute(99)), 8);
  t.end();
});

t.test('a series knows whether all its klines are of one interval', (t) => {
  const series = minutes('BTCUSDT', range(5));
  t.equal(series.uniform, '1m');
  series.pushKline('5m', sampleKline(1, minute(5), '5m'));
  t.equal(series.uniform, null);
  t.equal(series.interval(5), '5m');
  t.equal(series.closeTime(5), minute(10) - 1);
  const copy = new KlineSeries('BTCUSDT');
  copy.append(series, 0, 5);
  t.equal(copy.uniform, '1m');
  copy.append(series, 5, 6);
  t.equal(copy.uniform, null);
  t.equal(new KlineSeries('X').uniform, null);
  t.end();
});

t.test('a shared series holds the same klines in the same memory, whoever looks', async (t) => {
  const own = new KlineSeries('BTCUSDT');
  for (let index = 0; index < 3; index += 1) own.push('1m', index * 60_000, 1, 2, 0.5, 1.5, 10, 15, 4);
  own.setTakerBuys(3, 4);
  const shared = own.shared();
  const seen = KlineSeries.over(shared);
  t.same(
    [0, 1, 2].map((index) => seen.kline(index)),
    [0, 1, 2].map((index) => own.kline(index)),
  );
  t.equal(seen.uniform, '1m');
  t.ok(shared.columns.close.buffer instanceof SharedArrayBuffer);
  shared.columns.close[1] = 7;
  t.equal(seen.kline(1).close, 7, 'no copy');
  seen.push('5m', 300_000, 1, 2, 0.5, 1.5, 10, 15, 4);
  t.equal(seen.length, 4);
  t.equal(seen.uniform, null);
  t.equal(KlineSeries.over(shared).length, 3, 'what is added is its own');
});
