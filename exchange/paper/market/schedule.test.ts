import t from 'tap';
import { INTERVAL_MS } from '../../../core/kline.js';
import { minute, minutes, range, sampleKlines, sampleMarket, START } from './samples.js';
import { Schedule } from './schedule.js';
import { seriesOf } from './series.js';
import { syntheticMarket } from './synthetic.js';
import type { MarketSource, Point } from './types.js';

function walk(schedule: Schedule): Point[] {
  const points: Point[] = [];
  for (let point = schedule.next(); point; point = schedule.next()) points.push(point);
  return points;
}
const brief = ({ time, phase, moves }: Point) => [
  time - START,
  phase,
  ...moves.map(({ symbol, price }) => `${symbol} ${price}`),
];
const closes = (schedule: Schedule, point: Point) =>
  schedule
    .closedKlines(point)
    .map(
      ({ symbol, interval, kline, overdue }) =>
        `${symbol} ${interval} ${(kline.openTime - START) / 60_000}${overdue ? ' overdue' : ''}`,
    );

t.test('a kline walks open, low, high, close at 0, a third, two thirds and its last millisecond', (t) => {
  const schedule = new Schedule(sampleMarket([minutes('BTCUSDT', range(2))]));
  t.same(walk(schedule).map(brief), [
    [0, 'open', 'BTCUSDT 100'],
    [20_000, 'low', 'BTCUSDT 98'],
    [40_000, 'high', 'BTCUSDT 103'],
    [59_999, 'close', 'BTCUSDT 101'],
    [60_000, 'open', 'BTCUSDT 101'],
    [80_000, 'low', 'BTCUSDT 99'],
    [100_000, 'high', 'BTCUSDT 104'],
    [119_999, 'close', 'BTCUSDT 102'],
  ]);
  t.equal(schedule.peek(), null);
  t.same(schedule.cursor(), { time: minute(2), phase: 'open' });
  t.end();
});

t.test('one point carries all symbols of its time and phase, in alphabetical order', (t) => {
  const schedule = new Schedule(sampleMarket([minutes('ETHUSDT', range(1)), minutes('BTCUSDT', range(1))]));
  t.same(walk(schedule).map(brief)[0], [0, 'open', 'BTCUSDT 100', 'ETHUSDT 100']);
  t.end();
});

t.test('symbols of different intervals interleave by time', (t) => {
  const coarse = seriesOf('AUSDT', '3m', sampleKlines(range(1), '3m'));
  const points = walk(new Schedule(sampleMarket([coarse, minutes('BUSDT', range(3))])));
  const times = points.map(({ time }) => time);
  t.same(
    times,
    [...times].sort((a, b) => a - b),
  );
  t.same(points.filter(({ time }) => time === minute(1) || time === minute(2)).map(brief), [
    [60_000, 'open', 'BUSDT 101'],
    [60_000, 'low', 'AUSDT 98'],
    [120_000, 'open', 'BUSDT 102'],
    [120_000, 'high', 'AUSDT 103'],
  ]);
  t.same(brief(points.at(-1)!), [179_999, 'close', 'AUSDT 101', 'BUSDT 103']);
  t.end();
});

t.test('history is not walked', (t) => {
  const points = walk(new Schedule(sampleMarket([minutes('BTCUSDT', range(10))], minute(8))));
  t.equal(points.length, 8);
  t.equal(points[0]!.time, minute(8));
  t.end();
});

t.test('peek shows what next gives, and cursor where it is', (t) => {
  const schedule = new Schedule(sampleMarket([minutes('BTCUSDT', range(3))]));
  for (;;) {
    const { time, phase } = schedule.cursor();
    const peeked = schedule.peek();
    if (!peeked) break;
    t.same([peeked.time, peeked.phase], [time, phase]);
    t.equal(schedule.next(), peeked);
  }
  t.end();
});

t.test('the next open is the one after the current kline, also across an outage; none at the end', (t) => {
  const schedule = new Schedule(sampleMarket([minutes('BTCUSDT', range(6, 2, 3, 4))]));
  const seen = [schedule.nextOpen('BTCUSDT')];
  while (schedule.next()) seen.push(schedule.nextOpen('BTCUSDT'));
  t.same(seen, [100, 101, 101, 101, 101, 105, 105, 105, 105, null, null, null, null]);
  t.end();
});

