import t from 'tap';
import { INTERVAL_MS, type Kline } from '../../../core/kline.js';
import { dec } from '../../../core/decimal.js';
import { KlineBook } from './aggregate.js';
import { START } from './samples.js';
import { syntheticMarket } from './synthetic.js';
import type { MarketSource } from './types.js';

const MINUTE = INTERVAL_MS['1m'];

function klinesOf(source: MarketSource, symbol: string): Kline[] {
  const series = source.series(symbol);
  return Array.from({ length: series.length }, (_, index) => series.kline(index));
}

t.test('the same seed and start give the same klines, whatever the portions and the company', (t) => {
  const whole = syntheticMarket({ seed: 42, start: START, historyDays: 1 });
  whole.extendTo(START + 500 * MINUTE);
  const pieces = syntheticMarket({ seed: 42, start: START, historyDays: 1, symbols: ['ETHUSDT'] });
  for (let time = START; time <= START + 500 * MINUTE; time += 7 * MINUTE + 1) pieces.extendTo(time);
  pieces.extendTo(START + 500 * MINUTE);
  t.same(klinesOf(pieces, 'ETHUSDT'), klinesOf(whole, 'ETHUSDT'));
  t.equal(whole.series('ETHUSDT').length, 1440 + 500);
  const other = syntheticMarket({ seed: 43, start: START, historyDays: 1, symbols: ['ETHUSDT'] });
  t.not(other.series('ETHUSDT').kline(99).close, whole.series('ETHUSDT').kline(99).close);
  t.end();
});

// A paper exchange that starts again makes its market anew from seed and start: a changed walk would be another past.
t.test('known klines of seed 42 stay what they are', (t) => {
  const source = syntheticMarket({ seed: 42, start: START, historyDays: 1, symbols: ['BTCUSDT'] });
  t.same(source.series('BTCUSDT').kline(1439), {
    openTime: START - MINUTE,
    closeTime: START - 1,
    open: 69175.15,
    high: 69175.15,
    low: 69048.42,
    close: 69048.42,
    volume: 21.64147,
    quoteVolume: 1495680.621724,
    trades: 2138,
    takerBuyVolume: 0,
    takerBuyQuoteVolume: 0,
  });
  t.end();
});

t.test(
  'klines follow each other without a hole, open where the last one closed, and stand on their steps',
  (t) => {
    const source = syntheticMarket({
      seed: 'a word',
      start: START,
      historyDays: 2,
      symbols: ['BTCUSDT', 'DOGEUSDT', 'PEPEUSDT'],
    });
    t.equal(source.end, null);
    for (const { symbol, tickSize, stepSize } of source.symbols) {
      const klines = klinesOf(source, symbol);
      t.equal(klines.length, 2 * 1440);
      t.equal(klines[0]!.openTime, START - 2 * INTERVAL_MS['1d']);
      const wrong = klines.filter(
        ({ openTime, closeTime, open, high, low, close, volume, quoteVolume }, index) => {
          const before = klines[index - 1];
          const onSteps =
            [open, high, low, close].every((price) => dec(price).mod(tickSize).eq(0)) &&
            dec(volume).mod(stepSize).eq(0);
          const inOrder =
            closeTime === openTime + MINUTE - 1 &&
            (!before || (before.closeTime + 1 === openTime && before.close === open));
          const inRange = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
          const paid =
            quoteVolume >= volume * low - 1e-6 && quoteVolume <= volume * high + 1e-6 && volume > 0;
          return !(onSteps && inOrder && inRange && paid);
        },
      );
      t.same(wrong, [], symbol);
    }
    t.end();
  },
);

