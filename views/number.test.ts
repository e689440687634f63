import t from 'tap';
import { sampleBot } from '../test/sample-bots.js';
import { amountDigits } from './amount-digits.js';
import { botRow } from './fleet/row.js';
import { fixed, readable, isZero, percentOf, signAt, signed, signedPercent, sum } from './number.js';
import { age, duration, utc } from './time.js';

t.test('figures in sentences are written as those in tables, and nothing else is touched', async (t) => {
  t.equal(
    readable('close 58416.55 ≤ lower band 58000.1; RSI 22.7 (58416.55)'),
    'close 58,416.55 ≤ lower band 58,000.1; RSI 22.7 (58,416.55)',
  );
  t.equal(readable('ETHUSDT at 3435.41: RSI 11.3.'), 'ETHUSDT at 3,435.41: RSI 11.3.');
  t.equal(readable('SELL 0.4287 3504.12 / stop 3383.87.'), 'SELL 0.4287 3,504.12 / stop 3,383.87.');
  const others = '10,482.17 of 2026; /x/config.json:1234.5 127.0.0.1:12345 v1234.5.6 id-1234.5 1234.5s';
  t.equal(readable(others), others);
});

t.test('amounts are grouped and rounded half away from zero, without ever being floats', async (t) => {
  t.equal(fixed('10482.17', 2), '10,482.17');
  t.equal(fixed('64210.499', 1), '64,210.5');
  t.equal(fixed('0.0152', 5), '0.01520');
  t.equal(fixed('1.005', 2), '1.01', 'a float would give 1.00');
  t.equal(fixed('-1.005', 2), '−1.01');
  t.equal(fixed('9007199254740993.123456789', 8), '9,007,199,254,740,993.12345679');
  t.equal(fixed('999.995', 2), '1,000.00');
  t.equal(fixed('1234567', 0), '1,234,567');
  t.equal(fixed('-0.001', 2), '0.00', 'no negative zero');
  t.equal(fixed('nonsense', 2), 'nonsense', 'what is no decimal is shown as it is');
});

t.test('a gain has a plus, a loss a minus as wide, nothing has neither', async (t) => {
  t.equal(signed('12.31', 2), '+12.31');
  t.equal(signed('-8.02', 2), '−8.02');
  t.equal(signed('0.004', 2), '0.00');
  t.equal(signAt('-0.004', 2), 0);
  t.equal(signAt('-0.005', 2), -1);
  t.equal(signedPercent(0.591), '+0.59 %');
  t.equal(signedPercent(-12.34), '−12.3 %');
});

t.test('sums of decimal texts are exact', async (t) => {
  t.equal(sum('0.1', '0.2'), '0.3');
  t.equal(sum('-1.2735', '12.31048'), '11.03698');
  t.equal(sum('1000', '-1000.5'), '-0.5');
  t.ok(isZero('0.000'));
  t.notOk(isZero('0.0001'));
  t.equal(percentOf('5', '0'), null, 'nothing to divide by');
});

t.test('durations have at most two units', async (t) => {
  t.same([410, 12_300, 200_000, 11_520_000, 187_200_000].map(duration), [
    '0.4 s',
    '12 s',
    '3 m',
    '3 h 12 m',
    '2 d 4 h',
  ]);
  t.equal(age(300), 'just now');
  t.equal(age(-5_000), 'just now', 'a clock a little ahead is no reason for nonsense');
  t.equal(age(2_000), '2 s ago');
  t.equal(utc(1_709_820_000_000), '2024-03-07 14:00:00');
});

t.test('an amount is read at cents of money, and at all that is counted of a coin', (t) => {
  t.equal(amountDigits('USDT'), 2);
  t.equal(amountDigits('BTC'), 8);
  t.equal(amountDigits(''), 2, 'of a bot that cannot be read');
  t.match(
    String(botRow(sampleBot({ quote: 'BTC', realizedPnl: '0.0003', equity: '0.0203' }), 0)),
    /0\.00030000[^]*0\.02030000/,
  );
  t.end();
});
