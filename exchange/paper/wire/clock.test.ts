import t from 'tap';
import { MarketClock } from './clock.js';

t.test('market time runs at a multiple of real time, from where it stood', (t) => {
  let wall = 5_000;
  const clock = new MarketClock(1_000_000, 60, () => wall);
  t.equal(clock.now(), 1_000_000);
  wall += 500;
  t.equal(clock.now(), 1_030_000);
  t.equal(clock.until(1_060_000), 500);
  t.equal(clock.until(1_000_000), 0);
  t.end();
});

t.test('a wall clock set back does not set market time back', (t) => {
  let wall = 5_000;
  const clock = new MarketClock(0, 1, () => wall);
  wall = 9_000;
  t.equal(clock.now(), 4_000);
  wall = 6_000;
  t.equal(clock.now(), 4_000);
  t.end();
});
