import t from 'tap';
import { LimitError, Weights } from './limits.js';

const limits = { weightPerMinute: 10, ordersPer10s: 2, ordersPerDay: 3 };
const NOON = Date.UTC(2024, 0, 1, 12);

t.test('weight is counted per calendar minute, and says when the minute ends', (t) => {
  const weights = new Weights(limits);
  weights.spend(10, NOON + 50_000);
  t.throws(() => weights.spend(1, NOON + 51_000), {
    name: LimitError.name,
    code: -1003,
    retryAfterSeconds: 9,
  });
  weights.spend(10, NOON + 60_000);
  t.equal(weights.used(NOON + 60_001), 10);
  weights.giveBack(1, NOON + 60_002);
  t.equal(weights.used(NOON + 60_003), 9);
  t.end();
});

t.test('orders are counted per account, ten seconds and day', (t) => {
  const weights = new Weights(limits);
  t.same(weights.countOrders('a', 2, NOON), { short: 2, day: 2 });
  t.throws(() => weights.requireRoom('a', 1, NOON + 1), { code: -1015, message: /2 orders per 10 SECOND/ });
  weights.requireRoom('b', 2, NOON + 1);
  weights.requireRoom('a', 1, NOON + 10_000);
  t.same(weights.countOrders('a', 1, NOON + 10_000), { short: 1, day: 3 });
  t.throws(() => weights.requireRoom('a', 1, NOON + 20_000), { message: /3 orders per 1 DAY/ });
  t.end();
});
