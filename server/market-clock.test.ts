import t from 'tap';
import { MarketClock } from './market-clock.js';

const NOON = Date.UTC(2024, 2, 7, 12);

t.test('a market that goes as fast as we do has the rate 1, however late its messages are', async (t) => {
  const clock = new MarketClock();
  for (let i = 0; i <= 10; i += 1) clock.heard(NOON + i * 1_000, 50_000 + i * 1_000 + (i % 3) * 90);
  t.same(clock.now(62_000), { market: NOON + 10_000 + 1_910, rate: 1 });
});

t.test('a market of sixty times our speed is told as one', async (t) => {
  const clock = new MarketClock();
  for (let i = 0; i <= 10; i += 1) clock.heard(NOON + i * 60_000, i * 1_000);
  t.same(clock.now(10_500), { market: NOON + 10 * 60_000 + 30_000, rate: 60 });
});

t.test('nothing heard is no clock; a moment is none that tells its speed', async (t) => {
  const clock = new MarketClock();
  t.equal(clock.now(0), null);
  clock.heard(NOON, 1_000);
  t.equal(clock.now(1_500)?.rate, null);
});

t.test('a market that begins anew forgets the one before', async (t) => {
  const clock = new MarketClock();
  for (let i = 0; i <= 10; i += 1) clock.heard(NOON + i * 1_000, i * 1_000);
  clock.heard(NOON - 86_400_000, 12_000);
  t.same(clock.now(12_000), { market: NOON - 86_400_000, rate: null });
});