t.test('higher intervals are exactly their minutes', (t) => {
  const source = syntheticMarket({ seed: 5, start: START, historyDays: 1, symbols: ['SOLUSDT'] });
  const book = new KlineBook(source);
  const now = { time: START, phase: 'open' as const };
  const minutes = book.klines('SOLUSDT', '1m', { limit: 1000, startTime: START - 500 * MINUTE }, now);
  const fives = book.klines('SOLUSDT', '5m', { startTime: START - 500 * MINUTE }, now);
  t.equal(fives.length, 100);
  fives.forEach((five, number) => {
    const five1m = minutes.slice(number * 5, number * 5 + 5);
    t.same(
      [five.open, five.high, five.low, five.close, five.trades],
      [
        five1m[0]!.open,
        Math.max(...five1m.map(({ high }) => high)),
        Math.min(...five1m.map(({ low }) => low)),
        five1m[4]!.close,
        five1m.reduce((sum, { trades }) => sum + trades, 0),
      ],
    );
    t.ok(five1m.reduce((sum, { volume }) => sum.plus(volume), dec(0)).eq(five.volume));
  });
  t.end();
});

/** How often Wilder's RSI 14 enters the zones below 30 and above 70. */
function swings(closes: readonly number[]): { low: number; high: number } {
  let [gain, loss, low, high, zone] = [0, 0, 0, 0, 0];
  for (let index = 1; index < closes.length; index += 1) {
    const change = closes[index]! - closes[index - 1]!;
    gain += (Math.max(change, 0) - gain) / 14;
    loss += (Math.max(-change, 0) - loss) / 14;
    const rsi = 100 - 100 / (1 + gain / loss);
    if (rsi < 30 && zone !== -1) low += 1;
    if (rsi > 70 && zone !== 1) high += 1;
    if (rsi < 30) zone = -1;
    else if (rsi > 70) zone = 1;
  }
  return { low, high };
}

t.test(
  'there is something to trade: RSI reaches both ends, and prices move by per cents within 300 klines',
  (t) => {
    const source = syntheticMarket({ seed: 3, start: START, historyDays: 20 });
    for (const { symbol } of source.symbols) {
      const klines = klinesOf(source, symbol);
      const { low, high } = swings(klines.map(({ close }) => close));
      t.ok(
        low > klines.length / 1000 && high > klines.length / 1000,
        `${symbol}: ${low} dips, ${high} peaks`,
      );
      const ranges = Array.from({ length: Math.floor(klines.length / 300) }, (_, part) => {
        const some = klines.slice(part * 300, part * 300 + 300);
        return Math.max(...some.map((kline) => kline.high)) / Math.min(...some.map((kline) => kline.low)) - 1;
      }).sort((a, b) => a - b);
      const median = ranges[Math.floor(ranges.length / 2)]!;
      t.ok(median > 0.015 && median < 0.1, `${symbol}: ${(median * 100).toFixed(1)} % in the median`);
    }
    t.end();
  },
);

t.test('any name is a market, as long as its quote asset is known', (t) => {
  const source = syntheticMarket({
    seed: 1,
    start: START,
    historyDays: 0,
    symbols: ['FOOBARUSDT', 'ETHBTC'],
  });
  t.match(source.symbols, [
    { symbol: 'FOOBARUSDT', base: 'FOOBAR', quote: 'USDT' },
    { symbol: 'ETHBTC', base: 'ETH', quote: 'BTC' },
  ]);
  source.extendTo(START + 10 * MINUTE);
  t.equal(source.series('ETHBTC').length, 10);
  t.throws(() => syntheticMarket({ seed: 1, start: START, symbols: ['NOTHING'] }), /no known quote asset/);
  t.end();
});

t.test('wider and finer base klines are made on request', (t) => {
  const source = syntheticMarket({
    seed: 1,
    start: START + 1,
    historyDays: 1,
    interval: '5m',
    symbols: ['BTCUSDT'],
  });
  t.equal(source.start, START);
  t.equal(source.series('BTCUSDT').length, 288);
  t.equal(source.series('BTCUSDT').interval(0), '5m');
  const seconds = syntheticMarket({ seed: 1, start: START, interval: '1s', symbols: ['BTCUSDT'] });
  t.equal(seconds.series('BTCUSDT').length, 45 * 1440);
  t.end();
});
