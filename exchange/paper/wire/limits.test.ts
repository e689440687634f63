import t from 'tap';
import { BINANCE_LIMITS, LimitError, Weights } from './limits.js';

const limits = { ...BINANCE_LIMITS, weightPerMinute: 10, ordersPer10s: 2, ordersPerDay: 3 };
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

t.test('who goes on asking is banned, for twice as long each time, and told until when', (t) => {
  const weights = new Weights({ ...limits, banAfter: 2, banSeconds: 120 });
  weights.spend(10, NOON);
  const ask = (now: number) => () => {
    weights.request(now);
    weights.spend(1, now);
  };
  t.throws(ask(NOON), { code: -1003, message: /^Too much request weight/ });
  t.throws(ask(NOON), { code: -1003, message: /^Too much request weight/ });
  t.throws(ask(NOON + 1_000), {
    status: 418,
    code: -1003,
    retryAfterSeconds: 120,
    message: new RegExp(`IP banned until ${NOON + 121_000}\\.`),
  });
  t.throws(ask(NOON + 60_000), { code: -1003, retryAfterSeconds: 61 });
  t.doesNotThrow(ask(NOON + 121_000));
  weights.spend(9, NOON + 121_000);
  for (let times = 0; times < 2; times += 1)
    t.throws(ask(NOON + 122_000), { message: /^Too much request weight/ });
  t.throws(ask(NOON + 122_000), { code: -1003, retryAfterSeconds: 240 });
  weights.pardon();
  t.throws(ask(NOON + 122_000), { code: -1003, retryAfterSeconds: 120 }, 'the limit is still exceeded');
  t.end();
});

t.test('raw requests are counted per five minutes', (t) => {
  const weights = new Weights({ ...limits, requestsPer5m: 2 });
  weights.request(NOON);
  weights.request(NOON);
  t.throws(() => weights.request(NOON + 1_000), { status: 429, code: -1003, retryAfterSeconds: 299 });
  weights.request(NOON + 300_000);
  t.end();
});

t.test('a fill makes room for other orders', (t) => {
  const weights = new Weights(limits);
  weights.countOrders('a', 2, NOON);
  t.throws(() => weights.requireRoom('a', 1, NOON), { code: -1015 });
  t.same(weights.countOrders('a', -5, NOON), { short: 0, day: 0 }, 'never below nothing');
  weights.requireRoom('a', 2, NOON);
  t.end();
});