t.test('a close point closes every interval that ends with it', (t) => {
  const schedule = new Schedule(sampleMarket([minutes('BTCUSDT', range(15))]));
  const points = walk(schedule).filter(({ phase }) => phase === 'close');
  t.same(closes(schedule, points[3]!), ['BTCUSDT 1m 3']);
  t.same(closes(schedule, points[4]!), ['BTCUSDT 1m 4', 'BTCUSDT 5m 0']);
  t.same(closes(schedule, points[5]!), ['BTCUSDT 1m 5', 'BTCUSDT 3m 3']);
  t.same(closes(schedule, points[14]!), ['BTCUSDT 1m 14', 'BTCUSDT 3m 12', 'BTCUSDT 5m 10', 'BTCUSDT 15m 0']);
  t.same(schedule.closedKlines(points[4]!)[1]!.kline, {
    ...sampleKlines([0], '5m')[0]!,
    high: 107,
    low: 98,
    close: 105,
    volume: 7.5,
    quoteVolume: 751.25,
    trades: 50,
  });
  t.end();
});

/** What was told before and after each point's moves, as somebody on a stream would see it. */
function told(source: MarketSource, from?: { time: number; phase: Point['phase'] }): string[] {
  const schedule = new Schedule(source, { intervals: ['1m', '5m', '15m'] });
  if (from) schedule.seek(from);
  const lines: string[] = [];
  for (let point = schedule.next(); point; point = schedule.next()) {
    for (const line of closes(schedule, point)) {
      if (!line.includes(' 1m ')) lines.push(`${(point.time - START) / 1000} ${point.phase}: ${line}`);
    }
  }
  return lines;
}

t.test('a kline whose last part is missing closes at the first point after its end', (t) => {
  const source = sampleMarket([minutes('BTCUSDT', range(21, 3, 4, 5, 6))]);
  t.same(told(source), [
    '420 open: BTCUSDT 5m 0 overdue',
    '599.999 close: BTCUSDT 5m 5',
    '899.999 close: BTCUSDT 5m 10',
    '899.999 close: BTCUSDT 15m 0',
    '1199.999 close: BTCUSDT 5m 15',
  ]);
  t.end();
});

t.test('… of whatever symbol', (t) => {
  const source = sampleMarket([minutes('BTCUSDT', range(12, 3, 4, 5, 6)), minutes('ETHUSDT', range(12))]);
  t.same(
    told(source).filter((line) => line.includes('BTC')),
    ['300 open: BTCUSDT 5m 0 overdue', '599.999 close: BTCUSDT 5m 5'],
  );
  t.end();
});

t.test('what is unfinished at the end of the data never closes', (t) => {
  t.same(told(sampleMarket([minutes('BTCUSDT', range(8))])), ['299.999 close: BTCUSDT 5m 0']);
  t.end();
});

t.test('from any cursor on, a schedule goes on as one that was never interrupted', (t) => {
  const source = sampleMarket([
    minutes('BTCUSDT', range(22, 3, 4, 5, 6, 14)),
    minutes('ETHUSDT', range(22, 9)),
    seriesOf('AUSDT', '5m', sampleKlines(range(4), '5m')),
  ]);
  const whole = new Schedule(source);
  const line = (schedule: Schedule, point: Point) => [
    ...brief(point),
    ...closes(schedule, point),
    schedule.nextOpen('BTCUSDT'),
    schedule.nextOpen('AUSDT'),
  ];
  const rest = (schedule: Schedule) => {
    const lines = [];
    for (let point = schedule.next(); point; point = schedule.next()) lines.push(line(schedule, point));
    return lines;
  };
  const all = rest(new Schedule(source));
  for (let done = 0; done <= all.length; done += 1) {
    const again = new Schedule(source);
    again.seek(JSON.parse(JSON.stringify(whole.cursor())));
    t.same(rest(again), all.slice(done), `after ${done} points`);
    whole.next();
  }
  t.end();
});

t.test('a market without an end goes on for ever', (t) => {
  const schedule = new Schedule(
    syntheticMarket({ seed: 1, start: START, historyDays: 1, symbols: ['BTCUSDT', 'ETHUSDT'] }),
  );
  let last = START - 1;
  let count = 0;
  for (; count < 4 * 3000; count += 1) {
    const point = schedule.next()!;
    if (point.time <= last || point.moves.length !== 2) t.fail('points come in order, both symbols in each');
    last = point.time;
  }
  t.equal(last, START + 3000 * INTERVAL_MS['1m'] - 1);
  t.ok(schedule.nextOpen('ETHUSDT')! > 0);
  t.end();
});
